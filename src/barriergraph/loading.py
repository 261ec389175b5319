"""Making the store that answers: from the files, or from what was kept of them."""

from __future__ import annotations

import gc
from collections.abc import Collection, Sequence

from pyoxigraph import BlankNode, Quad, RdfFormat, Store

from barriergraph import sources
from barriergraph.cache import Cache
from barriergraph.rdf import sorted_quads
from barriergraph.sources import Module


def from_files(found: Sequence[Module], infer: bool, cache: Cache) -> Store:
    """Read the files of some modules, derive what follows if asked to, and keep both.

    Raises: SourceError for a file that is wrong, SourceErrors for several.
    """
    store = Store()
    with _Uncollected():
        sources.read_into(store, found)
        name_blank_nodes(store)
    if infer:
        from barriergraph.inference import close

        close(store)
    cache.keep_graph(lambda path: store.dump(path, RdfFormat.N_QUADS))
    return store


def from_cache(cache: Cache) -> Store | None:
    """Return the store that was kept, or None if there is none that can be read."""
    path = cache.graph()
    if path is None:
        return None
    store = Store()
    try:
        with _Uncollected():
            # Its terms were checked before.
            store.load(path=path, format=RdfFormat.N_QUADS, lenient=True)
    except (OSError, SyntaxError):
        return None
    return store


def name_blank_nodes(store: Store) -> None:
    """Give blank nodes names that depend on nothing but what is said of them.

    The parser gives them others in each run, and the order of rules, and so the named graph of
    what two of them derive, would follow from those.
    """
    told = [quad for quad in store if BlankNode in (type(quad.subject), type(quad.object))]
    rename_blank_nodes(store, told)


def rename_blank_nodes(store: Store, told: Collection[Quad]) -> None:
    """Give the blank nodes of some statements of a store names of their own, as above."""
    again = sorted_quads(told)
    for quad in told:
        store.remove(quad)
    store.extend(again)


class _Uncollected:
    """Pauses the collector, which finds nothing to free while values are only being made."""

    def __enter__(self) -> None:
        self._collecting = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._collecting:
            gc.enable()
