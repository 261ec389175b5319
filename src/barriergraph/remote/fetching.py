"""What a query needs of an engine elsewhere, fetched, so that it can be answered here."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from barriergraph.errors import BarrierGraphError, EndpointError, EngineWarning, QueryError
from barriergraph.needs import needs
from barriergraph.parts import is_word
from barriergraph.remote.store import RemoteStore
from barriergraph.tokens import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from barriergraph.remote.store import Name
    from barriergraph.results import Row

    #: Whether named graphs are asked, for which property, and for which value if for one only.
    Wanted: TypeAlias = tuple[bool, NamedNode | None, NamedNode | None]

#: More statements are not fetched for one answer.
MOST = 1_000_000

#: What is said of an answer that needs more.
TOO_MANY = f"it needs more than {MOST:,} statements, which are not fetched"

#: Where what the endpoint's default graph has stands here.
_FETCHED = NamedNode("urn:x-barriergraph:fetched")


def answer(
    store: RemoteStore, name: str, query: str, ask: Callable[[], tuple[Row, ...]]
) -> tuple[tuple[Row, ...], Store | None]:
    """Return the rows of a stored query, and what was fetched if they were found in that.

    `query` is its text as it is asked here. The rows are found here for a query that the engine is
    known to answer wrongly, and for every one if the store fetches; else `ask` has the engine
    answer.

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
    reason = TOO_MANY
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
    fetching = Fetching(store, most=most)
    return None if fetching.fetch(query) is None else fetching.found


class Fetching:
    """What was fetched of an endpoint so far, for one query after another, in the store `found`.

    With `graphs`, the union of those is asked, in place of the endpoint's default graph.
    """

    def __init__(
        self, store: RemoteStore, graphs: Sequence[Name] | None = None, *, most: int = MOST
    ) -> None:
        self.found = Store()
        self._store = store
        self._graphs = graphs
        self._most = most
        self._there: dict[Wanted, int] = {}
        self._here: dict[Wanted, int] = {}

    def fetch(self, *queries: str) -> int | None:
        """Fetch what queries can touch and is not here yet; return how many statements they need.

        For more than the limit, as the endpoint counts them, nothing is fetched, and None returned.

        Raises: as `fetched`.
        """
        words = [token for query in queries for token in tokens(query)]
        named = self._graphs is None and any(is_word(token, "GRAPH") for token in words)
        wanted = dict.fromkeys((named, *need) for query in queries for need in needs(query))
        if (named, None, None) in wanted:
            wanted = {(named, None, None): None}
        wanted = {one: None for one in wanted if one[2] is None or (*one[:2], None) not in wanted}
        for one in wanted:
            if one not in self._there:
                self._there[one] = self._store.count(_pattern(*one), self._graphs)
        if sum(self._there[one] for one in wanted) > self._most:
            return None
        new = sum(self._there[one] for one in wanted if one not in self._here)
        if len(self.found) + new > self._most:  # what earlier queries needed makes room
            self.found = Store()
            self._here.clear()
        return sum(self._held(one) for one in wanted)

    def _held(self, wanted: Wanted) -> int:
        """Fetch what is not here yet, and return how many statements that are."""
        if wanted in self._here:
            return self._here[wanted]
        if wanted == (False, None, None):  # one by one, as all at once may take too long
            rows = self._store.query(
                f"SELECT DISTINCT ?p {{ {_pattern(*wanted)} }}", default_graph=self._graphs
            )
            assert isinstance(rows, QuerySolutions)
            size = sum(self._held((False, row["p"], None)) for row in rows)
        else:
            quads = list(self._quads(*wanted))
            self.found.extend(quads)
            size = len(quads)
        self._here[wanted] = size
        return size

    def _quads(
        self, named: bool, predicate: NamedNode | None, value: NamedNode | None
    ) -> Iterator[Quad]:
        if named:
            yield from self._store.quads_for_pattern(None, predicate, value)
            return
        free = (("?p", predicate), ("?o", value))
        columns = " ".join(name for name, given in free if given is None)
        rows = self._store.query(
            f"SELECT DISTINCT ?s {columns} {{ {_pattern(named, predicate, value)} }}",
            default_graph=self._graphs,
        )
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            yield Quad(row["s"], predicate or row["p"], value or row["o"], _FETCHED)


def _pattern(named: bool, predicate: NamedNode | None, value: NamedNode | None) -> str:
    pattern = f"?s {predicate or '?p'} {value or '?o'}"
    return f"GRAPH ?g {{ {pattern} }}" if named else pattern
