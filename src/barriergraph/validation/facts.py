"""What a store says of one node, read once: enough to rule most checks of it out."""

from __future__ import annotations

from pyoxigraph import BlankNode, NamedNode, Store

from barriergraph.validation.vocabulary import RDF_TYPE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.plans import Check
    from barriergraph.validation.run import Graphs
    from barriergraph.validation.shapes import Term
    from barriergraph.validation.targets import Target


class Facts:
    """The statements about one node in some graphs of a store, or in all when None are given.

    A query takes as long to be read as hundreds of statements, and most checks ask for a property
    or a type that a node has or has not.
    """

    def __init__(self, store: Store, graphs: Graphs | None, node: Term) -> None:
        self._store = store
        self._among = [None] if graphs is None else graphs
        self._node = node
        values: dict[str, set[object]] = {}
        if isinstance(node, NamedNode | BlankNode):
            for graph in self._among:
                for quad in store.quads_for_pattern(node, None, None, graph):
                    values.setdefault(str(quad.predicate), set()).add(quad.object)
        self._counts = {predicate: len(found) for predicate, found in values.items()}
        self._types = set(map(str, values.get(str(RDF_TYPE), ())))
        self._targeted: dict[Target, bool] = {}

    def rule_out(self, check: Check) -> bool:
        """Return whether it is plain that a check finds nothing at the node."""
        target = check.frame.target
        if target not in self._targeted:
            self._targeted[target] = self._meets(target)
        if not self._targeted[target]:
            return True
        gate = check.gate
        if gate is None or check.frame.trail:  # the check is of other nodes, which this leads to
            return False
        count = self._counts.get(gate.predicate, 0)
        if gate.kind == "least":
            return count >= gate.count
        return count <= {"value": 0, "language": 1}.get(gate.kind, gate.count)

    def _meets(self, target: Target) -> bool:
        return bool(
            str(self._node) in target.nodes
            or self._types & target.classes
            or self._counts.keys() & target.subjects_of
            or any(self._leads_here(predicate) for predicate in target.objects_of)
        )

    def _leads_here(self, predicate: NamedNode) -> bool:
        found = (
            self._store.quads_for_pattern(None, predicate, self._node, graph)
            for graph in self._among
        )
        return any(next(quads, None) is not None for quads in found)
