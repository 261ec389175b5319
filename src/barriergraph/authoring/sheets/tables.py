"""From the raw rows of a CSV file or a workbook to rows with named columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from barriergraph.authoring.columns import BY_NAME, COLUMNS, SEPARATOR, Column, straight
from barriergraph.authoring.drafts import Refusal
from barriergraph.authoring.sheets.cells import (
    Bad,
    Place,
    Refused,
    Row,
    Table,
    clean,
    nearest,
)

Raw = Sequence[str | Bad]

#: What Excel makes of 3-5 or 5-03 when it takes it for a date.
_DATE = re.compile(r"[0-9]{1,2}-[A-Za-z]{3}(-[0-9]{2,4})?|[A-Za-z]{3}-[0-9]{2}")


def heading(text: str) -> Column | None:
    """Return the column that a heading names, in any case, with or without spaces and quotes.

    >>> heading(" “Addressed by” ").name
    'addressed_by'
    """
    return _BY_HEADING.get(_bare(text))


def table(file: str, sheet: str, rows: Iterable[Raw]) -> Table:
    """Return what stands under the headings, which are the first row that is not empty.

    Rows are counted from one, as a spreadsheet does; empty rows are passed over.

    Raises: Refused for a sheet that is empty, lacks a column or has one twice.
    """
    notes: list[str] = []
    refusals: list[Refusal] = []
    found: list[Row] = []
    columns: dict[int, Column] | None = None
    heads: Raw = ()
    for number, raw in enumerate(rows, 1):
        if not any(isinstance(cell, Bad) or cell.strip() for cell in raw):
            continue
        place = Place(file=file, sheet=sheet, row=number)
        if columns is None:
            columns, heads = _headings(place, raw, notes), raw
            continue
        told = _row(place, raw, columns, heads, notes)
        if isinstance(told, Row):
            found.append(told)
        else:
            refusals += told
    if columns is None:
        bad = Bad(reason="is empty", remedy="write the headings in the first row")
        raise Refused(Place(file=file, sheet=sheet, row=None).refusal(bad))
    return Table(rows=found, refusals=refusals, notes=notes)


def split(text: str, column: Column) -> tuple[str, ...]:
    """Return the values in a cell: one, or several where the column may hold them."""
    parts = text.split(SEPARATOR) if column.several else [text]
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", straight(text).casefold())


_BY_HEADING = {_bare(column.name): column for column in COLUMNS}


def _headings(place: Place, raw: Raw, notes: list[str]) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    unknown: list[str] = []
    for index, cell in enumerate(raw):
        text = "" if isinstance(cell, Bad) else " ".join(cell.split())
        column = heading(text)
        if column in columns.values() and column is not None:
            bad = Bad(reason=f"the column {column.name} stands twice", remedy="take one out")
            raise Refused(place.refusal(bad))
        if column is not None:
            columns[index] = column
        elif text:
            near = nearest(straight(text).casefold().replace(" ", "_"), list(BY_NAME), 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            notes.append(f"the column {text!r} is unknown and left out{hint}")
            unknown.append(text)
    missing = [c.name for c in COLUMNS if c.required and c not in columns.values()]
    if missing:
        meant = {name: found[0] for name in missing if (found := nearest(name, unknown, 1))}
        renamed = "".join(f"if {text!r} is {name}, call it so; " for name, text in meant.items())
        bad = Bad(
            reason=f"without the needed column {' and '.join(missing)}",
            remedy=f"{renamed}write all headings in the first row, "
            "as 'barriergraph new sheet' does",
        )
        raise Refused(place.refusal(bad))
    return columns


def _row(
    place: Place, raw: Raw, columns: dict[int, Column], heads: Raw, notes: list[str]
) -> Row | list[Refusal]:
    cells: dict[str, tuple[str, ...]] = {}
    refusals = []
    for index, cell in enumerate(raw):
        text = cell if isinstance(cell, Bad) else clean(cell)
        column = columns.get(index)
        if text == "" or (column is None and index < len(heads) and heads[index] != ""):
            continue
        if column is None:
            bad = Bad(
                reason=f"has a value in column number {index + 1}, which has no heading",
                remedy="give it a heading, or put a text with separators in it in quotation marks",
            )
            refusals.append(place.refusal(bad))
        elif isinstance(text, Bad):
            refusals.append(place.refusal(text, column.name))
        else:
            if column.name == "locator" and _DATE.fullmatch(text):
                notes.append(
                    f"{place.file}, row {place.row}, column locator: {text!r} is taken as it is; "
                    "look whether Excel made a date of it"
                )
            cells[column.name] = split(text.casefold() if column.choices else text, column)
    return refusals or Row(place=place, cells={k: v for k, v in cells.items() if v}, lines={})
