"""Which spellings XML Schema allows for a datatype, as an expression of SPARQL."""

from __future__ import annotations

from barriergraph.validation.vocabulary import XSD

_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_LEAP = r"-?([0-9]{2,}(0[48]|[2468][048]|[13579][26])|[0-9]*([02468][048]|[13579][26])00)"
_ZONE = r"(Z|[-+]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_DAY_IN_MONTH = (
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_DATE = rf"({_YEAR}-{_DAY_IN_MONTH}|{_LEAP}-02-29)"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_DIGITS = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_SECONDS = (
    r"([0-9]+H([0-9]+M)?([0-9]+(\.[0-9]+)?S)?|[0-9]+M([0-9]+(\.[0-9]+)?S)?|[0-9]+(\.[0-9]+)?S)"
)
_DAYS = rf"([0-9]+D(T{_SECONDS})?|T{_SECONDS})"
_MONTHS = r"([0-9]+Y([0-9]+M)?|[0-9]+M)"

_FORMS = {
    "boolean": "true|false|1|0",
    "byte": "[-+]?[0-9]+",
    "date": _DATE + _ZONE,
    "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE.removesuffix('?')}",
    "dayTimeDuration": f"-?P{_DAYS}",
    "decimal": f"[-+]?{_DIGITS}",
    "double": rf"[-+]?{_DIGITS}([eE][-+]?[0-9]+)?|[-+]?INF|NaN",
    "duration": f"-?P({_MONTHS}{_DAYS}?|{_DAYS})",
    "float": rf"[-+]?{_DIGITS}([eE][-+]?[0-9]+)?|[-+]?INF|NaN",
    "gDay": f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}",
    "gMonth": f"--(0[1-9]|1[0-2]){_ZONE}",
    "gMonthDay": f"--({_DAY_IN_MONTH}|02-29){_ZONE}",
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}",
    "hexBinary": "([0-9a-fA-F]{2})*",
    "int": "[-+]?[0-9]+",
    "integer": "[-+]?[0-9]+",
    "long": "[-+]?[0-9]+",
    "negativeInteger": "-0*[1-9][0-9]*",
    "nonNegativeInteger": r"\+?[0-9]+|-0+",
    "nonPositiveInteger": r"-[0-9]+|\+?0+",
    "positiveInteger": r"\+?0*[1-9][0-9]*",
    "short": "[-+]?[0-9]+",
    "time": _TIME + _ZONE,
    "unsignedByte": r"\+?[0-9]+|-0+",
    "unsignedInt": r"\+?[0-9]+|-0+",
    "unsignedLong": r"\+?[0-9]+|-0+",
    "unsignedShort": r"\+?[0-9]+|-0+",
    "yearMonthDuration": f"-?P{_MONTHS}",
}

_BOUNDS = {
    **{name: (-(2**bits), 2**bits - 1) for name, bits in
       (("byte", 7), ("short", 15), ("int", 31), ("long", 63))},
    **{f"unsigned{name}": (0, 2**bits - 1) for name, bits in
       (("Byte", 8), ("Short", 16), ("Int", 32), ("Long", 64))},
}  # fmt: skip


def well_formed(datatype: str, text: str) -> str | None:
    """Return an expression that is true when `text`, an expression too, spells a datatype.

    Returns None for a datatype of which every spelling is right, or that is not known.

    >>> print(well_formed(XSD + "negativeInteger", "STR(?v)"))
    REGEX(STR(?v), "^(-0*[1-9][0-9]*)$")
    >>> well_formed(XSD + "string", "STR(?v)") is None
    True

    Source: https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes
    """
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    if name not in _FORMS:
        return None
    form = _FORMS[name].replace("\\", "\\\\")
    test = f'REGEX({text}, "^({form})$")'
    if name in _BOUNDS:
        low, high = _BOUNDS[name]
        number = f"<{XSD}decimal>({text})"
        # A number with more digits than the engine counts is out of these bounds too.
        test += f" && COALESCE({number} >= {low}.0 && {number} <= {high}.0, false)"
    return test
