"""What a query or duty needs of an endpoint is fetched, and no more is needed to answer it here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, Variable, parse

from barriergraph import (
    BarrierGraphError,
    EndpointError,
    KnowledgeGraph,
    QueryError,
    connect,
    load,
    sources,
)
from barriergraph.namespaces import slug
from barriergraph.needs import needs
from barriergraph.remote import Endpoint
from barriergraph.remote.fetching import MOST, TOO_MANY, Fetching, fetched
from barriergraph.remote.store import RemoteStore
from barriergraph.remote.virtuoso import WRONG_CHECKS
from barriergraph.validation import validate_store
from barriergraph.values import by_name


class _Whole(RemoteStore):
    """A store of this process, asked as one elsewhere is: what it has is one graph."""

    def __init__(self, store: Store, software: str = "") -> None:
        super().__init__(Endpoint("http://127.0.0.1:9/sparql"), fetches=not software)
        self.endpoint.software = software
        self._store = store

    def query(
        self, query: str, *, substitutions: dict[Variable, NamedNode] | None = None, **_: object
    ) -> QuerySolutions:
        return self._store.query(  # type: ignore[return-value]
            query, use_default_graph_as_union=True, substitutions=substitutions or {}
        )


def test_properties_are_found_wherever_a_query_has_them() -> None:
    text = """
    PREFIX : <https://example.org/>
    SELECT ?x (COUNT(?y) AS ?n) WHERE {
      VALUES ?slot { UNDEF }
      GRAPH ?g { ?x a :A ; :p1 ?y }
      ?x a :B .
      OPTIONAL { ?x :p2|^:p3 ?z FILTER NOT EXISTS { ?z :p4 ?slot . ?z :p5/:p6+ :v } }
      { SELECT ?x { ?x :p7 :v . ?x :p8 :v } } UNION { ?x :p8 ?w MINUS { ?x :p9? ?w } }
      BIND(EXISTS { ?x :p10 "text" } AS ?there)
    } GROUP BY ?x HAVING (COUNT(?y) > 1) ORDER BY ?x
    """

    found = {(p and p.value.rpartition("/")[2], o and o.value[-1]) for p, o in needs(text)}

    assert found == {
        ("22-rdf-syntax-ns#type", "A"), ("22-rdf-syntax-ns#type", "B"), ("p1", None), ("p2", None),
        ("p3", None), ("p4", None), ("p5", None), ("p6", None), ("p7", "v"), ("p8", None),
        ("p9", None), ("p10", None),
    }  # fmt: skip


@pytest.mark.parametrize("pattern", ["?x ?p ?y", "?x !<urn:p> ?y", "?x (<urn:q>|!^<urn:p>)* ?y"])
def test_a_query_with_any_property_needs_everything(pattern: str) -> None:
    assert (None, None) in needs(f"SELECT * {{ {pattern} }}")


def test_a_query_that_cannot_be_read_may_need_everything() -> None:
    assert needs("SELECT * { ?x <urn:p> ") == [(None, None)]


def test_every_stored_query_is_answered_from_what_it_needs(real: KnowledgeGraph) -> None:
    for name, query in real.queries.items():
        for example in ((), *query.examples):
            parameters = by_name(example)
            text = real.bind(name, **parameters)
            here = fetched(_Whole(real.store), text)
            assert here is not None
            rows = [tuple(row) for row in here.query(text, use_default_graph_as_union=True)]  # type: ignore[union-attr]
            assert rows == list(real.run(name, **parameters).rows), (name, parameters)


def test_more_than_what_may_be_fetched_is_not() -> None:
    store = Store()
    a, p, q = (NamedNode(f"urn:{name}") for name in "apq")
    store.extend(Quad(a, one, NamedNode(f"urn:v{n}"), a) for n in range(5) for one in (p, q))

    def count(query: str, most: int) -> int | None:
        found = fetched(_Whole(store), query, most)
        return None if found is None else len(found)

    assert count("SELECT * { ?x <urn:p> ?y }", 5) == 5
    assert count("SELECT * { ?x <urn:p> ?y }", 4) is None
    assert count("SELECT * { ?x <urn:p>|<urn:q> ?y }", 9) is None
    assert count("SELECT * { ?x <urn:p> <urn:v1> }", 1) == 1
    assert count("SELECT * { ?x ?any ?y }", 10) == 10
    assert count("SELECT * { ?x ?any ?y }", 9) is None


def test_what_is_held_at_once_is_bounded_and_nothing_is_counted_twice() -> None:
    store = Store()
    for line in ("<x:a> <x:p> <x:v>", "<x:b> <x:p> <x:w>", "<x:a> <x:q> <x:v>"):
        store.load(f"{line} .", RdfFormat.N_TRIPLES)
    fetching = Fetching(_Whole(store), most=2)

    assert fetching.fetch("ASK { ?a <x:p> ?b }", "ASK { ?a <x:p> <x:v> }") == 2
    assert fetching.fetch("ASK { ?a <x:p> ?b }") == 2
    assert fetching.fetch("ASK { ?a <x:q> ?b }") == 1
    assert {quad.predicate.value for quad in fetching.found} == {"x:q"}
    assert fetching.fetch("ASK { ?a <x:p> ?b ; <x:q> ?c }") is None


def test_an_endpoint_that_gives_too_little_is_told_where_fetching_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = connect("http://127.0.0.1:9/sparql", fetch=True)
    with monkeypatch.context() as patch:
        patch.setattr(RemoteStore, "count", lambda *_: MOST + 1)
        with pytest.raises(QueryError, match="'what-if' cannot be answered here: it needs more"):
            graph.run("what-if")
    with pytest.raises(EndpointError, match=r"127\.0\.0\.1:9"):
        graph.run("gaps")


@pytest.fixture(scope="module")
def mistaken() -> Store:
    """What ships, as asserted, with a mistake of almost every kind beside it."""
    store = Store()
    store.extend(load(infer=False).store)
    for path in sorted((Path(__file__).parent / "shapes").glob("*.ttl")):
        for one in parse(path.read_bytes(), RdfFormat.TURTLE, rename_blank_nodes=True):
            store.add(Quad(*one.triple, NamedNode("urn:mistakes")))
    return store


@pytest.fixture(scope="module")
def shapes() -> list[Quad]:
    """The shapes that ship."""
    return list(sources.shapes(sources.base_module()))


def test_every_duty_is_checked_in_what_it_needs(mistaken: Store, shapes: list[Quad]) -> None:
    expected = validate_store(mistaken, shapes)
    report = validate_store(_Whole(mistaken), shapes)  # type: ignore[arg-type]

    assert report.results == expected.results
    assert report.refused == ()
    assert {one.reason for one in report.fetched} == {"every check is made here"}
    assert {one.shape for one in expected.results} <= {one.shape for one in report.fetched}
    assert max(one.statements for one in report.fetched) <= len(mistaken)


def test_what_virtuoso_gets_wrong_is_checked_here(mistaken: Store, shapes: list[Quad]) -> None:
    expected = validate_store(mistaken, shapes)
    known = [slug(one.shape.value) in WRONG_CHECKS for one in expected.results]
    focus = expected.results[known.index(True)].focus_node
    there = _Whole(mistaken, "Virtuoso/07.20")
    whole = validate_store(there, shapes)  # type: ignore[arg-type]
    one = validate_store(there, shapes, focus=focus)  # type: ignore[arg-type]

    for report in (whole, one):
        assert {slug(checked.shape.value) for checked in report.fetched} == set(WRONG_CHECKS)
        assert report.refused == ()
    assert whole.results == expected.results
    assert one.results == tuple(one for one in expected.results if one.focus_node == focus)


@pytest.mark.parametrize("error", [None, QueryError("refused"), EndpointError("urn:x", "cut")])
def test_a_duty_is_unknown_where_what_it_needs_is_not_fetched(
    mistaken: Store,
    shapes: list[Quad],
    monkeypatch: pytest.MonkeyPatch,
    error: BarrierGraphError | None,
) -> None:
    def fetch(*_: object) -> None:
        if error:
            raise error

    monkeypatch.setattr(Fetching, "fetch", fetch)
    report = validate_store(_Whole(mistaken, "Virtuoso/07.20"), shapes)  # type: ignore[arg-type]

    assert report.fetched == ()
    assert {slug(one.shape.value) for one in report.refused} == set(WRONG_CHECKS)
    told = {one.reason.partition(" (")[2] for one in report.refused}
    assert told == {f"{error or TOO_MANY})"}


def test_an_endpoint_that_does_not_give_what_duties_need_is_not_asked_for_long(
    mistaken: Store, shapes: list[Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fetch(*texts: str) -> None:
        asked.append(texts)
        raise EndpointError("urn:x", "no answer")

    monkeypatch.setattr(Fetching, "fetch", fetch)
    with pytest.raises(EndpointError, match="no answer"):
        validate_store(_Whole(mistaken), shapes)  # type: ignore[arg-type]
    assert len(asked) == 3


def test_fetching_needs_an_endpoint(command: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = command("run", "gaps", "--fetch")

    assert (code, out) == (2, "")
    assert err == (
        "barriergraph: --fetch takes what is needed from an endpoint; add --endpoint URL\n"
    )
