"""The evidence gap maps: a matrix of studies, a page for each row with what is behind its cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from barriergraph.namespaces import slug
from barriergraph.queries import StoredQuery
from barriergraph.rdf import named
from barriergraph.results import Table
from barriergraph.site import drawings
from barriergraph.site.answers import Given, Shown, Term, address_behind, behind_values, show
from barriergraph.site.forms import fields
from barriergraph.site.frame import Frame
from barriergraph.site.matrix import SHADES, Line, Matrix
from barriergraph.site.reading import BROADER, Reading
from barriergraph.values import Value

#: The parameter of a map's address, beside those of its query, for all rows and columns.
EXTENT = "show"

#: With more findings than this a map has no totals: the studies behind each column are counted by
#: asking for all findings of it. Nor are the cells of a row then read from those of their columns.
_SUMMED = 10_000


class Totals(Value):
    """How many independent studies stand behind each row, and behind each column."""

    __slots__ = ("rows", "columns")
    rows: Mapping[str, int]
    columns: Mapping[str, int]


class Filled(Value):
    """A column of a row's page: what is reported there, or that it is a gap."""

    __slots__ = ("iri", "name", "anchor", "studies", "shown", "address")
    iri: str
    name: str
    anchor: str
    studies: int
    shown: Shown | None
    address: str


def maps(reading: Reading) -> list[StoredQuery]:
    """Return the stored queries that are drawn as a matrix, the one named evidence-map first."""
    found = [one for one in reading.graph.queries.values() if one.view.kind == "matrix"]
    return sorted(found, key=lambda one: (one.name != "evidence-map", one.name))


def is_whole(query: StoredQuery, given: Given) -> bool:
    """Tell whether all rows and columns are asked for: by name, or because a query chose them."""
    axes = {query.view.column(role) for role in ("rows", "columns")}
    return any(
        (name == EXTENT and value == "all") or (value and (name == "within" or name in axes))
        for name, value in given
    )


class Drawn(Value):
    """A map as a page has it: the part that is drawn, its totals, and where each cell leads.

    `unsummed` tells that totals are missing because the graph is too large for them.
    """

    __slots__ = ("query", "matrix", "whole", "everything", "chosen", "totals", "unsummed",
                 "headings", "shades", "_frame", "_given")  # fmt: skip
    query: StoredQuery
    matrix: Matrix
    whole: Matrix
    everything: bool
    chosen: bool
    totals: Totals | None
    unsummed: bool
    headings: tuple[str, str, str]
    shades: tuple[str, ...]
    _frame: Frame
    _given: Given

    def row(self, line: Line) -> str:
        """Return the address of the page of a row."""
        return self._frame.to(f"map/{self.query.name}/{slug(line.iri)}")

    def cell(self, line: Line, column: str) -> str:
        """Return where the findings behind a cell stand, or what is known of a gap."""
        if self.query.behind is None or not _narrows(self.query, self._given):
            return f"{self.row(line)}#{slug(column)}"
        return _behind_address(self._frame, self.query, line.iri, column, self._given)


def drawn(
    frame: Frame,
    query: StoredQuery,
    whole: Matrix,
    given: Given,
    *,
    part: Matrix | None = None,
    summed: bool = True,
) -> Drawn:
    """Return a map to be drawn: all of it, unless `part` says which part, with totals or not."""
    kept = whole if part is None else part
    summed = summed and query.behind is not None
    large = summed and _is_large(frame.reading)
    roles = (query.view.column(role) for role in ("rows", "columns", "cell"))
    rows, columns, cell = (query.columns.get(f"{one}Label") or query.columns[one] for one in roles)
    return Drawn(
        query=query,
        matrix=kept,
        whole=whole,
        everything=part is None,
        chosen=any(name == query.view.column("columns") for name, _ in given),
        totals=totals(frame.reading, query, kept, given) if summed and not large else None,
        unsummed=large,
        headings=(rows, columns, cell),
        shades=_legend(),
        _frame=frame,
        _given=given,
    )


def _is_large(reading: Reading) -> bool:
    return reading.has_more(named("bg:Finding").value, _SUMMED)


def leading(reading: Reading, whole: Matrix) -> Matrix:
    """Return the part of a map to be taken in at a glance: its top rows, and leading columns.

    A column that stands for narrower ones too is left to the whole map, for it would count what
    they count once more.
    """
    wide = {
        above.value
        for column in whole.columns
        if column.startswith("http")
        for above in reading.linked(NamedNode(column), BROADER)
    }
    narrow = [column for column in whole.columns if column not in wide]
    return whole.part(rows=whole.tops(), columns=whole.leading(narrow))


def page(frame: Frame, query: StoredQuery, whole: Matrix, given: Given) -> bytes:
    """Return the page of a map: its top rows and leading columns, or all of it."""
    asked = [(name, value) for name, value in given if name in query.parameters and value]
    everything = is_whole(query, given)
    part = None if everything else leading(frame.reading, whole)
    return frame.render(
        "map.html",
        query=query,
        title=query.title,
        map=drawn(frame, query, whole, asked, part=part),
        maps=maps(frame.reading),
        given=asked,
        suffix=f"?{urlencode(asked)}" if asked else "",
        rest=urlencode([*asked, (EXTENT, "all")]),
        fields=fields(frame.reading, query, asked),
    )


def row_page(frame: Frame, query: StoredQuery, whole: Matrix, row: str) -> bytes:
    """Return the page of a row: its part of the map, the findings of each cell, and the gaps."""
    under = whole.below(row)
    used = [one for one in whole.columns if whole.cell(row, one).amount]
    line = whole.rows[row]
    filled = [_filled(frame, query, whole, line, column) for column in whole.columns]
    part = whole.part(rows=under, columns=used)
    return frame.render(
        "row.html",
        query=query,
        line=line,
        title=f"{line.name}: {query.title[:1].lower()}{query.title[1:]}",
        thing=frame.link(NamedNode(row), line.name),
        map=drawn(frame, query, whole, (), part=part, summed=False),
        filled=[one for one in filled if one.studies],
        gaps=[one for one in filled if not one.studies],
    )


def svg(reading: Reading, query: StoredQuery, whole: Matrix, given: Given) -> bytes:
    """Return a map as a drawing."""
    part = whole if is_whole(query, given) else leading(reading, whole)
    asked = ", ".join(f"{name}={value}" for name, value in given if value)
    words = (
        f"Independent studies in each cell{f'; {asked}' if asked else ''}. barriergraph, CC BY 4.0"
    )
    return drawings.grid(part, query.title, words)


def totals(reading: Reading, query: StoredQuery, part: Matrix, given: Given) -> Totals:
    """Count the independent studies behind each row and each column of a matrix, each once."""
    assert query.behind is not None
    other = reading.graph.stored_query(query.behind.query)
    column_of = _parameter(query, "columns")
    asked = behind_values(query, {}, given, other)
    found = reading.answer(other.name, asked)
    under = {row: _below(reading, row) for row in part.rows}
    anything = frozenset().union(*under.values()) if under else frozenset()
    columns = {}
    for column in part.columns:
        values = {**asked, column_of: [column]}
        values.pop(_parameter(query, "rows"), None)
        columns[column] = _studies(reading.answer(other.name, values), anything)
    return Totals(rows={row: _studies(found, under[row]) for row in part.rows}, columns=columns)


def _studies(table: Table, reported: Collection[Term | None]) -> int:
    """Count the studies in rows that report any of some factors."""
    what, study = table.columns.index("reported"), table.columns.index("study")
    return len({row[study] for row in table.rows if row[what] in reported})


def _of_cell(reading: Reading, query: StoredQuery, row: str, column: str) -> Table:
    """Return the findings behind a cell, out of all of its column, which many cells share."""
    assert query.behind is not None
    other = reading.graph.stored_query(query.behind.query)
    named = {query.view.column("rows"): row, query.view.column("columns"): column}
    held = behind_values(query, named, (), other)
    if _is_large(reading):
        return reading.graph.run(other.name, **held)
    del held[_parameter(query, "rows")]
    whole = reading.answer(other.name, held)
    under, what = _below(reading, row), whole.columns.index("reported")
    rows = [one for one in whole.rows if one[what] in under]
    return Table(whole.columns, rows, title=whole.title, labels=whole.labels, view=whole.view)


def _below(reading: Reading, iri: str) -> Collection[Term | None]:
    todo, seen = [NamedNode(iri)], {NamedNode(iri)}
    while todo:
        for one in reading.linked(todo.pop(), BROADER, back=True):
            if one not in seen:
                seen.add(one)
                todo.append(one)
    return seen


def _parameter(query: StoredQuery, role: str) -> str:
    """Return the parameter of the query behind that holds the row, or the column, of a cell."""
    assert query.behind is not None
    return next(name for name, source in query.behind.values if source == query.view.column(role))


def _narrows(query: StoredQuery, given: Given) -> bool:
    axes = {query.view.column(role) for role in ("rows", "columns")} | {"within", "level"}
    return any(name not in axes for name, _ in given)


def _behind_address(frame: Frame, query: StoredQuery, row: str, column: str, given: Given) -> str:
    named = {query.view.column("rows"): slug(row), query.view.column("columns"): slug(column)}
    return address_behind(frame, query, named, given)


def _filled(frame: Frame, query: StoredQuery, whole: Matrix, line: Line, column: str) -> Filled:
    amount = whole.cell(line.iri, column).amount
    shown, address = None, ""
    if query.behind is not None:
        address = _behind_address(frame, query, line.iri, column, ())
        if amount:
            other = frame.reading.graph.stored_query(query.behind.query)
            table = _of_cell(frame.reading, query, line.iri, column)
            shown = show(frame, other, table, (), without=line.iri)
    return Filled(
        iri=column,
        name=whole.columns[column],
        anchor=slug(column),
        studies=amount,
        shown=shown,
        address=address,
    )


def _legend() -> tuple[str, ...]:
    words = ["no study: a gap"]
    for place, least in enumerate(SHADES):
        if place + 1 == len(SHADES):
            words.append(f"{least} or more")
        else:
            last = SHADES[place + 1] - 1
            words.append(f"{least}" if last == least else f"{least} to {last}")
    return tuple(words)
