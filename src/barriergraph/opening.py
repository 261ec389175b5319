"""Opening a graph: from files, from a database on disk, or at an endpoint elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable

from pyoxigraph import Store

from barriergraph import sources
from barriergraph.cache import Cache
from barriergraph.catalogue import Catalogue
from barriergraph.errors import SourceError
from barriergraph.files import gather, raise_all
from barriergraph.graph import KnowledgeGraph
from barriergraph.loading import from_cache, from_files


def load(
    *modules: str | os.PathLike[str],
    base: bool = True,
    infer: bool = True,
    store: str | os.PathLike[str] | None = None,
    tell: Callable[[str], None] = lambda step: None,
) -> KnowledgeGraph:
    """Read the content that ships and the given module folders, and return the graph.

    With `base=False` only the given modules are read. What the ontology entails is derived, each
    rule into a named graph of its own, unless `infer` is false. Nothing is checked beyond the
    syntax. What is read now is all that the graph will ever know.

    What was read and derived is kept in the user's cache, and used as long as no file has changed;
    with `store` it is kept in that folder as a database on disk instead, which opens at once and
    need not fit in memory. `tell` is told of the steps of loading one.

    Raises: SourceError for a file that is wrong, with its line and column, or SourceErrors for
        several; NotFoundError for a folder that does not exist; BarrierGraphError for a `store`
        that holds something else or cannot be written.

    >>> graph = load()
    >>> graph.resolve("bg:Barrier")
    <NamedNode value=https://w3id.org/barriergraph/ontology#Barrier>
    """
    found = sources.modules(modules, base=base)
    if store is not None:
        from barriergraph.ondisk import on_disk

        opened, path = on_disk(os.fspath(store), found, infer=infer, tell=tell)
        return KnowledgeGraph(
            lambda: opened, found, Catalogue(found), cache=None, inferred=infer, database=path
        )
    errors: list[SourceError] = []
    queries: list[Catalogue] = []
    cache = Cache(found, inferred=infer)
    read: list[Store] = []
    if not cache.has_graph():
        gather(errors, lambda: read.append(from_files(found, infer, cache)))
    gather(errors, lambda: queries.append(Catalogue(found)))
    raise_all(errors)

    def made() -> Store:
        return read.pop() if read else from_cache(cache) or from_files(found, infer, cache)

    return KnowledgeGraph(made, found, queries[0], cache=cache, inferred=infer)


def connect(
    endpoint: str, *modules: str | os.PathLike[str], timeout: float = 30, fetch: bool = False
) -> KnowledgeGraph:
    r"""Return a graph that asks a SPARQL endpoint elsewhere the same questions.

    The stored queries are those that ship and those of the modules; what they ask must have been
    loaded there, with what follows from it (`barriergraph push`). Nothing is read now, and nothing
    that the endpoint answers is kept.

    A stored query or a duty that the engine is known to answer wrongly, such as some under
    Virtuoso, is answered here, from what it needs of the endpoint. With `fetch` every stored query
    and every duty is, so that the answers do not depend on the engine.

    The address is one of http or https; a name and password in it are sent as Basic
    authentication, and told to nobody else.

    Raises: NotFoundError for a module that does not exist; EndpointError for another kind of
        address. What is asked of the graph raises EndpointError when the endpoint does not answer
        within `timeout` seconds, as it should, or to the end.

    >>> connect("file:///etc/passwd")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    barriergraph.errors.EndpointError: file:///etc/passwd: an endpoint has an address that begins...
    """
    from barriergraph.remote import Endpoint, RemoteStore

    store = RemoteStore(Endpoint(endpoint, timeout=timeout), fetches=fetch)
    found = sources.modules(modules)
    return KnowledgeGraph(
        lambda: store,  # type: ignore[arg-type, return-value]
        found,
        Catalogue(found),
        cache=None,
        inferred=True,
    )
