"""The same answers from other engines, once the graph is pushed to them."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import (
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from barriergraph import KnowledgeGraph, connect
from barriergraph.pushing import LEDGER, push, target

PROGRAM = shutil.which("oxigraph") or shutil.which(
    "oxigraph", path=str(Path(sys.executable).parent)
)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run an empty `oxigraph serve`, whose default graph is the union of all; give its address."""
    if PROGRAM is None:
        pytest.skip("this needs the server of Oxigraph: pip install oxigraph")
    port = free_port()
    words = ["serve", "--location", str(folder / "store")]
    words += ["--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    process = subprocess.Popen(
        [PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), urllib.request.urlopen(address):
                break
            time.sleep(0.05)
        yield address
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of Oxigraph to which the real graph is pushed."""
    with serving(tmp_path_factory.mktemp("oxigraph")) as address:
        yield address


def quiet(_: str) -> None:
    pass


def test_every_stored_query_gives_equal_rows_after_a_push(
    oxigraph: str, real: KnowledgeGraph
) -> None:
    where = target(f"{oxigraph}/query")
    loaded, skipped = push(real.store, where, tell=quiet)
    assert (loaded, skipped) == (len(real.named_graphs()), 0)
    remote = connect(f"{oxigraph}/query")

    different = {name for name in real.queries if remote.run(name).rows != real.run(name).rows}

    assert different == set()
    there = {name.value for name in remote._store.named_graphs()} - {LEDGER.value}
    assert there == real.named_graphs()
    assert push(real.store, where, tell=quiet) == (0, loaded)


def test_a_graph_that_has_changed_there_is_loaded_again(
    small: KnowledgeGraph, tmp_path: Path
) -> None:
    with serving(tmp_path) as address:
        _loaded_again(address, small)


def _loaded_again(oxigraph: str, small: KnowledgeGraph) -> None:
    name = next(iter(small.files))
    where = target(f"{oxigraph}/query", store=f"{oxigraph}/store")
    push(small.store, where, tell=quiet)
    request = urllib.request.Request(
        f"{oxigraph}/update", f"DELETE WHERE {{ GRAPH <{name}> {{ ?a a ?b }} }}".encode(),
        {"Content-Type": "application/sparql-update"},
    )  # fmt: skip
    urllib.request.urlopen(request).read()

    told: list[str] = []
    assert push(small.store, where, tell=told.append)[0] == 1
    assert told[0].endswith(name.partition("/graph/")[2])

    remote = connect(f"{oxigraph}/query")._store
    size = len(list(small.store.quads_for_pattern(None, None, None, NamedNode(name))))
    rows = remote.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?a ?b ?c }} }}")
    assert int(next(rows)[0].value) == size  # type: ignore[arg-type]


REQUESTS = [
    "ASK {}",
    "SELECT ?a ?b { ?a a ?b FILTER(isIRI(?a)) } ORDER BY ?a ?b LIMIT 20",
    "SELECT (MAX(?y) AS ?m) { ?s <https://w3id.org/barriergraph/ontology#year> ?y }",
    "SELECT ?l { ?a <http://www.w3.org/2004/02/skos/core#prefLabel> ?l } ORDER BY ?l LIMIT 50",
    'SELECT ?x { VALUES ?x { 1 2.50 true "a\\tb"@en <x:y> UNDEF } }',
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } } GROUP BY ?g ORDER BY ?g LIMIT 5",
    "CONSTRUCT { ?a a ?b } WHERE { ?a a ?b FILTER(isIRI(?a)) }",
    "DESCRIBE <https://w3id.org/barriergraph/id/barrier/fear-of-sharing>",
    "SELECT ?a { ?a ",
    "SELECT ?a { ?a bg:finds ?b }",
    "DROP ALL",
]
ACCEPTED = [
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv",
    "text/tab-separated-values", "text/turtle", "application/n-triples", "application/rdf+xml",
]  # fmt: skip


@pytest.mark.parametrize("query", REQUESTS)
def test_a_request_is_answered_as_the_server_of_oxigraph_does(
    oxigraph: str, real: KnowledgeGraph, running: Any, tmp_path: Path, query: str
) -> None:
    with running(real, tmp_path, seconds=20, answer=2**26) as server:
        for accept in ACCEPTED:
            for method in ("GET", "POST"):
                asked = {"params" if method == "GET" else "data": {"query": query}}
                ours, theirs = (
                    httpx.request(method, url, headers={"Accept": accept}, timeout=30, **asked)
                    for url in (f"{server.address}/sparql", f"{oxigraph}/query")
                )
                assert ours.is_success == theirs.is_success, (accept, method)
                if theirs.is_success:
                    assert _meaning(ours) == _meaning(theirs), (accept, method)


def _meaning(answer: httpx.Response) -> object:
    """Return what an answer says: its rows, its truth, or its triples without the ledger's."""
    kind = answer.headers["content-type"].partition(";")[0]
    if kind in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        form = RdfFormat.from_media_type(kind)
        assert form is not None
        return {quad.triple for quad in parse(answer.content, form)}
    if kind == "text/csv" or answer.text.strip() in ("true", "false"):
        return answer.text.strip()
    form = QueryResultsFormat.from_media_type(kind)
    assert form is not None
    found = parse_query_results(answer.content, form)
    if not isinstance(found, QuerySolutions):
        return bool(found)
    return [tuple(row) for row in found]
