"""Expressions of SPARQL -> SQL, each with what it gives: a truth is not made a term first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Identifier, Literal, URIRef, Variable

from barriergraph.datatypes import XSD
from barriergraph.errors import QueryError
from barriergraph.spark import values
from barriergraph.spark.terms import encode_literal, quote
from barriergraph.values import Value

TERM, TRUTH, TEXT, WHOLE = "term", "truth", "text", "whole"


class Expression(Value):
    """SQL, what it gives (`kind`), and whether it gives something in every row (`sure`)."""

    __slots__ = ("kind", "sql", "sure")
    kind: str
    sql: str
    sure: bool


class Scope(Value):
    """What the names in an expression stand for: variables, and answers of EXISTS by node."""

    __slots__ = ("columns", "certain", "exists")
    columns: Mapping[str, str]
    certain: frozenset[str]
    exists: Mapping[int, str]


def constant(term: Identifier) -> str:
    """Return the text that stands for a term of rdflib in a column."""
    if isinstance(term, URIRef):
        return f"<{term}>"
    if isinstance(term, Literal):
        datatype = None if term.datatype is None else str(term.datatype)
        return encode_literal(str(term), term.language, datatype)
    if isinstance(term, BNode):
        return f"_:{term}"
    raise QueryError(f"{term!r} is no term that Spark can be asked about")


def name_of(node: object) -> str:
    """Return what an operator or function is called, for people."""
    name = node.name if isinstance(node, CompValue) else type(node).__name__
    return str(name).removeprefix("Builtin_").removesuffix("_")


def as_term(one: Expression) -> str:
    """Return an expression as the SQL of a term."""
    made = {TRUTH: values.of_truth, TEXT: values.of_text, WHOLE: values.of_whole}
    return made[one.kind](one.sql) if one.kind in made else one.sql


def as_truth(one: Expression) -> str:
    """Return an expression as the SQL of its effective boolean value."""
    if one.kind == TRUTH:
        return one.sql
    if one.kind == TEXT:
        return f"(length({one.sql}) > 0)"
    return f"({one.sql} <> 0)" if one.kind == WHOLE else f"({values.effective(one.sql)})"


def as_text(one: Expression) -> str:
    """Return an expression as the SQL of the text of a string, an error for all else."""
    return one.sql if one.kind == TEXT else f"({values.text_of(as_term(one))})"


def translate(node: object, scope: Scope) -> Expression:
    """Return an expression of rdflib's algebra as SQL.

    Raises: QueryError that names an operator or function that is not translated.
    """
    if isinstance(node, Variable):
        return _variable(node, scope)
    if isinstance(node, URIRef | Literal):
        return Expression(kind=TERM, sql=quote(constant(node)), sure=True)
    if not isinstance(node, CompValue):
        raise QueryError(f"Spark is not asked for {node!r} in an expression")
    if node.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        told = scope.exists[id(node)]
        sql = told if node.name == "Builtin_EXISTS" else f"(NOT {told})"
        return Expression(kind=TRUTH, sql=sql, sure=True)
    if node.name not in _KINDS:
        raise QueryError(f"Spark is not asked for {name_of(node)}")
    return _KINDS[node.name](node, scope)


def _variable(node: Variable, scope: Scope) -> Expression:
    name = str(node)
    if name not in scope.columns:
        return Expression(kind=TERM, sql="CAST(NULL AS STRING)", sure=False)
    return Expression(kind=TERM, sql=scope.columns[name], sure=name in scope.certain)


def _or(node: CompValue, scope: Scope) -> Expression:
    return _joined(node, scope, " OR ")


def _and(node: CompValue, scope: Scope) -> Expression:
    return _joined(node, scope, " AND ")


def _joined(node: CompValue, scope: Scope, word: str) -> Expression:
    parts = [translate(one, scope) for one in (node.expr, *node.other)]
    # A parameter without a value leaves `!BOUND(?x) || ...`: what is settled now is not asked.
    settled, other = ("TRUE", "FALSE") if word == " OR " else ("FALSE", "TRUE")
    if any(one.sql == settled for one in parts):
        return _truth(settled, True)
    parts = [one for one in parts if one.sql != other]
    if not parts:
        return _truth(other, True)
    sql = "(" + word.join(as_truth(one) for one in parts) + ")"
    return _truth(sql, all(one.sure and one.kind == TRUTH for one in parts))


def _not(node: CompValue, scope: Scope) -> Expression:
    one = translate(node.expr, scope)
    if one.sql in ("TRUE", "FALSE"):
        return _truth("TRUE" if one.sql == "FALSE" else "FALSE", True)
    return _truth(f"(NOT {as_truth(one)})", one.sure and one.kind == TRUTH)


def _truth(sql: str, sure: bool) -> Expression:
    return Expression(kind=TRUTH, sql=sql, sure=sure)


def _relation(node: CompValue, scope: Scope) -> Expression:
    left = translate(node.expr, scope)
    if node.op in ("IN", "NOT IN"):
        # rdflib has an empty list as the IRI of the empty list
        listed = [] if isinstance(node.other, URIRef) else list(node.other)
        tests = [_equal(left, translate(one, scope), one) for one in listed]
        sql = f"({' OR '.join(tests)})" if tests else "FALSE"
        return _truth(sql if node.op == "IN" else f"(NOT {sql})", not tests)
    right = translate(node.other, scope)
    if node.op in ("=", "!="):
        sql = _equal(left, right, node.other, node.expr)
        sure = left.sure and right.sure and "CASE" not in sql
        return _truth(sql if node.op == "=" else f"(NOT {sql})", sure)
    if left.kind == right.kind and left.kind in (WHOLE, TEXT):
        return _truth(f"({left.sql} {node.op} {right.sql})", left.sure and right.sure)
    if isinstance(node.other, Literal) and type(node.other.value) in (int, Decimal):
        number = f"CAST('{node.other.value}' AS DECIMAL(38, 12))"
        term = as_term(left)
        exact, floating = values.exact(term), values.floating(term)
        sql = f"coalesce({exact} {node.op} {number}, {floating} {node.op} {number})"
        return _truth(f"({sql})", False)
    return _truth(f"({values.compared(as_term(left), node.op, as_term(right))})", False)


def _equal(left: Expression, right: Expression, *nodes: object) -> str:
    if left.kind == right.kind and left.kind in (TRUTH, TEXT, WHOLE):
        return f"({left.sql} = {right.sql})"
    if any(isinstance(node, URIRef) for node in nodes):  # an IRI equals nothing but itself
        return f"({as_term(left)} = {as_term(right)})"
    return f"({values.equal(as_term(left), as_term(right))})"


def _arithmetic(node: CompValue, scope: Scope) -> Expression:
    found = translate(node.expr, scope)
    for sign, other in zip(node.op, node.other, strict=True):
        right = translate(other, scope)
        if found.kind == right.kind == WHOLE and sign != "/":
            sql = f"({found.sql} {sign} {right.sql})"
            found = Expression(kind=WHOLE, sql=sql, sure=found.sure and right.sure)
        else:
            sql = _numbers(as_term(found), str(sign), as_term(right))
            found = Expression(kind=TERM, sql=sql, sure=False)
    return found


@values.once
def _numbers(left: str, sign: str, right: str) -> str:
    """Return the sum, difference, product or quotient of two terms as a term."""
    zero = f"nullif({values.exact(right)}, 0)" if sign == "/" else values.exact(right)
    exact = f"({values.exact(left)} {sign} {zero})"
    whole = f"{values.is_whole(left)} AND {values.is_whole(right)}"
    if sign == "/":
        whole = "FALSE"
    floating = f"({values.floating(left)} {sign} {values.floating(right)})"
    if sign == "/":  # Spark would stop at a division by zero
        floating = f"try_divide({values.floating(left)}, {values.floating(right)})"
    return (
        f"CASE WHEN {whole} THEN {values.of_whole(exact)} WHEN {exact} IS NOT NULL "
        f"THEN {values.of_exact(exact)} ELSE {values.of_double(floating)} END"
    )


def _minus(node: CompValue, scope: Scope) -> Expression:
    zero = quote(f'"0"^^<{XSD}integer>')
    sql = _numbers(zero, "-", as_term(translate(node.expr, scope)))
    return Expression(kind=TERM, sql=sql, sure=False)


def _bound(node: CompValue, scope: Scope) -> Expression:
    name = str(node.arg)
    there = f"({scope.columns[name]} IS NOT NULL)" if name in scope.columns else "FALSE"
    there = "TRUE" if name in scope.certain else there
    return _truth(there, True)


def _coalesce(node: CompValue, scope: Scope) -> Expression:
    parts = [translate(one, scope) for one in node.arg]
    kind = parts[0].kind if len({one.kind for one in parts}) == 1 else TERM
    # A truth stays one: as a term, and read again, its SQL would be a thousand times as long.
    if {TRUTH, TERM} == {one.kind for one in parts} and all(map(_is_truth, node.arg, parts)):
        kind, parts = TRUTH, [one if one.kind == TRUTH else _constant_truth(one) for one in parts]
    shown = [one.sql if kind != TERM else as_term(one) for one in parts]
    return Expression(
        kind=kind, sql=f"coalesce({', '.join(shown)})", sure=any(one.sure for one in parts)
    )


def _is_truth(node: object, one: Expression) -> bool:
    return one.kind == TRUTH or (
        isinstance(node, Literal) and str(node.datatype) == f"{XSD}boolean"
    )


def _constant_truth(one: Expression) -> Expression:
    return _truth("TRUE" if one.sql.startswith(("'\"true", "'\"1")) else "FALSE", True)


def _if(node: CompValue, scope: Scope) -> Expression:
    test, yes, no = (translate(one, scope) for one in (node.arg1, node.arg2, node.arg3))
    kind = yes.kind if yes.kind == no.kind else TERM
    shown = [one.sql if kind != TERM else as_term(one) for one in (yes, no)]
    truth = as_truth(test)
    sql = _choice(truth, *shown)
    sure = yes.sure and no.sure and test.sure and test.kind == TRUTH
    return Expression(kind=kind, sql=sql, sure=sure)


@values.once
def _choice(truth: str, yes: str, no: str) -> str:
    return f"CASE WHEN {truth} THEN {yes} WHEN NOT {truth} THEN {no} END"


def _same(node: CompValue, scope: Scope) -> Expression:
    left, right = (translate(one, scope) for one in (node.arg1, node.arg2))
    return _truth(f"({as_term(left)} = {as_term(right)})", left.sure and right.sure)


def _test(of: Callable[[str], str]) -> Callable[[CompValue, Scope], Expression]:
    def made(node: CompValue, scope: Scope) -> Expression:
        one = translate(node.arg, scope)
        return _truth(of(as_term(one)), one.sure)

    return made


def _str(node: CompValue, scope: Scope) -> Expression:
    one = translate(node.arg, scope)
    if one.kind == TEXT:
        return one
    return Expression(kind=TEXT, sql=f"({values.str_of(as_term(one))})", sure=False)


def _lang(node: CompValue, scope: Scope) -> Expression:
    return _text(f"({values.lang(as_term(translate(node.arg, scope)))})")


def _datatype(node: CompValue, scope: Scope) -> Expression:
    sql = values.datatype(as_term(translate(node.arg, scope)))
    return Expression(kind=TERM, sql=f"({sql})", sure=False)


def _text(sql: str) -> Expression:
    return Expression(kind=TEXT, sql=sql, sure=False)


def _kept(function: Callable[[str], str]) -> Callable[[CompValue, Scope], Expression]:
    """Return what changes the text of a string and keeps its language."""

    def made(node: CompValue, scope: Scope) -> Expression:
        one = translate(node.arg, scope)
        if one.kind == TEXT:
            return _text(function(one.sql))
        term = as_term(one)
        sql = f"concat('\"', {function(as_text(one))}, '\"', {values.suffix(term)})"
        return Expression(kind=TERM, sql=sql, sure=False)

    return made


def _concat(node: CompValue, scope: Scope) -> Expression:
    parts = [translate(one, scope) for one in node.arg]
    joined = f"concat({', '.join(as_text(one) for one in parts)})"
    if any(one.kind == TEXT for one in parts) or len(parts) == 0:
        return _text(joined)
    marks = [values.suffix(as_term(one)) for one in parts]
    same = " AND ".join(f"{marks[0]} = {mark}" for mark in marks[1:]) or "TRUE"
    sql = f"concat('\"', {joined}, '\"', CASE WHEN {same} THEN {marks[0]} ELSE '' END)"
    return Expression(kind=TERM, sql=sql, sure=False)


def _pair(function: str) -> Callable[[CompValue, Scope], Expression]:
    def made(node: CompValue, scope: Scope) -> Expression:
        left, right = (as_text(translate(one, scope)) for one in (node.arg1, node.arg2))
        return _truth(f"{function}({left}, {right})", False)

    return made


def _after(node: CompValue, scope: Scope) -> Expression:
    return _part(node, scope, "substring({0}, locate({1}, {0}) + length({1}))")


def _before(node: CompValue, scope: Scope) -> Expression:
    return _part(node, scope, "substring({0}, 1, locate({1}, {0}) - 1)")


def _part(node: CompValue, scope: Scope, form: str) -> Expression:
    one = translate(node.arg1, scope)
    text, mark = as_text(one), as_text(translate(node.arg2, scope))
    found = form.format(text, mark)
    if one.kind == TEXT:
        return _text(f"CASE WHEN contains({text}, {mark}) THEN {found} WHEN {mark} IS NOT NULL "
                     f"AND {text} IS NOT NULL THEN '' END")  # fmt: skip
    sql = (
        f"CASE WHEN contains({text}, {mark}) THEN "
        f"concat('\"', {found}, '\"', {values.suffix(one.sql)}) "
        f"WHEN {mark} IS NOT NULL AND {text} IS NOT NULL THEN '\"\"' END"
    )
    return Expression(kind=TERM, sql=sql, sure=False)


def _substr(node: CompValue, scope: Scope) -> Expression:
    one = translate(node.arg, scope)
    places = [
        f"CAST(round({values.exact(as_term(translate(place, scope)))}) AS INT)"
        for place in (node.start, node.length)
        if place is not None
    ]
    # A start before the text counts from there, where SQL would count from the end.
    start = f"greatest({places[0]}, 1)"
    length = f", greatest({places[0]} + {places[1]} - {start}, 0)" if len(places) > 1 else ""
    found = f"substring({as_text(one)}, {start}{length})"
    if one.kind == TEXT:
        return _text(found)
    sql = f"concat('\"', {found}, '\"', {values.suffix(one.sql)})"
    return Expression(kind=TERM, sql=sql, sure=False)


def _strlen(node: CompValue, scope: Scope) -> Expression:
    one = as_text(translate(node.arg, scope))
    return Expression(kind=WHOLE, sql=f"CAST(length({one}) AS BIGINT)", sure=False)


def _rounded(function: str) -> Callable[[CompValue, Scope], Expression]:
    def made(node: CompValue, scope: Scope) -> Expression:
        term = as_term(translate(node.arg, scope))
        exact = f"{function}({values.exact(term)})"
        sql = (
            f"CASE WHEN {values.is_whole(term)} THEN {values.of_whole(exact)} "
            f"WHEN {exact} IS NOT NULL THEN {values.of_exact(exact)} "
            f"ELSE {values.of_double(f'{function}({values.floating(term)})')} END"
        )
        return Expression(kind=TERM, sql=sql, sure=False)

    return made


def _regex(node: CompValue, scope: Scope) -> Expression:
    text = as_text(translate(node.text, scope))
    return _truth(f"({text} RLIKE {quote(_pattern(node))})", False)


def _replace(node: CompValue, scope: Scope) -> Expression:
    one = translate(node.arg, scope)
    new = as_text(translate(node.replacement, scope))
    found = f"regexp_replace({as_text(one)}, {quote(_pattern(node))}, {new})"
    if one.kind == TEXT:
        return _text(found)
    sql = f"concat('\"', {found}, '\"', {values.suffix(one.sql)})"
    return Expression(kind=TERM, sql=sql, sure=False)


def _pattern(node: CompValue) -> str:
    """Return a pattern as Java reads it like the engine: `$` is the end, words are of any script.

    Raises: QueryError for one that is not a constant.
    """
    flags = node.flags or ""
    if not isinstance(node.pattern, Literal) or not isinstance(flags, str):
        raise QueryError(f"Spark is not asked for {name_of(node)} with a pattern that is computed")
    if set(flags) - set("ismx"):
        raise QueryError(f"Spark is not asked for {name_of(node)} with the flags {str(flags)!r}")
    pattern = str(node.pattern)
    if "m" not in flags:
        found = re.finditer(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", pattern, re.DOTALL)
        ends = [one.start() for one in found if one[0] == "$"]
        for end in reversed(ends):
            pattern = f"{pattern[:end]}\\z{pattern[end + 1 :]}"
    return f"(?Ud{flags}){pattern}"


def _iri(node: CompValue, scope: Scope) -> Expression:
    one = translate(node.arg, scope)
    term = as_term(one)
    sql = f"CASE WHEN {values.is_iri(term)} THEN {term} ELSE concat('<', {as_text(one)}, '>') END"
    return Expression(kind=TERM, sql=sql, sure=False)


def _strlang(node: CompValue, scope: Scope) -> Expression:
    text, language = (as_text(translate(one, scope)) for one in (node.arg1, node.arg2))
    return Expression(kind=TERM, sql=f"concat('\"', {text}, '\"@', lower({language}))", sure=False)


def _lang_matches(node: CompValue, scope: Scope) -> Expression:
    tag, wanted = (f"lower({as_text(translate(one, scope))})" for one in (node.arg1, node.arg2))
    sql = (
        f"CASE WHEN {wanted} = '*' THEN {tag} <> '' "
        f"ELSE {tag} = {wanted} OR startswith({tag}, concat({wanted}, '-')) END"
    )
    return _truth(f"({sql})", False)


def _cast(node: CompValue, scope: Scope) -> Expression:
    datatype = str(node.iri).removeprefix(XSD)
    if len(node.expr) != 1 or datatype not in ("boolean", "string", "integer", "decimal"):
        raise QueryError(f"Spark is not asked for the function <{node.iri}>")
    one = translate(node.expr[0], scope)
    term = as_term(one)
    if datatype == "string":
        return one if one.kind == TEXT else _text(f"({values.str_of(term)})")
    if datatype == "boolean":
        return one if one.kind == TRUTH else _truth(f"({_to_truth(term)})", False)
    text = quote(f"^^<{XSD}decimal>")
    number = (
        f"coalesce({values.exact(term)}, try_cast({values.floating(term)} AS DECIMAL(38, 12)), "
    )
    number += values.exact(f"concat('\"', {values.text_of(term)}, '\"', {text})") + ")"
    made = values.of_exact if datatype == "decimal" else _truncated
    return Expression(kind=TERM, sql=made(number), sure=False)


@values.once
def _truncated(number: str) -> str:
    return values.of_whole(f"(sign({number}) * floor(abs({number})))")


def _to_truth(term: str) -> str:
    text = f"CASE {values.text_of(term)} WHEN 'true' THEN TRUE WHEN '1' THEN TRUE "
    text += "WHEN 'false' THEN FALSE WHEN '0' THEN FALSE END"
    return f"coalesce({values.truth(term)}, {values.floating(term)} <> 0, {text})"


def _numeric(term: str) -> str:
    return f"(coalesce({values.floating(term)} IS NOT NULL, FALSE))"


_KINDS: Mapping[str, Callable[[CompValue, Scope], Expression]] = {
    "ConditionalOrExpression": _or,
    "ConditionalAndExpression": _and,
    "UnaryNot": _not,
    "UnaryMinus": _minus,
    "RelationalExpression": _relation,
    "AdditiveExpression": _arithmetic,
    "MultiplicativeExpression": _arithmetic,
    "Function": _cast,
    "Builtin_BOUND": _bound,
    "Builtin_COALESCE": _coalesce,
    "Builtin_IF": _if,
    "Builtin_sameTerm": _same,
    "Builtin_isIRI": _test(values.is_iri),
    "Builtin_isURI": _test(values.is_iri),
    "Builtin_isBLANK": _test(values.is_blank),
    "Builtin_isLITERAL": _test(values.is_literal),
    "Builtin_isNUMERIC": _test(_numeric),
    "Builtin_STR": _str,
    "Builtin_LANG": _lang,
    "Builtin_DATATYPE": _datatype,
    "Builtin_LCASE": _kept(lambda text: f"lower({text})"),
    "Builtin_UCASE": _kept(lambda text: f"upper({text})"),
    "Builtin_CONCAT": _concat,
    "Builtin_CONTAINS": _pair("contains"),
    "Builtin_STRSTARTS": _pair("startswith"),
    "Builtin_STRENDS": _pair("endswith"),
    "Builtin_STRAFTER": _after,
    "Builtin_STRBEFORE": _before,
    "Builtin_STRLEN": _strlen,
    "Builtin_SUBSTR": _substr,
    "Builtin_REGEX": _regex,
    "Builtin_REPLACE": _replace,
    "Builtin_ABS": _rounded("abs"),
    "Builtin_CEIL": _rounded("ceil"),
    "Builtin_FLOOR": _rounded("floor"),
    "Builtin_IRI": _iri,
    "Builtin_URI": _iri,
    "Builtin_STRLANG": _strlang,
    "Builtin_LANGMATCHES": _lang_matches,
}
