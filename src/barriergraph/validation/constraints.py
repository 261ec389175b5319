"""Constraints of SHACL -> boolean expressions of SPARQL that are true when they are broken.

Every expression has a value for every term: one that could fail is wrapped in COALESCE, because
an error inside a FILTER takes the row away, and the fault would pass silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoxigraph import BlankNode, NamedNode

from barriergraph.errors import ShapesError
from barriergraph.validation import lexical, pairs, values
from barriergraph.validation.paths import path_text
from barriergraph.validation.patterns import Unfaithful
from barriergraph.validation.shapes import show
from barriergraph.validation.vocabulary import sh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from barriergraph.validation.components import Declared
    from barriergraph.validation.shapes import Shape, Shapes, Term

    #: The shapes that are being compiled around one, outermost first.
    Above: TypeAlias = tuple[Term, ...]

__all__ = ["Expressions", "any_of", "negate"]

#: Up to so many values are told apart by pairs; more are counted.
PAIRS = 3


class Expressions:
    """Compiles shapes to expressions, for one shapes graph and one hierarchy of classes.

    `classes` returns a class with all below it; `constant` writes a term as the store has it;
    `occurs` says whether the data has a term; `declared` are the constraints in SPARQL;
    `kept` and `huge` are those of `exact.Exact`.
    """

    def __init__(
        self,
        shapes: Shapes,
        *,
        classes: Callable[[NamedNode], list[NamedNode]],
        constant: Callable[[Term], Term],
        declared: Declared,
        occurs: Callable[[Term], bool],
        kept: bool = False,
        huge: bool = False,
    ) -> None:
        self.shapes = shapes
        self.classes = classes
        self.declared = declared
        self.occurs = occurs
        self.kept = kept
        self.huge = huge
        self._constant = constant
        self._count = 0

    def fresh(self) -> str:
        """Return a variable that nothing else uses."""
        self._count += 1
        return f"?_{self._count}"

    def write(self, term: Term) -> str:
        """Return a term of the shapes graph as it is written in a query."""
        return self.plain(self._constant(term))

    def plain(self, term: Term) -> str:
        """Return a term as it is written in a query that reads literals by their value."""
        if isinstance(term, BlankNode):
            raise Unfaithful("a query cannot name a blank node")
        return str(term)

    def path(self, shape: Shape) -> str:
        """Return the path of a property shape."""
        assert shape.path is not None
        return path_text(self.shapes, shape.path)

    def violates(self, node: Term, focus: str, above: Above) -> str:
        """Return an expression that is true when a variable's term breaks a shape."""
        shape = self.shapes.shape(node)
        if shape.deactivated:
            return "false"
        if node in above:
            raise Unfaithful("a shape refers to itself")
        inside = (*above, node)
        value = focus if shape.path is None else self.fresh()
        of_values: list[str] = []
        of_focus: list[str] = []
        for name, parameter in self.parameters(shape):
            if name in VALUE:
                of_values.append(VALUE[name](self, shape, parameter, value, focus, inside))
            else:
                of_focus.append(SET[name](self, shape, parameter, focus, inside))
        of_values += self.declared.of_values(self, shape, value, focus)
        of_focus += self.declared.of_focus(self, shape, focus)
        broken = any_of(of_values)
        if shape.path is not None and broken != "false":
            broken = f"EXISTS {{ {focus} {self.path(shape)} {value} {where(broken)}}}"
        return any_of([*of_focus, broken])

    def parameters(self, shape: Shape) -> Iterable[tuple[str, Term]]:
        """Return each constraint of a shape: the parameter's name, and its value."""
        words = self.shapes.words(shape.node)
        for name in (*VALUE, *SET):
            if name not in words:
                continue
            if name.startswith("qualified") and "qualifiedValueShape" not in words:
                continue  # half of a constraint is none; the linter says so
            for value in words[name]:
                yield name, value

    def at_least(
        self, count: int, focus: str, path: str, condition: Callable[[str], str] | None = None
    ) -> str:
        """Return an expression that is true when a focus node has so many values on a path."""
        if count <= 0:
            return "true"
        if count <= PAIRS:
            names = [self.fresh() for _ in range(count)]
            parts = []
            for place, name in enumerate(names):
                parts.append(f"{focus} {path} {name} .")
                if condition:
                    parts.append(where(condition(name)))
                parts += [f"FILTER(!sameTerm({other}, {name}))" for other in names[:place]]
            return f"EXISTS {{ {' '.join(parts)} }}"
        value, number = self.fresh(), self.fresh()
        kept = where(condition(value)) if condition else ""
        return (
            f"EXISTS {{ {{ SELECT {focus} (COUNT(DISTINCT {value}) AS {number}) "
            f"{{ {focus} {path} {value} {kept}}} GROUP BY {focus} }} FILTER({number} >= {count}) }}"
        )

    def typed(self, variable: str) -> str:
        """Return an expression for a term as the engine compares it.

        Raises: Unfaithful when there are numbers that the engine cannot compare.
        """
        if self.huge:
            raise Unfaithful("a number has more digits than the engine compares")
        return values.typed(variable) if self.kept else variable

    def well_formed(self, datatype: str, variable: str) -> str | None:
        return lexical.well_formed(datatype, f"STR({variable})")


def where(test: str) -> str:
    """Return a FILTER, or nothing for a test that is always true."""
    return "" if test == "true" else f"FILTER({test}) "


def any_of(tests: Iterable[str]) -> str:
    """Return a disjunction.

    >>> any_of(["?a", "false", "?b"]), any_of([]), any_of(["?a", "true"])
    ('(?a || ?b)', 'false', 'true')
    """
    kept = [test for test in dict.fromkeys(tests) if test != "false"]
    if "true" in kept:
        return "true"
    if not kept:
        return "false"
    return kept[0] if len(kept) == 1 else f"({' || '.join(kept)})"


def negate(test: str) -> str:
    """Return the opposite of an expression.

    >>> negate("true"), negate("?a = ?b")
    ('false', '!(?a = ?b)')
    """
    return {"true": "false", "false": "true"}.get(test) or f"!({test})"


# Constraints on each value
# -------------------------


def _property(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    if not c.shapes.get(parameter, "path"):
        raise ShapesError(show(parameter), "sh:property leads here, and this has no sh:path")
    return c.violates(parameter, v, above)


def _node(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    return c.violates(parameter, v, above)


def _not(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    return negate(c.violates(parameter, v, above))


def _members(c: Expressions, parameter: Term, v: str, above: Above) -> list[str]:
    return [c.violates(member, v, above) for member in c.shapes.items(parameter)]


def _and(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    return any_of(_members(c, parameter, v, above))


def _or(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    return negate(any_of(negate(broken) for broken in _members(c, parameter, v, above)))


def _xone(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    kept = [f"IF({broken}, 0, 1)" for broken in _members(c, parameter, v, above)]
    return f"({' + '.join(kept)} != 1)" if kept else "true"


# Constraints on all values together
# ----------------------------------


def _min_count(c: Expressions, s: Shape, parameter: Term, f: str, above: Above) -> str:
    least = c.shapes.integer(s.node, "minCount") or 0
    return negate(c.at_least(least, f, c.path(s)))


def _max_count(c: Expressions, s: Shape, parameter: Term, f: str, above: Above) -> str:
    most = c.shapes.integer(s.node, "maxCount") or 0
    return c.at_least(most + 1, f, c.path(s))


def _has_value(c: Expressions, s: Shape, parameter: Term, f: str, above: Above) -> str:
    if s.path is None:
        return f"!sameTerm({f}, {c.write(parameter)})"
    return f"NOT EXISTS {{ {f} {c.path(s)} {c.write(parameter)} }}"


def _qualified(c: Expressions, s: Shape, f: str, above: Above, count: int) -> str:
    """Return an expression that is true when so many values conform, and to no sibling shape."""
    shapes = c.shapes.get(s.node, "qualifiedValueShape")
    siblings: list[Term] = []
    if c.shapes.flag(s.node, "qualifiedValueShapesDisjoint"):
        for parent in c.shapes.subjects(sh("property"), s.node):
            for other in c.shapes.get(parent, "property"):
                siblings += c.shapes.get(other, "qualifiedValueShape")
    others = [node for node in dict.fromkeys(siblings) if node not in shapes]

    def counted(value: str) -> str:
        against = [negate(c.violates(node, value, above)) for node in others]
        broken = any_of([*(c.violates(node, value, above) for node in shapes), *against])
        return negate(broken)

    if s.path is None:  # the focus node is the only value
        return {0: "true", 1: counted(f)}.get(count, "false")
    return c.at_least(count, f, c.path(s), counted)


def _qualified_min(c: Expressions, s: Shape, parameter: Term, f: str, above: Above) -> str:
    least = c.shapes.integer(s.node, "qualifiedMinCount") or 0
    return negate(_qualified(c, s, f, above, least))


def _qualified_max(c: Expressions, s: Shape, parameter: Term, f: str, above: Above) -> str:
    most = c.shapes.integer(s.node, "qualifiedMaxCount") or 0
    return _qualified(c, s, f, above, most + 1)


VALUE: dict[str, Callable[[Expressions, Shape, Term, str, str, Above], str]] = {
    **values.TESTS,
    **pairs.VALUE_TESTS,
    "property": _property,
    "node": _node,
    "not": _not,
    "and": _and,
    "or": _or,
    "xone": _xone,
}

SET: dict[str, Callable[[Expressions, Shape, Term, str, Above], str]] = {
    **pairs.SET_TESTS,
    "minCount": _min_count,
    "maxCount": _max_count,
    "hasValue": _has_value,
    "qualifiedMinCount": _qualified_min,
    "qualifiedMaxCount": _qualified_max,
}
