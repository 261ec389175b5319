"""Aggregates of SPARQL -> SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from barriergraph.errors import QueryError
from barriergraph.spark import values
from barriergraph.spark.expressions import Expression, Scope, as_term, as_text, translate
from barriergraph.spark.terms import quote


def aggregate(node: CompValue, scope: Scope, keys: Sequence[str]) -> tuple[str, bool]:
    """Return an aggregate as the SQL of a term, and whether it has a value in every group.

    Raises: QueryError that names an aggregate that is not translated.
    """
    distinct = "DISTINCT " if node.distinct else ""
    if node.vars == "*":
        shown = ", ".join(scope.columns.values())
        counted = f"count({distinct}struct({shown}))" if distinct else "count(*)"
        return values.of_whole(counted), True
    if node.name == "Aggregate_Sample" and isinstance(node.vars, Variable):
        name = str(node.vars)
        if name in keys:
            return scope.columns.get(name, "CAST(NULL AS STRING)"), name in scope.certain
    if node.name not in _MADE:
        raise QueryError(f"Spark is not asked for {node.name.removeprefix('Aggregate_')}")
    if any(True for _ in _exists(node.vars)):
        raise QueryError("Spark is not asked for EXISTS inside an aggregate")
    one = translate(node.vars, scope)
    if node.name == "Aggregate_GroupConcat":
        return _joined(node, one, distinct), True
    sql = _MADE[node.name](as_term(one), distinct)
    return sql, node.name in ("Aggregate_Count",)


def _exists(node: object) -> list[object]:
    if isinstance(node, CompValue):
        if node.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            return [node]
        return [found for part in node.values() for found in _exists(part)]
    if isinstance(node, list | tuple):
        return [found for part in node for found in _exists(part)]
    return []


def _count(term: str, distinct: str) -> str:
    return values.of_whole(f"count({distinct}{term})")


def _sample(term: str, distinct: str) -> str:
    return f"first({term}, TRUE)"


def _extreme(function: str) -> Callable[[str, str], str]:
    def made(term: str, distinct: str) -> str:
        rank, number, text, _ = values.order(term)
        row = f"named_struct('r', {rank}, 'n', {number}, 's', {text}, 't', {term})"
        return f"{function}(CASE WHEN {term} IS NOT NULL THEN {row} END).t"

    return made


def _sum(term: str, distinct: str) -> str:
    exact, floating = (f"sum({distinct}{of(term)})" for of in (values.exact, values.floating))
    return _number(term, f"coalesce({exact}, 0)", floating, values.of_whole)


def _mean(term: str, distinct: str) -> str:
    exact, floating = (f"avg({distinct}{of(term)})" for of in (values.exact, values.floating))
    return _number(term, f"coalesce({exact}, 0)", floating, values.of_exact)


def _number(term: str, exact: str, floating: str, whole: Callable[[str], str]) -> str:
    """Return the term of a sum or mean: no value when one of the terms is no number."""
    numbers = f"coalesce(bool_and({values.floating(term)} IS NOT NULL), TRUE)"
    return (
        f"CASE WHEN NOT {numbers} THEN NULL "
        f"WHEN coalesce(bool_and({values.is_whole(term)}), TRUE) THEN {whole(exact)} "
        f"WHEN bool_and({values.exact(term)} IS NOT NULL) THEN {values.of_exact(exact)} "
        f"ELSE {values.of_double(floating)} END"
    )


def _joined(node: CompValue, one: Expression, distinct: str) -> str:
    separator = " " if node.separator is None else str(node.separator)
    texts = f"collect_{'set' if distinct else 'list'}({as_text(one)})"
    return values.of_text(f"array_join({texts}, {quote(separator)})")


_MADE: Mapping[str, Callable[[str, str], str]] = {
    "Aggregate_Count": _count,
    "Aggregate_Sample": _sample,
    "Aggregate_Min": _extreme("min"),
    "Aggregate_Max": _extreme("max"),
    "Aggregate_Sum": _sum,
    "Aggregate_Avg": _mean,
    "Aggregate_GroupConcat": _sum,
}
