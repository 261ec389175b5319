"""Constraints that hold values against other statements: pairs of properties, closed shapes."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import NamedNode

from barriergraph.errors import ShapesError
from barriergraph.validation.shapes import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.validation.constraints import Above, Expressions
    from barriergraph.validation.shapes import Shape, Term


def property_of(shape: Shape, name: str, parameter: Term) -> NamedNode:
    """Return the property that a constraint names.

    Raises: ShapesError when it is not an IRI.
    """
    if not isinstance(parameter, NamedNode):
        raise ShapesError(show(shape.node), f"sh:{name} takes a property, not {show(parameter)!r}")
    return parameter


def _disjoint(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    return f"EXISTS {{ {f} {property_of(s, 'disjoint', parameter)} {v} }}"


def not_in_order(c: Expressions, value: str, other: str, operator: str) -> str:
    """Return a test that is true when two values are not in order or cannot be compared."""
    return f"!COALESCE({c.typed(value)} {operator} {c.typed(other)}, false)"


def _order(name: str) -> Callable[[Expressions, Shape, Term, str, str, Above], str]:
    def test(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
        other = c.fresh()
        broken = not_in_order(c, v, other, ORDERS[name])
        return f"EXISTS {{ {f} {property_of(s, name, parameter)} {other} FILTER({broken}) }}"

    return test


def _closed(c: Expressions, s: Shape, parameter: Term, v: str, f: str, above: Above) -> str:
    if not c.shapes.flag(s.node, "closed"):
        return "false"
    name, value = c.fresh(), c.fresh()
    return f"EXISTS {{ {v} {name} {value} {foreign(c, s, name)}}}"


def foreign(c: Expressions, s: Shape, name: str) -> str:
    """Return a FILTER that keeps the properties that a closed shape does not know."""
    known: list[Term] = []
    for shape in c.shapes.get(s.node, "property"):
        known += c.shapes.get(shape, "path")
    ignored = c.shapes.one(s.node, "ignoredProperties")
    known += c.shapes.items(ignored) if ignored is not None else []
    iris = ", ".join(str(p) for p in dict.fromkeys(known) if isinstance(p, NamedNode))
    return f"FILTER(!({name} IN ({iris}))) " if iris else ""


def _equals(c: Expressions, s: Shape, parameter: Term, f: str, above: Above) -> str:
    other = property_of(s, "equals", parameter)
    value = c.fresh()
    if s.path is None:
        return (
            f"(NOT EXISTS {{ {f} {other} {f} }} || "
            f"EXISTS {{ {f} {other} {value} FILTER(!sameTerm({value}, {f})) }})"
        )
    return (
        "(" + " || ".join(f"EXISTS {{ {body} }}" for body in unequal(c, s, other, f, value)) + ")"
    )


def unequal(c: Expressions, s: Shape, other: NamedNode, f: str, value: str) -> list[str]:
    """Return patterns for the values that only the path has, and that only the property has."""
    path = c.path(s)
    return [
        f"{f} {path} {value} FILTER NOT EXISTS {{ {f} {other} {value} }}",
        f"{f} {other} {value} FILTER NOT EXISTS {{ {f} {path} {value} }}",
    ]


def _unique_lang(c: Expressions, s: Shape, parameter: Term, f: str, above: Above) -> str:
    if not asks_unique_lang(parameter):
        return "false"
    return f"EXISTS {{ {same_language(c, s, f, c.fresh())} }}"


def asks_unique_lang(parameter: Term) -> bool:
    """Return whether sh:uniqueLang is `true`: the suite has it that "1" asks for nothing."""
    return parameter.value == "true"


def same_language(c: Expressions, s: Shape, f: str, language: str) -> str:
    """Return a pattern for two values in one language, which is bound too."""
    one, two, path = c.fresh(), c.fresh(), c.path(s)
    return (
        f'{f} {path} {one} . FILTER(isLiteral({one}) && LANG({one}) != "") '
        f"{f} {path} {two} . FILTER(isLiteral({two}) && LCASE(LANG({one})) = LCASE(LANG({two})) "
        f"&& !sameTerm({one}, {two})) BIND(LCASE(LANG({one})) AS {language})"
    )


ORDERS = {"lessThan": "<", "lessThanOrEquals": "<="}

VALUE_TESTS: dict[str, Callable[[Expressions, Shape, Term, str, str, Above], str]] = {
    "closed": _closed,
    "disjoint": _disjoint,
    **{name: _order(name) for name in ORDERS},
}

SET_TESTS: dict[str, Callable[[Expressions, Shape, Term, str, Above], str]] = {
    "equals": _equals,
    "uniqueLang": _unique_lang,
}
