"""Cells of a table: terms -> values of Python, and what people read in place of a term."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from barriergraph.datatypes import XSD
from barriergraph.namespaces import compact
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.results import Table, Term

_WHOLE = frozenset(
    XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
        "negativeInteger", "nonPositiveInteger", "unsignedInt", "unsignedLong", "unsignedShort",
        "unsignedByte",
    )
)  # fmt: skip
_NUMBERS = _WHOLE | {f"{XSD}decimal", f"{XSD}double", f"{XSD}float"}


class Column(Value):
    """A column as people see it: heading, a text a row, the IRI behind each, and its alignment."""

    __slots__ = ("name", "heading", "texts", "links", "numeric")
    name: str
    heading: str
    texts: tuple[str, ...]
    links: tuple[str | None, ...]
    numeric: bool


def value(term: Term | None) -> object:
    """Return the Python value of a term: str for an IRI, int, bool, Decimal, date and so on.

    A literal that is not of its datatype's form is given as its text.

    >>> value(Literal("2010-01-31", datatype=NamedNode(f"{XSD}date")))
    datetime.date(2010, 1, 31)
    """
    if not isinstance(term, Literal):
        return term.value if isinstance(term, NamedNode) else None if term is None else str(term)
    text, datatype = term.value, term.datatype.value
    try:
        if datatype in _WHOLE:
            return int(text)
        if datatype == f"{XSD}boolean":
            return {"true": True, "1": True, "false": False, "0": False}.get(text, text)
        return _other_value(datatype.removeprefix(XSD), text)
    except (ValueError, ArithmeticError):
        return text


def number(term: Term | None) -> float | None:
    """Return the number that a cell holds, or None for anything else.

    >>> number(Literal(3)), number(Literal("3"))
    (3.0, None)
    """
    if not isinstance(term, Literal) or term.datatype.value not in _NUMBERS:
        return None
    try:
        return float(term.value)
    except ValueError:
        return None


def shown(term: Term | None) -> str:
    """Return what people read: text without its language, a CURIE, yes or no, a short number.

    Characters that could move a terminal's cursor are replaced.

    >>> shown(Literal("Angst", language="de")), shown(Literal(True)), shown(Literal(0.5))
    ('Angst', 'yes', '0.5')
    >>> shown(NamedNode("https://w3id.org/barriergraph/id/domain/smart-cities"))
    'domain:smart-cities'
    """
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return _printable(compact(term.value))
    if not isinstance(term, Literal):
        return _printable(str(term))
    if term.datatype.value == f"{XSD}boolean":
        return {"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(term.value, term.value)
    amount = number(term)
    if amount is not None and term.datatype.value not in _WHOLE and abs(amount) < 1e15:
        text = f"{amount:.2f}".rstrip("0").rstrip(".")
        return text if text not in ("0", "-0") or amount == 0 else f"{amount:.2g}"
    return _printable(term.value)


def visible(table: Table) -> list[Column]:
    """Return the columns for people, in order: a column `<x>Label` takes the place of `<x>`.

    Where a row has no label, the CURIE stays.
    """
    places = {name: place for place, name in enumerate(table.columns)}
    columns = []
    for name, place in places.items():
        base = name.removesuffix("Label")
        if base != name and base in places:
            continue
        label = places.get(f"{name}Label")
        terms = [row[place] for row in table.rows]
        named = terms if label is None else [
            term if row[label] is None else row[label]
            for term, row in zip(terms, table.rows, strict=True)
        ]  # fmt: skip
        bound = [term for term in named if term is not None]
        columns.append(
            Column(
                name=name,
                heading=table.labels[name],
                texts=tuple(shown(term) for term in named),
                links=tuple(term.value if isinstance(term, NamedNode) else None for term in terms),
                numeric=bool(bound) and all(number(term) is not None for term in bound),
            )
        )
    return columns


def count(amount: int, noun: str) -> str:
    """Return an amount with its noun, both as people write them.

    >>> count(0, "row"), count(1, "row"), count(8568, "row")
    ('no rows', '1 row', '8,568 rows')
    """
    return f"{f'{amount:,}' if amount else 'no'} {noun}{'' if amount == 1 else 's'}"


def _other_value(name: str, text: str) -> object:
    if name == "decimal":
        from decimal import Decimal

        return Decimal(text)
    if name in ("double", "float"):
        return float(text)
    if name in ("date", "dateTime"):
        import datetime

        kind = datetime.date if name == "date" else datetime.datetime
        return kind.fromisoformat(text)
    return text


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else " " if char in "\t\r" else "\ufffd"
        for char in text
    )
