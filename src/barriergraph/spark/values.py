"""What SPARQL reads from terms, as expressions of Spark SQL over columns of terms.

Each function takes and gives SQL. NULL stands for an error and for what is not bound, so that AND
and OR of SQL are those of SPARQL.

Source: SPARQL 1.1 Query Language, 17.3 Operator Mapping
"""

from __future__ import annotations

import zlib
from functools import wraps

from barriergraph.datatypes import XSD
from barriergraph.spark.terms import LANG_STRING, quote

_INTEGERS = (
    "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
    "negativeInteger", "nonPositiveInteger", "unsignedInt", "unsignedLong", "unsignedShort",
    "unsignedByte",
)  # fmt: skip
_FLOATING = ("double", "float")
_OTHERS = (
    "boolean", "dateTime", "date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay",
    "duration", "dayTimeDuration", "yearMonthDuration",
)  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: SQL that is longer is worked out once and named, where a function uses it more than once.
SHORT = 100


def once(function: Callable[..., str]) -> Callable[..., str]:
    """Return a function of SQL that names the long ones of its arguments.

    Without, the SQL of a sum of sums would double with each. SQL has no name for a value inside of
    an expression but that of a lambda.
    """

    @wraps(function)
    def named(*arguments: str) -> str:
        names = [
            f"v{zlib.crc32(one.encode()):08x}" if len(one) > SHORT else one for one in arguments
        ]
        sql = function(*names)
        for name, one in zip(names, arguments, strict=True):
            if name != one:
                sql = f"element_at(transform(array({one}), {name} -> {sql}), 1)"
        return sql

    return named


def _suffixes(*names: str) -> str:
    return "(" + ", ".join(quote(f"^^<{XSD}{name}>") for name in names) + ")"


WHOLE = _suffixes(*_INTEGERS)
EXACT = _suffixes(*_INTEGERS, "decimal")
FLOATING = _suffixes(*_FLOATING)
NUMERIC = _suffixes(*_INTEGERS, "decimal", *_FLOATING)
TIMED = _suffixes("dateTime", "date", "time", "gYear", "gYearMonth")
KNOWN = _suffixes(*_INTEGERS, "decimal", *_FLOATING, *_OTHERS)
BOOLEAN = f"^^<{XSD}boolean>"


def is_iri(term: str) -> str:
    """Return whether a term is an IRI."""
    return f"startswith({term}, '<')"


def is_blank(term: str) -> str:
    """Return whether a term is a blank node."""
    return f"startswith({term}, '_:')"


def is_literal(term: str) -> str:
    """Return whether a term is a literal."""
    return f"startswith({term}, '\"')"


def suffix(term: str) -> str:
    """Return what stands behind the text of a literal: its language or datatype, as written."""
    return f"substring_index({term}, '\"', -1)"


def lexical(term: str) -> str:
    """Return the text of a literal; of other terms it has no meaning."""
    return f"substring({term}, 2, length({term}) - 1 - locate('\"', reverse({term})))"


@once
def str_of(term: str) -> str:
    """Return STR of a term: its text, or the IRI; an error for a blank node."""
    iri = f"substring({term}, 2, length({term}) - 2)"
    return f"CASE WHEN {is_literal(term)} THEN {lexical(term)} WHEN {is_iri(term)} THEN {iri} END"


@once
def text_of(term: str) -> str:
    """Return the text of a string, with or without a language; an error for all else."""
    given = f"({suffix(term)} = '' OR startswith({suffix(term)}, '@'))"
    return f"CASE WHEN {is_literal(term)} AND {given} THEN {lexical(term)} END"


@once
def lang(term: str) -> str:
    """Return LANG of a literal."""
    mark = suffix(term)
    told = f"CASE WHEN startswith({mark}, '@') THEN substring({mark}, 2) ELSE '' END"
    return f"CASE WHEN {is_literal(term)} THEN {told} END"


@once
def datatype(term: str) -> str:
    """Return DATATYPE of a literal, as a term."""
    mark = suffix(term)
    return (
        f"CASE WHEN NOT {is_literal(term)} THEN NULL WHEN {mark} = '' THEN '<{XSD}string>' "
        f"WHEN startswith({mark}, '@') THEN '<{LANG_STRING}>' ELSE substring({mark}, 3) END"
    )


@once
def is_whole(term: str) -> str:
    """Return whether a term has xsd:integer or a datatype derived from it."""
    return f"({is_literal(term)} AND {suffix(term)} IN {WHOLE})"


@once
def exact(term: str) -> str:
    """Return the number of an integer or decimal; an error for all else."""
    form = f"{lexical(term)} RLIKE '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)\\\\z'"
    number = f"try_cast({lexical(term)} AS DECIMAL(38, 12))"
    return (
        f"CASE WHEN {is_literal(term)} AND {suffix(term)} IN {EXACT} AND {form} THEN {number} END"
    )


@once
def floating(term: str) -> str:
    """Return any number as a double; an error for what is none."""
    return (
        f"CASE WHEN {is_literal(term)} AND {suffix(term)} IN {NUMERIC} "
        f"THEN try_cast(replace({lexical(term)}, 'INF', 'Infinity') AS DOUBLE) END"
    )


@once
def truth(term: str) -> str:
    """Return the value of an xsd:boolean; an error for all else."""
    text = lexical(term)
    told = f"CASE {text} WHEN 'true' THEN TRUE WHEN '1' THEN TRUE "
    told += "WHEN 'false' THEN FALSE WHEN '0' THEN FALSE END"
    return f"CASE WHEN {is_literal(term)} AND {suffix(term)} = '{BOOLEAN}' THEN {told} END"


@once
def effective(term: str) -> str:
    """Return the effective boolean value of a term.

    Source: SPARQL 1.1 Query Language, 17.2.2 Effective Boolean Value
    """
    return (
        f"coalesce({truth(term)}, length({text_of(term)}) > 0, "
        f"{exact(term)} <> 0, ({floating(term)} <> 0 AND NOT isnan({floating(term)})))"
    )


@once
def equal(left: str, right: str) -> str:
    """Return `=` of two terms: numbers and truth values by value, all others as they are."""
    known = " AND ".join(
        f"(NOT startswith({suffix(one)}, '^^') OR {suffix(one)} IN {KNOWN})"
        for one in (left, right)
    )
    node = " OR ".join(f"NOT {is_literal(one)}" for one in (left, right))
    return (
        f"CASE WHEN {left} = {right} THEN TRUE WHEN {node} THEN FALSE "
        f"WHEN {suffix(left)} IN {NUMERIC} AND {suffix(right)} IN {NUMERIC} "
        f"THEN coalesce({exact(left)} = {exact(right)}, {floating(left)} = {floating(right)}) "
        f"WHEN {suffix(left)} = '{BOOLEAN}' AND {suffix(right)} = '{BOOLEAN}' "
        f"THEN {truth(left)} = {truth(right)} "
        f"WHEN {known} THEN FALSE END"
    )


@once
def compared(left: str, sign: str, right: str) -> str:
    """Return `<`, `>`, `<=` or `>=` of two terms: numbers, texts, truth values and dates."""
    return (
        f"CASE WHEN NOT {is_literal(left)} OR NOT {is_literal(right)} THEN NULL "
        f"WHEN {suffix(left)} IN {NUMERIC} AND {suffix(right)} IN {NUMERIC} THEN "
        f"coalesce({exact(left)} {sign} {exact(right)}, {floating(left)} {sign} {floating(right)}) "
        f"WHEN {suffix(left)} <> {suffix(right)} THEN NULL "
        f"WHEN {suffix(left)} = '' OR startswith({suffix(left)}, '@') "
        f"OR {suffix(left)} IN {TIMED} THEN {lexical(left)} {sign} {lexical(right)} "
        f"WHEN {suffix(left)} = '{BOOLEAN}' THEN {truth(left)} {sign} {truth(right)} END"
    )


def order(term: str) -> list[str]:
    """Return what terms are put in order by: not bound, blank, IRI, then literals by value.

    Source: SPARQL 1.1 Query Language, 15.1 ORDER BY
    """
    # The last quote of a literal is behind its text; an IRI has none.
    text = f"substring({term}, 1, length({term}) - locate('\"', reverse({term})))"
    typed = f"substring_index(substring({term}, 2), '\"^^<', 1)"
    number = f"CASE WHEN contains({term}, '\"^^<') THEN try_cast({typed} AS DOUBLE) END"
    return [f"translate(left({term}, 1), '_<\"', '123')", number, text, term]


@once
def of_truth(value: str) -> str:
    """Return the term of a truth value."""
    return (
        f"CASE WHEN {value} THEN '\"true\"{BOOLEAN}' WHEN NOT {value} THEN '\"false\"{BOOLEAN}' END"
    )


def of_text(value: str) -> str:
    """Return the term of a text."""
    return f"concat('\"', {value}, '\"')"


def of_whole(value: str) -> str:
    """Return the term of a whole number."""
    return f"concat('\"', CAST(CAST({value} AS DECIMAL(38, 0)) AS STRING), '\"^^<{XSD}integer>')"


@once
def of_exact(value: str) -> str:
    """Return the term of a decimal number, in its shortest form."""
    text = f"CAST(CAST({value} AS DECIMAL(38, 12)) AS STRING)"
    return f"concat('\"', regexp_replace({text}, '[.]?0+\\\\z', ''), '\"^^<{XSD}decimal>')"


def of_double(value: str) -> str:
    """Return the term of a double."""
    return f"concat('\"', CAST({value} AS STRING), '\"^^<{XSD}double>')"
