"""Constraints whose results say more than a value: each as columns and a pattern that fill them."""

from __future__ import annotations

from collections.abc import Callable

from barriergraph.validation.constraints import Expressions
from barriergraph.validation.pairs import (
    ORDERS,
    asks_unique_lang,
    foreign,
    not_in_order,
    property_of,
    same_language,
    unequal,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from barriergraph.validation.shapes import Shape, Term

    #: Columns, the pattern after the focus nodes, and what is reported as the value.
    Row: TypeAlias = tuple[tuple[str, ...], str, str]


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


#: For each parameter whose results have more to say than a value: what finds them.
ROWS: dict[str, Callable[[Expressions, Shape, str, Term], list[Row]]] = {
    "closed": _closed,
    "equals": _equals,
    "lessThan": _order,
    "lessThanOrEquals": _order,
    "uniqueLang": _unique_lang,
}
