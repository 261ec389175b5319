"""What a SPARQL engine elsewhere can do, and which stored queries it answers as this one does."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import Literal

from barriergraph.errors import BarrierGraphError, EndpointError
from barriergraph.graph import KnowledgeGraph
from barriergraph.results import Table
from barriergraph.values import Value, by_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.results import Row

#: What the stored queries need of an engine: a question, and its only right answer.
ABILITIES: tuple[tuple[str, str, bool], ...] = (
    ("an answer at all", "ASK {}", True),
    ("the graph, in the union of its named graphs", "ASK { bg:Barrier a owl:Class }", True),
    ("what follows from it", "ASK { ?factor bg:foundBy ?finding }", True),
    ("VALUES with UNDEF",
     "ASK { VALUES (?a ?b) { (1 UNDEF) } FILTER(BOUND(?a) && !BOUND(?b)) }", True),
    ("property paths of any length", "ASK { ?x skos:broader* ?x . ?x a bg:Barrier }", True),
    ("OPTIONAL with a filter on what it leaves unbound",
     "ASK { bg:Barrier a owl:Class OPTIONAL { bg:Barrier bg:year ?y } FILTER(!BOUND(?y)) }", True),
    ("EXISTS", "ASK { ?x a bg:Barrier FILTER EXISTS { ?x skos:prefLabel ?label } }", True),
    ("a SELECT inside, with DISTINCT and an aggregate",
     "ASK { { SELECT (COUNT(DISTINCT ?k) AS ?n) { ?k a bg:Kind } } FILTER(?n > 1) }", True),
    ("COALESCE and IF", "ASK { BIND(COALESCE(?x, IF(true, 1, 2)) AS ?y) FILTER(?y = 1) }", True),
    ("language tags", 'ASK { bg:Barrier rdfs:label ?l FILTER(LANG(?l) = "en") }', True),
)  # fmt: skip

_PREFIXES = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


class Finding(Value):
    """Something that was tried: what, with which parameters, the verdict, and times in seconds.

    `verdict` is right, wrong or refused; `reason` says more of the last two. `here` and `there` are
    how long it took in this process and elsewhere, None where it was not asked.
    """

    __slots__ = ("here", "name", "parameters", "reason", "there", "verdict")
    name: str
    parameters: str
    verdict: str
    reason: str
    here: float | None
    there: float | None


def abilities(there: KnowledgeGraph) -> Iterator[Finding]:
    """Yield what an engine can do of that which the stored queries need.

    Raises: EndpointError when it gives no answer at all.
    """
    for name, text, expected in ABILITIES:
        try:
            found, seconds = _timed(lambda text=text: there.query(_PREFIXES + text))  # type: ignore[misc]
        except BarrierGraphError as error:
            if name == ABILITIES[0][0] and isinstance(error, EndpointError):
                raise
            yield _finding(name, "", "refused", str(error))
            continue
        verdict = "right" if found is expected else "wrong"
        yield _finding(name, "", verdict, "", there=seconds)


def answers(
    here: KnowledgeGraph, there: KnowledgeGraph, tell: Callable[[str], None] = lambda step: None
) -> Iterator[Finding]:
    """Yield how an engine answers each stored query, with its defaults and with each example.

    Rows are compared as a whole and in any order, as not every engine keeps that.
    """
    for name, query in here.queries.items():
        tell(name)
        for example in ((), *query.examples):
            values = by_name(example)
            asked = " ".join(f"{parameter}={value}" for parameter, value in example)
            try:
                wanted, own = _timed(lambda: here.query(here.bind(name, **values)))  # noqa: B023
            except BarrierGraphError:
                continue  # an example about what only another graph has
            try:
                found, seconds = _timed(lambda: there.query(there.bind(name, **values)))  # noqa: B023
            except BarrierGraphError as error:
                yield _finding(name, asked, "refused", str(error), here=own)
                continue
            assert isinstance(wanted, Table)
            assert isinstance(found, Table)
            missing = Counter(map(_row, wanted.rows)) - Counter(map(_row, found.rows))
            more = Counter(map(_row, found.rows)) - Counter(map(_row, wanted.rows))
            reason = f"{missing.total()} rows are missing, {more.total()} are too many"
            wrong = bool(missing or more)
            yield _finding(
                name, asked, "wrong" if wrong else "right", reason if wrong else "",
                here=own, there=seconds,
            )  # fmt: skip


def to_table(findings: Sequence[Finding]) -> Table:
    """Return findings as a table; times are in milliseconds."""
    columns = ("what", "parameters", "verdict", "hereMs", "thereMs", "reason")
    rows = [
        tuple(
            None if value is None else Literal(value)
            for value in (
                one.name, one.parameters, one.verdict, _milliseconds(one.here),
                _milliseconds(one.there), one.reason,
            )
        )
        for one in findings
    ]  # fmt: skip
    return Table(columns, rows, title="What the engine answers")


def _finding(
    name: str, parameters: str, verdict: str, reason: str,
    *, here: float | None = None, there: float | None = None,
) -> Finding:  # fmt: skip
    first = reason.splitlines()[0] if reason else ""
    return Finding(
        name=name, parameters=parameters, verdict=verdict, reason=first, here=here, there=there
    )


def _timed(ask: Callable[[], object]) -> tuple[object, float]:
    start = time.perf_counter()
    return ask(), time.perf_counter() - start


def _row(row: Row) -> tuple[str, ...]:
    return tuple(map(str, row))


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(1000 * seconds)
