"""Running checks: on a store, for all focus nodes or for a few, and what a row means."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, QuerySolutions, Store, Variable

from barriergraph.validation.facts import Facts
from barriergraph.validation.gates import Gates
from barriergraph.validation.messages import best, default_message, filled
from barriergraph.validation.shapes import show
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.plans import Check, Frame
    from barriergraph.validation.shapes import Shape, Shapes, Term

    Graphs = list[NamedNode | BlankNode | DefaultGraph]

#: The named graph that `$shapesGraph` stands for.
SHAPES_GRAPH = NamedNode("urn:barriergraph:shapes")

NOTHING: Mapping[str, Term] = {}

#: Up to so many focus nodes are looked up one by one; for more, all are checked and sifted.
FEW = 40


class Found(Value):
    """A fault as the engine's terms tell it; `report.Result` is what users see."""

    __slots__ = ("focus", "path", "value", "component", "shape", "messages", "text", "constraint")
    focus: Term
    path: Term | None
    value: Term | None
    component: Term
    shape: Shape
    messages: tuple[Literal, ...]
    text: str
    constraint: Term | None


class Runner:
    """Runs checks on the given graphs of a store, or on the union of all when None are given."""

    def __init__(self, store: Store, shapes: Shapes, graphs: Graphs | None) -> None:
        self._store = store
        self._shapes = shapes
        self._graphs = graphs
        #: The checks that an engine elsewhere refused, each with what it said.
        self.refused: list[tuple[Check, str]] = []
        #: The checks that were made here in its place: why, and from how many statements.
        self.fetched: list[tuple[Check, str, int]] = []

    def run(self, checks: Iterable[Check], focus: Collection[Term] | None) -> list[Found]:
        """Return the faults, those of the given focus nodes only if there are any."""
        if focus is None:
            return list(self._all(list(checks)))
        if len(focus) > FEW:
            wanted = frozenset(focus)
            return [found for check in checks for found in self._faults(check, None, wanted)]
        listed = list(checks)
        found: list[Found] = []
        for node in dict.fromkeys(focus):
            facts = Facts(self._store, self._graphs, node)
            for check in listed:
                if not facts.rule_out(check):
                    found += self._faults(check, node, None)
        return found

    def focus_nodes(self, frame: Frame) -> list[Term]:
        """Return the nodes that a frame reaches, each once."""
        rows = self._ask(f"SELECT DISTINCT ?this WHERE {{ {frame.pattern}}}", {})
        return [row["this"] for row in rows]

    def reached(self, frame: Frame, focus: Collection[Term]) -> list[Term]:
        """Return the nodes that a frame reaches from the given focus nodes, each once."""
        text = f"SELECT ?this ?{frame.root} WHERE {{ {frame.pattern}}}"
        if frame.root == "this":
            text = f"SELECT ?this WHERE {{ {frame.pattern}}}"
        found: dict[Term, None] = {}
        for node in focus:
            found.update((row["this"], None) for row in self._ask(text, {frame.root: node}))
        return list(found)

    def _all(self, checks: list[Check]) -> Iterator[Found]:
        """Return the faults at every focus node, past the gates."""
        gates = Gates(self.rows, self._has, checks, FEW)
        for check in checks:
            yield from self._past(gates, check)

    def _past(self, gates: Gates, check: Check) -> Iterator[Found]:
        """Return the faults of one check at every focus node, past its gate."""
        nodes = gates.candidates(check)
        named = nodes is not None and all(isinstance(node, NamedNode) for node in nodes)
        if nodes is None or not (named or isinstance(self._store, Store)):
            yield from self._faults(check, None, None)  # elsewhere no blank node can be asked for
        elif named:
            if nodes:
                yield from self._faults(_limited(check, nodes), None, None)
        else:
            for node in nodes:
                yield from self._faults(check, None, None, this=node)

    def _has(self, predicate: str) -> bool:
        """Return whether any statement has a property, which is written as in a query."""
        name = NamedNode(predicate[1:-1])
        graphs = [None] if self._graphs is None else self._graphs
        found = (self._store.quads_for_pattern(None, name, None, graph) for graph in graphs)
        return any(next(quads, None) is not None for quads in found)

    def _faults(
        self,
        check: Check,
        node: Term | None,
        wanted: frozenset[Term] | None,
        *,
        this: Term | None = None,
    ) -> Iterator[Found]:
        given = {} if node is None else {check.frame.root: node}
        given = given if this is None else {"this": this}
        constraint = check.constraint
        if constraint is None:
            has_path = "?path" in check.text.partition("{")[0]
            for row in self._ask(check.text, given):
                if wanted is None or row[check.frame.root] in wanted:
                    value = row["value"] if check.value == "value" else None
                    value = row["this"] if check.value == "focus" else value
                    path = row["path"] if has_path else check.shape.path
                    yield self._found(check, row["this"], path, value, {})
            return
        seen = set()
        trail = check.frame.trail
        for row, candidate in self._candidates(check, given, wanted):
            focus = candidate["this"]
            path = row.get("path")
            path = check.shape.path if not isinstance(path, NamedNode) else path
            value = row.get("value")
            if value is None and check.value in ("focus", "value or focus"):
                value = focus
            key = (focus, path, value, *(candidate.get(name) for name in trail))
            if key not in seen:
                seen.add(key)
                yield self._found(check, focus, path, value, row)

    def _candidates(
        self, check: Check, given: Mapping[str, Term], wanted: frozenset[Term] | None
    ) -> Iterator[tuple[dict[str, Term], dict[str, Term]]]:
        """Return the rows of a constraint in SPARQL, each with the row that it was asked for."""
        constraint = check.constraint
        for candidate in self.rows(check.text, given):
            if wanted is not None and candidate[check.frame.root] not in wanted:
                continue
            if check.each is None:
                yield candidate, candidate
                continue
            own = {k: v for k, v in candidate.items() if k in ("this", "value")}
            outside = {"shapesGraph": SHAPES_GRAPH, "currentShape": check.shape.node}
            used = constraint.query.used if constraint else ()
            own |= {name: term for name, term in outside.items() if name in used}
            rows = list(self.rows(check.each, own))
            if check.refuses and not rows:
                yield candidate, candidate
            elif not check.refuses:
                for row in rows:
                    yield {**candidate, **row}, candidate

    def rows(self, text: str, given: Mapping[str, Term] = NOTHING) -> Iterator[dict[str, Term]]:
        """Return the rows of a query as what each bound variable stands for."""
        answer = self._ask(text, given)
        names = [variable.value for variable in answer.variables]
        for row in answer:
            yield {name: term for name, term in zip(names, row, strict=True) if term is not None}

    def _ask(self, text: str, given: Mapping[str, Term]) -> QuerySolutions:
        answer = self._store.query(
            text,
            use_default_graph_as_union=self._graphs is None,
            default_graph=self._graphs,
            substitutions={Variable(name): term for name, term in given.items()},
        )
        assert isinstance(answer, QuerySolutions)
        return answer

    def _found(
        self,
        check: Check,
        focus: Term,
        path: Term | None,
        value: Term | None,
        row: Mapping[str, Term],
    ) -> Found:
        shape, constraint = check.shape, check.constraint
        messages = shape.messages
        if constraint is not None:
            messages = self._said(check, focus, path, value, row)
        text = best(messages) or default_message(self._shapes, shape, check.component.value)
        return Found(
            focus=focus,
            path=path,
            value=value,
            component=check.component,
            shape=shape,
            messages=messages,
            text=text,
            constraint=constraint.source if constraint else None,
        )

    def _said(
        self,
        check: Check,
        focus: Term,
        path: Term | None,
        value: Term | None,
        row: Mapping[str, Term],
    ) -> tuple[Literal, ...]:
        """Return the messages of a constraint in SPARQL, the nearest first, filled in."""
        constraint = check.constraint
        assert constraint is not None
        values = {**constraint.given, **row, "this": focus}
        if path is not None:
            values["path"] = Literal(show(path))
        if value is not None:
            values["value"] = value
        own = row.get("message")
        if isinstance(own, Literal) and not constraint.messages and not check.shape.messages:
            return (own,)
        messages = constraint.messages or check.shape.messages
        return tuple(filled(message, values) for message in messages)


def _limited(check: Check, nodes: Iterable[Term]) -> Check:
    """Return a check that looks at some nodes only."""
    start, where, rest = check.text.partition("WHERE { ")
    text = f"{start}{where}VALUES ?this {{ {' '.join(map(str, nodes))} }} {rest}"
    return check.but(text=text)
