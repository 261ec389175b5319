"""Validation of stores, where nothing of rdflib is needed unless pyshacl is."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, Store, Triple

from barriergraph.validation.covering import Coverage, cover, frozen
from barriergraph.validation.exact import Exact, to_engine, to_rdflib, unkeep
from barriergraph.validation.report import Report, Result
from barriergraph.validation.run import Found
from barriergraph.validation.shapes import Shapes
from barriergraph.validation.spelling import as_spelled
from barriergraph.validation.validator import Validator, as_nodes, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    import rdflib

    from barriergraph.validation.report import Term as AnyTerm
    from barriergraph.validation.run import Graphs

    #: A graph of rdflib, a store, triples, quads, or shapes that were read before.
    ShapesInput: TypeAlias = rdflib.Graph | Store | Shapes | Iterable[Triple] | Iterable[Quad]


class Prepared:
    """Shapes made ready for a store. Made by `prepare`."""

    def __init__(
        self,
        store: Store,
        shapes: ShapesInput,
        *,
        graphs: Iterable[NamedNode] | None = None,
        spelled: Iterable[Quad] = (),
        folder: str | None = None,
    ) -> None:
        chosen: Graphs | None = None if graphs is None else list(graphs)
        self.shapes = as_shapes(shapes)
        copy = as_spelled(store, spelled, folder)
        self._store = store if copy is None else copy
        self._graphs = chosen
        table = None if copy is None else Exact(kept=True)
        self._validator = Validator(
            self._store, self.shapes, graphs=chosen, table=table, plain=lambda: store
        )

    def validate(self, *, focus: AnyTerm | Iterable[AnyTerm] | None = None) -> Report:
        """Check the store as it is now, or the given focus nodes of it, and return what is found.

        A change to the hierarchy of classes needs new preparation.
        """
        return report(
            self._validator,
            as_nodes(focus),
            back=lambda found, plain: as_result(found),
            data=self._to_rdflib,
            term=lambda term: to_rdflib(unkeep(term)),
            shape_term=lambda term: term,
            shapes_graph=self._shapes_to_rdflib,
            keep=_engine_result,
        )

    def coverage(self) -> Coverage:
        """Return which shapes met no focus node, and which nodes with a type no shape met."""
        return frozen(*cover(self._validator), lambda term: term)

    def _to_rdflib(self) -> rdflib.Graph:
        import rdflib

        graph = rdflib.Graph()
        for subject, predicate, value, _ in self._quads():
            if not isinstance(subject, Triple) and not isinstance(value, Triple):
                graph.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(unkeep(value))))
        return graph

    def _quads(self) -> Iterable[Quad]:
        if self._graphs is None:
            return self._store
        return (q for g in self._graphs for q in self._store.quads_for_pattern(None, None, None, g))

    def _shapes_to_rdflib(self) -> rdflib.Graph:
        import rdflib

        graph = rdflib.Graph()
        for subject, predicate, value in self.shapes:
            graph.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(value)))
        return graph


def as_shapes(shapes: ShapesInput) -> Shapes:
    """Return shapes, read if they were not."""
    if isinstance(shapes, Shapes):
        return shapes
    if hasattr(shapes, "triples"):
        from barriergraph.validation.graphs import one_graph, read_shapes

        return read_shapes(one_graph(shapes))  # type: ignore[arg-type]
    return Shapes(
        statement.triple if isinstance(statement, Quad) else statement for statement in shapes
    )


def as_terms(ontology: ShapesInput) -> set[str]:
    """Return the IRIs that a graph, store or collection of statements says something of."""
    return {
        subject.value for subject, _, _ in as_shapes(ontology) if isinstance(subject, NamedNode)
    }


def as_result(found: Found) -> Result:
    """Return a fault as the report tells it, in the engine's terms."""
    return Result(
        focus_node=unkeep(found.focus),
        path=found.path,
        value=None if found.value is None else unkeep(found.value),
        component=found.component,
        severity=found.shape.severity,
        shape=found.shape.node,
        message=found.text,
        messages=found.messages,
        constraint=found.constraint,
    )


def _engine_result(result: Result) -> Result:
    """Return a result of pyshacl in the engine's terms."""

    def term(of: AnyTerm | None) -> AnyTerm | None:
        return None if of is None else to_engine(of)  # type: ignore[arg-type]

    return Result(
        focus_node=term(result.focus_node),  # type: ignore[arg-type]
        path=term(result.path),
        value=term(result.value),
        component=term(result.component),  # type: ignore[arg-type]
        severity=term(result.severity),  # type: ignore[arg-type]
        shape=term(result.shape),  # type: ignore[arg-type]
        message=result.message,
        messages=tuple(to_engine(message) for message in result.messages),  # type: ignore[arg-type]
        constraint=term(result.constraint),
    )
