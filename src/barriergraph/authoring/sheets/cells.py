"""What a sheet or a list of records gives: cells with their places, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from barriergraph.authoring.drafts import Refusal
from barriergraph.errors import BarrierGraphError
from barriergraph.values import Value

#: What no text holds: control characters but tab and line ends, and halves of characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Bad(Value):
    """What is wrong with a cell, and what to do about it."""

    __slots__ = ("reason", "remedy")
    reason: str
    remedy: str


class Place(Value):
    """Where something stands: the file, the sheet (or ''), and the row or line."""

    __slots__ = ("file", "row", "sheet")
    file: str
    sheet: str
    row: int | None

    def refusal(self, bad: Bad, column: str = "") -> Refusal:
        """Return the refusal of what stands here."""
        return Refusal(
            file=self.file, sheet=self.sheet, row=self.row, column=column,
            reason=bad.reason, remedy=bad.remedy,
        )  # fmt: skip


class Row(Value):
    """A row: its values by column, without the empty ones.

    `lines` are the places of single columns and their names for people, where they differ from
    those of the row and the column.
    """

    __slots__ = ("cells", "lines", "place")
    place: Place
    cells: Mapping[str, tuple[str, ...]]
    lines: Mapping[str, tuple[Place, str]]

    def first(self, column: str) -> str:
        """Return the value of a column, or ''."""
        return next(iter(self.cells.get(column, ())), "")

    def refusal(self, column: str, bad: Bad) -> Refusal:
        """Return the refusal of a cell."""
        place, name = self.lines.get(column, (self.place, column))
        return place.refusal(bad, name)


class Table(Value):
    """The sound rows of a sheet, the rows refused so far, and notes for the person."""

    __slots__ = ("notes", "refusals", "rows")
    rows: Sequence[Row]
    refusals: Sequence[Refusal]
    notes: Sequence[str]


class Refused(BarrierGraphError):
    """A file of which nothing is taken over: the `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


def clean(text: str) -> str | Bad:
    """Return a text on one line without spaces around it, or what is wrong with it.

    >>> clean(" a\\n b "), clean("a\\x07").reason
    ('a b', 'holds the control character U+0007')
    """
    found = _CONTROL.search(text)
    if found:
        code = f"U+{ord(found[0]):04X}"
        return Bad(reason=f"holds the control character {code}", remedy="take it out")
    return " ".join(text.split())


def nearest(text: str, names: Sequence[str], limit: int = 3) -> list[str]:
    """Return the names that come closest to a text, the closest first.

    Where none is spelt like it, those come closest that have its words among others.

    >>> nearest("statment", ["statement", "kind"]), nearest("trust", ["lack of trust", "fog"])
    (['statement'], ['lack of trust'])
    """
    from rapidfuzz import fuzz, process

    for scorer, least in ((fuzz.token_sort_ratio, 70), (fuzz.token_set_ratio, 90)):
        found = process.extract(text, names, scorer=scorer, limit=limit, score_cutoff=least)
        if found:
            return [name for name, _, _ in found]
    return []
