"""Queries of SPARQL -> statements of Spark SQL, operator by operator of the algebra.

rdflib parses. What is outside the subset is refused by the name of the operator, never left out.

Source: SPARQL 1.1 Query Language, 18 Definition of SPARQL
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from barriergraph.errors import QueryError
from barriergraph.spark import values
from barriergraph.spark.aggregates import aggregate
from barriergraph.spark.expressions import (
    Scope,
    as_term,
    as_truth,
    constant,
    name_of,
    translate,
)
from barriergraph.spark.patterns import Patterns
from barriergraph.spark.relations import Parts, Relation
from barriergraph.spark.scopes import Groups
from barriergraph.spark.terms import quote
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.spark.patterns import Asked


class Statement(Value):
    """A statement of SQL that answers a query, and its columns in order.

    `empty` says that no row can fit, for want of a property that is asked for.
    """

    __slots__ = ("sql", "columns", "empty")
    sql: str
    columns: tuple[str, ...]
    empty: bool


def to_sql(
    query: str,
    asked: Asked,
    *,
    tables: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    ordered: bool = True,
) -> Statement:
    """Return a SELECT of SPARQL as a SELECT of Spark SQL over the table `triples`.

    `tables` are those that GRAPH may name, by IRI; `given` are values of variables, as they stand
    in columns. Unless `ordered`, the order of the rows does not matter.

    Raises: QueryError for a query that cannot be parsed, or asks for what is not translated, which
        is told by its name.
    """
    from pyparsing import ParseException

    try:
        algebra = translateQuery(parseQuery(query)).algebra
    except ParseException as error:
        raise QueryError(
            f"the query cannot be parsed: {error.msg}", line=error.lineno, column=error.column
        ) from None
    if algebra.name != "SelectQuery":
        raise QueryError(f"Spark is asked SELECT only, not {name_of(algebra)}")
    if algebra.datasetClause:
        raise QueryError("Spark is not asked for FROM: leave the other graphs out when reading")
    return _Translator(asked, tables or {}).top(algebra.p, given or {}, ordered=ordered)


class _Translator:
    def __init__(self, asked: Asked, tables: Mapping[str, str]) -> None:
        self.parts = Parts(together=asked.few)
        self.groups = Groups()
        self._asked = asked
        self._tables = tables
        self._patterns = Patterns(self.parts, asked)
        self._flags = 0

    def top(self, node: CompValue, given: Mapping[str, str], *, ordered: bool) -> Statement:
        """Return the whole query, with its order."""
        columns = tuple(str(name) for name in _project(node).PV)
        relation, order, limit = self._modified(node, given)
        shown = [
            f"{self.parts.c(name) if name in relation.columns else 'CAST(NULL AS STRING)'} "
            f"AS `{name}`"
            for name in columns
        ]
        sort = f" ORDER BY {', '.join(order)}" if order and (ordered or limit) else ""
        select = f"SELECT {', '.join(shown)} FROM {relation.table}{sort}{limit}"
        return Statement(
            sql=self.parts.statement(select), columns=columns, empty=relation.size == 0
        )

    def _modified(
        self, node: CompValue, given: Mapping[str, str]
    ) -> tuple[Relation, list[str], str]:
        """Return the rows of a SELECT, what they are put in order by, and how many are wanted."""
        limit, distinct = "", False
        if node.name == "Slice":
            length = "" if node.length is None else f" LIMIT {int(node.length)}"
            limit = f"{length} OFFSET {int(node.start)}" if node.start else length
            node = node.p
        if node.name in ("Distinct", "Reduced"):
            distinct = node.name == "Distinct"
            node = node.p
        names = [str(name) for name in node.PV]
        node = node.p
        conditions = []
        if node.name == "OrderBy":
            conditions, node = list(node.expr), node.p
        relation = self.parts.settled(self.eval(node))
        for name, term in given.items():
            if name in relation.columns:
                relation = self.parts.filtered(relation, f"{self.parts.c(name)} = {quote(term)}")
        if distinct:
            relation = self.parts.distinct(relation, [n for n in names if n in relation.columns])
            for condition in conditions:
                hidden = self.groups.names(condition.expr) - set(names)
                if hidden:
                    raise QueryError(
                        f"ORDER BY asks for ?{min(hidden)}, which DISTINCT does not keep"
                    )
        order = []
        for condition in conditions:
            keys = values.order(as_term(translate(condition.expr, self.scope(relation))))
            turn = " DESC NULLS LAST" if condition.order == "DESC" else " ASC NULLS FIRST"
            order += [f"{key}{turn}" for key in keys]
        return relation, order, limit

    def scope(self, relation: Relation, exists: Mapping[int, str] | None = None) -> Scope:
        """Return what expressions may name in a relation."""
        columns = {name: self.parts.c(name) for name in relation.columns}
        return Scope(columns=columns, certain=relation.certain, exists=exists or {})

    def eval(self, node: CompValue, seed: Relation | None = None) -> Relation:
        """Return the solutions of a pattern; with a seed, those that agree with one of its rows."""
        made = getattr(self, f"_{node.name.lower()}", None)
        if made is None:
            raise QueryError(f"Spark is not asked for {name_of(node)}")
        found: Relation = made(node, seed)
        return found

    def _seeded(self, relation: Relation, seed: Relation | None) -> Relation:
        return relation if seed is None else self.parts.join(seed, relation)

    def _inner(self, node: CompValue, seed: Relation | None) -> Relation:
        """Return the solutions of a further part, which wants the seed only if it says so."""
        return self.eval(node, seed if seed is not None and self.groups.wanted(node) else None)

    def _bgp(self, node: CompValue, seed: Relation | None) -> Relation:
        return self._seeded(self._patterns.bgp(node.triples), seed)

    def _graph(self, node: CompValue, seed: Relation | None) -> Relation:
        table = self._tables.get(str(node.term))
        if table is None or node.p.name != "BGP":
            raise QueryError("Spark is not asked for GRAPH: the graphs are one to a query")
        return self._seeded(Patterns(self.parts, self._asked, table).bgp(node.p.triples), seed)

    def _join(self, node: CompValue, seed: Relation | None) -> Relation:
        for one, other in ((node.p1, node.p2), (node.p2, node.p1)):
            listed = _choices(one)
            if listed is not None:
                name, terms = listed
                found = self.eval(other, seed)
                if name in found.certain:
                    items = ", ".join(quote(term) for term in terms)
                    return self.parts.filtered(found, f"{self.parts.c(name)} IN ({items})")
                return self.parts.join(found, self.eval(one))
        return self.parts.join(self.eval(node.p1, seed), self._inner(node.p2, seed))

    def _leftjoin(self, node: CompValue, seed: Relation | None) -> Relation:
        left = self.eval(node.p1, seed)
        if _is_true(node.expr) and node.p2.name == "BGP":
            found = self._patterns.always(left, node.p2.triples)
            if found is not None:
                return found
        right = self.parts.settled(self._inner(node.p2, seed))
        tests = [] if _is_true(node.expr) else _conjuncts(node.expr)
        kept = []
        for test in tests:
            own = self.groups.names(test) & set(left.columns) <= set(right.columns)
            if own and self.groups.names(test) & set(left.columns) <= right.certain:
                right = self.filter(right, [test])
            elif list(self.groups.found(test)):
                raise QueryError(
                    "Spark is not asked for an EXISTS of OPTIONAL about what is outside of it"
                )
            else:
                kept.append(test)
        left = self.parts.settled(left)
        columns = {
            name: self.parts.paired(left, right, name) for name in (*left.columns, *right.columns)
        }
        scope = Scope(columns=columns, certain=left.certain | right.certain, exists={})
        condition = " AND ".join(as_truth(translate(test, scope)) for test in kept)
        return self.parts.left_join(left, right, condition)

    def _filter(self, node: CompValue, seed: Relation | None) -> Relation:
        return self.filter(self.eval(node.p, seed), _conjuncts(node.expr))

    def filter(self, relation: Relation, tests: Iterable[object]) -> Relation:
        """Return the solutions for which all tests are true, the cheap tests first."""
        relation = self.parts.settled(relation)
        plain: list[object] = []
        asking: list[object] = []
        for test in tests:
            (asking if any(True for _ in self.groups.found(test)) else plain).append(test)
        if plain:
            scope = self.scope(relation)
            made = [as_truth(translate(test, scope)) for test in plain]
            conditions = [one for one in made if one != "TRUE"]
            if conditions:
                relation = self.parts.filtered(relation, " AND ".join(conditions))
        for test in asking:
            node, anti = _exists(test)
            if node is not None:
                relation = self.parts.semi(relation, self._asked_for(relation, node), anti=anti)
                continue
            columns = relation.columns
            relation, exists = self.flagged(relation, test)
            condition = as_truth(translate(test, self.scope(relation, exists)))
            kept = self.parts.filtered(relation, condition)
            relation = self.parts.relation(
                self.parts.select(kept, columns), columns, kept.certain, kept.size
            )
        return relation

    def flagged(self, relation: Relation, expression: object) -> tuple[Relation, Mapping[int, str]]:
        """Return a relation with a column for each EXISTS of an expression, and which is whose."""
        exists: dict[int, str] = {}
        for node in self.groups.found(expression):
            self._flags += 1
            name = f".exists{self._flags}"
            relation = self.parts.flagged(relation, self._asked_for(relation, node), name)
            exists[id(node)] = self.parts.c(name)
        return relation, exists

    def _asked_for(self, relation: Relation, node: CompValue) -> Relation:
        """Return the solutions of the pattern of an EXISTS that is asked for rows of a relation.

        Where the pattern names what only the row has, it is asked once for each value of that.
        """
        group = self.groups.of(node)
        outside = self.groups.wanted(group) & set(relation.columns)
        if not outside:
            return self.eval(group)
        shared = [n for n in relation.columns if n in outside | self.groups.scope(group)]
        return self.eval(group, self.parts.distinct(relation, shared))

    def _union(self, node: CompValue, seed: Relation | None) -> Relation:
        return self.parts.union(self.eval(node.p1, seed), self.eval(node.p2, seed))

    def _minus(self, node: CompValue, seed: Relation | None) -> Relation:
        return self.parts.minus(self.eval(node.p1, seed), self.eval(node.p2))

    def _extend(self, node: CompValue, seed: Relation | None) -> Relation:
        relation = self.parts.settled(self.eval(node.p, seed))
        relation, exists = self.flagged(relation, node.expr)
        one = translate(node.expr, self.scope(relation, exists))
        return self.parts.extended(relation, str(node.var), as_term(one), sure=one.sure)

    def _tomultiset(self, node: CompValue, seed: Relation | None) -> Relation:
        return self._seeded(self.eval(node.p), seed)

    def _values(self, node: CompValue, seed: Relation | None) -> Relation:
        rows = [
            {str(name): quote(constant(term)) for name, term in row.items() if term != "UNDEF"}
            for row in node.res
        ]
        if len(rows) == 1:
            row = rows[0]
            return Relation(table="", columns=tuple(row), certain=frozenset(row), size=1, alone=row)
        names = list(dict.fromkeys(name for row in rows for name in row))
        if not rows or not names:
            lines = ", ".join("(1)" for _ in rows)
            select = (
                f"SELECT * FROM VALUES {lines} AS t(`.none`)" if rows else "SELECT 1 WHERE FALSE"
            )
            return self.parts.relation(select, (), (), len(rows))
        sure = [name for name in names if all(name in row for row in rows)]
        missing = "CAST(NULL AS STRING)"
        lines = ", ".join(
            f"({', '.join(row.get(name, missing) for name in names)})" for row in rows
        )
        heads = ", ".join(self.parts.c(name) for name in names)
        select = f"SELECT * FROM VALUES {lines} AS t({heads})"
        return self.parts.relation(select, names, sure, len(rows))

    def _slice(self, node: CompValue, seed: Relation | None) -> Relation:
        return self._project(node, seed)

    def _distinct(self, node: CompValue, seed: Relation | None) -> Relation:
        return self._project(node, seed)

    def _reduced(self, node: CompValue, seed: Relation | None) -> Relation:
        return self._project(node, seed)

    def _selectquery(self, node: CompValue, seed: Relation | None) -> Relation:
        return self._project(node.p, seed)

    def _project(self, node: CompValue, seed: Relation | None) -> Relation:
        relation, order, limit = self._modified(node, {})
        names = [str(name) for name in _project(node).PV if str(name) in relation.columns]
        select = self.parts.select(relation, names)
        if limit:
            select += f" ORDER BY {', '.join(order)}{limit}" if order else limit
        return self._seeded(self.parts.relation(select, names, relation.certain), seed)

    def _aggregatejoin(self, node: CompValue, seed: Relation | None) -> Relation:
        relation = self.parts.settled(self.eval(node.p.p, seed))
        keys = []
        for key in node.p.expr or ():
            if not isinstance(key, Variable):
                raise QueryError("Spark is not asked for GROUP BY of an expression without a name")
            keys.append(str(key))
        scope = self.scope(relation)
        shown, sure = [], set()
        for one in node.A:
            name = str(one.res)
            sql, certain = aggregate(one, scope, keys)
            shown.append(f"{sql} AS {self.parts.c(name)}")
            sure |= {name} if certain else set()
        groups = [scope.columns[key] for key in keys if key in scope.columns]
        select = f"SELECT {', '.join(shown) or '1 AS `.none`'} FROM {relation.table}"
        if groups:
            select += f" GROUP BY {', '.join(groups)}"
        elif keys:  # all keys are without a value: one group if there is any row
            select += " HAVING count(*) > 0"
        return self.parts.relation(select, [str(one.res) for one in node.A], sure)


def _project(node: CompValue) -> CompValue:
    while node.name != "Project":
        node = node.p
    return node


def _is_true(expression: object) -> bool:
    return isinstance(expression, CompValue) and expression.name == "TrueFilter"


def _conjuncts(expression: object) -> list[object]:
    if isinstance(expression, CompValue) and expression.name == "ConditionalAndExpression":
        return [part for one in (expression.expr, *expression.other) for part in _conjuncts(one)]
    return [] if _is_true(expression) else [expression]


def _exists(test: object) -> tuple[CompValue | None, bool]:
    """Return the EXISTS that a test is, and whether it must not hold."""
    anti = False
    while isinstance(test, CompValue) and test.name == "UnaryNot":
        test, anti = test.expr, not anti
    if isinstance(test, CompValue) and test.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        return test, anti != (test.name == "Builtin_NOTEXISTS")
    return None, False


def _choices(node: CompValue) -> tuple[str, list[str]] | None:
    """Return the variable and the terms of VALUES that lists several terms, each once."""
    if node.name != "ToMultiSet" or node.p.name != "values":
        return None
    rows = node.p.res
    names = {name for row in rows for name in row}
    if len(rows) < 2 or len(names) != 1:
        return None
    (name,) = names
    terms = [row.get(name, "UNDEF") for row in rows]
    if "UNDEF" in terms or len(set(terms)) < len(terms):
        return None
    return str(name), [constant(term) for term in terms]
