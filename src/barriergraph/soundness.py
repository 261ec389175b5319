"""Whether a loaded graph is sound: its duties, and whether all of it can be true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, Quad, Store

from barriergraph import sources
from barriergraph.consistency import Consistency, check
from barriergraph.errors import BarrierGraphError
from barriergraph.namespaces import rule_of
from barriergraph.sources import MANIFEST, Module
from barriergraph.validation import Report, prepare
from barriergraph.validation.neighbours import neighbours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.remote import Target
    from barriergraph.validation.stores import Prepared


#: How many named graphs a query to an endpoint may name.
NAMED = 80


class Soundness:
    """The shapes of some modules, made ready once for what is asserted and once for all.

    `alone` is a store of what is asserted; without one it is copied into memory.
    """

    def __init__(
        self,
        store: Store,
        modules: Sequence[Module],
        asserted: frozenset[str],
        *,
        alone: Store | None = None,
    ) -> None:
        self._alone = alone
        self._store = store
        self._modules = modules
        self._asserted = asserted
        self._ready: dict[bool, tuple[Store, Prepared]] = {}

    def validate(
        self, changed: Iterable[NamedNode] | None, inferred: bool, where: Target | None = None
    ) -> Report:
        """Do as `KnowledgeGraph.validate` says."""
        if where is not None and not inferred and self._is_mixed():
            from barriergraph.gathering import gathered

            with gathered(where) as graph:
                ready = prepare(self._store, self._shapes(), graphs=[graph])
                near = None if changed is None else neighbours(self._store, changed)
                return ready.validate(focus=near)
        if inferred not in self._ready:
            store, graphs = self._store, None
            if not isinstance(store, Store):
                graphs = None if inferred else _named_there(store)
            elif not inferred and self._alone is not None:
                store = self._alone
            elif not inferred:
                store = Store()
                store.extend(quad for quad in self._store if self._is_asserted(quad))
            self._ready[inferred] = (store, prepare(store, self._shapes(), graphs=graphs))
        store, ready = self._ready[inferred]
        return ready.validate(focus=None if changed is None else neighbours(store, changed))

    def consistency(self) -> Consistency:
        """Do as `KnowledgeGraph.check_consistency` says."""
        axioms = [quad for one in self._modules for quad in sources.axioms(one)]
        ontology = {
            one.graph(f) for one in self._modules for f in (MANIFEST, *one.files("ontology"))
        }
        return check(
            axioms,
            (q for q in self._store if self._is_asserted(q) and _name(q) not in ontology),
        )

    def _is_mixed(self) -> bool:
        """Tell whether an endpoint has what follows beside what is asserted."""
        return not isinstance(self._store, Store) and _asserted_there(self._store) is not None

    def _shapes(self) -> list[Quad]:
        return [quad for one in self._modules for quad in sources.shapes(one)]

    def _is_asserted(self, quad: Quad) -> bool:
        return _name(quad) in self._asserted


def _asserted_there(remote: Store) -> list[NamedNode] | None:
    """Return the named graphs of an endpoint that no rule writes, None when those are all."""
    names = [name for name in remote.named_graphs() if isinstance(name, NamedNode)]
    asserted = [name for name in names if rule_of(name.value) is None]
    return None if len(asserted) == len(names) else asserted


def _named_there(remote: Store) -> list[NamedNode] | None:
    """Return the same graphs, if they are few enough to be named in each query."""
    asserted = _asserted_there(remote)
    if asserted is not None and len(asserted) > NAMED:
        raise BarrierGraphError(
            f"what follows is there, too, so each query has to name {len(asserted)} graphs, which "
            "engines refuse or answer in hours; give the address that takes updates with --update, "
            "so that a copy of what is asserted can stand in one graph meanwhile, or check with "
            "--inferred"
        )
    return asserted


def _name(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
