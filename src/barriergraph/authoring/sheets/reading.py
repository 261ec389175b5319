"""Reading a file of findings, CSV or a workbook, without trusting it."""

from __future__ import annotations

import io
import os
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator

from barriergraph.authoring.sheets.cells import Bad, Place, Refused, Table
from barriergraph.authoring.sheets.tables import Raw, heading, table
from barriergraph.errors import NotFoundError, SourceError
from barriergraph.files import beside, decode

#: Bytes: of a file, and of what a workbook holds once unpacked; and how far it may be packed.
LARGEST = 100 * 2**20
LARGEST_UNPACKED = 200 * 2**20
TIGHTEST = 200

#: What a spreadsheet takes for a formula, as this package writes it into CSV.
_GUARDED = re.compile(r"'+[=+\-@\t\r]")

#: The line by which a file tells Excel what separates its cells.
_SEPARATOR = re.compile(r"\A\"?sep=[^\r\n]\"?(?:\r\n?|\n)", re.IGNORECASE)


def read_bytes(path: str) -> bytes:
    """Return the bytes of a file.

    Raises: NotFoundError for one that does not exist, with near names; SourceError for a folder or
        a file that cannot be read; Refused for one of more than LARGEST bytes.
    """
    if os.path.isdir(path):
        raise SourceError(path, "is a folder; give the file of findings in it")
    try:
        if os.path.getsize(path) > LARGEST:
            bad = Bad(
                reason=f"is larger than {LARGEST >> 20} MB", remedy="divide it into several files"
            )
            raise Refused(_whole(path).refusal(bad))
        with open(path, "rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise NotFoundError("file", path, beside(path)) from None
    except OSError as error:
        text = error.strerror or str(error)
        raise SourceError(path, f"cannot be read: {text[:1].lower()}{text[1:]}") from None


def read_text(path: str) -> str:
    """Return the text of a file.

    Raises: as `read_bytes`; Refused for what is not UTF-8 or holds a NUL, with the line.
    """
    data = read_bytes(path)
    at = data.find(b"\0")
    if at >= 0:
        bad = Bad(
            reason="holds a NUL byte, so it is no text in UTF-8", remedy="save it as UTF-8 CSV"
        )
        raise Refused(_line(path, data.count(b"\n", 0, at) + 1).refusal(bad))
    try:
        return decode(path, data)
    except SourceError as error:
        reason = f"{error.reason.partition(';')[0]}, at column {error.column}"
        remedy = "save the file as CSV UTF-8"
        raise Refused(_line(path, error.line).refusal(Bad(reason=reason, remedy=remedy))) from None


def read_csv(path: str) -> Table:
    """Return the rows of a CSV file, whatever of , ; and tab separates its cells.

    A line `sep=;` that begins a file for Excel, which does not show it, does not count as a row.

    Raises: as `read_text` and `table`; Refused for a quotation mark that is not closed.
    """
    import csv

    text = _SEPARATOR.sub("", read_text(path))

    def rows(separator: str) -> Iterator[list[str]]:
        csv.field_size_limit(LARGEST)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            yield [cell[1:] if _GUARDED.match(cell) else cell for cell in row]

    def known(separator: str) -> int:
        head = next((row for row in rows(separator) if any(row)), [])
        return sum(heading(cell) is not None for cell in head)

    number = 0

    def counted(separator: str) -> Iterator[list[str]]:
        nonlocal number
        for number, row in enumerate(rows(separator), 1):  # noqa: B007
            yield row

    try:
        best = max(",;\t", key=known)
        return table(os.path.basename(path), "", counted(best))
    except csv.Error as error:
        bad = Bad(
            reason=f"is not CSV: {error}",
            remedy="look for a quotation mark that is not closed, here or above",
        )
        raise Refused(_line(path, number + 1).refusal(bad)) from None


def read_workbook(path: str) -> Table:
    """Return the rows of a workbook: of the sheet 'findings', or else of the first.

    Raises: as `read_bytes` and `table`; Refused for what is not a workbook, or unpacks to more
        than LARGEST_UNPACKED bytes or TIGHTEST times its size.
    """
    read_bytes(path)
    _check(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl does not know
            import openpyxl

            book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
            try:
                sheets = {name.casefold(): name for name in book.sheetnames}
                name = sheets.get("findings", book.sheetnames[0])
                return table(os.path.basename(path), name, _cells(book[name]))
            finally:
                book.close()
    except (Refused, MemoryError):
        raise
    except Exception as error:  # openpyxl raises what its parsers raise, of many kinds
        reason = f"is no workbook that can be read: {' '.join(str(error).split())[:200]}"
        bad = Bad(reason=reason, remedy="open it in a spreadsheet and save it again as .xlsx")
        raise Refused(_whole(path).refusal(bad)) from None


def _cells(sheet: object) -> Iterator[Raw]:
    if not hasattr(sheet, "reset_dimensions"):
        return  # a sheet that is a chart has no cells
    sheet.reset_dimensions()
    for row in sheet.iter_rows():  # type: ignore[attr-defined]
        yield [_text(cell.value, cell.data_type) for cell in row]


def _text(value: object, kind: str) -> str | Bad:
    if value is None:
        return ""
    if kind == "f":
        return Bad(reason="holds a formula", remedy="paste its value")
    if kind == "e":
        return Bad(reason=f"holds the error {value}", remedy="write a value")
    if not isinstance(value, str | int | float):
        return Bad(
            reason="holds a date where text is expected",
            remedy="format the cell as text and type it again",
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _check(path: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > LARGEST_UNPACKED or unpacked > TIGHTEST * os.path.getsize(path):
                bad = Bad(
                    reason=f"unpacks to {unpacked >> 20} MB, which no sheet of findings needs",
                    remedy="copy its cells into a new workbook",
                )
                raise Refused(_whole(path).refusal(bad))
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if b"<!DOCTYPE" in file.read(2048):
                            bad = Bad(
                                reason=f"its part {part.filename} holds a DOCTYPE",
                                remedy="copy its cells into a new workbook",
                            )
                            raise Refused(_whole(path).refusal(bad))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error):
        bad = Bad(
            reason="is not a workbook, or only a part of one",
            remedy="save it as .xlsx, without a password",
        )
        raise Refused(_whole(path).refusal(bad)) from None


def _whole(path: str) -> Place:
    return _line(path, None)


def _line(path: str, line: int | None) -> Place:
    return Place(file=os.path.basename(path), sheet="", row=line)
