"""One graph of what is asserted in a SPARQL engine elsewhere, for as long as it is checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pyoxigraph import NamedNode

from barriergraph.errors import EndpointError
from barriergraph.inference import NEW
from barriergraph.namespaces import INFERRED
from barriergraph.remote import RemoteStore, Target, update

#: What an endpoint did with what it refuses.
NOTHING = "nothing was checked"

_ASSERTED = f'GRAPH ?g {{ ?s ?p ?o }} FILTER (!STRSTARTS(STR(?g), "{INFERRED}"))'


@contextmanager
def gathered(where: Target, *, timeout: float = 600) -> Iterator[NamedNode]:
    """Hold a copy of all that is asserted in one named graph, and take it out again.

    Where what follows is there, too, a query would have to name every graph of a file instead.
    Each copy has a name of its own, so that two never meet; one that an interrupted check left is
    taken out by `infer`.

    Raises: EndpointError for an endpoint that takes no updates, or whose copy is not whole or did
        not last.

    Source: SPARQL 1.1 Update, https://www.w3.org/TR/sparql11-update/#deleteInsert
    """
    from uuid import uuid4

    graph = NamedNode(f"{NEW}asserted-{uuid4().hex}")
    updates = where.at(where.update, timeout)
    store = RemoteStore(where.at(where.endpoint, timeout))
    copied = f"GRAPH {graph} {{ ?s ?p ?o }}"
    drop = f"DROP SILENT GRAPH {graph}"
    try:
        update(updates, f"INSERT {{ {copied} }} WHERE {{ {_ASSERTED} }}", NOTHING)
        size = store.count(copied)
        if size != store.count(f"{{ SELECT DISTINCT ?s ?p ?o {{ {_ASSERTED} }} }}"):
            reason = (
                "the copy of what is asserted is not whole there; give the address that takes "
                "updates of the same data with --update"
            )
            raise EndpointError(store.url, reason)
        yield graph
        if store.count(copied) != size:  # then nothing that was found, or not found, holds
            reason = "it was changed while it was checked; check it again"
            raise EndpointError(store.url, reason)
    except BaseException:  # what went wrong first is what is told
        with suppress(EndpointError):
            update(updates, drop, NOTHING)
        raise
    update(updates, drop, f"{graph} is left there")
