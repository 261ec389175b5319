"""Standard clients on a running server, with nothing told to them but its address."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)  # fmt: skip

from barriergraph import KnowledgeGraph

SELECT = "SELECT ?a ?b { ?a a ?b FILTER(isIRI(?a)) } ORDER BY ?a ?b LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?a a ?b } WHERE { ?a a ?b FILTER(isIRI(?a)) }"


@pytest.fixture(scope="module")
def address(
    small: KnowledgeGraph, running: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The SPARQL endpoint of the lighthouse keepers' graph."""
    with running(small, tmp_path_factory.mktemp("clients"), seconds=10) as server:
        yield f"{server.address}/sparql"


def wrapper(address: str, query: str, method: str, request: str, form: str) -> SPARQLWrapper:
    found = SPARQLWrapper(address)
    found.setQuery(query)
    found.setMethod(method)
    found.setRequestMethod(request)
    found.setReturnFormat(form)
    return found


WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


@pytest.mark.parametrize(("method", "request_method"), WAYS)
@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_gets_tables(
    address: str, small: KnowledgeGraph, method: str, request_method: str, form: str
) -> None:
    found = wrapper(address, SELECT, method, request_method, form).queryAndConvert()

    expected = [[term.value for term in row] for row in small.query(SELECT).rows]  # type: ignore[union-attr]
    if form == JSON:
        rows = [[r["a"]["value"], r["b"]["value"]] for r in found["results"]["bindings"]]
    elif form == XML:
        texts = [node.firstChild.data for node in found.getElementsByTagName("uri")]
        rows = [texts[place : place + 2] for place in range(0, len(texts), 2)]
    else:
        mark = "," if form == CSV else "\t"
        lines = found.decode().splitlines()[1:]
        rows = [[cell.strip("<>") for cell in line.split(mark)] for line in lines]
    assert rows == expected


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # its own
@pytest.mark.parametrize(("method", "request_method"), WAYS)
@pytest.mark.parametrize("form", [TURTLE, RDFXML, JSONLD, N3, XML])
def test_sparqlwrapper_gets_graphs(
    address: str, small: KnowledgeGraph, method: str, request_method: str, form: str
) -> None:
    found = wrapper(address, CONSTRUCT, method, request_method, form).queryAndConvert()

    if isinstance(found, bytes):
        graph = rdflib.Graph().parse(io.BytesIO(found), format="turtle")
    else:
        graph = found
    expected = rdflib.Graph().parse(
        data=small.query(CONSTRUCT).serialize("ntriples"), format="nt"  # type: ignore[union-attr]
    )  # fmt: skip
    assert set(graph) == set(expected)


@pytest.mark.parametrize(("method", "request_method"), WAYS)
def test_sparqlwrapper_gets_the_answer_of_ask(
    address: str, method: str, request_method: str
) -> None:
    found = wrapper(address, "ASK { ?a ?b ?c }", method, request_method, JSON).queryAndConvert()

    assert found["boolean"] is True


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflibs_store_asks_the_endpoint(address: str, small: KnowledgeGraph, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(address, method=method, returnFormat="json"))

    rows = [[str(a), str(b)] for a, b in graph.query(SELECT)]  # type: ignore[misc]

    assert rows == [[term.value for term in row] for row in small.query(SELECT).rows]  # type: ignore[union-attr]


def test_pandas_reads_an_answer_by_its_address(address: str, small: KnowledgeGraph) -> None:
    import pandas

    frame = pandas.read_csv(address.replace("/sparql", "/queries/counts/results.csv"))

    assert list(frame.columns) == list(small.run("counts").columns)
    assert len(frame) == len(small.run("counts"))
