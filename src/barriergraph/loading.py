"""Making the store that answers: from the files, or from what was kept of them."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple

from barriergraph import sources
from barriergraph.cache import Cache
from barriergraph.namespaces import INFERRED
from barriergraph.rdf import sorted_quads
from barriergraph.sources import Module


def from_files(found: Sequence[Module], infer: bool, cache: Cache) -> Store:
    """Read the files of some modules, derive what follows if asked to, and keep both.

    Raises: SourceError for a file that is wrong, SourceErrors for several.
    """
    store = Store()
    with _Uncollected():
        sources.read_into(store, found)
        leave_out_repeats(store, graphs_of(found, shipped=False))
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


def graphs_of(modules: Iterable[Module], *, shipped: bool) -> list[str]:
    """Return the named graphs of what ships, or those of the other modules, in order."""
    return [
        one.graph(file)
        for one in modules
        if (one.name is None) == shipped
        for file in sources.turtle_files(one)
    ]


def leave_out_repeats(
    store: Store, later: Sequence[str], among: Iterable[str] | None = None
) -> int:
    """Leave each statement in the first named graph that has it, and return how many copies went.

    Copies are taken out of the graphs `later`, the last first, and a graph that has nothing left is
    taken away. Any other comes before them, but those of what follows, which come last. With
    `among` only what these graphs speak of is looked at, which is sooner done where they are few.

    A query looks at the union of the graphs, where the engine meets each copy: a module that holds
    the ontology again has each label twice, and a row for each, where the RDF merge of the graphs
    has one (RDF 1.1 Semantics, section 4.1).

    >>> store = Store()
    >>> for name in ("x:first", "x:second"):
    ...     store.load("<x:a> <x:b> <x:c> .", RdfFormat.N_TRIPLES, to_graph=NamedNode(name))
    >>> leave_out_repeats(store, ["x:second"])
    1
    >>> [quad.graph_name.value for quad in store]
    ['x:first']
    """
    if not later:
        return 0
    places = {NamedNode(graph): place for place, graph in enumerate(later, 1)}

    def place(quad: Quad) -> int:
        graph = quad.graph_name
        if not isinstance(graph, NamedNode):
            return 0
        return len(places) + 1 if graph.value.startswith(INFERRED) else places.get(graph, 0)

    copies: list[Quad] = []
    subjects = _shared(store) if among is None else set(_subjects(store, map(NamedNode, among)))
    for subject in subjects:
        said: set[Triple] = set()
        for quad in sorted(store.quads_for_pattern(subject, None, None, None), key=place):
            if quad.triple in said and place(quad):
                copies.append(quad)
            said.add(quad.triple)
    for copy in copies:
        store.remove(copy)
    for graph in {copy.graph_name for copy in copies}:
        if next(store.quads_for_pattern(None, None, None, graph), None) is None:
            store.remove_graph(graph)
    return len(copies)


def _subjects(store: Store, graphs: Iterable[NamedNode]) -> Iterator[NamedNode]:
    """Yield what each of some named graphs speaks of."""
    for graph in graphs:
        rows = store.query(f"SELECT DISTINCT ?s {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        assert isinstance(rows, QuerySolutions)
        yield from (row[0] for row in rows if isinstance(row[0], NamedNode))


def _shared(store: Store) -> set[NamedNode]:
    """Return what more than one named graph speaks of, which among large files is little."""
    once: set[int] = set()  # their hashes, which take a tenth of the memory
    found: set[NamedNode] = set()
    graphs = [graph for graph in store.named_graphs() if isinstance(graph, NamedNode)]
    for subject in _subjects(store, graphs) if len(graphs) > 1 else ():
        number = hash(subject)
        if number in once:
            found.add(subject)
        once.add(number)
    return found


class _Uncollected:
    """Pauses the collector, which finds nothing to free while values are only being made."""

    def __enter__(self) -> None:
        self._collecting = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._collecting:
            gc.enable()
