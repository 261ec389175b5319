"""The empty sheet: headings, what each column says, and lists to choose from."""

from __future__ import annotations

import io
import os

from barriergraph.authoring.columns import COLUMNS, Column
from barriergraph.authoring.sheets.out import as_csv, check_ending, fill
from barriergraph.authoring.sheets.resolving import Names
from barriergraph.errors import BarrierGraphError
from barriergraph.graph import KnowledgeGraph
from barriergraph.output import write_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

#: Down to this row a cell offers a list.
LAST = 5000
_WIDE = {"statement": 60, "source": 30, "factor": 30, "definition": 40}


def template(path: str | os.PathLike[str], graph: KnowledgeGraph) -> None:
    """Write an empty sheet of findings to a .csv or .xlsx file that does not exist yet.

    A workbook explains its columns on a sheet 'help', and offers the concepts of the graph where
    a column names one.

    Raises: BarrierGraphError for a file that exists, or another ending; CannotWriteError.
    """
    where = os.fspath(path)
    ending = check_ending(where)
    if os.path.lexists(where):
        raise BarrierGraphError(f"{where}: exists already; choose another name, or delete it")
    if ending == ".csv":
        write_file(where, as_csv([[column.name for column in COLUMNS]]).encode())
    else:
        write_file(where, _workbook(graph))


def offered(names: Names, column: Column) -> list[str]:
    """Return what can be chosen in a column, sorted as people read it; nothing for free text."""
    if column.choices or not column.cls:
        return list(column.choices)
    iris = [iri for iri in names.members(column.cls) if names.retired(iri) is None]
    return sorted((names.name(iri, column.cls) for iri in iris), key=lambda name: name.casefold())


def _workbook(graph: KnowledgeGraph) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "findings"
    fill(sheet, [[column.name for column in COLUMNS]])
    sheet.freeze_panes = "A2"
    fill(book.create_sheet("help"), [
        ("column", "needed", "several", "what it says"),
        *(
            (one.name, "yes" if one.required else "", "a; b" if one.several else "", one.help)
            for one in COLUMNS
        ),
    ])  # fmt: skip
    book["help"].column_dimensions["A"].width = 16
    book["help"].column_dimensions["D"].width = 90
    _lists(book, Names(graph))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _lists(book: Workbook, names: Names) -> None:
    """Write what can be chosen to a hidden sheet, and let the columns offer it."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet, lists = book["findings"], book.create_sheet("lists")
    lists.sheet_state = "hidden"
    for index, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = _WIDE.get(column.name, 16)
        sheet[f"{letter}1"].font = Font(bold=column.required, italic=not column.required)
        values = offered(names, column)
        for row, value in enumerate([column.name, *values], 1):
            cell = lists.cell(row, index)
            cell.value = value
            cell.data_type = "s"
        if values:
            offer = DataValidation(
                type="list",
                formula1=f"lists!${letter}$2:${letter}${len(values) + 1}",
                allow_blank=True,
                showErrorMessage=not column.several,
                errorStyle="warning",
                showInputMessage=True,
                promptTitle=column.name,
                prompt=column.help[:255],
            )
            offer.add(f"{letter}2:{letter}{LAST}")
            sheet.add_data_validation(offer)
