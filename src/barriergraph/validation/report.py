"""What validation found: results, whether the data conforms, and what was left to whom."""

from __future__ import annotations

from collections.abc import Sequence

from barriergraph.namespaces import PREFIXES
from barriergraph.validation.exact import to_rdflib
from barriergraph.validation.vocabulary import PATH_WORDS, RDF, SH
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    import pyoxigraph
    import rdflib
    from rdflib.term import Node

    from barriergraph.validation.shapes import Shapes

    #: rdflib's terms from `validate`, the engine's from `validate_store`.
    Term: TypeAlias = Node | pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal


class Result(Value):
    """One fault: a value (or None) of a focus node on a path (or None) breaks a constraint.

    `component` is the constraint component, `shape` the shape with the constraint, `constraint`
    the node of a sh:sparql constraint or None. `messages` are the shape's own, `message` is the
    best of them in English, or says what the component asks.
    """

    __slots__ = (
        "focus_node", "path", "value", "component", "severity", "shape", "message", "messages",
        "constraint",
    )  # fmt: skip
    focus_node: Term
    path: Term | None
    value: Term | None
    component: Term
    severity: Term
    shape: Term
    message: str
    messages: tuple[Term, ...]
    constraint: Term | None


class Delegated(Value):
    """What was left to pyshacl: parameters of a shape (or all of it, if none), and why."""

    __slots__ = ("shape", "parameters", "reason")
    shape: Term
    parameters: tuple[Term, ...]
    reason: str


class Refused(Value):
    """What an engine elsewhere did not check: the shape, its component, and what it said."""

    __slots__ = ("shape", "component", "reason")
    shape: Term
    component: Term
    reason: str


class Fetched(Value):
    """What was checked here in place of an engine elsewhere: the shape, its component, and why.

    `statements` is how many had to be fetched for it.
    """

    __slots__ = ("shape", "component", "reason", "statements")
    shape: Term
    component: Term
    reason: str
    statements: int


class Report:
    """What validation found. It does not change.

    `results` are in an order that is the same in every run; `conforms` is true when there are
    none, whatever their severity; `delegated` says what was checked by pyshacl, `refused` what an
    engine elsewhere did not check, so that nothing is known of it, and `fetched` what was checked
    here in its place.
    """

    __slots__ = ("results", "delegated", "refused", "fetched", "_shapes")
    results: tuple[Result, ...]
    delegated: tuple[Delegated, ...]
    refused: tuple[Refused, ...]
    fetched: tuple[Fetched, ...]

    def __init__(
        self,
        results: Sequence[Result],
        *,
        delegated: Sequence[Delegated] = (),
        refused: Sequence[Refused] = (),
        fetched: Sequence[Fetched] = (),
        shapes: Shapes | None = None,
    ) -> None:
        object.__setattr__(self, "results", tuple(sorted(results, key=_order)))
        object.__setattr__(self, "delegated", tuple(delegated))
        object.__setattr__(self, "refused", tuple(refused))
        object.__setattr__(self, "fetched", tuple(fetched))
        object.__setattr__(self, "_shapes", shapes)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a report does not change")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a report does not change")

    def __len__(self) -> int:
        return len(self.results)

    def __repr__(self) -> str:
        return f"<Report: {'conforms' if self.conforms else f'{len(self.results)} results'}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Report):
            return NotImplemented
        return (self.results, self.delegated, self.refused, self.fetched) == (
            other.results, other.delegated, other.refused, other.fetched,
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash((self.results, self.delegated, self.refused, self.fetched))

    @property
    def conforms(self) -> bool:
        """Whether all was checked and nothing found at all: a warning, too, is a result.

        Source: https://www.w3.org/TR/shacl/#conforms
        """
        return not self.results and not self.refused

    def of_severity(self, severity: str) -> tuple[Result, ...]:
        """Return the results of one severity: `Violation`, `Warning`, `Info`, or an IRI.

        >>> Report(results=()).of_severity("violation")
        ()
        """
        iri = severity if ":" in severity else SH + severity.capitalize()
        return tuple(result for result in self.results if _text(result.severity) == iri)

    def to_graph(self) -> rdflib.Graph:
        """Return a standard validation report as an rdflib graph.

        Source: https://www.w3.org/TR/shacl/#validation-report
        """
        import rdflib

        graph = rdflib.Graph()
        graph.bind("sh", PREFIXES["sh"])
        sh = rdflib.Namespace(SH)
        report = rdflib.BNode()
        graph.add((report, rdflib.RDF.type, sh.ValidationReport))
        graph.add((report, sh.conforms, rdflib.Literal(self.conforms)))
        for result in self.results:
            node = rdflib.BNode()
            graph.add((report, sh.result, node))
            graph.add((node, rdflib.RDF.type, sh.ValidationResult))
            for name, term in (
                ("focusNode", result.focus_node),
                ("resultPath", result.path),
                ("value", result.value),
                ("resultSeverity", result.severity),
                ("sourceConstraint", result.constraint),
                ("sourceConstraintComponent", result.component),
                ("sourceShape", result.shape),
            ):
                if term is not None:
                    graph.add((node, sh[name], _as_rdflib(term)))
            messages = [_as_rdflib(m) for m in result.messages] or [rdflib.Literal(result.message)]
            for message in messages:
                graph.add((node, sh.resultMessage, message))
            if result.path is not None:
                self._copy_path(graph, _as_rdflib(result.path))
        return graph

    def _copy_path(self, graph: rdflib.Graph, path: Node) -> None:
        """Add the triples of a path that is a blank node of the shapes graph."""
        import rdflib
        from pyoxigraph import BlankNode

        shapes = self._shapes  # type: ignore[attr-defined]
        if not isinstance(path, rdflib.BNode) or shapes is None:
            return
        words = {SH + word for word in PATH_WORDS} | {RDF + "first", RDF + "rest"}
        todo, seen = [BlankNode(str(path))], set()
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            for predicate in shapes.predicates(node):
                if predicate.value in words:
                    for value in shapes.objects(node, predicate):
                        graph.add((to_rdflib(node), to_rdflib(predicate), to_rdflib(value)))
                        todo += [value] if isinstance(value, BlankNode) else []


def _as_rdflib(term: Term) -> Node:
    from rdflib.term import Node

    return term if isinstance(term, Node) else to_rdflib(term)


def _text(term: Term | None) -> str:
    if term is None:
        return ""
    return str(getattr(term, "value", None) or term) if not isinstance(term, str) else str(term)


def _order(result: Result) -> tuple[str, ...]:
    return (
        _text(result.focus_node),
        _text(result.shape),
        _text(result.component),
        _text(result.path),
        _text(result.value),
        _text(result.severity),
        result.message,
    )
