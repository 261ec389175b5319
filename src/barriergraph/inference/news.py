"""What is new in a store, in batches: each in a named graph for as long as rules look at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, NamedNode, Quad, QuerySolutions, Store

from barriergraph.inference.rules import TYPE, meets
from barriergraph.namespaces import INFERRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.inference.rules import Key, Term

#: The named graphs of what is new begin so; none is left when rules have run.
NEW = f"{INFERRED}new/"


class News:
    """Batches of new statements, each of one kind or of several."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: list[tuple[Key, ...]] = []
        self._quads: dict[int, Sequence[Quad]] = {}
        self._graphs: dict[int, NamedNode] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: Key, quads: Sequence[Quad] | None) -> NamedNode | None:
        """Take a batch of one kind; without its statements, return the named graph for them."""
        batch = len(self._keys)
        self._keys.append((key,))
        if quads is not None:
            self._quads[batch] = quads
            return None
        self._graphs[batch] = NamedNode(f"{NEW}{batch}")
        return self._graphs[batch]

    def take(self, graphs: Iterable[NamedNode]) -> None:
        """Take all that some named graphs have as one batch."""
        name = NamedNode(f"{NEW}{len(self._keys)}")
        for graph in graphs:
            found = self._store.quads_for_pattern(None, None, None, graph)
            self._store.bulk_extend(Quad(q.subject, q.predicate, q.object, name) for q in found)
        self._graphs[len(self._keys)] = name
        self._keys.append(tuple(self._kinds(name)))

    def meets(self, batch: int, key: Key) -> bool:
        """Tell whether a batch may have statements of a kind."""
        return any(meets(own, key) for own in self._keys[batch])

    def graph(self, batch: int) -> NamedNode:
        """Return the named graph of a batch, which is made when it is first asked for."""
        if batch not in self._graphs:
            name = self._graphs[batch] = NamedNode(f"{NEW}{batch}")
            quads = self._quads.pop(batch)
            self._store.extend([Quad(q.subject, q.predicate, q.object, name) for q in quads])
        return self._graphs[batch]

    def forget(self) -> None:
        """Remove the named graphs of all batches."""
        for name in self._graphs.values():
            self._store.remove_graph(name)

    def _kinds(self, graph: NamedNode) -> Iterable[Key]:
        rows = self._store.query(
            f"SELECT DISTINCT ?p ?c {{ GRAPH {graph} {{ ?s ?p ?o }} "
            f"BIND(IF(?p = {TYPE}, ?o, ?none) AS ?c) }}"
        )
        assert isinstance(rows, QuerySolutions)
        return ((row["p"], row["c"]) for row in rows)


class Without:
    """A store without some of its named graphs, as far as axioms are read from it."""

    def __init__(self, store: Store, graphs: Iterable[NamedNode]) -> None:
        self._store = store
        self._left_out = frozenset(graphs)

    def quads_for_pattern(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        value: Term | None,
    ) -> Iterator[Quad]:
        """Yield the statements that match, but for those of the graphs left out."""
        found = self._store.quads_for_pattern(subject, predicate, value)
        return (quad for quad in found if quad.graph_name not in self._left_out)
