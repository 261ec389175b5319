"""What a query needs of an engine elsewhere, fetched, so that it can be answered here."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from barriergraph.errors import BarrierGraphError, EndpointError, EngineWarning, QueryError
from barriergraph.needs import needs
from barriergraph.parts import is_word
from barriergraph.remote.store import RemoteStore
from barriergraph.tokens import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.results import Row

#: More statements are not fetched for one answer.
MOST = 1_000_000

#: Where what the endpoint's default graph has stands here.
_FETCHED = NamedNode("urn:x-barriergraph:fetched")


def answer(
    store: RemoteStore, name: str, query: str, ask: Callable[[], tuple[Row, ...]]
) -> tuple[tuple[Row, ...], Store | None]:
    """Return the rows of a stored query, and what was fetched if they were found in that.

    They are found here for a query that the engine is known to answer wrongly, and for every one if
    the store fetches; else `ask` has the engine answer.

    Raises: as `ask`; QueryError for more than a million statements, and EndpointError as `fetched`,
        if the store fetches.

    Warns: EngineWarning for a query that the engine is known to answer wrongly.
    """
    rows = None
    if not store.fetches and store.doubt(name) is None:
        try:
            rows = ask()
        except BarrierGraphError:
            if store.doubt(name) is None:
                raise
        if rows is not None and store.doubt(name) is None:  # who answers may be known only now
            return rows, None
    here, said = _stand_in(store, name, query)
    if said:
        warnings.warn(said, EngineWarning, stacklevel=3)  # of who called `run`
    if here is None:
        return (ask() if rows is None else rows), None
    found = here.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return tuple(tuple(row) for row in found), here


def _stand_in(store: RemoteStore, name: str, query: str) -> tuple[Store | None, str | None]:
    """Return what a stored query needs, if that can be fetched, and what to say of the answer."""
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
    named = any(is_word(token, "GRAPH") for token in tokens(query))
    found = Store()
    left = most
    for predicate, value in needs(query):
        if predicate is None and len(store) > most:
            return None
        if named:
            quads = list(store.quads_for_pattern(None, predicate, value))
        else:
            quads = list(_triples(store, predicate, value))
        left -= len(quads)
        if left < 0:
            return None
        found.extend(quads)
    return found


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
