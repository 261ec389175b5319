"""What follows from added statements alone is what follows from everything, less what was there."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from barriergraph.inference import NEW, close, rules
from barriergraph.namespaces import PREFIXES
from barriergraph.sources import base_module, read_into

RDF, RDFS, OWL = (PREFIXES[name] for name in ("rdf", "rdfs", "owl"))
TYPE = NamedNode(RDF + "type")
CLASSES = [NamedNode(f"https://example.org/C{n}") for n in range(4)]
PROPERTIES = [NamedNode(f"https://example.org/p{n}") for n in range(4)]
THINGS = [NamedNode(f"https://example.org/i{n}") for n in range(4)]


def triples(store: Store) -> set[Triple]:
    return {quad.triple for quad in store}


def closed(*parts: list[Quad]) -> Store:
    """Return a store closed over the first part, then over each part that is added."""
    store = Store()
    store.extend(parts[0])
    close(store)
    for part in parts[1:]:
        store.extend(part)
        names = {quad.graph_name for quad in part}
        close(store, added=[name for name in names if isinstance(name, NamedNode)])
    return store


@pytest.fixture(scope="module")
def shipped() -> dict[NamedNode, list[Quad]]:
    """The statements of the content that ships, by named graph."""
    store = Store()
    read_into(store, [base_module()])
    found: dict[NamedNode, list[Quad]] = {}
    for quad in store:
        assert isinstance(quad.graph_name, NamedNode)
        found.setdefault(quad.graph_name, []).append(quad)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_files_of_the_shipped_graph_that_are_added_later(
    shipped: dict[NamedNode, list[Quad]], seed: int
) -> None:
    random = Random(seed)
    names = sorted(shipped, key=str)
    random.shuffle(names)
    share = random.choice((1, 10, len(names) // 2, len(names) - 1))
    later = [quad for name in names[:share] for quad in shipped[name]]
    before = [quad for name in names[share:] for quad in shipped[name]]

    assert triples(closed(before, later)) == triples(closed([*before, *later]))


@pytest.mark.parametrize("seed", range(3))
def test_statements_of_the_shipped_graph_that_are_added_one_by_one(
    shipped: dict[NamedNode, list[Quad]], seed: int
) -> None:
    random = Random(seed)
    whole = [quad for quads in shipped.values() for quad in quads]
    ontology = [quad for quad in whole if "/graph/ontology/" in str(quad.graph_name)]
    data = [quad for quad in whole if "/graph/data/" in str(quad.graph_name)]
    assert len(ontology) + len(data) == len(whole)
    later = [
        Quad(quad.subject, quad.predicate, quad.object, NamedNode("https://example.org/later"))
        for quad in random.sample(data, 200)
    ]
    gone = {quad.triple for quad in later}
    before = ontology + [quad for quad in data if quad.triple not in gone]

    assert triples(closed(before, later)) == triples(closed(whole))


def axioms() -> st.SearchStrategy[list[Triple]]:
    """Statements of small ontologies in which everything may be said of everything."""
    cls, prop, thing = map(st.sampled_from, (CLASSES, PROPERTIES, THINGS))

    def one(subject: object, predicate: str, value: object) -> st.SearchStrategy[list[Triple]]:
        return st.builds(lambda s, o: [Triple(s, NamedNode(predicate), o)], subject, value)  # type: ignore[arg-type]

    kinds = st.sampled_from([
        NamedNode(OWL + name)
        for name in ("TransitiveProperty", "SymmetricProperty", "FunctionalProperty")
    ])  # fmt: skip

    def chain(numbers: tuple[NamedNode, NamedNode, NamedNode, int]) -> list[Triple]:
        left, right, upper, number = numbers
        first, second = BlankNode(f"a{number}"), BlankNode(f"b{number}")
        nil = NamedNode(RDF + "nil")
        head, rest = NamedNode(RDF + "first"), NamedNode(RDF + "rest")
        return [
            Triple(upper, NamedNode(OWL + "propertyChainAxiom"), first),
            Triple(first, head, left), Triple(first, rest, second),
            Triple(second, head, right), Triple(second, rest, nil),
        ]  # fmt: skip

    def some(numbers: tuple[NamedNode, NamedNode, NamedNode, int]) -> list[Triple]:
        on, filler, upper, number = numbers
        node = BlankNode(f"r{number}")
        return [
            Triple(node, TYPE, NamedNode(OWL + "Restriction")),
            Triple(node, NamedNode(OWL + "onProperty"), on),
            Triple(node, NamedNode(OWL + "someValuesFrom"), filler),
            Triple(node, NamedNode(RDFS + "subClassOf"), upper),
        ]

    statement = st.one_of(
        one(cls, RDFS + "subClassOf", cls),
        one(prop, RDFS + "subPropertyOf", prop),
        one(prop, OWL + "inverseOf", prop),
        one(prop, RDFS + "domain", cls),
        one(prop, RDFS + "range", cls),
        one(prop, RDF + "type", kinds),
        one(thing, RDF + "type", cls),
        one(thing, OWL + "sameAs", thing),
        st.builds(lambda s, p, o: [Triple(s, p, o)], thing, prop, thing),
        st.builds(lambda s, p, o: [Triple(s, p, o)], thing, prop, thing),
        st.builds(lambda s, p: [Triple(s, p, Literal("x"))], thing, prop),
        st.tuples(prop, prop, prop, st.integers(0, 99)).map(chain),
        st.tuples(prop, cls, cls, st.integers(0, 99)).map(some),
    )
    return st.lists(statement, max_size=14).map(lambda found: [t for part in found for t in part])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(axioms(), axioms(), axioms())
def test_axioms_and_statements_that_are_added_later(
    first: list[Triple], second: list[Triple], third: list[Triple]
) -> None:
    parts = [
        [Quad(*triple, NamedNode(f"https://example.org/graph/{name}")) for triple in part]
        for name, part in enumerate((first, second, third))
    ]

    store = closed(*parts)

    assert triples(store) == triples(closed([quad for part in parts for quad in part]))
    assert not any(str(name.value).startswith(NEW) for name in store.named_graphs())


def test_nothing_is_looked_for_where_nothing_was_added(
    shipped: dict[NamedNode, list[Quad]],
) -> None:
    store = closed([quad for quads in shipped.values() for quad in quads])

    assert close(store, added=[]) == 0
    assert close(store, added=shipped) == 0
    assert rules(store)
