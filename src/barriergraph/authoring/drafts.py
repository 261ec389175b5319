"""What would be written into a module, what was refused and why, and writing it safely."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence

from barriergraph.authoring.slugs import to_slug
from barriergraph.errors import BarrierGraphError, SourceError
from barriergraph.output import write_file
from barriergraph.sources import read_text
from barriergraph.values import Value

#: The first line of a file that an import owns; what follows the sum is for people.
_OWNED = re.compile(r"# Written by barriergraph from (?P<from>.*); sum (?P<sum>[0-9a-f]{16})\.\n")
_ADVICE = (
    "# Change that and import it again: this file, once edited by hand, is not written again.\n"
)

NEW, SAME, CHANGED, EDITED = "new", "same", "changed", "edited by hand"


class Refusal(Value):
    """Something in a file that is not taken over, where, why, and what to do about it.

    `row` is counted as the reader of the file counts it (the first row of a sheet, the heading,
    is 1; in a text file it is the line); `sheet` and `column` are empty where there is none.
    """

    __slots__ = ("column", "file", "reason", "remedy", "row", "sheet")
    file: str
    sheet: str
    row: int | None
    column: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        place = self.file
        if self.sheet:
            place += f", sheet {self.sheet}"
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}: {self.reason}{remedy}"


class Draft(Value):
    """What an import makes: the text of each file by its path in the module, and what was refused.

    `accepted` counts what is in the files, by what it is, such as {"findings": 20}; `notes` are
    for the person, such as what was merged with what.
    """

    __slots__ = ("accepted", "files", "notes", "origin", "refusals")
    origin: str
    files: Mapping[str, str]
    accepted: Mapping[str, int]
    refusals: Sequence[Refusal]
    notes: Sequence[str]


def owned(text: str, origin: str) -> str:
    """Return text as a file that says where it comes from and shows if it was edited later.

    >>> print(owned("a b c .\\n", "sheet.csv").splitlines()[0])
    # Written by barriergraph from sheet.csv; sum a9a4072c7134a04f.
    """
    name = re.sub(r"\s+", " ", origin)
    return f"# Written by barriergraph from {name}; sum {_sum(text)}.\n{_ADVICE}\n{text}"


def imported(origin: str, kind: str = "") -> str:
    """Return the file of a module into which what stands in a file of that name is taken.

    The ending does not count, for a sheet saved in another form is the same sheet; `kind` keeps
    apart what is not.

    >>> imported("Findings 2024.csv"), imported("papers.bib", "references")
    ('data/imported/findings-2024.ttl', 'data/imported/papers-references.ttl')
    """
    stem = to_slug(os.path.splitext(origin)[0]) or "unnamed"
    return f"data/imported/{stem}{kind and f'-{kind}'}.ttl"


def state(path: str, text: str) -> str:
    """Tell what writing would do to a file: NEW, SAME, CHANGED, or EDITED and to be left alone.

    Raises: SourceError for a file that cannot be read.
    """
    if not os.path.lexists(path):
        return NEW
    found = read_text(path).replace("\r\n", "\n")
    head = _OWNED.match(found)
    if head is None or _sum(found[head.end() :].removeprefix(_ADVICE + "\n")) != head["sum"]:
        return EDITED
    here = _OWNED.sub("", text, count=1)
    return SAME if _OWNED.sub("", found, count=1) == here else CHANGED


def below(module: str, file: str) -> str:
    """Return the path of a file of a module.

    Raises: BarrierGraphError for a path that leads out of the module, also by a link.
    """
    path = os.path.join(module, *file.split("/"))
    root = os.path.realpath(module)
    if os.path.commonpath([root, os.path.realpath(path)]) != root or os.path.isabs(file):
        raise BarrierGraphError(f"{file}: this path leads out of the module {module}")
    return path


def put(module: str, draft: Draft) -> dict[str, str]:
    """Write the files of a draft, each in one move, and return what was done with each.

    A file that was edited by hand since it was written is left as it is, and so told.

    Raises: BarrierGraphError for a path that leads out of the module; SourceError.
    """
    places = {file: below(module, file) for file in draft.files}
    done = {}
    for file, text in draft.files.items():
        whole = owned(text, draft.origin)
        done[file] = state(places[file], whole)
        if done[file] in (NEW, CHANGED):
            try:
                os.makedirs(os.path.dirname(places[file]), exist_ok=True)
            except OSError as error:
                raise SourceError(places[file], f"cannot be written: {error.strerror}") from None
            write_file(places[file], whole.encode())
    return done


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
