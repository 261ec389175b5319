"""Shapes -> SPARQL checks: each constraint of each shape as one query that finds its faults."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import NamedNode

from barriergraph.tokens import VARIABLE, tokens
from barriergraph.validation.components import Constraint, replacement
from barriergraph.validation.constraints import SET, VALUE, Expressions, where
from barriergraph.validation.pairs import (
    ORDERS,
    asks_unique_lang,
    foreign,
    not_in_order,
    property_of,
    same_language,
    unequal,
)
from barriergraph.validation.paths import may_be_empty
from barriergraph.validation.patterns import Unfaithful
from barriergraph.validation.shapes import show
from barriergraph.validation.targets import focus_pattern
from barriergraph.validation.vocabulary import COMPONENTS, sh
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.constraints import Above
    from barriergraph.validation.queries import Query
    from barriergraph.validation.shapes import Shape, Term


class Frame(Value):
    """How the focus nodes of a shape are reached.

    `root` is the variable of the nodes that the target names, `trail` the variables between them
    and `?this`; `pattern` writes what binds all of them. `top` is the shape with the target.
    """

    __slots__ = ("top", "root", "trail", "pattern")
    top: Shape
    root: str
    trail: tuple[str, ...]
    pattern: str


class Check(Value):
    """One query: its rows are faults, or candidates that `each` is asked about one by one.

    `value` is what is reported as the value: the column `?value`, the focus node, or nothing.
    `refuses` says that a candidate is a fault when `each` has no row, as for ASK.
    """

    __slots__ = (
        "text", "frame", "shape", "component", "value", "each", "refuses", "constraint",
    )  # fmt: skip
    text: str
    frame: Frame
    shape: Shape
    component: Term
    value: str
    each: str | None
    refuses: bool
    constraint: Constraint | None


class Job(Value):
    """What is left to the other engine: a shape, the parameters meant, its focus nodes, and why.

    Without a frame, the shape's own targets hold. `recursive` says that the shape meets itself.
    """

    __slots__ = ("shape", "frame", "parameters", "reason", "recursive")
    shape: Shape
    frame: Frame | None
    parameters: tuple[Term, ...]
    reason: str
    recursive: bool


class Plan(Value):
    """All that a shapes graph asks: checks in SPARQL, and jobs for the other engine.

    `reached` are the shapes that focus nodes come to, each with the frame in which they do.
    """

    __slots__ = ("checks", "jobs", "reached")
    checks: tuple[Check, ...]
    jobs: tuple[Job, ...]
    reached: tuple[tuple[Shape, Frame], ...]


def compile_shapes(c: Expressions) -> Plan:
    """Return the checks for every shape that has a target.

    Raises: ShapesError for shapes that are not well formed.

    Source: https://www.w3.org/TR/shacl/#validation
    """
    plan = _Planner(c)
    for shape in c.shapes.roots():
        plan.root(shape)
    return Plan(checks=tuple(plan.checks), jobs=tuple(plan.jobs), reached=tuple(plan.reached))


class _Planner:
    def __init__(self, c: Expressions) -> None:
        self.c = c
        self.checks: list[Check] = []
        self.jobs: list[Job] = []
        self.reached: list[tuple[Shape, Frame]] = []

    def root(self, shape: Shape) -> None:
        if shape.deactivated:
            return
        try:
            self._check_absent(shape)
            pattern = focus_pattern(self.c, shape)("?this")
        except Unfaithful as error:
            self._leave(shape, None, (), str(error))
            return
        frame = Frame(top=shape, root="this", trail=(), pattern=pattern)
        before = len(self.checks), len(self.jobs), len(self.reached)
        try:
            self.shape(shape, frame, ())
        except Unfaithful as error:  # a property shape inside itself: no number of queries ends it
            del self.checks[before[0] :], self.jobs[before[1] :], self.reached[before[2] :]
            self.reached.append((shape, frame))
            self._leave(shape, None, (), str(error))

    def _check_absent(self, shape: Shape) -> None:
        """Leave a shape alone whose focus node may be its own value without being in the data."""
        shapes = self.c.shapes
        nodes = shapes.get(shape.node, "targetNode")
        paths = [path for node in shapes.below(shape.node) for path in shapes.get(node, "path")]
        if nodes and any(may_be_empty(shapes, path) for path in paths):
            for node in nodes:
                if not self.c.occurs(node):
                    raise Unfaithful(f"{show(node)} is not in the data, and a path of no step is")

    def shape(self, shape: Shape, frame: Frame, above: Above) -> None:
        """Add the checks of one shape for the focus nodes of a frame."""
        if shape.deactivated:
            return
        self.reached.append((shape, frame))
        inside = (*above, shape.node)
        for name, parameter in self.c.parameters(shape):
            if name == "property":
                self._property(shape, parameter, frame, inside)
                continue
            try:
                found = list(self._core(shape, name, parameter, frame, inside))
            except Unfaithful as error:
                self._leave(shape, frame, (sh(name),), str(error))
            else:
                self.checks += found
        for constraint in self.c.declared.constraints(shape):
            try:
                self.checks.append(self._declared(shape, constraint, frame))
            except Unfaithful as error:
                self._leave(shape, frame, constraint.predicates, str(error))

    def _property(self, shape: Shape, parameter: Term, frame: Frame, above: Above) -> None:
        inner = self.c.shapes.shape(parameter)
        if parameter in above:
            raise Unfaithful("a shape refers to itself")
        if inner.path is None:
            VALUE["property"](self.c, shape, parameter, "?this", "?this", above)  # raises
        if shape.path is not None:
            before = self.c.fresh()
            frame = Frame(
                top=frame.top,
                root=before[1:] if frame.root == "this" else frame.root,
                trail=(*frame.trail, before[1:]),
                pattern=f"{_renamed(frame.pattern, before)}{before} {self.c.path(shape)} ?this . ",
            )
        self.shape(inner, frame, above)

    def _leave(
        self, shape: Shape, frame: Frame | None, parameters: tuple[Term, ...], reason: str
    ) -> None:
        shapes = self.c.shapes
        inner = [n for child in shapes.children(shape.node) for n in shapes.below(child)]
        job = Job(
            shape=shape,
            frame=frame,
            parameters=parameters,
            reason=reason,
            recursive=shape.node in inner,
        )
        if job not in self.jobs:
            self.jobs.append(job)

    def _core(
        self, shape: Shape, name: str, parameter: Term, frame: Frame, above: Above
    ) -> list[Check]:
        component = NamedNode(COMPONENTS[name])
        if name in _ROWS:
            rows = _ROWS[name](self.c, shape, name, parameter)
            return [self._check(shape, component, frame, *row) for row in rows]
        if name in SET:
            test = SET[name](self.c, shape, parameter, "?this", above)
            found = self._filtered(shape, component, frame, test, "", "")
        elif shape.path is None:
            test = VALUE[name](self.c, shape, parameter, "?this", "?this", above)
            found = self._filtered(shape, component, frame, test, "", "focus")
        else:
            test = VALUE[name](self.c, shape, parameter, "?value", "?this", above)
            body = f"?this {self.c.path(shape)} ?value . "
            found = self._filtered(shape, component, frame, test, body, "value")
        return found

    def _filtered(
        self, shape: Shape, component: Term, frame: Frame, test: str, body: str, value: str
    ) -> list[Check]:
        if test == "false":
            return []
        columns = ("value",) if value == "value" else ()
        return [self._check(shape, component, frame, columns, body + where(test), value)]

    def _check(
        self,
        shape: Shape,
        component: Term,
        frame: Frame,
        columns: tuple[str, ...],
        body: str,
        value: str,
    ) -> Check:
        names = " ".join(f"?{name}" for name in ("this", *frame.trail, *columns))
        return Check(
            text=f"SELECT DISTINCT {names} WHERE {{ {frame.pattern}{body}}}",
            frame=frame,
            shape=shape,
            component=component,
            value=value,
            each=None,
            refuses=False,
            constraint=None,
        )

    def _declared(self, shape: Shape, constraint: Constraint, frame: Frame) -> Check:
        query = constraint.query
        asks = query.form == "ASK"
        own = {} if not asks or shape.path is not None else {"value": "?this"}
        names = replacement(self.c, constraint, own)
        body = query.write(query.body, names.get)
        path = "" if shape.path is None else f"?this {self.c.path(shape)} ?value . "
        columns = " ".join(f"?{name}" for name in ("this", *frame.trail))
        each = None
        if asks:
            start = f"{columns} ?value" if path else columns
            test = f"FILTER NOT EXISTS {{ {body} }} " if query.simple else ""
            text = f"SELECT DISTINCT {start} WHERE {{ {frame.pattern}{path}{test}}}"
            if not query.simple:
                given = _with("?this ?value" if path else "?this", _outside(query))
                each = f"SELECT {given} WHERE {{ {body} }}"
        else:
            head = query.write(query.head, names.get)
            if query.simple:
                text = f"SELECT DISTINCT {_with(columns, head)} WHERE {{ {frame.pattern}{body} }}"
            else:
                text = f"SELECT DISTINCT {columns} WHERE {{ {frame.pattern}}}"
                given = _with(f"?this {_outside(query)}", head)
                tail = query.write(query.tail, names.get)
                each = f"SELECT {given} WHERE {{ {body} }} {tail}"
        value = "value" if path or not asks else "focus"
        if not asks and shape.path is None:
            value = "value or focus"
        return Check(
            text=text,
            frame=frame,
            shape=shape,
            component=constraint.component,
            value=value,
            each=each,
            refuses=asks,
            constraint=constraint,
        )


def _with(columns: str, head: str) -> str:
    """Return the columns of a query with others before them, each once.

    >>> _with("?this ?_1", "?this (?a AS ?value)")
    '?_1 ?this (?a AS ?value)'
    """
    words = head.replace("(", " ( ").replace(")", " ) ").split()
    if "*" in words:
        return "*"
    depth, named = 0, set()
    for word in words:
        depth += (word == "(") - (word == ")")
        if not depth and word.startswith("?"):
            named.add(word)
    return " ".join([*(name for name in columns.split() if name not in named), head])


def _outside(query: Query) -> str:
    """Return the variables of a query that stand for the shapes graph and the shape."""
    return " ".join(f"?{name}" for name in ("currentShape", "shapesGraph") if name in query.used)


def _renamed(pattern: str, name: str) -> str:
    """Return a pattern with the variable `?this` renamed."""
    written, end = [], 0
    for kind, word, at in tokens(pattern):
        if kind == VARIABLE and word == "?this":
            written.append(pattern[end:at] + name)
            end = at + len(word)
    return "".join(written) + pattern[end:]


def _closed(c: Expressions, shape: Shape, name: str, parameter: Term) -> list[Row]:
    if not c.shapes.flag(shape.node, "closed"):
        return []
    value, start = "?this", ""
    if shape.path is not None:
        value = c.fresh()
        start = f"?this {c.path(shape)} {value} . "
    body = f"{start}{value} ?path ?value . {foreign(c, shape, '?path')}"
    return [(("path", "value"), body, "value")]


def _equals(c: Expressions, shape: Shape, name: str, parameter: Term) -> list[Row]:
    other = property_of(shape, name, parameter)
    if shape.path is not None:
        bodies = unequal(c, shape, other, "?this", "?value")
        return [(("value",), f"{body} ", "value") for body in bodies]
    differs = f"?this {other} ?value . FILTER(!sameTerm(?this, ?value)) "
    lacks = f"FILTER NOT EXISTS {{ ?this {other} ?this }} "
    return [(("value",), differs, "value"), ((), lacks, "focus")]


def _order(c: Expressions, shape: Shape, name: str, parameter: Term) -> list[Row]:
    broken = not_in_order(c, "?value", "?other", ORDERS[name])
    other = property_of(shape, name, parameter)
    path = c.path(shape)
    body = f"?this {path} ?value . ?this {other} ?other . FILTER({broken}) "
    return [(("value", "other"), body, "value")]


def _unique_lang(c: Expressions, shape: Shape, name: str, parameter: Term) -> list[Row]:
    if not asks_unique_lang(parameter):
        return []
    return [(("language",), f"{same_language(c, shape, '?this', '?language')} ", "")]


if TYPE_CHECKING:
    Row = tuple[tuple[str, ...], str, str]

_ROWS: dict[str, Callable[[Expressions, Shape, str, Term], list[Row]]] = {
    "closed": _closed,
    "equals": _equals,
    "lessThan": _order,
    "lessThanOrEquals": _order,
    "uniqueLang": _unique_lang,
}
