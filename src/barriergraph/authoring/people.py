"""Who wrote a source: an authorship for each place in the order, and the persons behind them."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.slugs import to_slug
from barriergraph.authoring.turtle import Block, block
from barriergraph.datatypes import XSD
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import slug
from barriergraph.rdf import named


def authorships(
    source: NamedNode, names: Sequence[str], space: str, graph: KnowledgeGraph
) -> tuple[list[NamedNode], list[Block]]:
    """Return the authorships of a source in order, and what is said of them and of new persons.

    A name is 'Family, Given', or a family name alone. A person of the graph with the same name is
    taken; another gets an address that begins with `space`.
    """
    places, blocks = [], []
    people: list[Block] = []
    for position, name in enumerate(names, 1):
        family, _, given = (part.strip() for part in name.partition(","))
        full = f"{given} {family}".strip()
        known = _person(graph, full, family)
        person = known or NamedNode(f"{space}person/{to_slug(f'{family} {given}')}")
        if known is None:
            people.append(block(person, [
                (named("rdf:type"), [named("bg:Person")]),
                (named("foaf:name"), [Literal(full)]),
                (named("foaf:givenName"), [Literal(given)] if given else []),
                (named("foaf:familyName"), [Literal(family)]),
            ]))  # fmt: skip
        place = NamedNode(f"{space}authorship/{slug(source.value)}-{position}")
        places.append(place)
        blocks.append(block(place, [
            (named("rdf:type"), [named("bg:Authorship")]),
            (named("bg:author"), [person]),
            (named("bg:position"), [Literal(str(position), datatype=NamedNode(f"{XSD}integer"))]),
        ]))  # fmt: skip
    return places, [*blocks, *people]


def _person(graph: KnowledgeGraph, full: str, family: str) -> NamedNode | None:
    """Return the one person of the graph with that name, or None."""
    found = {
        quad.subject
        for quad in graph.store.quads_for_pattern(None, named("foaf:name"), Literal(full))
        if isinstance(quad.subject, NamedNode)
    }
    same = [
        one
        for one in found
        if next(graph.store.quads_for_pattern(one, named("foaf:familyName"), Literal(family)), None)
    ]
    return same[0] if len(same) == 1 else None
