"""The graph over HTTP: the protocol, the stored queries, the limits and the manners."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, parse

from barriergraph import KnowledgeGraph, load
from barriergraph.namespaces import ID
from barriergraph.results import FORMATS
from barriergraph.web.negotiation import choose
from barriergraph.web.pages import Pages

SELECT = "SELECT ?a ?b { ?a a ?b FILTER(isIRI(?a)) } ORDER BY ?a ?b LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?a a ?b } WHERE { ?a a ?b FILTER(isIRI(?a)) } ORDER BY ?a ?b LIMIT 3"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
BOMB = (
    'SELECT ?x { VALUES ?x { "aaaa" } ?a ?b ?c ; ?d ?e . ?f ?g ?h FILTER REGEX(STR(?h), "(a*)*b") }'
)
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


Server = Any  # of conftest: its address, the service behind it, and a client
Running = Any


@pytest.fixture(scope="module")
def server(
    small: KnowledgeGraph, running: Running, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server of the lighthouse keepers' graph: a second for a query, 256 kB for an answer."""
    with running(small, tmp_path_factory.mktemp("server")) as found:
        yield found


# The protocol
# ------------


def body(query: str, **more: str) -> bytes:
    return urlencode({"query": query, **more}).encode()


FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"

#: The query cases of the W3C's SPARQL 1.1 Protocol tests, and more: what is sent, and the status.
CASES = {
    "query_get": ("GET", "?" + urlencode({"query": "ASK {}"}), None, None, 200),
    "query_get_slash": ("GET", "/?" + urlencode({"query": "ASK {}"}), None, None, 200),
    "query_head": ("HEAD", "?" + urlencode({"query": "ASK {}"}), None, None, 200),
    "query_post_form": ("POST", "", FORM, body("ASK {}"), 200),
    "query_post_form_charset": ("POST", "", FORM + "; charset=UTF-8", body("ASK {}"), 200),
    "query_post_direct": ("POST", "/", DIRECT, b"ASK {}", 200),
    "query_method": ("QUERY", "", DIRECT, b"ASK {}", 200),
    "query_utf8": ("POST", "", DIRECT, 'ASK { FILTER("é" = "é") }'.encode(), 200),
    "bad_query_method": ("PUT", "?" + urlencode({"query": "ASK {}"}), None, None, 405),
    "bad_delete": ("DELETE", "", None, None, 405),
    "bad_multiple_queries": ("GET", "?query=ASK%7B%7D&query=ASK%7B%7D", None, None, 400),
    "bad_multiple_in_form": ("POST", "", FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", b"ASK {}", 415),
    "bad_query_missing_form_type": ("POST", "", None, body("ASK {}"), 415),
    "bad_query_missing_direct_type": ("POST", "", None, b"ASK {}", 415),
    "bad_query_non_utf8": ("POST", "", DIRECT + "; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
    "bad_query_bytes": ("POST", "", DIRECT, b'ASK { FILTER("\xe9" = "x") }', 400),
    "bad_query_address": ("GET", "?query=ASK%7BFILTER(%22%E9%22)%7D", None, None, 400),
    "bad_query_syntax": ("GET", "?" + urlencode({"query": "ASK {"}), None, None, 400),
    "bad_query_empty": ("GET", "?query=", None, None, 400),
    "bad_form_without_query": ("POST", "", FORM, b"format=json", 400),
    "bad_twice": ("POST", "?query=ASK%7B%7D", DIRECT, b"ASK {}", 400),
    "bad_update_form": ("POST", "", FORM, b"update=CLEAR%20ALL", 403),
    "bad_update_direct": ("POST", "", "application/sparql-update", b"CLEAR ALL", 403),
    "bad_update_get": ("GET", "?update=CLEAR%20ALL", None, None, 403),
    "bad_update_as_query": ("GET", "?" + urlencode({"query": "CLEAR ALL"}), None, None, 403),
    "bad_too_long": ("POST", "", DIRECT, b"ASK {}" + b" " * 2**20, 413),
}


@pytest.mark.parametrize("case", CASES)
def test_the_protocol_answers_each_request_with_its_status(server: Server, case: str) -> None:
    method, path, kind, content, status = CASES[case]

    found = server.client.request(
        method, f"/sparql{path}", content=content, headers={"Content-Type": kind} if kind else {}
    )

    assert found.status_code == status
    if status == 200:
        assert found.headers["content-type"] == JSON
        assert found.content == (b"" if method == "HEAD" else b'{"head":{},"boolean":true}')
    else:
        assert found.headers["content-type"] == "application/problem+json"
        assert found.json()["status"] == status
    if status == 405:
        assert found.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (XML, XML),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/json", "application/json"),
        (f"{XML};q=0.5, {JSON};q=0.9", JSON),
        (f"{JSON};q=0, */*;q=0.1", XML),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/xml"),
        ("text/turtle", None),
        ("text/html", None),
    ],
)
def test_a_table_comes_as_the_client_likes_it_best(
    server: Server, small: KnowledgeGraph, accept: str | None, kind: str | None
) -> None:
    found = server.ask(SELECT, accept)

    if kind is None:
        assert found.status_code == 406
        assert JSON in found.json()["offered"]
        return
    formats = {"csv": "CSV", "tab": "TSV", "xml": "XML", "json": "JSON"}
    name = next(formats[part] for part in formats if part in kind)
    expected = small.store.query(SELECT, use_default_graph_as_union=True).serialize(
        format=getattr(QueryResultsFormat, name)
    )
    assert (found.status_code, found.headers["content-type"]) == (200, kind)
    assert found.content == expected


@pytest.mark.parametrize(
    ("accept", "kind", "form"),
    [
        (None, "text/turtle; charset=utf-8", RdfFormat.TURTLE),
        ("application/n-triples", "application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", "application/rdf+xml", RdfFormat.RDF_XML),
        ('application/ld+json;profile="x"', "application/ld+json", RdfFormat.JSON_LD),
        ("application/trig", "application/trig", RdfFormat.TRIG),
    ],
)
def test_a_graph_comes_as_the_client_likes_it_best(
    server: Server, small: KnowledgeGraph, accept: str | None, kind: str, form: RdfFormat
) -> None:
    found = server.ask(CONSTRUCT, accept)

    expected = set(small.store.query(CONSTRUCT, use_default_graph_as_union=True))
    assert (found.status_code, found.headers["content-type"]) == (200, kind)
    assert {quad.triple for quad in parse(found.content, form)} == expected


def test_format_counts_where_anything_is_accepted(server: Server) -> None:
    assert server.ask(SELECT, format="csv").headers["content-type"] == "text/csv; charset=utf-8"
    assert server.ask(SELECT, "*/*", output="xml").headers["content-type"] == XML
    assert server.ask(SELECT, JSON, format="csv").headers["content-type"] == JSON
    assert server.ask(CONSTRUCT, format="nt").headers["content-type"] == "application/n-triples"


def test_a_request_names_the_graphs_that_are_asked(server: Server, small: KnowledgeGraph) -> None:
    one = next(iri for iri, file in small.files.items() if file.endswith("report.ttl"))
    two = next(iri for iri, file in small.files.items() if file.endswith("context.ttl"))

    def count(query: str, *pairs: tuple[str, str]) -> int:
        found = server.get(f"/sparql?{urlencode([('query', query), *pairs])}", JSON)
        return int(found.json()["results"]["bindings"][0]["n"]["value"])

    def size(*names: str) -> int:
        quads = (small.store.quads_for_pattern(None, None, None, NamedNode(n)) for n in names)
        return len({quad.triple for some in quads for quad in some})

    plain, named = "SELECT (COUNT(*) AS ?n) {{ {} }}".format, "GRAPH ?g { ?a ?b ?c }"
    triple = "?a ?b ?c"
    default, graph = "default-graph-uri", "named-graph-uri"
    assert count(plain(triple), (default, one)) == size(one)
    assert count(plain(triple), (default, one), (default, two)) == size(one, two)
    assert count(plain(named), (graph, one)) == size(one)
    assert count(plain(triple), (graph, one)) == 0
    assert count(plain(named), (default, two), (graph, one)) == size(one)
    # The request's graphs go before those of the query.
    assert count(f"SELECT (COUNT(*) AS ?n) FROM <{two}> {{ {triple} }}", (default, one)) == size(
        one
    )
    assert count(f"SELECT (COUNT(*) AS ?n) FROM <{two}> {{ {triple} }}") == size(two)
    refused = server.ask("ASK {}", **{default: "file:///etc/passwd"})
    assert (refused.status_code, "file:///etc/passwd" in refused.json()["detail"]) == (403, True)


def test_a_fault_is_told_with_line_and_column(server: Server) -> None:
    found = server.ask("SELECT ?a WHERE {\n  ?a ?b }}").json()

    assert (found["status"], found["line"]) == (400, 2)
    assert found["column"] > 1


def test_without_a_query_the_service_describes_itself(
    server: Server, small: KnowledgeGraph
) -> None:
    found = server.get("/sparql", "text/turtle")
    said = {(q.predicate.value.rpartition("#")[2], str(q.object)) for q in
            parse(found.content, RdfFormat.TURTLE)}  # fmt: skip

    assert found.status_code == 200
    assert ("endpoint", f"<{server.address}/sparql>") in said
    assert (
        "feature",
        "<http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph>",
    ) in said
    assert ("triples", str(Literal(len({q.triple for q in small.store})))) in said
    graphs = {name for kind, name in said if kind == "name"}
    assert graphs == {f"<{name}>" for name in small.named_graphs()}
    assert server.get("/sparql", "text/csv").status_code == 406


def test_options_say_what_may_be_sent(server: Server) -> None:
    found = server.client.options("/sparql")

    assert found.status_code == 204
    assert found.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"
    assert found.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in found.headers


# Isolation
# ---------


def test_a_runaway_query_is_stopped_and_everyone_else_is_served(server: Server) -> None:
    with ThreadPoolExecutor(4) as threads:
        runaway = threads.submit(server.ask, RUNAWAY)
        time.sleep(0.1)
        others = [server.ask("ASK {}") for _ in range(20)]
        stopped = runaway.result()

    assert {found.status_code for found in others} == {200}
    assert stopped.status_code == 504
    assert stopped.json()["detail"] == "the query took longer than 1 seconds and was stopped"
    assert [server.ask("ASK {}").status_code for _ in range(4)] == [200] * 4


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="this system has no priorities")
@pytest.mark.parametrize("may_come_back", [True, False])
def test_a_long_query_gives_way_to_others_and_its_worker_comes_back(
    small: KnowledgeGraph, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    may_come_back: bool,
) -> None:  # fmt: skip
    own = os.getpriority(os.PRIO_PROCESS, 0)
    shift, refused = os.setpriority, []

    def only_down(which: int, who: int, priority: int) -> None:
        if priority < os.getpriority(which, who) and not may_come_back:
            refused.append(who)
            raise PermissionError
        shift(which, who, priority)

    def niceness() -> list[int]:
        found = []
        for one in tuple(server.service.pool._all):
            with contextlib.suppress(ProcessLookupError):  # it may end at this moment
                if one.is_alive:
                    found.append(os.getpriority(os.PRIO_PROCESS, one.process.pid))
        return sorted(found)

    monkeypatch.setattr(os, "setpriority", only_down)
    with (
        running(small, tmp_path, seconds=3, workers=2) as server,
        ThreadPoolExecutor(2) as threads,
    ):
        runaway = threads.submit(server.ask, RUNAWAY)
        time.sleep(1)
        assert niceness() == [own, own + 10]
        assert runaway.result().status_code == 504

        monkeypatch.setattr("barriergraph.web.pool._LONG", 0)
        assert [server.ask("ASK {}").status_code for _ in range(4)] == [200] * 4
        ends = time.monotonic() + 60
        while niceness() != [own, own] and time.monotonic() < ends:
            time.sleep(0.05)
        assert niceness() == [own, own]
        after = {one.process.pid for one in server.service.pool._all}
    assert bool(refused) is not may_come_back
    assert not after & set(refused)  # who may not come back is replaced


def test_a_regular_expression_bomb_does_no_harm(server: Server) -> None:
    assert server.ask(BOMB).status_code in (200, 413, 504)
    assert server.ask("ASK {}").status_code == 200


def test_an_answer_that_is_too_long_is_refused(server: Server) -> None:
    found = server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f }")

    assert found.status_code == 413
    assert found.json()["detail"] == "the answer is longer than 262,144 bytes; ask for less of it"


def test_a_query_that_wants_too_much_memory_is_stopped(
    small: KnowledgeGraph, running: Running, tmp_path: Path
) -> None:
    hungry = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }"
    with running(small, tmp_path, memory=400 * 2**20, seconds=50, workers=1) as server:
        found = server.ask(hungry)

        assert found.status_code == 413
        assert found.json()["detail"] == "the query was stopped: it wanted more memory than 400 MB"
        assert server.ask("ASK {}").status_code == 200


def test_a_killed_worker_costs_only_its_own_answer(
    small: KnowledgeGraph, running: Running, tmp_path: Path
) -> None:
    with (
        running(small, tmp_path, seconds=30, workers=2) as server,
        ThreadPoolExecutor(2) as threads,
    ):
        pool = server.service.pool
        slow = threads.submit(server.ask, RUNAWAY)
        time.sleep(0.3)
        busy = [w for w in pool._all if w not in list(pool._idle._queue)]  # type: ignore[attr-defined]
        others = [threads.submit(server.ask, "ASK {}") for _ in range(10)]
        os.kill(busy[0].process.pid, signal.SIGKILL)

        assert slow.result().status_code == 413
        assert {other.result().status_code for other in others} == {200}
        assert [server.ask("ASK {}").status_code for _ in range(4)] == [200] * 4


def test_too_many_at_once_are_asked_to_come_again(
    small: KnowledgeGraph, running: Running, tmp_path: Path
) -> None:
    with running(small, tmp_path, workers=1, waiting=1, seconds=1) as server:

        async def all_at_once() -> list[httpx.Response]:
            async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
                asked = [client.get("/sparql", params={"query": RUNAWAY}) for _ in range(5)]
                return await asyncio.gather(*asked)

        found = asyncio.run(all_at_once())

    assert sorted(one.status_code for one in found) == [503, 503, 503, 504, 504]
    assert {one.headers.get("retry-after") for one in found if one.status_code == 503} == {"1"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of open files to be raised")
def test_a_thousand_clients_are_all_answered(
    small: KnowledgeGraph, running: Running, tmp_path: Path
) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 4096:
        pytest.skip(f"a process may have {hard} open files here, and this needs 4096")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
    with running(small, tmp_path, waiting=2000, seconds=20) as server:
        port = int(server.address.rpartition(":")[2])

        async def client() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n"
                         b"Connection: close\r\n\r\n")  # fmt: skip
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer.partition(b"\r\n")[0]

        async def all_at_once() -> set[bytes]:
            return set(await asyncio.gather(*(client() for _ in range(1000))))

        assert asyncio.run(all_at_once()) == {b"HTTP/1.1 200 OK"}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{url}> {{ ?a ?b ?c }} }}",
        "ASK {{ {{ SELECT ?a {{ OPTIONAL {{ SERVICE SILENT <{url}> {{ ?a ?b ?c }} }} }} }} }}",
        "SELECT * FROM <{url}> {{ ?a ?b ?c }}",
        "SELECT * FROM NAMED <file:///etc/passwd> {{ GRAPH ?g {{ ?a ?b ?c }} }}",
        "LOAD <{url}>",
        "CONSTRUCT {{ ?a ?b ?c }} FROM <{url}> WHERE {{ ?a ?b ?c }}",
    ],
)
def test_nothing_a_client_sends_makes_the_server_call_out(server: Server, query: str) -> None:
    with socket.socket() as canary:
        canary.bind(("127.0.0.1", 0))
        canary.listen()
        canary.settimeout(0.2)
        url = f"http://127.0.0.1:{canary.getsockname()[1]}/"

        found = server.ask(query.format(url=url))

        with pytest.raises(TimeoutError):
            canary.accept()
    assert found.status_code == 403


# Manners
# -------


PATHS = (
    "/sparql?query=ASK%7B%7D", "/sparql?query=ASK", "/nowhere", "/queries", "/queries/none",
    "/queries/counts", "/queries/counts/results", "/queries/counts/results.csv?nonsense=1",
    "/openapi.json", "/health", "/.well-known/sparql-examples",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_same_manners(server: Server, path: str) -> None:
    headers = server.get(path).headers

    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["vary"].split(", ")[0] == "Accept"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert len(headers["x-request-id"]) == 12
    assert "server" not in headers


@pytest.mark.parametrize("path", [PATHS[0], *PATHS[3:4], *PATHS[5:7], *PATHS[8:]])
def test_who_has_an_answer_is_not_sent_it_again(server: Server, path: str) -> None:
    first = server.get(path)
    again = server.get(path, **{"If-None-Match": first.headers["etag"]})
    other = server.get(path, **{"If-None-Match": '"another"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (other.status_code, other.content) == (200, first.content)


# The stored queries
# ------------------


@pytest.mark.parametrize("name", [form.name for form in FORMATS.values() if form.name != "html"])
@pytest.mark.parametrize("query", ["findings-about", "evidence-map", "counts"])
def test_an_answer_has_the_bytes_of_the_command_line(
    server: Server, small: KnowledgeGraph, query: str, name: str
) -> None:
    form = FORMATS[name]
    expected = small.run(query).to(name)

    by_ending = server.get(f"/queries/{query}/results.{form.ending}")
    by_accept = server.get(f"/queries/{query}/results", form.media_type)

    assert by_ending.content == (expected if isinstance(expected, bytes) else expected.encode())
    assert by_ending.headers["content-type"].partition(";")[0] == form.media_type
    if name != "table":
        assert by_accept.content == by_ending.content


def test_the_next_page_is_found_until_there_is_none(server: Server, small: KnowledgeGraph) -> None:
    path: str | None = "/queries/counts/results.csv?by=kind&limit=3"
    rows: list[str] = []
    while path:
        found = server.get(path)
        rows += found.text.splitlines()[1:]
        links = httpx.Response(200, headers={"Link": found.headers["link"]}).links
        path = links.get("next", {}).get("url")

    assert rows == small.run("counts", by="kind").to_csv().splitlines()[1:]


def test_labels_only_leaves_out_the_iris_beside_them(server: Server) -> None:
    found = server.get("/queries/counts/results.csv?labels=only&limit=1").text.splitlines()[0]

    assert found == "facet,valueLabel,findings,sources,studies"


@pytest.mark.parametrize(
    ("path", "status", "fields"),
    [
        ("/queries/count", 404, {"near": ["counts"]}),
        ("/queries/counts/results?bye=kind", 400, {"parameter": "bye", "near": ["by"]}),
        ("/queries/counts/results?by=kinds", 400, {"parameter": "by", "given": "kinds"}),
        ("/queries/counts/results?limit=few", 400, {"parameter": "limit"}),
        ("/queries/counts/results?labels=all", 400, {"parameter": "labels"}),
        ("/queries/counts/results.doc", 404, {}),
        ("/queries/counts/values/bye", 404, {"near": ["by"]}),
    ],
)
def test_what_cannot_be_answered_says_what_can(
    server: Server, path: str, status: int, fields: dict[str, object]
) -> None:
    found = server.get(path)

    assert found.status_code == status
    assert found.headers["content-type"] == "application/problem+json"
    assert fields.items() <= found.json().items()


def test_the_bound_query_gives_the_same_answer(server: Server) -> None:
    bound = server.get("/queries/findings-about/bound.rq?kind=barrier")

    assert bound.headers["content-type"] == "application/sparql-query"
    assert (
        server.ask(bound.text, "text/csv").text
        == server.get("/queries/findings-about/results.csv?kind=barrier").text
    )


def test_the_values_of_a_parameter_come_with_label_and_count(
    server: Server, small: KnowledgeGraph
) -> None:
    found = server.get("/queries/findings-about/values/kind?q=barr").json()["values"]

    barrier = small.resolve("kind:barrier")
    count = sum(1 for _ in small.store.quads_for_pattern(None, None, barrier))
    assert found == [{"value": "barrier", "iri": barrier.value, "label": "Barrier", "count": count}]


def test_the_catalogue_is_searched_by_words_and_tags(server: Server) -> None:
    def names(path: str) -> list[str]:
        return [one["name"] for one in server.get(path, "application/json").json()["queries"]]

    assert names("/queries?q=contested") == ["contested-factors"]
    assert names("/queries?tag=panel") == ["panel", "people-and-links"]
    assert names("/queries?q=nothing+of+the+kind") == []


def test_the_catalogue_is_rdf_too(server: Server, small: KnowledgeGraph) -> None:
    found = server.get("/.well-known/sparql-examples", "text/turtle")
    select = NamedNode("http://www.w3.org/ns/shacl#select")
    texts = [
        q.object.value for q in parse(found.content, RdfFormat.TURTLE) if q.predicate == select
    ]

    assert sorted(texts) == sorted(query.text for query in small.queries.values())


def test_a_new_query_appears_everywhere(running: Running, tmp_path: Path) -> None:
    (tmp_path / "mine" / "queries").mkdir(parents=True)
    (tmp_path / "mine" / "queries" / "kinds-of-pole.rq").write_text(
        "#+ title: Kinds of pole\n#+ question: Which poles?\n#+ tags: pole\n"
        "#+ parameter pole: bg:Pole  The pole\n"
        "PREFIX bg: <https://w3id.org/barriergraph/ontology#>\n"
        "SELECT ?pole { VALUES ?pole { UNDEF } ?pole a bg:Pole } ORDER BY ?pole\n"
    )
    graph = load(tmp_path / "mine")
    with running(graph, tmp_path, workers=1) as server:
        listed = server.get("/queries", "application/json").json()["queries"]
        described = server.get("/openapi.json").json()["paths"]
        answer = server.get("/queries/kinds-of-pole/results.csv")
        page = server.get("/queries/kinds-of-pole", "text/html")

    assert "kinds-of-pole" in [one["name"] for one in listed]
    parameters = described["/queries/kinds-of-pole/results"]["get"]["parameters"]
    assert len(parameters[0]["schema"]["items"]["enum"]) == 22
    assert len(answer.text.splitlines()) == 1 + 22
    assert "<select" in page.text


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_no_text_in_a_parameter_widens_the_answer(server: Server, text: str) -> None:
    whole = set(server.get("/queries/findings-about/results.csv").text.splitlines())

    found = server.get(f"/queries/findings-about/results.csv?kind={quote(text, safe='')}")

    assert found.status_code in (200, 400)
    if found.status_code == 200:
        assert set(found.text.splitlines()) <= whole


def test_pages_are_whole_and_escape_what_they_are_given(server: Server) -> None:
    page = server.get("/queries?q=%3Cscript%3E", "text/html").text

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<h1>") == 1
    for name in ("evidence-map", "search", "gaps"):
        page = server.get(f"/queries/{name}", "text/html,*/*;q=0.1").text
        assert page.startswith("<!doctype html>")
        assert "/results.csv" in page


# Negotiation
# -----------


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "a/x"),
        ("b/y", "b/y"),
        ("a/*;q=0.2, b/y;q=0.1", "a/x"),
        ("*/*, a/x;q=0", "b/y"),
        ("B/Y", "b/y"),
        ('a/x;p="q,;q=0";q=0.3, b/y;q=0.4', "b/y"),
        ("a/x;q=nonsense, b/y;q=0.1", "b/y"),
        ("c/z", None),
        ("a/x;q=0", None),
    ],
)
def test_the_best_liked_type_is_chosen(accept: str, chosen: str | None) -> None:
    assert choose(accept, ["a/x", "b/y"]) == chosen


# The verb
# --------


def test_serve_answers_and_cuts_nothing_off_when_it_is_stopped(port: int) -> None:
    words = [sys.executable, "-m", "barriergraph", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        assert process.stderr is not None
        assert process.stderr.readline() == f"serving on http://127.0.0.1:{port}/ (Ctrl-C ends)\n"
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?a ?d ?e . ?f a ?b FILTER(?c != ?e) }"
        address = f"http://127.0.0.1:{port}/sparql?{urlencode({'query': slow})}"
        with ThreadPoolExecutor(1) as threads:
            for _ in range(200):
                with contextlib.suppress(httpx.ConnectError):
                    httpx.get(f"http://127.0.0.1:{port}/health", timeout=20)
                    break
                time.sleep(0.05)
            asked = threads.submit(httpx.get, address, timeout=60)
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            assert asked.result().status_code in (200, 504)
        assert process.wait(timeout=60) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.communicate()


def test_a_port_that_is_taken_is_told(port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        words = [sys.executable, "-m", "barriergraph", "serve", "--port", str(port)]
        done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 2
    assert done.stderr == (
        f"barriergraph: cannot serve on 127.0.0.1:{port}: address already in use; "
        "choose another with --port\n"
    )


def test_the_description_of_the_api_is_sound(server: Server) -> None:
    document = server.get("/openapi.json").json()

    assert document["openapi"] == "3.1.0"
    for path, item in document["paths"].items():
        operation = item["get"]
        assert operation["operationId"] == path.split("/")[2]
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert len(names) == len(set(names))
    assert json.loads(json.dumps(document)) == document


def test_reload_serves_what_has_changed_and_never_what_is_broken(tmp_path: Path, port: int) -> None:
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "new.ttl"
    path.write_text("<https://example.org/a> <https://example.org/b> 1 .")
    words = ["serve", "--port", str(port), "--workers", "1", "--reload", "--quiet"]
    words += ["--module", str(tmp_path)]
    process = subprocess.Popen(
        [sys.executable, "-m", "barriergraph", *words], stderr=subprocess.PIPE, encoding="utf-8"
    )
    query = urlencode({"query": "SELECT ?o { <https://example.org/a> <https://example.org/b> ?o }"})

    def values() -> list[str]:
        found = httpx.get(f"http://127.0.0.1:{port}/sparql?{query}", timeout=20)
        return [row["o"]["value"] for row in found.json()["results"]["bindings"]]

    try:
        assert process.stderr is not None
        process.stderr.readline()
        for _ in range(200):
            with contextlib.suppress(httpx.ConnectError):
                assert values() == ["1"]
                break
            time.sleep(0.05)
        path.write_text("<https://example.org/a> <https://example.org/b> 2 .")
        assert process.stderr.readline() == "serving what has changed\n"
        for _ in range(100):
            if values() == ["2"]:
                break
            time.sleep(0.05)
        assert values() == ["2"]
        path.write_text("<https://example.org/a> <https://example.org/b> ")
        assert "new.ttl" in process.stderr.readline()
        assert "what was served before is served on" in process.stderr.readline()
        assert values() == ["2"]
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_no_worker_outlives_a_server_that_is_killed(port: int) -> None:
    words = [sys.executable, "-m", "barriergraph", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, encoding="utf-8")
    address = f"http://127.0.0.1:{port}"

    def workers() -> list[str]:
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if path.read_text().rpartition(")")[2].split()[1] == str(process.pid):
                    found.append(path.parent.name)
        return found

    def asked() -> None:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{address}/sparql?{urlencode({'query': RUNAWAY})}", timeout=60)

    try:
        for _ in range(200):
            with contextlib.suppress(httpx.ConnectError):
                httpx.get(f"{address}/health", timeout=20)
                break
            time.sleep(0.05)
        (worker,) = workers()
        with ThreadPoolExecutor(1) as threads:
            threads.submit(asked)
            time.sleep(0.3)
            process.kill()
        place = Path("/proc") / worker
        for _ in range(100):
            if not place.exists() or ") Z " in (place / "stat").read_text():
                break
            time.sleep(0.05)
        else:
            raise AssertionError("the worker is still there")
    finally:
        process.kill()
        process.communicate()


#: What is asked for, with what is liked: where the answer stands, worked out by hand from the
#: rules of negotiation. A tie goes to the page.
NEGOTIATED = [
    ("/id/barrier/shyness", None, 303, "/id/barrier/shyness.html"),
    ("/id/barrier/shyness", "*/*", 303, "/id/barrier/shyness.html"),
    ("/id/barrier/shyness", "text/html,application/xhtml+xml,*/*;q=0.8", 303,
     "/id/barrier/shyness.html"),
    ("/id/barrier/shyness", "text/turtle", 303, "/id/barrier/shyness.ttl"),
    ("/id/barrier/shyness", "text/html;q=0.4, application/rdf+xml;q=0.9", 303,
     "/id/barrier/shyness.rdf"),
    ("/id/barrier/shyness", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"',
     303, "/id/barrier/shyness.jsonld"),
    ("/id/barrier/shyness", "application/n-triples, text/*;q=0.1", 303, "/id/barrier/shyness.nt"),
    ("/id/barrier/shyness", "image/png", 406, None),
    ("/id/barrier/nobody", "text/turtle", 404, None),
    ("/query/gaps", "text/turtle", 303, "/queries/gaps"),
    ("/query/nothing", "text/turtle", 404, None),
    ("/sparql", "text/html,*/*;q=0.8", 303, "/sparql.html"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "accept", "status", "location"), NEGOTIATED)
def test_a_name_leads_to_the_form_that_is_liked_best(
    server: Server, path: str, accept: str | None, status: int, location: str | None
) -> None:
    answered = server.get(path, accept)

    assert (answered.status_code, answered.headers.get("location")) == (status, location)
    assert answered.headers["vary"] == "Accept"


@pytest.mark.parametrize("path", ["/ontology", "/ontology/0.1.0", "/shapes"])
def test_a_document_is_answered_in_the_form_that_is_liked_best(server: Server, path: str) -> None:
    turtle, page = server.get(path, "text/turtle"), server.get(path, "text/html")

    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    assert turtle.headers["content-location"] == f"{path}.ttl"
    assert turtle.content == server.get(f"{path}.ttl").content
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.content == server.get(f"{path}.html").content


def test_what_is_served_is_what_is_published(server: Server) -> None:
    site = server.service.pages.site
    chosen = [path for number, path in enumerate(site.paths()) if number % 23 == 0]
    paths = [*chosen, "index.html", "map.html", "queries.html", "search.html", "queries/gaps.html",
             "queries/gaps/results.html", "queries/gaps/results.csv", "404.html",
             "map/evidence-map.html", "map/evidence-map.svg", "search.json"]  # fmt: skip

    different = [
        path for path in paths if server.get(f"/{path}", "text/html").content != site.render(path)
    ]

    assert different == []
    assert len(chosen) > 50


def test_a_page_travels_packed_and_is_not_sent_again(server: Server) -> None:
    plain = server.get("/ontology.html", **{"Accept-Encoding": "identity"})
    packed = server.get("/ontology.html", **{"Accept-Encoding": "gzip"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) * 4 < int(plain.headers["content-length"])
    assert packed.headers["etag"] != plain.headers["etag"]
    again = server.get(
        "/ontology.html",
        **{"Accept-Encoding": "gzip", "If-None-Match": packed.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_leads_machines_on(server: Server) -> None:
    link = server.get("/id/source/gull1990.html").headers["link"]

    assert '</id/source/gull1990.ttl>; rel="describedby"; type="text/turtle"' in link
    assert '<https://w3id.org/barriergraph/id/source/gull1990>; rel="cite-as"' in link
    assert '</id/source/gull1990.bib>; rel="alternate"; type="application/x-bibtex"' in link


def test_a_map_refuses_a_filter_that_it_does_not_have(server: Server) -> None:
    answered = server.get("/map?profesion=captain")

    assert answered.status_code == 400
    assert (
        answered.json()["detail"] == "the map has no filter 'profesion'; did you mean 'profession'?"
    )
    unknown = server.get("/map?profession=pirate")
    assert unknown.json()["detail"].startswith("parameter 'profession' takes a bg:Profession")


def test_a_browser_gets_a_page_for_what_is_not_there(server: Server) -> None:
    page, problem = server.get("/a/b/c", "text/html"), server.get("/a/b/c", "application/json")

    assert page.status_code == problem.status_code == 404
    assert b'href="../../index.html"' in page.content
    assert problem.json()["detail"] == "there is nothing at /a/b/c"


def test_the_server_has_the_dumps_and_their_description(server: Server) -> None:
    import gzip

    dump = server.get("/dumps/barriergraph.nq.gz").content
    assert gzip.decompress(dump) == server.get("/dumps/barriergraph.nq").content
    assert b"void:Dataset" in server.get("/.well-known/void").content
    assert b"dcat:Dataset" in server.get("/dcat.ttl").content
    trig = server.get("/id/finding/gull1990-1.nanopub.trig")
    assert trig.headers["content-type"] == "application/trig"
    assert b"np:Nanopublication" in trig.content


NOTHING = (
    "id/finding/nobody.html", "id/finding/nobody.ttl", "id/finding/nobody.nanopub.trig",
    "id/finding/gull1990-1.nanopub.trig.gz", "id/barrier/shyness.nanopub.trig", "id/nobody.html",
    "id/finding-2.html", "id/barrier/", "at/example.org/x.html", "graph/data/none.html",
    "queries/none.rq", "queries/gaps/example-99.html", "map/evidence-map/nobody.html",
    "static/none.js", "ontology/9.html", "dumps/none.ttl",
)  # fmt: skip


@pytest.mark.parametrize("path", NOTHING)
def test_nothing_stands_at_a_path_of_no_page(server: Server, path: str) -> None:
    answered = server.get(f"/{path}", "application/json")

    assert (answered.status_code, answered.json()["detail"]) == (
        404,
        f"there is nothing at /{path}",
    )


def test_a_link_of_the_site_leads_somewhere_whatever_letters_a_thing_has(
    running: Running, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    concepts = "\n".join(
        f"<{iri}> a bg:Barrier ; skos:prefLabel 'Peur {number}'@fr ."
        for number, iri in enumerate((
            f"{ID}barrier/peur-\xe9", f"{ID}barrier/a%20b", f"{ID}barrier/a(b)@c",
            "https://example.org/mine/peur-\xe9#x", "https://example.org/mine/a%20b?c=d",
        ))
    )  # fmt: skip
    (tmp_path / "data" / "odd.ttl").write_text(
        "PREFIX bg: <https://w3id.org/barriergraph/ontology#>\n"
        f"PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n{concepts}\n",
        encoding="utf-8",
    )
    graph = f"graph/module/{tmp_path.name}/data/odd"
    with running(load(tmp_path), tmp_path) as server:
        links = set()
        for page in ("/id/barrier.html", f"/{graph}.html"):
            body = server.get(page, "text/html").text
            links |= {urljoin(page, unescape(one)) for one in re.findall(r'href="([^"#]+)"', body)}
        odd = {one for one in links if "peur" in one or "%25" in one or "(b)" in one}

        answered = {one: server.get(one, "text/html").status_code for one in odd}
        turtle = {server.get(one[:-5], "text/turtle").headers["location"] for one in odd}

    assert answered == dict.fromkeys(odd, 200)
    assert turtle == {f"{one[:-5]}.ttl" for one in odd}
    assert len(odd) == 5


def test_a_path_that_is_too_long_is_of_nothing_and_leaves_nothing(server: Server) -> None:
    things = server.service.pages.site.reading.things
    known = things._known.cache_info().currsize

    assert server.get(f"/at/example.org/{'~' * 2_000}.html").status_code == 404
    assert server.get(f"/id/barrier/{'x' * 2_000}.html").status_code == 404
    assert things._known.cache_info().currsize <= known + 64  # those that were named as near


def test_pages_that_many_ask_for_at_once_are_counted_once(small: KnowledgeGraph) -> None:
    pages = Pages(small)
    start = Barrier(8)

    def made() -> bytes:
        start.wait()
        return b"x" * 1_000

    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda _: pages._kept("page", made), range(8)))

    assert bodies == [b"x" * 1_000] * 8
    assert pages._bodies.weight == 1_000


def test_a_graph_without_maps_has_none(running: Running, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("<x:a> <x:b> <x:c> .", encoding="utf-8")

    with running(load(tmp_path, base=False), tmp_path) as server:
        assert server.get("/map", "text/html").status_code == 404
