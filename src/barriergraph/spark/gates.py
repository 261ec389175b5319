"""Gates before checks, as in `validation.gates`: one scan tells which checks can find nothing."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from barriergraph.spark.expressions import Scope, as_truth, translate
from barriergraph.spark.terms import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.spark.triples import Triples
    from barriergraph.validation.plans import Check


def closed_gates(triples: Triples, checks: Iterable[Check]) -> set[int]:
    """Return the ids of the checks that find nothing anywhere in the triples.

    A test of single values is asked of all values of its property, and a most of one value of
    properties that no subject has twice; all in one scan.
    """
    asked: dict[str, list[Check]] = {}
    single: dict[str, list[Check]] = {}
    for check in checks:
        gate = check.gate
        if gate is None:
            continue
        predicate = quote(gate.predicate)
        if gate.kind == "value" and "?this" not in gate.test and "EXISTS" not in gate.test:
            asked.setdefault(f"bool_or(p = {predicate} AND {_sql(gate.test)})", []).append(check)
        elif gate.kind in ("most", "language") and gate.count > 0:
            single.setdefault(gate.predicate, []).append(check)
    closed: set[int] = set()
    if asked:
        row = triples.session.sql(f"SELECT {', '.join(asked)} FROM {triples.table}").first()
        assert row is not None
        for found, those in zip(row, asked.values(), strict=True):
            if not found:
                closed.update(map(id, those))
    if single:
        twice = triples.session.sql(
            f"SELECT DISTINCT p FROM (SELECT p FROM {triples.table} "
            f"WHERE p IN ({', '.join(map(quote, single))}) GROUP BY p, s HAVING count(*) > 1)"
        )
        several = {row.p for row in twice.collect()}
        for name, those in single.items():
            if name not in several:
                closed.update(map(id, those))
    return closed


def _sql(test: str) -> str:
    """Return a test of ?value as SQL over the column o; an error is not true."""
    query = f"SELECT ?value {{ ?this ?property ?value FILTER({test}) }}"
    node = translateQuery(parseQuery(query)).algebra.p.p
    scope = Scope(columns={"value": "o"}, certain=frozenset({"value"}), exists={})
    return f"coalesce({as_truth(translate(node.expr, scope))}, FALSE)"
