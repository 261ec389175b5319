"""What a stored query needs of an endpoint is fetched, and no more is needed to answer it here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from barriergraph import EndpointError, KnowledgeGraph, QueryError, connect
from barriergraph.needs import needs
from barriergraph.remote.fetching import fetched
from barriergraph.remote.store import RemoteStore
from barriergraph.values import by_name


class _Whole(RemoteStore):
    """A store of this process, asked as one elsewhere is: what it has is one graph."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def query(self, query: str, **_: object) -> QuerySolutions:
        return self._store.query(query, use_default_graph_as_union=True)  # type: ignore[return-value]


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


def test_an_endpoint_that_gives_too_little_is_told_where_fetching_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = connect("http://127.0.0.1:9/sparql", fetch=True)
    monkeypatch.setattr(RemoteStore, "__len__", lambda _: 2_000_000)

    with pytest.raises(QueryError, match="'what-if' cannot be answered here: it needs more than"):
        graph.run("what-if")
    with pytest.raises(EndpointError, match=r"127\.0\.0\.1:9"):
        graph.run("gaps")


def test_fetching_needs_an_endpoint(command: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = command("run", "gaps", "--fetch")

    assert (code, out) == (2, "")
    assert err == (
        "barriergraph: --fetch takes what a query needs from an endpoint; add --endpoint URL\n"
    )
