"""What a query needs of an engine elsewhere, fetched, so that it can be answered here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from barriergraph.errors import EndpointError, QueryError
from barriergraph.parts import is_word
from barriergraph.remote.store import RemoteStore
from barriergraph.tokens import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Need: TypeAlias = tuple[NamedNode | None, NamedNode | None]

#: More statements are not fetched for one answer.
MOST = 1_000_000

#: Where what the endpoint's default graph has stands here.
_FETCHED = NamedNode("urn:x-barriergraph:fetched")


def stand_in(store: RemoteStore, name: str, query: str) -> tuple[Store | None, str | None]:
    """Return what a stored query is to be answered from here, if it is, and what to say of that.

    The query is one that the engine is known to answer wrongly, or the store fetches for every one.
    Where what is needed cannot be fetched, the engine's answer has to do, and that is said.

    Raises: QueryError for more than a million statements, EndpointError as `fetched`, if the store
        fetches.
    """
    doubt = store.doubt(name)
    reason = f"it needs more than {MOST:,} statements, which are not fetched"
    try:
        here = fetched(store, query)
    except EndpointError as error:
        if store.fetches:
            raise
        here, reason = None, f"what it needs cannot be fetched: {error}"
    if here is None and store.fetches:
        raise QueryError(f"'{name}' cannot be answered here: {reason}")
    if here is None:
        return None, f"{doubt} ({reason})"
    return here, doubt and (
        f"{doubt}, so it was answered here, from {len(here):,} statements fetched from there"
    )


def fetched(store: RemoteStore, query: str, most: int = MOST) -> Store | None:
    """Return the statements of an endpoint that a query can touch, None for more than `most`.

    They come from its default graph; for a query that asks for named graphs, from those. A blank
    node has one name in all of them only as far as the endpoint keeps to its names.

    Raises: EndpointError as `RemoteStore.query`, also where the endpoint cuts its answer.
    """
    read = _quads if any(is_word(token, "GRAPH") for token in tokens(query)) else _triples
    found = Store()
    left = most
    for need in needs(query):
        if need == (None, None) and len(store) > most:
            return None
        quads = list(read(store, *need))
        left -= len(quads)
        if left < 0:
            return None
        found.extend(quads)
    return found


def _quads(
    store: RemoteStore, predicate: NamedNode | None, value: NamedNode | None
) -> Iterator[Quad]:
    return store.quads_for_pattern(None, predicate, value)


def _triples(
    store: RemoteStore, predicate: NamedNode | None, value: NamedNode | None
) -> Iterator[Quad]:
    p, o = predicate or "?p", value or "?o"
    columns = " ".join(
        f"?{name}" for name, free in (("p", not predicate), ("o", not value)) if free
    )
    rows = store.query(f"SELECT DISTINCT ?s {columns} {{ ?s {p} {o} }}")
    assert isinstance(rows, QuerySolutions)
    for row in rows:
        yield Quad(row["s"], predicate or row["p"], value or row["o"], _FETCHED)


def needs(query: str) -> list[Need]:
    """Return the properties that a query asks with, each with its only value if that is given.

    A property that can be any is None; so is a value.

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

    found = set(_patterns(translateQuery(parseQuery(query)).algebra))
    whole = {predicate for predicate, value in found if value is None}
    kept = {(p, o) for p, o in found if o is None or p not in whole}
    return [
        (None if p is None else NamedNode(p), None if o is None else NamedNode(o))
        for p, o in sorted(kept, key=lambda need: (need[0] or "", need[1] or ""))
    ]


def _patterns(node: object) -> Iterator[tuple[str | None, str | None]]:
    """Yield the property and the value of each pattern of an algebra, or None where it is open."""
    from rdflib import URIRef, Variable
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        for name, part in node.items():
            if name == "triples":
                for _, predicate, value in _threes(part):
                    if isinstance(predicate, Variable):
                        yield None, None
                    elif isinstance(predicate, URIRef):
                        yield str(predicate), str(value) if isinstance(value, URIRef) else None
                    else:
                        yield from ((one, None) for one in _of_path(predicate))
            else:
                yield from _patterns(part)
    elif isinstance(node, list | tuple | set | frozenset):
        for part in node:
            yield from _patterns(part)


def _threes(triples: Sequence[object]) -> Iterator[Sequence[object]]:
    """Yield the triples of a pattern, which within a filter rdflib leaves as one flat list."""
    from pyparsing import ParseResults

    flat = [
        term
        for one in triples
        for term in (one if isinstance(one, list | tuple | ParseResults) else [one])
    ]
    return zip(flat[::3], flat[1::3], flat[2::3], strict=True)


def _of_path(path: object) -> Iterator[str | None]:
    """Yield the properties of a path, or None for one that may be any but some."""
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
