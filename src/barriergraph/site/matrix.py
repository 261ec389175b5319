"""A table of counts as a matrix: rows in their hierarchy, columns, cells and totals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pyoxigraph import NamedNode

from barriergraph.cells import number, shown
from barriergraph.results import Table
from barriergraph.values import Value

#: How many columns stand in a matrix that is to be taken in at a glance.
LEADING = 6

#: From which amount on a cell has its shade; the last has no upper end.
SHADES = (1, 2, 4, 7)


class Line(Value):
    """A row: the IRI of its thing, its name, the row that it stands under, and how deep."""

    __slots__ = ("iri", "name", "broader", "depth")
    iri: str
    name: str
    broader: str | None
    depth: int


class Cell(Value):
    """What a cell counts, and how much of it is indirect; None where the table does not say."""

    __slots__ = ("amount", "indirect")
    amount: int
    indirect: int | None

    @property
    def shade(self) -> int:
        """The shade of the cell: 0 for a gap, up to the number of SHADES."""
        return sum(self.amount >= least for least in SHADES)


_NOTHING = Cell(amount=0, indirect=0)


class Matrix:
    """The cells of a table whose view is a matrix, by the IRIs of row and column.

    `rows` and `columns` are in the order of the table, where a row follows its broader one.
    """

    def __init__(
        self,
        rows: Mapping[str, Line],
        columns: Mapping[str, str],
        cells: Mapping[tuple[str, str], Cell],
    ) -> None:
        self.rows = rows
        self.columns = columns
        self.cells = cells

    def cell(self, row: str, column: str) -> Cell:
        """Return a cell; one that the table leaves out counts nothing."""
        return self.cells.get((row, column)) or _NOTHING

    def leading(self, among: Collection[str], amount: int = LEADING) -> tuple[str, ...]:
        """Return the columns, of some, in which the top rows count most, the fullest first."""
        tops = self.tops()
        totals = {column: sum(self.cell(row, column).amount for row in tops) for column in among}
        ranked = sorted(totals, key=lambda one: (-totals[one], self.columns[one]))
        return tuple(ranked[:amount])

    def part(
        self, *, rows: Iterable[str] | None = None, columns: Sequence[str] | None = None
    ) -> Matrix:
        """Return the matrix of some rows, in their order, and of some columns, in that given."""
        kept = self.rows if rows is None else {iri: self.rows[iri] for iri in self.rows
                                               if iri in set(rows)}  # fmt: skip
        names = self.columns if columns is None else {one: self.columns[one] for one in columns}
        return Matrix(kept, names, self.cells)

    def below(self, row: str) -> frozenset[str]:
        """Return a row with all that stand under it."""
        found = {row}
        for line in self.rows.values():  # a row follows its broader one
            if line.broader in found:
                found.add(line.iri)
        return frozenset(found)

    def tops(self) -> tuple[str, ...]:
        """Return the rows that stand under no other."""
        return tuple(line.iri for line in self.rows.values() if not line.depth)


def matrix(table: Table) -> Matrix:
    """Return the matrix that the view of a table says.

    A column `broader` gives the row that a row stands under.
    """
    place = {name: index for index, name in enumerate(table.columns)}
    row_at, column_at, cell_at = (table.view.column(role) for role in ("rows", "columns", "cell"))
    rows: dict[str, tuple[str, str | None]] = {}
    columns: dict[str, str] = {}
    cells: dict[tuple[str, str], Cell] = {}
    for row in table.rows:
        keys = []
        for name in (row_at, column_at):
            term = row[place[name]]
            keys.append(term.value if isinstance(term, NamedNode) else shown(term))
        label = row[place.get(f"{row_at}Label", place[row_at])]
        broader = row[place["broader"]] if "broader" in place else None
        rows.setdefault(
            keys[0], (shown(label), broader.value if isinstance(broader, NamedNode) else None)
        )
        heading = row[place.get(f"{column_at}Label", place[column_at])]
        columns.setdefault(keys[1], shown(heading))
        other = number(row[place["indirect"]]) if "indirect" in place else None
        amount = number(row[place[cell_at]]) or 0
        cell = Cell(amount=int(amount), indirect=None if other is None else int(other))
        if cell != _NOTHING:  # most cells of a large map are gaps
            cells[keys[0], keys[1]] = cell
    lines = {
        iri: Line(iri=iri, name=name, broader=above if above in rows else None,
                  depth=_depth(iri, rows))
        for iri, (name, above) in rows.items()
    }  # fmt: skip
    return Matrix(lines, columns, cells)


def _depth(iri: str, rows: Mapping[str, tuple[str, str | None]]) -> int:
    seen, above = {iri}, rows[iri][1]
    while above is not None and above in rows and above not in seen:
        seen.add(above)
        above = rows[above][1]
    return len(seen) - 1
