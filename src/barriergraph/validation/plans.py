"""What shapes are compiled to: queries that find faults, and what is left to the other engine."""

from __future__ import annotations

from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.components import Constraint
    from barriergraph.validation.gates import Gate
    from barriergraph.validation.shapes import Shape, Term
    from barriergraph.validation.targets import Target


class Frame(Value):
    """How the focus nodes of a shape are reached.

    `root` is the variable of the nodes that the target names, `trail` the variables between them
    and `?this`; `pattern` writes what binds all of them.
    """

    __slots__ = ("target", "root", "trail", "pattern")
    target: Target
    root: str
    trail: tuple[str, ...]
    pattern: str


class Check(Value):
    """One query: its rows are faults, or candidates that `each` is asked about one by one.

    `value` is what is reported as the value: the column `?value`, the focus node, or nothing.
    `refuses` says that a candidate is a fault when `each` has no row, as for ASK. `gate` is what a
    scan over one property can tell before.
    """

    __slots__ = (
        "text", "frame", "shape", "component", "value", "each", "refuses", "constraint", "gate",
    )  # fmt: skip
    text: str
    frame: Frame
    shape: Shape
    component: Term
    value: str
    each: str | None
    refuses: bool
    constraint: Constraint | None
    gate: Gate | None

    def but(self, *, text: str) -> Check:
        """Return the same check with another query."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return Check(**{**fields, "text": text})


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
