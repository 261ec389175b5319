"""XSD datatypes of parameters: what people type -> a literal of the right form, or nothing."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from barriergraph.namespaces import PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

XSD = PREFIXES["xsd"]


def literal(datatype: str, text: str) -> Literal | None:
    """Return the literal of an XSD datatype that a text spells, or None when it spells none.

    Blanks around a number, a date or a boolean do not matter, and the literal is in canonical
    form, so that engines that compare terms and engines that compare values agree.

    Raises: KeyError for a datatype that is not in EXPECTED.

    >>> literal(f"{XSD}integer", "+07").value
    '7'
    >>> literal(f"{XSD}integer", "seven") is None
    True

    Source: https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes
    """
    name = datatype.removeprefix(XSD)
    form = _FORMS[name][1](text if name == "string" else text.strip())
    if form is None:
        return None
    return Literal(form) if name == "string" else Literal(form, datatype=NamedNode(datatype))


def expected(datatype: str) -> str | None:
    """Return what to type for an XSD datatype, or None when parameters cannot have it.

    >>> expected(f"{XSD}integer")
    'a whole number such as 2010'
    """
    form = _FORMS.get(datatype.removeprefix(XSD)) if datatype.startswith(XSD) else None
    return form[0] if form else None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()  # isdigit() alone takes superscripts too


def _integer(text: str) -> str | None:
    sign = "-" if text.startswith("-") else ""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not _digits(digits):
        return None
    digits = digits.lstrip("0") or "0"
    return sign + digits if digits != "0" else "0"


def _at_least(least: int) -> Callable[[str], str | None]:
    def form(text: str) -> str | None:
        number = _integer(text)
        low = number is None or (number.startswith("-") if least == 0 else number[0] in "-0")
        return None if low else number

    return form


def _decimal(text: str) -> str | None:
    whole, _, part = text.partition(".")
    sign = whole[:1] if whole[:1] in ("+", "-") else ""
    whole, part = whole[len(sign) :], part.rstrip("0") if _digits(part) else part
    if not (_digits(whole) or whole == "") or not (_digits(part) or part == ""):
        return None
    if not any(char.isdigit() for char in text):
        return None
    number = (whole.lstrip("0") or "0") + (f".{part}" if part else "")
    return f"-{number}" if sign == "-" and number != "0" else number


def _double(text: str) -> str | None:
    if text in ("INF", "-INF", "NaN"):
        return text
    if not text.isascii() or not set(text) <= set("+-.0123456789eE"):
        return None  # Python also reads '1_000' and 'infinity'
    try:
        float(text)
    except ValueError:
        return None
    return text


def _boolean(text: str) -> str | None:
    return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(text)


def _date(text: str) -> str | None:
    from datetime import date

    if len(text) != 10 or text[4] != "-":
        return None  # Python also reads '20100101' and '2010-W01-1'
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _date_time(text: str) -> str | None:
    from datetime import datetime

    if text[10:11] != "T" or len(text) < 19 or _date(text[:10]) is None or text[13:14] != ":":
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


def _year(text: str) -> str | None:
    return text if len(text) == 4 and _digits(text) else None


def _iri(text: str) -> str | None:
    bad = set('<>"{}|\\^`')
    return text if text and not any(char in bad or char <= " " for char in text) else None


def _string(text: str) -> str | None:
    return text


_FORMS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "anyURI": ("a web address such as https://example.org/", _iri),
    "boolean": ("true or false", _boolean),
    "date": ("a date such as 2010-01-31", _date),
    "dateTime": ("a time such as 2010-01-31T09:00:00Z", _date_time),
    "decimal": ("a number such as 0.5", _decimal),
    "double": ("a number such as 0.5", _double),
    "float": ("a number such as 0.5", _double),
    "gYear": ("a year such as 2010", _year),
    "int": ("a whole number such as 2010", _integer),
    "integer": ("a whole number such as 2010", _integer),
    "long": ("a whole number such as 2010", _integer),
    "nonNegativeInteger": ("a whole number from 0 on", _at_least(0)),
    "positiveInteger": ("a whole number from 1 on", _at_least(1)),
    "string": ("words", _string),
}
