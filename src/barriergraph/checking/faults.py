"""What a check finds: faults, each with its place and what to do, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from barriergraph.values import Value

VIOLATION, WARNING, INFO = "violation", "warning", "info"
SEVERITIES = (VIOLATION, WARNING, INFO)

#: The checks that are made, in their order.
STEPS = ("syntax", "imports", "shapes", "duties", "clashes", "consistency", "queries")


class Fault(Value):
    """One thing that is wrong, or that someone should look at.

    `severity` is violation, warning or info, `step` one of STEPS, `duty` the shape, rule or other
    name of what is broken. `file` is as shown to people and `path` can be opened; `line` and
    `column` count from one or are None. `focus` is the IRI of the thing at fault, `value` what is
    wrong with it, both None where there is none; `message` says the duty and what to do, and
    `hint` what was perhaps meant.
    """

    __slots__ = (
        "severity", "step", "duty", "file", "path", "line", "column", "focus", "predicate", "value",
        "message", "hint",
    )  # fmt: skip

    severity: str
    step: str
    duty: str
    file: str
    path: str
    line: int | None
    column: int | None
    focus: str | None
    predicate: str | None
    value: str | None
    message: str
    hint: str | None

    @property
    def place(self) -> str:
        """The file, with line and column where they are known."""
        return ":".join(str(p) for p in (self.file, self.line, self.column) if p is not None)

    def order(self) -> tuple[object, ...]:
        """Return what faults are sorted by: the worst first, then by duty and place."""
        return (
            SEVERITIES.index(self.severity), STEPS.index(self.step), self.duty, self.message,
            self.file, self.line or 0, self.focus or "", self.value or "",
        )  # fmt: skip


class Outcome(Value):
    """What a check found: `faults` in order, the checks `left_out` with the reason, `files` read.

    `told` says, in words, what was found to be in order.
    """

    __slots__ = ("faults", "left_out", "told", "files")

    faults: tuple[Fault, ...]
    left_out: tuple[str, ...]
    told: tuple[str, ...]
    files: int

    @property
    def sound(self) -> bool:
        """Whether there is no violation; warnings and infos may be there."""
        return not self.counts[VIOLATION]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many faults there are of each severity."""
        found = Counter(fault.severity for fault in self.faults)
        return {severity: found[severity] for severity in SEVERITIES}
