"""Tables for a person at a terminal: one line a row, one block a row, or a matrix."""

from __future__ import annotations

from barriergraph.cells import count, number, shown, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table as Grid
    from rich.text import Text

    from barriergraph.cells import Column
    from barriergraph.results import Table

#: An empty cell of a matrix: seen, and not in the way.
EMPTY = "·"

#: Blanks between two columns.
GAP = 2

#: A column of words is not squeezed below this, if its words are as long.
NARROWEST = 14

#: A heading of a matrix is folded at this width.
HEADING = 12


def to_text(table: Table, width: int) -> str:
    """Return a table for a terminal of a width, with its title above and a count below.

    No line is longer than the width, which counts as 20 if it is less.
    """
    width = max(width, 20)
    title = [*_folded(table.title, width), ""] if table.title else []
    if not len(table):
        return "\n".join([*title, "no rows", ""])
    if table.view.kind == "matrix":
        return "\n".join([*title, *_matrix(table, width), ""])
    columns = visible(table)
    if _least(columns) > width:
        lines = _blocks(columns, len(table), width)
    else:
        lines = _lines(columns, width)
    return "\n".join([*title, *lines, "", count(len(table), "row"), ""])


def _lines(columns: Sequence[Column], width: int) -> list[str]:
    grid = _grid()
    sizes = _sizes(columns, width)
    for column, size in zip(columns, sizes, strict=True):
        grid.add_column(
            _plain(column.heading),
            justify="right" if column.numeric else "left",
            width=size,
            overflow="fold",
        )
    for texts in zip(*(column.texts for column in columns), strict=True):
        grid.add_row(*(_plain(text) for text in texts))
    return _drawn(grid, width)


def _blocks(columns: Sequence[Column], rows: int, width: int) -> list[str]:
    """Return each row as a block of lines, for a table that is too wide to be read."""
    widest = min(max(_cells(column.heading) for column in columns), width // 3)
    lines: list[str] = []
    for place in range(rows):
        grid = _grid(heads=False)
        grid.add_column(width=widest, overflow="fold")
        grid.add_column(width=width - widest - GAP, overflow="fold")
        for column in columns:
            if column.texts[place]:
                grid.add_row(_plain(column.heading), _plain(column.texts[place]))
        lines += ([""] if place else []) + _drawn(grid, width)
    return lines


def _matrix(table: Table, width: int) -> list[str]:
    cells, rows, columns, totals = _crossed(table)
    heads = [table.labels[table.view.column(role)] for role in ("rows", "columns", "cell")]
    left = min(max(_cells(text) for text in (*rows.values(), heads[0])), max(width * 2 // 5, 12))
    shown_columns: list[str] = []
    sizes: list[int] = []
    room = width - left
    for key in sorted(columns, key=lambda key: -totals[key]):
        values = max(_cells(cells.get((row, key), EMPTY)) for row in rows)
        size = max(min(_longest(columns[key]), HEADING), values)
        if room < size + GAP:
            break
        shown_columns.append(key)
        sizes.append(size)
        room -= size + GAP
    grid = _grid()
    grid.add_column(_plain(heads[0]), width=left, overflow="fold")
    for key, size in zip(shown_columns, sizes, strict=True):
        grid.add_column(_plain(columns[key]), justify="right", width=size, overflow="fold")
    for row, name in rows.items():
        grid.add_row(_plain(name), *(cells.get((row, key), EMPTY) for key in shown_columns))
    lines = [*_folded(f"{heads[2]}, by {heads[0].lower()} and {heads[1].lower()}", width), ""]
    lines += [*_drawn(grid, width), ""]
    hidden = len(columns) - len(shown_columns)
    if hidden:
        lines += _folded(
            f"{count(len(shown_columns), 'column')} of {len(columns):,} shown, those with the "
            f"largest totals; a wider terminal shows more, --format csv all",
            width,
        )
    size_line = f"{count(len(rows), 'row')} by {count(len(columns), 'column')}"
    return [*lines, *_folded(f"{size_line}, {count(len(table), 'cell')}", width)]


def _crossed(
    table: Table,
) -> tuple[dict[tuple[str, str], str], dict[str, str], dict[str, str], dict[str, float]]:
    """Return the cells by row and column, the names of both, and the total of each column."""
    place = {name: index for index, name in enumerate(table.columns)}
    row_at, column_at, cell_at = (
        place[table.view.column(role)] for role in ("rows", "columns", "cell")
    )
    named = {column.name: column.texts for column in visible(table)}
    row_names, column_names = (named[table.view.column(role)] for role in ("rows", "columns"))
    cells: dict[tuple[str, str], str] = {}
    rows: dict[str, str] = {}
    columns: dict[str, str] = {}
    totals: dict[str, float] = {}
    for index, row in enumerate(table.rows):
        key = (str(row[row_at]), str(row[column_at]))
        rows.setdefault(key[0], row_names[index])
        columns.setdefault(key[1], column_names[index])
        amount = number(row[cell_at])
        totals[key[1]] = totals.get(key[1], 0) + (amount or 0)
        text = EMPTY if amount == 0 else shown(row[cell_at]) or EMPTY
        before = cells.get(key, EMPTY)
        cells[key] = text if before == EMPTY else before if text == EMPTY else f"{before}, {text}"
    return cells, rows, columns, totals


def _sizes(columns: Sequence[Column], width: int) -> list[int]:
    """Return the width of each column: what it needs, less what the widest must give up.

    No word is broken while other columns can give up blanks.
    """
    sizes = [_widest(column) for column in columns]
    least = [_narrow(column) for column in columns]
    whole = [max(_narrow(column), _word(column)) for column in columns]
    over = sum(sizes) + GAP * (len(sizes) - 1) - width
    while over > 0:
        spare = [place for place, size in enumerate(sizes) if size > whole[place]]
        spare = spare or [place for place, size in enumerate(sizes) if size > least[place]]
        place = max(spare, key=lambda place: sizes[place])
        sizes[place] -= 1
        over -= 1
    return sizes


def _least(columns: Sequence[Column]) -> int:
    return sum(_narrow(column) for column in columns) + GAP * (len(columns) - 1)


def _narrow(column: Column) -> int:
    """Return the width below which a column is no longer read with ease."""
    if column.numeric:
        return max([min(_longest(column.heading), HEADING), *map(_cells, column.texts)])
    return min(_word(column), NARROWEST)


def _word(column: Column) -> int:
    return max(map(_longest, (column.heading, *column.texts)), default=1)


def _widest(column: Column) -> int:
    return max(
        1, *(_cells(line) for text in (column.heading, *column.texts) for line in text.split("\n"))
    )


def _longest(text: str) -> int:
    return max((_cells(word) for word in text.split()), default=1)


def _cells(text: str) -> int:
    from rich.cells import cell_len  # a Chinese character takes two places

    return cell_len(text)


def _folded(text: str, width: int) -> list[str]:
    from textwrap import wrap

    return wrap(text, width)


def _grid(*, heads: bool = True) -> Grid:
    from rich import box
    from rich.table import Table as Grid

    lines = box.Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
    return Grid(
        box=lines if heads else None,
        show_edge=False,
        show_header=heads,
        padding=(0, GAP if not heads else 1, 0, 0),
        pad_edge=False,
        collapse_padding=False,
    )


def _plain(text: str) -> Text:
    from rich.text import Text

    return Text(text)  # text alone would be read for [markup] and :emoji:


def _drawn(grid: Grid, width: int) -> list[str]:
    from io import StringIO

    from rich.console import Console

    console = Console(
        file=StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False
    )
    with console.capture() as capture:
        console.print(grid)
    return [line.rstrip() for line in capture.get().splitlines()]
