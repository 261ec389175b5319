"""What a query needs of an engine elsewhere, fetched, so that it can be answered here."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from barriergraph.errors import EndpointError, QueryError
from barriergraph.needs import needs
from barriergraph.parts import is_word
from barriergraph.remote.store import RemoteStore
from barriergraph.tokens import tokens

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
