"""Whether a text with retired terms replaced says what it said before, with them replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from barriergraph.errors import QueryError, SourceError
from barriergraph.queries import parse as parse_query
from barriergraph.rdf import named, sorted_quads
from barriergraph.tokens import IRI, NAME, tokens

#: Properties whose values name a retired term on purpose.
KEPT = frozenset(named(curie).value for curie in ("dcterms:isReplacedBy", "dcterms:replaces"))


def check_query(before: str, after: str, path: str, count: int) -> None:
    """Raise QueryError unless two texts of a query differ in so many names only."""
    try:
        parse_query(after, path)
    except SourceError as error:
        raise QueryError(f"with the terms replaced it is no stored query: {error}") from None
    old, new = ([(kind, word) for kind, word, _ in tokens(text)] for text in (before, after))
    differ = [(a, b) for a, b in zip(old, new, strict=False) if a != b]
    names = all(kind in (IRI, NAME) for pair in differ for kind, _ in pair)
    if len(old) != len(new) or len(differ) != count or not names:
        raise QueryError("more would change than the terms; change it by hand")


def check_turtle(before: str, after: str, retired: Mapping[str, tuple[str, ...]]) -> None:
    """Raise QueryError unless a text says what another says with the retired terms replaced."""
    old = [quad.triple for quad in parse(before.encode(), RdfFormat.TURTLE)]
    try:
        new = [quad.triple for quad in parse(after.encode(), RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise QueryError(f"with the terms replaced it is no Turtle: {error.msg}") from None
    left = _belonging(old, retired)
    expected = [one if one.subject in left else _replaced(one, retired) for one in old]
    if _canonical(expected) != _canonical(new):
        raise QueryError("it would not say the same with the terms replaced; change it by hand")


def _belonging(triples: Sequence[Triple], retired: Mapping[str, object]) -> set[object]:
    """Return the retired terms and the blank nodes that only they lead to."""
    about: dict[object, list[Triple]] = {}
    for one in triples:
        about.setdefault(one.subject, []).append(one)
    waiting: list[object] = [NamedNode(iri) for iri in retired]
    found = set(waiting)
    while waiting:
        for one in about.get(waiting.pop(), ()):
            if isinstance(one.object, BlankNode) and one.object not in found:
                found.add(one.object)
                waiting.append(one.object)
    return found


def _replaced(one: Triple, retired: Mapping[str, tuple[str, ...]]) -> Triple:
    value = one.object
    if one.predicate.value not in KEPT:
        if isinstance(value, NamedNode):
            new = _instead(value, retired)
            value = value if new == one.subject else new
        elif isinstance(value, Literal) and not value.language:
            value = Literal(value.value, datatype=_instead(value.datatype, retired))
    return Triple(one.subject, _instead(one.predicate, retired), value)


def _instead(node: NamedNode, retired: Mapping[str, tuple[str, ...]]) -> NamedNode:
    new = retired.get(node.value, ())
    return NamedNode(new[0]) if len(new) == 1 else node


def _canonical(triples: Sequence[Triple]) -> list[str]:
    quads = {Quad(one.subject, one.predicate, one.object) for one in triples}
    return [str(quad) for quad in sorted_quads(quads)]
