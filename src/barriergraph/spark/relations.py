"""Solutions of a pattern as a SELECT of Spark SQL, and their joins as SPARQL means them.

A column is a variable; NULL is a variable that has no value in a solution, and agrees with any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from barriergraph.errors import QueryError
from barriergraph.values import Value

#: A table of up to so many rows is sent to all executors rather than shuffled.
SMALL = 50_000
#: So many columns that may be empty are joined case by case; each doubles the cases.
CASES = 3


class Relation(Value):
    """Solutions: where they stand in SQL, the columns, and those that always have a value.

    `size` is what there are at most, about, when that is known; 0 is exact. `alone` is the one
    row, as SQL of its columns, when it says nothing but constants; then there is no `table`.
    """

    __slots__ = ("table", "columns", "certain", "size", "alone")
    table: str
    columns: tuple[str, ...]
    certain: frozenset[str]
    size: int | None
    alone: Mapping[str, str] | None


class Parts:
    """The named parts of one statement of SQL, in the order in which they build on each other.

    Small tables are sent to all executors, unless all rows are in one place (`together`) anyway.
    """

    def __init__(self, *, together: bool = False) -> None:
        self._together = together
        self._parts: list[tuple[str, str]] = []
        self._columns: dict[str, str] = {}

    def column(self, variable: str) -> str:
        """Return the column of a variable: two that differ in case only are two."""
        return self._columns.setdefault(variable, f"{variable}_{len(self._columns)}")

    def hidden(self) -> str:
        """Return a variable that no query has."""
        return f".{len(self._columns)}"

    def table(self, select: str) -> str:
        """Name a SELECT and return its name."""
        name = f"part{len(self._parts)}"
        self._parts.append((name, select))
        return name

    def statement(self, select: str) -> str:
        """Return a SELECT with the parts that it builds on."""
        parts = ",\n".join(f"{name} AS ({text})" for name, text in self._parts)
        return f"WITH {parts}\n{select}" if parts else select

    def c(self, variable: str, table: str = "") -> str:
        """Return a column as it is written in SQL."""
        name = f"`{self.column(variable)}`"
        return f"{table}.{name}" if table else name

    def relation(
        self,
        select: str,
        columns: Iterable[str],
        certain: Iterable[str] = (),
        size: int | None = None,
    ) -> Relation:
        """Return a SELECT as a relation."""
        columns = tuple(columns)
        sure = frozenset(certain) & frozenset(columns)
        return Relation(
            table=self.table(select), columns=columns, certain=sure, size=size, alone=None
        )

    def select(self, relation: Relation, columns: Iterable[str], more: Sequence[str] = ()) -> str:
        """Return a SELECT of some columns of a relation, NULL for those that it has not."""
        shown = [
            self.c(name) if name in relation.columns else f"CAST(NULL AS STRING) AS {self.c(name)}"
            for name in columns
        ]
        return f"SELECT {', '.join([*shown, *more]) or '1 AS `.none`'} FROM {relation.table}"

    def settled(self, relation: Relation) -> Relation:
        """Return the relation with a table, also where it is one row of constants."""
        if relation.alone is None:
            return relation
        shown = [f"{value} AS {self.c(name)}" for name, value in relation.alone.items()]
        select = f"SELECT {', '.join(shown) or '1 AS `.none`'}"
        return self.relation(select, relation.columns, relation.certain, 1)

    def join(self, left: Relation, right: Relation) -> Relation:
        """Return the solutions of both that agree."""
        if left.alone is not None and right.alone is not None:
            left = self.settled(left)
        if left.alone is not None:
            left, right = right, left
        if right.alone is not None:
            return self._with_constants(left, right.alone)
        columns = dict.fromkeys((*left.columns, *right.columns))
        shown = ", ".join(self._merged(left, right, name) for name in columns)
        selects = [
            f"SELECT {self._hint(left, right)}{shown or '1 AS `.none`'} "
            f"FROM {one} l {'JOIN' if on else 'CROSS JOIN'} {other} r{on}"
            for one, other, on in self._cases(left, right, both=True)
        ]
        sure = left.certain | right.certain
        size = 0 if 0 in (left.size, right.size) else None
        return self.relation(" UNION ALL ".join(selects), columns, sure, size)

    def left_join(self, left: Relation, right: Relation, condition: str) -> Relation:
        """Return the solutions of the left, each with those of the right that agree, if any.

        `condition` is over the columns that `paired` names.
        """
        left, right = self.settled(left), self.settled(right)
        columns = dict.fromkeys((*left.columns, *right.columns))
        shown = ", ".join(self._merged(left, right, name, outer=True) for name in columns)
        selects = []
        for one, other, on in self._cases(left, right, both=False):
            tests = [test for test in (on.removeprefix(" ON "), condition) if test]
            selects.append(
                f"SELECT {self._hint(None, right)}{shown} FROM {one} l LEFT JOIN {other} r "
                f"ON {' AND '.join(f'({test})' for test in tests) or 'TRUE'}"
            )
        size = 0 if left.size == 0 else None
        return self.relation(" UNION ALL ".join(selects), columns, left.certain, size)

    def paired(self, left: Relation, right: Relation, name: str) -> str:
        """Return a variable as the condition of a left join reads it."""
        if name in left.columns and name in right.columns and name not in left.certain:
            return f"coalesce({self.c(name, 'l')}, {self.c(name, 'r')})"
        return self.c(name, "l" if name in left.columns else "r")

    def semi(self, left: Relation, right: Relation, *, anti: bool = False) -> Relation:
        """Return the solutions of the left that some (or with `anti` no) solution of the right
        agrees with."""
        left, right = self.settled(left), self.settled(right)
        word = "ANTI" if anti else "SEMI"
        shared = [name for name in left.columns if name in right.columns]
        keys = self.distinct(right, shared)
        selects = [
            f"SELECT {self._hint(None, right)}{self._own(left)} "
            f"FROM {one} l LEFT {word} JOIN {other} r{on or ' ON TRUE'}"
            for one, other, on in self._cases(left, keys, both=False)
        ]
        size = 0 if right.size == 0 and not anti else left.size
        return self.relation(" UNION ALL ".join(selects), left.columns, left.certain, size)

    def flagged(self, left: Relation, right: Relation, name: str) -> Relation:
        """Return the left with a column of SQL's truth: whether a solution of the right agrees."""
        left, right = self.settled(left), self.settled(right)
        shared = [one for one in left.columns if one in right.columns]
        loose = [one for one in shared if one not in left.certain]
        columns, certain = (*left.columns, name), {*left.certain, name}
        if not shared or not right.certain.issuperset(shared) or len(loose) > CASES:
            kept, left_out = self.semi(left, right), self.semi(left, right, anti=True)
            selects = [
                self.select(one, left.columns, [f"{told} AS {self.c(name)}"])
                for one, told in ((kept, "TRUE"), (left_out, "FALSE"))
            ]
            return self.relation(" UNION ALL ".join(selects), columns, certain)
        # One more join for each case, as a split of the left would be worked out as often.
        joins, told = [], []
        for number, empties in enumerate(product((False, True), repeat=len(loose))):
            empty = {one for one, gone in zip(loose, empties, strict=True) if gone}
            keys = [key for key in shared if key not in empty]
            hits = self.extended(self.distinct(right, keys), f"{name}.hit", "TRUE", sure=True)
            table, r = hits.table if keys else f"(SELECT * FROM {hits.table} LIMIT 1)", f"r{number}"
            on = [f"{self.c(key, 'l')} = {self.c(key, r)}" for key in keys]
            joins.append(f"LEFT JOIN {table} {r} ON {' AND '.join(on) or 'TRUE'}")
            case = [f"{self.c(one, 'l')} IS {'' if one in empty else 'NOT '}NULL" for one in loose]
            hit = f"{self.c(f'{name}.hit', r)} IS NOT NULL"
            told.append(f"WHEN {' AND '.join(case) or 'TRUE'} THEN {hit}")
        shown = [*(self.c(own, "l") for own in left.columns)]
        shown.append(f"CASE {' '.join(told)} END AS {self.c(name)}")
        select = f"SELECT {', '.join(shown)} FROM {left.table} l {' '.join(joins)}"
        return self.relation(select, columns, certain, left.size)

    def minus(self, left: Relation, right: Relation) -> Relation:
        """Return the solutions of the left that share no value with an agreeing one of the right.

        Source: SPARQL 1.1 Query Language, 8.3.3 MINUS
        """
        left, right = self.settled(left), self.settled(right)
        shared = [name for name in left.columns if name in right.columns]
        if not shared:
            return left
        if any(name in left.certain and name in right.certain for name in shared):
            return self.semi(left, right, anti=True)
        agree = " AND ".join(self._agrees(left, right, name) for name in shared)
        meet = " OR ".join(f"{self.c(n, 'l')} = {self.c(n, 'r')}" for n in shared)
        select = (
            f"SELECT {self._own(left)} FROM {left.table} l LEFT ANTI JOIN {right.table} r "
            f"ON {agree} AND ({meet})"
        )
        return self.relation(select, left.columns, left.certain)

    def union(self, left: Relation, right: Relation) -> Relation:
        """Return the solutions of both, one after the other."""
        left, right = self.settled(left), self.settled(right)
        columns = tuple(dict.fromkeys((*left.columns, *right.columns)))
        selects = [self.select(one, columns) for one in (left, right)]
        size = None if left.size is None or right.size is None else left.size + right.size
        sure = left.certain & right.certain
        return self.relation(" UNION ALL ".join(selects), columns, sure, size)

    def distinct(self, relation: Relation, columns: Iterable[str]) -> Relation:
        """Return some columns of a relation, each solution once."""
        relation = self.settled(relation)
        columns = tuple(columns)
        select = self.select(relation, columns).replace("SELECT", "SELECT DISTINCT", 1)
        return self.relation(select, columns, relation.certain, relation.size)

    def filtered(self, relation: Relation, condition: str) -> Relation:
        """Return the solutions for which a condition of SQL is true."""
        relation = self.settled(relation)
        select = f"{self.select(relation, relation.columns)} WHERE {condition}"
        return self.relation(select, relation.columns, relation.certain, relation.size)

    def extended(self, relation: Relation, name: str, value: str, *, sure: bool) -> Relation:
        """Return the solutions with one more column."""
        relation = self.settled(relation)
        if name in relation.columns:
            raise QueryError(f"BIND or AS gives ?{name} a value twice")
        select = self.select(relation, relation.columns, [f"{value} AS {self.c(name)}"])
        certain = relation.certain | ({name} if sure else set())
        return self.relation(select, (*relation.columns, name), certain, relation.size)

    def _with_constants(self, left: Relation, row: Mapping[str, str]) -> Relation:
        if not row:
            return left
        tests, shown = [], []
        for name in left.columns:
            if name not in row:
                shown.append(self.c(name))
            elif name in left.certain:
                tests.append(f"{self.c(name)} = {row[name]}")
                shown.append(self.c(name))
            else:
                tests.append(f"({self.c(name)} = {row[name]} OR {self.c(name)} IS NULL)")
                shown.append(f"{row[name]} AS {self.c(name)}")
        new = [name for name in row if name not in left.columns]
        shown += [f"{row[name]} AS {self.c(name)}" for name in new]
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        select = f"SELECT {', '.join(shown)} FROM {left.table}{where}"
        return self.relation(select, (*left.columns, *new), left.certain | row.keys(), left.size)

    def _cases(
        self, left: Relation, right: Relation, *, both: bool
    ) -> Iterator[tuple[str, str, str]]:
        """Yield tables to join and on what: a column that may be empty makes two cases of one.

        Otherwise every row would have to be held against every other. With columns that are never
        empty, rows meet by those, and the other columns are compared afterwards.
        """
        shared = [name for name in left.columns if name in right.columns]
        sure = [name for name in shared if name in left.certain and name in right.certain]
        loose = [name for name in shared if name not in sure]
        splits = [[name for name in loose if name not in side.certain] for side in (left, right)]
        if sure or not loose or (splits[1] and not both) or max(map(len, splits)) > CASES:
            tests = [self._agrees(left, right, name) for name in (*sure, *loose)]
            yield left.table, right.table, f" ON {' AND '.join(tests)}" if tests else ""
            return
        for empty, one in self._split(left, splits[0]):
            for other_empty, other in self._split(right, splits[1]):
                keys = [name for name in shared if name not in empty | other_empty]
                tests = [f"{self.c(name, 'l')} = {self.c(name, 'r')}" for name in keys]
                yield one, other, f" ON {' AND '.join(tests)}" if tests else ""

    def _split(self, side: Relation, names: Sequence[str]) -> Iterator[tuple[set[str], str]]:
        if not names:
            yield set(), side.table
            return
        for empties in product((False, True), repeat=len(names)):
            tests = [
                f"{self.c(name)} IS {'' if empty else 'NOT '}NULL"
                for name, empty in zip(names, empties, strict=True)
            ]
            select = f"{self.select(side, side.columns)} WHERE {' AND '.join(tests)}"
            empty = {name for name, one in zip(names, empties, strict=True) if one}
            yield empty, self.table(select)

    def _agrees(self, left: Relation, right: Relation, name: str) -> str:
        tests = [f"{self.c(name, 'l')} = {self.c(name, 'r')}"]
        for side, relation in (("l", left), ("r", right)):
            if name not in relation.certain:
                tests.append(f"{self.c(name, side)} IS NULL")
        return tests[0] if len(tests) == 1 else f"({' OR '.join(tests)})"

    def _merged(self, left: Relation, right: Relation, name: str, *, outer: bool = False) -> str:
        both = name in left.columns and name in right.columns
        if both and name not in left.certain and (outer or name not in right.certain):
            return f"coalesce({self.c(name, 'l')}, {self.c(name, 'r')}) AS {self.c(name)}"
        in_left = name in left.columns and (not both or name in left.certain)
        return self.c(name, "l" if in_left else "r")

    def _own(self, left: Relation) -> str:
        return ", ".join(self.c(name, "l") for name in left.columns) or "1 AS `.none`"

    def _hint(self, left: Relation | None, right: Relation) -> str:
        """Return the advice to send a small table to all executors."""
        if self._together:
            return ""
        if right.size is not None and right.size <= SMALL:
            return "/*+ BROADCAST(r) */ "
        if left is not None and left.size is not None and left.size <= SMALL:
            return "/*+ BROADCAST(l) */ "
        return ""
