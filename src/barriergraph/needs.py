"""Which statements a SPARQL query can touch: the properties that it asks with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Need: TypeAlias = tuple[NamedNode | None, NamedNode | None]


def needs(query: str) -> list[Need]:
    """Return the properties that a query asks with, each with its only value if that is given.

    A property that can be any is None; so is a value. A query that rdflib cannot read may need
    anything.

    >>> text = "SELECT ?x { ?x a <urn:C> ; <urn:p>/^<urn:q>* ?y FILTER EXISTS { ?y ?p 1 } }"
    >>> for need in needs(text):
    ...     print(*need)
    None None
    <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:C>
    <urn:p> None
    <urn:q> None
    """
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        algebra = translateQuery(parseQuery(query)).algebra
    except Exception:  # it raises bare exceptions of many kinds
        return [(None, None)]
    found = set(_patterns(algebra))
    whole = {predicate for predicate, value in found if value is None}
    kept = {(p, o) for p, o in found if o is None or p not in whole}
    return [
        (None if p is None else NamedNode(p), None if o is None else NamedNode(o))
        for p, o in sorted(kept, key=lambda need: (need[0] or "", need[1] or ""))
    ]


def _patterns(node: object) -> Iterator[tuple[str | None, str | None]]:
    """Yield the property and the value of each pattern of an algebra, or None where it is open."""
    from rdflib import URIRef
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        for name, part in node.items():
            if name == "triples":
                for _, predicate, value in _threes(part):
                    given = isinstance(predicate, URIRef) and isinstance(value, URIRef)
                    yield from ((one, str(value) if given else None) for one in _of_path(predicate))
            else:
                yield from _patterns(part)
    elif isinstance(node, list | tuple | set | frozenset):
        for part in node:
            yield from _patterns(part)


def _threes(triples: Sequence[Any]) -> Iterator[Sequence[object]]:
    """Yield the triples of a pattern, which within a filter rdflib leaves as one flat list."""
    from rdflib.paths import Path
    from rdflib.term import Node

    flat = [term for one in triples for term in ([one] if isinstance(one, Node | Path) else one)]
    return zip(flat[::3], flat[1::3], flat[2::3], strict=True)


def _of_path(path: object) -> Iterator[str | None]:
    """Yield the properties of a path, or None for one that may be any, or any but some."""
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(path, URIRef):
        yield str(path)
    elif isinstance(path, SequencePath | AlternativePath):
        for one in path.args:
            yield from _of_path(one)
    elif isinstance(path, InvPath):
        yield from _of_path(path.arg)
    elif isinstance(path, MulPath):
        yield from _of_path(path.path)
    else:
        yield None
