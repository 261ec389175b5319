"""Whether a loaded graph is sound: its duties, and whether all of it can be true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, Quad, Store

from barriergraph import sources
from barriergraph.consistency import Consistency, check
from barriergraph.sources import Module
from barriergraph.validation import Report, prepare
from barriergraph.validation.neighbours import neighbours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.stores import Prepared


class Soundness:
    """The shapes of some modules, made ready once for what is asserted and once for all."""

    def __init__(self, store: Store, modules: Sequence[Module], asserted: frozenset[str]) -> None:
        self._store = store
        self._modules = modules
        self._asserted = asserted
        self._ready: dict[bool, tuple[Store, Prepared]] = {}

    def validate(self, changed: Iterable[NamedNode] | None, inferred: bool) -> Report:
        """Do as `KnowledgeGraph.validate` says."""
        if inferred not in self._ready:
            store = self._store
            if not inferred:
                store = Store()
                store.extend(quad for quad in self._store if self._is_asserted(quad))
            shapes = [quad for one in self._modules for quad in sources.shapes(one)]
            self._ready[inferred] = (store, prepare(store, shapes))
        store, ready = self._ready[inferred]
        return ready.validate(focus=None if changed is None else neighbours(store, changed))

    def consistency(self) -> Consistency:
        """Do as `KnowledgeGraph.check_consistency` says."""
        axioms = [quad for one in self._modules for quad in sources.axioms(one)]
        ontology = {one.graph(f) for one in self._modules for f in one.files("ontology")}
        return check(
            axioms,
            (q for q in self._store if self._is_asserted(q) and _name(q) not in ontology),
        )

    def _is_asserted(self, quad: Quad) -> bool:
        return _name(quad) in self._asserted


def _name(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
