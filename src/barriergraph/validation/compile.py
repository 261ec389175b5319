"""Shapes -> SPARQL checks: each constraint of each shape as one query that finds its faults."""

from __future__ import annotations

from pyoxigraph import NamedNode

from barriergraph.tokens import VARIABLE, tokens
from barriergraph.validation.components import Constraint, replacement
from barriergraph.validation.constraints import SET, VALUE, Expressions, where
from barriergraph.validation.gates import Gate
from barriergraph.validation.paths import may_be_empty
from barriergraph.validation.patterns import Unfaithful
from barriergraph.validation.plans import Check, Frame, Job, Plan
from barriergraph.validation.queries import in_patterns
from barriergraph.validation.rows import ROWS
from barriergraph.validation.shapes import show
from barriergraph.validation.targets import target
from barriergraph.validation.vocabulary import COMPONENTS, sh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.constraints import Above
    from barriergraph.validation.queries import Query
    from barriergraph.validation.shapes import Shape, Term


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
            aim = target(self.c, shape)
        except Unfaithful as error:
            self._leave(shape, None, (), str(error))
            return
        frame = Frame(target=aim, root="this", trail=(), pattern=aim.pattern)
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
                target=frame.target,
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
        if name in ROWS:
            rows = ROWS[name](self.c, shape, name, parameter)
            gate = self._gate(shape, name, "")
            return [self._check(shape, component, frame, *row, gate=gate) for row in rows]
        if name in SET:
            test = SET[name](self.c, shape, parameter, "?this", above)
            gate = self._gate(shape, name, "")
            found = self._filtered(shape, component, frame, test, "", "", gate)
        elif shape.path is None:
            test = VALUE[name](self.c, shape, parameter, "?this", "?this", above)
            found = self._filtered(shape, component, frame, test, "", "focus")
        else:
            test = VALUE[name](self.c, shape, parameter, "?value", "?this", above)
            body = f"?this {self.c.path(shape)} ?value . "
            gate = self._gate(shape, name, test)
            found = self._filtered(shape, component, frame, test, body, "value", gate)
        return found

    def _gate(self, shape: Shape, name: str, test: str) -> Gate | None:
        """Return what a scan over one property can tell of a constraint, if it can."""
        kinds = {"minCount": "least", "maxCount": "most", "uniqueLang": "language"}
        kind = kinds.get(name, "value" if test else "")
        if not kind or not isinstance(shape.path, NamedNode):
            return None
        count = self.c.shapes.integer(shape.node, name) if kind in ("least", "most") else 1
        return Gate(kind=kind, predicate=str(shape.path), test=test, count=count or 0)

    def _filtered(
        self,
        shape: Shape,
        component: Term,
        frame: Frame,
        test: str,
        body: str,
        value: str,
        gate: Gate | None = None,
    ) -> list[Check]:
        if test == "false":
            return []
        columns = ("value",) if value == "value" else ()
        body += where(test)
        return [self._check(shape, component, frame, columns, body, value, gate=gate)]

    def _check(
        self,
        shape: Shape,
        component: Term,
        frame: Frame,
        columns: tuple[str, ...],
        body: str,
        value: str,
        *,
        gate: Gate | None = None,
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
            gate=gate,
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
                where = _aimed(frame, body)
                text = f"SELECT DISTINCT {_with(columns, head)} WHERE {{ {where} }}"
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
            gate=None,
        )


def _aimed(frame: Frame, body: str) -> str:
    """Return what a body finds at the focus nodes of a frame.

    Whether a node has a property at all is asked last, if the body finds its nodes by itself: most
    nodes have it, and the engine would begin with each of its values.
    """
    aim = frame.target
    few = aim.nodes or aim.classes or len(aim.subjects_of) + len(aim.objects_of) != 1
    own = in_patterns(tokens(f"{{{body}}}"), outermost=True)
    if few or frame.root != "this" or "this" not in own:
        return frame.pattern + body
    return f"{body} FILTER EXISTS {{ {frame.pattern}}}"


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
