"""The compiled checks of the shapes, asked of Spark: many in one statement of SQL."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from pyoxigraph import (
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    parse_query_results,
)

from barriergraph import sources
from barriergraph.errors import QueryError
from barriergraph.spark.gates import closed_gates
from barriergraph.spark.terms import decode, encode, quote
from barriergraph.spark.translating import Statement
from barriergraph.validation.report import Report
from barriergraph.validation.run import NOTHING, Found, Runner
from barriergraph.validation.shapes import Shapes, show
from barriergraph.validation.stores import as_result
from barriergraph.validation.validator import Validator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.spark.triples import Triples
    from barriergraph.validation.plans import Check
    from barriergraph.validation.shapes import Term

#: So many checks are asked in one statement: each costs some tenth of a second beside its rows, and
#: many in one take the analyzer more than as many rounds.
TOGETHER = 6


def validate(triples: Triples, modules: Sequence[sources.Module] | None = None) -> Report:
    """Hold triples to the shapes of modules, those of the package if none are given.

    Raises: QueryError for a shape that only pyshacl can check.
    """
    chosen = sources.modules(()) if modules is None else modules
    shapes = Shapes(quad.triple for one in chosen for quad in sources.shapes(one))
    validator = _Validator(triples, shapes)
    if validator.plan.jobs:
        left = ", ".join(sorted({show(job.shape.node) for job in validator.plan.jobs}))
        raise QueryError(f"Spark is not asked for shapes that cannot be written as SPARQL: {left}")
    results = [as_result(found) for found, _ in validator.found(None)]
    return Report(results, shapes=shapes)


class _Validator(Validator):
    def __init__(self, triples: Triples, shapes: Shapes) -> None:
        self._triples = triples
        store = Store()
        rows = triples.session.sql(
            f"SELECT s, p, o FROM {triples.table} "
            "WHERE p = '<http://www.w3.org/2000/01/rdf-schema#subClassOf>'"
        )
        store.extend(Quad(*map(decode, row)) for row in rows.collect())  # type: ignore[arg-type]
        super().__init__(store, shapes)
        self.runner = _Runner(triples, shapes)

    def _occurs(self, term: Term) -> bool:
        text = quote(encode(term))
        where = f"SELECT 1 FROM {self._triples.table} WHERE s = {text} OR o = {text}"
        return not self._triples.session.sql(where).isEmpty()


class _Runner(Runner):
    """Runs checks on a table of triples; the answers are fetched before they are read."""

    def __init__(self, triples: Triples, shapes: Shapes) -> None:
        super().__init__(Store(), shapes, None)
        self._triples = triples
        self._ready: dict[str, tuple[tuple[str, ...], list[Sequence[str | None]]]] = {}
        self._by_node: dict[str, dict[Term, list[dict[str, Term]]]] = {}

    def _all(self, checks: list[Check]) -> Iterator[Found]:
        closed = closed_gates(self._triples, checks)
        checks = [check for check in checks if id(check) not in closed]
        texts = [check.text for check in checks]
        texts += [check.each for check in checks if check.each is not None]
        self._fetch(dict.fromkeys(texts))
        for check in checks:
            yield from self._faults(check, None, None)

    def _fetch(self, texts: Iterable[str]) -> None:
        """Ask for the rows of many queries, those that some row may fit."""
        asked: list[tuple[str, Statement]] = []
        for text in texts:
            statement = self._triples.translated(text, ordered=False)
            self._ready[text] = (statement.columns, [])
            if not statement.empty:
                asked.append((text, statement))
        selects = [
            f"SELECT {number} AS number, array({', '.join(f'`{c}`' for c in one.columns)}) "
            f"AS cells FROM ({one.sql})"
            for number, (_, one) in enumerate(asked)
        ]
        parts = [
            " UNION ALL ".join(selects[start : start + TOGETHER])
            for start in range(0, len(selects), TOGETHER)
        ]
        # To plan a statement takes longer than to run it, and one thread of the driver plans it.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for rows in pool.map(lambda part: self._triples.session.sql(part).collect(), parts):
                for number, cells in rows:
                    self._ready[asked[number][0]][1].append(cells)

    def rows(self, text: str, given: Mapping[str, Term] = NOTHING) -> Iterator[dict[str, Term]]:
        """Return the rows of a query; of one that is asked for one node, those of that node."""
        if not given:
            yield from super().rows(text)
            return
        if set(given) != {"this"} or "this" not in self._ready[text][0]:
            raise QueryError("Spark is not asked for a constraint that does not give its ?this")
        if text not in self._by_node:
            found: dict[Term, list[dict[str, Term]]] = {}
            for row in super().rows(text):
                found.setdefault(row["this"], []).append(row)
            self._by_node[text] = found
        yield from self._by_node[text].get(given["this"], [])

    def _ask(self, text: str, given: Mapping[str, Term]) -> QuerySolutions:
        if given:
            raise QueryError("Spark is asked for whole graphs, not for single focus nodes")
        columns, rows = self._ready[text]
        lines = ["\t".join(f"?{name}" for name in columns)]
        lines += [
            "\t".join("" if cell is None else str(decode(cell)) for cell in row) for row in rows
        ]
        found = parse_query_results("\n".join((*lines, "")), QueryResultsFormat.TSV)
        assert isinstance(found, QuerySolutions)
        return found
