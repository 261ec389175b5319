"""Gates before checks: one scan over a property tells that nothing can be wrong, or where.

A check joins focus nodes with their values, node by node. Reading all statements of one property
in a row is some ten times faster, and mostly shows that a constraint holds everywhere. Only what a
gate lets through is then checked, so gates may let through too much, but never too little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from pyoxigraph import Literal, NamedNode

from barriergraph.validation.constraints import any_of
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.plans import Check, Frame
    from barriergraph.validation.shapes import Term

    Ask = Callable[[str], Iterator[Mapping[str, Term]]]

#: A property with more statements than so many times the focus nodes is not scanned.
SPARSE = 4

#: Up to one in so many focus nodes is named to the check; for more it looks at all of them.
FRACTION = 8


class Gate(Value):
    """What a check asks of a property: `kind` is value, least, most or language.

    `predicate` is written as in a query; `test` is true for values that break a constraint;
    `count` is the number that counts are held against.
    """

    __slots__ = ("kind", "predicate", "test", "count")
    kind: str
    predicate: str
    test: str
    count: int


class Gates:
    """The gates of one run, each opened at most once.

    `has` tells whether a property is used at all; `few` is how many nodes are worth naming.
    """

    def __init__(
        self, ask: Ask, has: Callable[[str], bool], checks: Iterable[Check], few: int
    ) -> None:
        self._ask = ask
        self._has = has
        self._few = few
        self._tests: dict[object, list[str]] = {}
        for check in checks:
            if check.gate is not None and check.gate.kind == "value":
                self._tests.setdefault(_key(check), []).append(check.gate.test)
        self._found: dict[object, list[Term] | None] = {}
        self._sizes: dict[str, int] = {}
        self._counts: dict[str, tuple[int, int]] = {}

    def candidates(self, check: Check) -> list[Term] | None:
        """Return the only focus nodes that a check can find faults at, or None for any of them."""
        gate = check.gate
        if gate is None:
            return None
        statements, subjects = self._count(gate.predicate)
        if gate.kind in ("most", "language") and statements == subjects and gate.count > 0:
            return []
        if (not statements and gate.kind != "least") or not self._size(check.frame):
            return []
        if statements > SPARSE * self._size(check.frame):
            return None
        key = _key(check) if gate.kind == "value" else (gate, check.frame.pattern)
        if key not in self._found:
            opens = {"value": self._value, "least": self._least}.get(gate.kind, self._most)
            self._found[key] = opens(check, gate)
        return self._found[key]

    def _value(self, check: Check, gate: Gate) -> list[Term] | None:
        tests = dict.fromkeys(self._tests[_key(check)])
        costly = [test for test in tests if "EXISTS" in test and "?this" not in test]
        other = [test for test in tests if test not in costly]
        if costly:  # worth asking once for each value
            values = f"SELECT DISTINCT ?value WHERE {{ ?this {gate.predicate} ?value }}"
            asked = f"SELECT ?value WHERE {{ {{ {values} }} FILTER({any_of(costly)}) }} LIMIT 1"
            if next(self._ask(asked), None) is not None:
                return None
        if not other:
            return []
        pattern = f"?this {gate.predicate} ?value FILTER({any_of(other)})"
        return self._nodes(check, pattern, "")

    def _least(self, check: Check, gate: Gate) -> list[Term] | None:
        if gate.count != 1:
            return None
        pattern = f"{check.frame.pattern}MINUS {{ ?this {gate.predicate} ?value }}"
        return self._nodes(check, pattern, "")

    def _most(self, check: Check, gate: Gate) -> list[Term] | None:
        more = f"GROUP BY ?this HAVING(COUNT(?value) > {gate.count})"
        return self._nodes(check, f"?this {gate.predicate} ?value", more)

    def _nodes(self, check: Check, pattern: str, more: str) -> list[Term] | None:
        """Return the nodes that a pattern finds, or None when they are many."""
        most = max(self._few, self._size(check.frame) // FRACTION)
        rows = self._ask(f"SELECT DISTINCT ?this WHERE {{ {pattern} }} {more}")
        found = [row["this"] for row in islice(rows, most + 1)]
        named = all(isinstance(node, NamedNode) for node in found)
        return found if len(found) <= (most if named else self._few) else None

    def _count(self, predicate: str) -> tuple[int, int]:
        """Return the number of statements with a property, and of subjects that have it."""
        if predicate not in self._counts and not self._has(predicate):
            self._counts[predicate] = 0, 0
        if predicate not in self._counts:
            row = next(
                self._ask(
                    "SELECT (COUNT(*) AS ?all) (COUNT(DISTINCT ?this) AS ?subjects) "
                    f"WHERE {{ ?this {predicate} ?value }}"
                )
            )
            self._counts[predicate] = _number(row["all"]), _number(row["subjects"])
        return self._counts[predicate]

    def _size(self, frame: Frame) -> int:
        if frame.pattern not in self._sizes:
            row = next(self._ask(f"SELECT (COUNT(*) AS ?all) WHERE {{ {frame.pattern}}}"))
            self._sizes[frame.pattern] = _number(row["all"])
        return self._sizes[frame.pattern]


def _key(check: Check) -> object:
    assert check.gate is not None
    return check.gate.predicate, check.shape.node, check.frame.pattern


def _number(term: Term) -> int:
    assert isinstance(term, Literal)
    return int(term.value)
