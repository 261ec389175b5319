"""The answer of a stored query on a page: a table, with bars, a drawing or a chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from markupsafe import Markup, escape
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from barriergraph.cells import number, shown, visible
from barriergraph.namespaces import slug
from barriergraph.queries import StoredQuery
from barriergraph.results import Table
from barriergraph.site import drawings
from barriergraph.site.frame import Frame
from barriergraph.values import Value

#: So many rows of a table stand on a page; downloads have all.
ROWS = 400

#: A text of more characters needs room.
LONG = 60

#: A drawing with more than so many lines between things is a tangle.
LINES = 40

#: What a query was asked with: names and values as they were written.
Given = Sequence[tuple[str, str]]

Term = NamedNode | BlankNode | Literal | Triple


class Cell(Value):
    """A cell as the page has it: what is read, how far its bar reaches, if a number or long."""

    __slots__ = ("text", "bar", "numeric", "long")
    text: Markup
    bar: float | None
    numeric: bool
    long: bool


class Shown(Value):
    """A table as the page has it: headings, rows of cells, how many there are, and a drawing."""

    __slots__ = ("kind", "headings", "rows", "total", "drawing", "steps")
    kind: str
    headings: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    drawing: Markup
    steps: tuple[tuple[Markup, Markup, Markup], ...]


def show(
    frame: Frame,
    query: StoredQuery,
    table: Table,
    given: Given = (),
    *,
    rows: int = ROWS,
    without: str | None = None,
) -> Shown:
    """Return the answer of a query as a page shows it; `given` is what the query was asked with.

    `without` names an IRI that is left out as a column when all rows have it, for its page needs
    not say it again.
    """
    columns = [one for one in visible(table) if not _is_only(one.links, without)]
    if {"finding", "statement"} <= set(table.columns):
        # A finding has no better name than what it says.
        columns = [one for one in columns if one.name != "finding"]
    place = {name: index for index, name in enumerate(table.columns)}
    y = dict(table.view.roles).get("y") if table.view.kind in ("bars", "timeline") else None
    most = max((number(row[place[y]]) or 0 for row in table.rows), default=0) if y else 0
    lines = []
    for at, row in enumerate(table.rows[:rows]):
        cells = []
        for column in columns:
            term = row[place[column.name]]
            if column.name == "statement" and "finding" in place:
                term = row[place["finding"]]
            text, bar = _text(frame, column.texts[at], term), None
            if column.name == y and most:
                bar = round(100 * (number(term) or 0) / most, 1)
                address = behind(frame, query, table, row, given)
                if address is not None:
                    text = Markup('<a href="{}">{}</a>').format(address, text)
            long = len(column.texts[at]) > LONG
            cells.append(Cell(text=text, bar=bar, numeric=column.numeric, long=long))
        lines.append(tuple(cells))
    return Shown(
        kind=table.view.kind,
        headings=tuple((column.heading, column.numeric) for column in columns),
        rows=tuple(lines),
        total=len(table),
        drawing=_drawing(table),
        steps=tuple(_steps(frame, table)) if table.view.kind == "chain" else (),
    )


def behind(
    frame: Frame, query: StoredQuery, table: Table, row: Sequence[Term | None], given: Given
) -> str | None:
    """Return the address of what stands behind a row, or None when the query does not say."""
    if query.behind is None or query.behind.query not in frame.reading.graph.queries:
        return None
    named = zip(table.columns, row, strict=True)
    values = {name: _slug(term) for name, term in named if term is not None}
    return address_behind(frame, query, values, given)


def address_behind(frame: Frame, query: StoredQuery, row: Mapping[str, str], given: Given) -> str:
    """Return the address of what the query says to stand behind a row, given the row's values."""
    assert query.behind is not None
    other = frame.reading.graph.stored_query(query.behind.query)
    held = behind_values(query, row, given, other)
    pairs = [(name, value) for name, values in held.items() for value in values]
    return f"{frame.to(f'queries/{other.name}/results')}?{urlencode(pairs)}"


def behind_values(
    query: StoredQuery, row: Mapping[str, str], given: Given, other: StoredQuery
) -> dict[str, list[str]]:
    """Return what the parameters of the query behind a row hold, given the row's values.

    What the row's own query was asked with holds there too, unless it chose among the rows.
    """
    assert query.behind is not None
    held: dict[str, list[str]] = {}
    for name, source in query.behind.values:
        asked = [value for key, value in given if key == source]
        held[name] = [row[source]] if source in row else asked
    told = {source for _, source in query.behind.values}
    for key, value in given:
        if key in other.parameters and key not in told:
            held.setdefault(key, []).append(value)
    return {name: values for name, values in held.items() if values}


def _slug(term: Term) -> str:
    return slug(term.value) if isinstance(term, NamedNode) else shown(term)


def _is_only(links: Sequence[str | None], iri: str | None) -> bool:
    return iri is not None and bool(links) and all(link == iri for link in links)


def _text(frame: Frame, text: str, term: Term | None) -> Markup:
    if isinstance(term, NamedNode):
        return frame.link(term, text)
    words = frame.literal(term) if isinstance(term, Literal) else escape(text)
    return Markup(words.replace("\n", "<br>")) if "\n" in words else words


def _steps(frame: Frame, table: Table) -> Iterator[tuple[Markup, Markup, Markup]]:
    step, thing = (table.columns.index(table.view.column(role)) for role in ("step", "thing"))
    label = table.columns.index(f"{table.columns[thing]}Label")
    note = table.columns.index("note") if "note" in table.columns else None
    for row in table.rows:
        words = shown(row[label] if row[label] is not None else row[thing])
        what = row[thing]
        text = (
            frame.link(what, words) if isinstance(what, NamedNode) else Markup("{}").format(words)
        )
        more = Markup("{}").format(shown(row[note]) if note is not None else "")
        yield Markup("{}").format(shown(row[step])), text, more


def _drawing(table: Table) -> Markup:
    view = table.view
    if view.kind == "timeline":
        x, y = (table.columns.index(view.column(role)) for role in ("x", "y"))
        points = [
            (int(when), value)
            for when, value in ((number(row[x]), number(row[y])) for row in table.rows)
            if when is not None and value is not None
        ]
        return (
            drawings.timeline(points, table.labels[view.column("y")])
            if len(points) > 2
            else Markup("")
        )
    if view.kind == "network":
        pairs = _pairs(table)
        if 1 < len(pairs) <= LINES:
            return drawings.network(pairs)
    return Markup("")


def _pairs(table: Table) -> list[tuple[str, str]]:
    start, end = (table.view.column(role) for role in ("from", "to"))
    found: dict[tuple[str, str], None] = {}
    for row in table.to_dicts():
        one, other = (str(row.get(f"{name}Label") or row.get(name) or "") for name in (start, end))
        if one and other:
            found[one, other] = None
    return list(found)
