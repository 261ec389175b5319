"""Shapes made ready for one graph, to check it as a whole or a few focus nodes at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store

from barriergraph.validation.compile import compile_shapes
from barriergraph.validation.components import Declared
from barriergraph.validation.constraints import Expressions
from barriergraph.validation.exact import Exact, exact, to_engine, to_rdflib
from barriergraph.validation.plans import Job, Plan
from barriergraph.validation.report import Delegated, Fetched, Refused, Report, Result
from barriergraph.validation.run import Found, Runner
from barriergraph.validation.shapes import Shapes
from barriergraph.validation.vocabulary import SUBCLASS
from barriergraph.validation.wellformed import check_shapes

TYPE_CHECKING = False
if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

    from barriergraph.validation.report import Term as AnyTerm
    from barriergraph.validation.run import Graphs
    from barriergraph.validation.shapes import Term


class Validator:
    """Shapes compiled for the data of a store; what the store holds may change meanwhile.

    The hierarchy of classes is that of the moment when this was made. Made by `prepare`, and by
    `validate` for an rdflib graph.
    """

    def __init__(
        self,
        store: Store,
        shapes: Shapes,
        *,
        graphs: Graphs | None = None,
        table: Exact | None = None,
        plain: Callable[[], Store] | None = None,
    ) -> None:
        check_shapes(shapes)
        self.shapes = shapes
        self._store = store
        self._graphs = graphs
        self._table = table
        self._plain = plain
        self._below: dict[NamedNode, list[NamedNode]] = {}
        c = Expressions(
            shapes,
            classes=self._classes,
            constant=_same if table is None else exact,
            declared=Declared(shapes),
            occurs=self._occurs,
            kept=table is not None and table.kept,
            huge=table is not None and table.huge,
        )
        self.plan: Plan = compile_shapes(c)
        self.runner = _runner(store, shapes, graphs)

    def found(self, focus: Collection[Term] | None) -> list[tuple[Found, bool]]:
        """Return the faults; each with whether its literals were read by their value."""
        if self._plain is None or self._table is None or not self._table.kept:
            return [(found, False) for found in self.runner.run(self.plan.checks, focus)]
        core = [check for check in self.plan.checks if check.constraint is None]
        declared = [check for check in self.plan.checks if check.constraint is not None]
        found = [(found, False) for found in self.runner.run(core, focus)]
        if declared:
            runner = Runner(self._plain(), self.shapes, self._graphs)
            found += [(fault, True) for fault in runner.run(declared, focus)]
        return found

    def jobs(self, focus: Collection[Term] | None) -> list[tuple[Job, list[Term] | None]]:
        """Return what is left to pyshacl, each with the focus nodes that are meant."""
        left: list[tuple[Job, list[Term] | None]] = []
        for job in self.plan.jobs:
            if job.frame is None:
                left.append((job, None))
            elif focus is None:
                left.append((job, self.runner.focus_nodes(job.frame)))
            else:
                left.append((job, self.runner.reached(job.frame, focus)))
        return left

    def _occurs(self, term: Term) -> bool:
        there = term if self._table is None else exact(term)
        starts = "" if isinstance(term, Literal) else f"{{ {there} ?p ?o }} UNION "
        answer = self._store.query(
            f"SELECT ?p {{ {starts}{{ ?s ?p {there} }} }} LIMIT 1",
            use_default_graph_as_union=self._graphs is None,
            default_graph=self._graphs,
        )
        assert isinstance(answer, QuerySolutions)
        return next(answer, None) is not None

    def _classes(self, cls: NamedNode) -> list[NamedNode]:
        """Return a class and all classes below it."""
        if cls not in self._below:
            found = self._store.query(
                f"SELECT DISTINCT ?c {{ ?c {SUBCLASS}* {cls} FILTER(isIRI(?c)) }}",
                use_default_graph_as_union=self._graphs is None,
                default_graph=self._graphs,
            )
            assert isinstance(found, QuerySolutions)
            below = {row["c"] for row in found} - {cls}
            self._below[cls] = [cls, *sorted(below, key=str)]
        return self._below[cls]


def as_nodes(focus: AnyTerm | Iterable[AnyTerm] | None) -> list[Term] | None:
    """Return focus nodes, given one or several as terms of the engine, of rdflib, or IRIs."""
    if focus is None:
        return None
    several = isinstance(focus, Iterable) and not isinstance(focus, str)
    listed: list[object] = list(focus) if several else [focus]  # type: ignore[arg-type]
    nodes: list[Term] = []
    for node in listed:
        if isinstance(node, NamedNode | BlankNode | Literal):
            nodes.append(node)
        elif type(node) is str:
            nodes.append(NamedNode(node))
        else:
            nodes.append(to_engine(node))  # type: ignore[arg-type]
    return nodes


def report(
    validator: Validator,
    focus: list[Term] | None,
    *,
    back: Callable[[Found, bool], Result],
    data: Callable[[], rdflib.Graph],
    term: Callable[[Term], Node],
    shape_term: Callable[[Term], AnyTerm],
    shapes_graph: Callable[[], rdflib.Graph],
    keep: Callable[[Result], Result],
) -> Report:
    """Run a validator, and what it left to pyshacl, and return the report."""
    results = [back(found, plain) for found, plain in validator.found(focus)]
    delegated = []
    if validator.plan.jobs:
        from barriergraph.validation.fallback import run

        left = [
            (job, None if nodes is None else [term(node) for node in nodes])
            for job, nodes in validator.jobs(focus)
        ]
        classes = {to_rdflib(cls) for cls in validator.shapes.class_types()}
        more = run(data(), shapes_graph(), left, classes)
        if focus is not None:
            wanted = {term(node) for node in focus}
            whole = {to_rdflib(job.shape.node) for job, nodes in left if nodes is None}
            more = [r for r in more if r.shape not in whole or r.focus_node in wanted]
        results += map(keep, more)
        delegated = [
            Delegated(
                shape=shape_term(job.shape.node),
                parameters=tuple(map(shape_term, job.parameters)),
                reason=job.reason,
            )
            for job, _ in left
        ]
    refused = [
        Refused(shape=shape_term(check.shape.node), component=check.component, reason=reason)
        for check, reason in validator.runner.refused
    ]
    fetched = [
        Fetched(
            shape=shape_term(check.shape.node),
            component=check.component,
            reason=reason,
            statements=statements,
        )
        for check, reason, statements in validator.runner.fetched
    ]
    validator.runner.refused, validator.runner.fetched = [], []
    return Report(
        results, delegated=delegated, refused=refused, fetched=fetched, shapes=validator.shapes
    )


def _runner(store: Store, shapes: Shapes, graphs: Graphs | None) -> Runner:
    if isinstance(store, Store):
        return Runner(store, shapes, graphs)
    from barriergraph.validation.elsewhere import Elsewhere

    return Elsewhere(store, shapes, graphs)


def _same(term: Term) -> Term:
    return term
