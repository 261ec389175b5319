"""The distinct triples of a table of statements, held for questions in SPARQL."""

from __future__ import annotations

from itertools import count

from barriergraph.datatypes import XSD
from barriergraph.namespaces import PREFIXES
from barriergraph.spark.closing import closure
from barriergraph.spark.translating import Statement, to_sql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import DataFrame

_NUMBERS = count()
TYPE = f"<{PREFIXES['rdf']}type>"

#: Up to so many triples stand in one part, and are joined without moving rows around.
FEW = 200_000
#: So many rounds may the analyzer take: many checks, asked together, need more than its usual 100.
_ROUNDS = 1_000
#: What is quicker for few triples, and slower for many: each stage of Spark costs some tenth of a
#: second to plan, and each join some more to compile.
_FOR_FEW = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.codegen.wholeStage": "false",
    # A Bloom filter asked for a constant is compiled to `(java.lang.Long) -1L` if the hash is below
    # zero, which Java reads as a subtraction: Spark logs the error and goes on without compiling.
    "spark.sql.optimizer.runtime.bloomFilter.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}

_NAMED = "CASE WHEN startswith({0}, '_:') THEN {0} ELSE concat('<', {0}, '>') END"
_OBJECT = f"""CASE kind WHEN 'iri' THEN concat('<', object, '>') WHEN 'blank' THEN object
ELSE concat('"', object, '"', CASE WHEN language IS NOT NULL THEN concat('@', language)
WHEN datatype IS NULL OR datatype = '{XSD}string' THEN ''
ELSE concat('^^<', datatype, '>') END) END"""
_PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


class Triples:
    """Triples as a table of the columns s, p and o, each a term, with what is known about it.

    It has a session of its own, so that its settings are nobody else's.
    """

    def __init__(self, statements: DataFrame) -> None:
        frame = as_triples(statements).distinct().persist()
        self.few = frame.count() <= FEW
        self.session = frame.sparkSession.newSession()
        self.session.conf.set("spark.sql.analyzer.maxIterations", _ROUNDS)
        if self.few:
            for name, value in _FOR_FEW.items():
                self.session.conf.set(name, value)
            held = frame.coalesce(1).sortWithinPartitions("p", "o").persist()
        else:
            held = frame.orderBy("p", "o").persist()
        held.count()
        frame.unpersist()
        self._hold(held)

    def _hold(self, frame: DataFrame) -> None:
        self.frame = frame
        self.table = self.named(frame, "triples")
        self._counts: dict[tuple[str | None, str | None], int] | None = None
        self._closures: dict[str, tuple[str, int]] = {}

    def and_more(self, more: DataFrame) -> Triples:
        """Return these triples with more of them, none of which is among these."""
        both = object.__new__(Triples)
        both.session, both.few = self.session, self.few
        both._hold(self.frame.union(more.select("s", "p", "o")))
        return both

    def named(self, frame: DataFrame, name: str) -> str:
        """Give a frame a name in SQL and return it."""
        name = f"{name}{next(_NUMBERS)}"
        frame.createOrReplaceGlobalTempView(name)
        return f"global_temp.{name}"

    def translated(
        self,
        sparql: str,
        *,
        tables: Mapping[str, str] | None = None,
        given: Mapping[str, str] | None = None,
        ordered: bool = True,
    ) -> Statement:
        """Return a SELECT query as a statement of SQL, as `to_sql` does."""
        return to_sql(sparql, self, tables=tables, given=given, ordered=ordered)

    def select(self, sparql: str, *, prefixed: bool = False) -> DataFrame:
        """Answer a SELECT query; with `prefixed`, under the prefixes of this package."""
        text = _PREFIXES + sparql if prefixed else sparql
        return self.session.sql(self.translated(text).sql)

    def count(self, predicate: str | None, value: str | None) -> int:
        """Return about how many statements have a property, or are of a class."""
        if self._counts is None:
            self._counts = self._count_all()
        if predicate == TYPE and value is not None:
            return self._counts.get((predicate, value), 0)
        found = self._counts.get((predicate, None), 0)
        return found if value is None else min(found, 1 + found // 20)

    def closure(self, steps: str) -> tuple[str, int]:
        """Return the table of all pairs that one or more steps lead to, and its size."""
        if steps not in self._closures:
            frame = closure(self.session.sql(steps))
            self._closures[steps] = (self.named(frame, "closure"), frame.count())
        return self._closures[steps]

    def _count_all(self) -> dict[tuple[str | None, str | None], int]:
        found: dict[tuple[str | None, str | None], int] = {}
        rows = self.session.sql(
            f"SELECT p, CASE WHEN p = '{TYPE}' THEN o END AS c, count(*) AS n "
            f"FROM {self.table} GROUP BY 1, 2"
        )
        for predicate, cls, number in rows.collect():
            for key in {(predicate, cls), (predicate, None), (None, None)}:
                found[key] = found.get(key, 0) + number
        return found


def as_triples(statements: DataFrame) -> DataFrame:
    """Return a table of statements as terms: s, p and o."""
    return statements.selectExpr(
        f"{_NAMED.format('subject')} AS s",
        "concat('<', predicate, '>') AS p",
        f"{_OBJECT} AS o",
    )
