"""From findings of the graph to the rows of a sheet that gives them back."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.columns import BY_NAME, COLUMNS, SEPARATOR
from barriergraph.authoring.sheets.findings import NOTHING, usual_effect
from barriergraph.authoring.sheets.identities import order
from barriergraph.authoring.sheets.resolving import Names
from barriergraph.errors import BarrierGraphError
from barriergraph.graph import KnowledgeGraph
from barriergraph.namespaces import BG, ID, PREFIXES, slug
from barriergraph.output import write_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: column -> properties of which it gives the values
_NAMED = {
    "source": ("reportedIn",), "kind": ("kind",),
    "addressed_by": ("addressedBy", "mayBeAddressedBy"),
    "against": ("against", "mayCounter"), "moderator": ("moderator",),
    "antecedent": ("antecedent",), "outcome": ("outcome",), "domain": ("inDomain",),
    "role": ("aboutRole",), "place": ("atPlace",), "basis": ("basis",),
    "certainty": ("certainty",),
}  # fmt: skip
_WORDS = {
    "statement": f"{BG}statement", "locator": f"{BG}locator", "url": f"{BG}url",
    "stated_as": f"{BG}statedAs", "mapping_note": f"{BG}mappingNote",
    "note": f"{PREFIXES['skos']}note",
}  # fmt: skip
_SECOND = {"true": "yes", "1": "yes", "false": "no", "0": "no"}

#: A cell that a spreadsheet would take for a formula, or that was guarded against it.
_RISKY = re.compile(r"'*[=+\-@\t\r]")


def to_sheet(
    graph: KnowledgeGraph, findings: Iterable[str | NamedNode] | None = None
) -> list[tuple[str, ...]]:
    """Return findings as the rows of a sheet, the headings first: those given, or all.

    Key findings are left out of all: they say more than a sheet can.

    Raises: as `KnowledgeGraph.resolve`; BarrierGraphError for a key finding, or one that says
        twice what a sheet says once.
    """
    names = Names(graph)
    key = names.members("bg:KeyFinding")
    if findings is None:
        chosen = names.members("bg:Finding") - key
    else:
        chosen = frozenset(graph.resolve(one, "bg:Finding").value for one in findings)
    for iri in sorted(chosen & key):
        raise BarrierGraphError(f"{slug(iri)} is a key finding, which says more than a sheet can")
    rows = [_row(names, iri) for iri in sorted(chosen, key=order)]
    heads = tuple(column.name for column in COLUMNS)
    return [heads, *(tuple(row.get(name, "") for name in heads) for row in rows)]


def sheet_csv(graph: KnowledgeGraph, findings: Iterable[str | NamedNode] | None = None) -> str:
    """Return findings as CSV; what a spreadsheet would take for a formula begins with a '.

    Raises: as `to_sheet`.
    """
    return as_csv(to_sheet(graph, findings))


def write_sheet(
    path: str | os.PathLike[str],
    graph: KnowledgeGraph,
    findings: Iterable[str | NamedNode] | None = None,
) -> None:
    """Write findings to a .csv or .xlsx file, in one move.

    Raises: as `to_sheet`; BarrierGraphError for another ending; CannotWriteError.
    """
    where = os.fspath(path)
    ending = check_ending(where)
    rows = to_sheet(graph, findings)
    write_file(where, as_csv(rows).encode() if ending == ".csv" else _workbook(rows))


def check_ending(path: str) -> str:
    """Return the ending of a sheet's file, .csv or .xlsx.

    Raises: BarrierGraphError for another.
    """
    ending = os.path.splitext(path)[1].lower()
    if ending not in (".csv", ".xlsx"):
        raise BarrierGraphError(f"{path}: a sheet ends in .csv or .xlsx; choose one of them")
    return ending


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV that no spreadsheet takes for formulas.

    >>> print(as_csv([["a", "=1+1"], ["b, c", "'-"]]), end="")
    a,'=1+1
    "b, c",''-
    """
    text = io.StringIO()
    guarded = ([f"'{c}" if _RISKY.match(c) else c for c in row] for row in rows)
    csv.writer(text, lineterminator="\n").writerows(guarded)
    return text.getvalue()


def fill(sheet: Worksheet, rows: Iterable[Sequence[str]]) -> None:
    """Write rows to a sheet of a workbook, every cell as text."""
    for number, row in enumerate(rows, 1):
        for index, text in enumerate(row, 1):
            if text:
                cell = sheet.cell(number, index)
                cell.value = text
                cell.data_type = "s"  # a text, also where it begins with =


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "findings"
    sheet.freeze_panes = "A2"
    fill(sheet, rows)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _row(names: Names, iri: str) -> dict[str, str]:
    said: dict[str, list[NamedNode | Literal]] = {}
    for quad in names.of(NamedNode(iri)):
        if isinstance(quad.object, NamedNode | Literal):
            values = said.setdefault(quad.predicate.value, [])
            if quad.object not in values:
                values.append(quad.object)
    space = f"{ID}finding/"
    row = {"id": iri.removeprefix(space)}
    for column, path in _WORDS.items():
        row[column] = _text(said.get(path, []))
    row["second_hand"] = _SECOND.get(_text(said.get(f"{BG}secondHand", [])), "")
    for column, paths in _NAMED.items():
        nodes = [node for path in paths for node in said.get(BG + path, [])]
        row[column] = _names(names, iri, column, nodes)
    suggested = any(f"{BG}{path}" in said for path in ("mayBeAddressedBy", "mayCounter"))
    stated = any(f"{BG}{path}" in said for path in ("addressedBy", "against"))
    if suggested and stated:
        raise BarrierGraphError(
            f"{slug(iri)} has a link that is stated and one that is suggested; "
            "a row says either of all its links"
        )
    row["link"] = "suggested" if suggested else ""
    _factors(names, iri, said, row)
    return row


def _factors(
    names: Names, iri: str, said: dict[str, list[NamedNode | Literal]], row: dict[str, str]
) -> None:
    """Fill the columns of factors and of the effect, so that reading them gives the same."""
    finds, without = said.get(f"{BG}finds", []), said.get(f"{BG}findsNoEffectOf", [])
    effect = next((slug(one.value) for one in said.get(f"{BG}effectOnSharing", [])), "")
    if without and not finds:
        row["factor"], row["no_effect_of"] = _names(names, iri, "factor", without), ""
    else:
        row["factor"] = _names(names, iri, "factor", finds)
        row["no_effect_of"] = _names(names, iri, "no_effect_of", without)
        if effect == "none-found" and not without:
            row["no_effect_of"] = NOTHING
    kind = next((slug(one.value) for one in said.get(f"{BG}kind", [])), "")
    usual = usual_effect(kind, row["stated_as"], bool(row["no_effect_of"]))
    row["effect"] = "" if effect == usual and effect != "none-found" else effect


def _names(names: Names, iri: str, column: str, nodes: Sequence[NamedNode | Literal]) -> str:
    told = BY_NAME[column]
    if len(nodes) > 1 and not told.several:
        raise BarrierGraphError(f"{slug(iri)} has {len(nodes)} values for the column {column}")
    labelled = column != "source"
    return f"{SEPARATOR} ".join(
        names.name(node.value, told.cls, labelled=labelled) for node in sorted(nodes, key=str)
    )


def _text(values: Sequence[NamedNode | Literal]) -> str:
    literals = [one for one in values if isinstance(one, Literal)]
    literals.sort(key=lambda one: (one.language != "en", str(one)))
    return literals[0].value if literals else ""
