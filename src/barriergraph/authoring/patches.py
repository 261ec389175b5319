"""A file of a module as it is and as it would be: shown as a diff, or written in one move."""

from __future__ import annotations

import os
from difflib import unified_diff

from barriergraph.errors import BarrierGraphError
from barriergraph.files import read_text
from barriergraph.output import write_file
from barriergraph.values import Value


class Patch(Value):
    """A file by its name in the module and its path, with its text `before` and `after`.

    `before` is None for a file that is new.
    """

    __slots__ = ("after", "before", "file", "path")
    file: str
    path: str
    before: str | None
    after: str

    def diff(self) -> str:
        r"""Return what would change as a unified diff.

        >>> print(Patch(file="a.ttl", path="m/a.ttl", before=None, after="b\n").diff(), end="")
        --- /dev/null
        +++ b/a.ttl
        @@ -0,0 +1 @@
        +b
        """
        old, new = ((text or "").splitlines(keepends=True) for text in (self.before, self.after))
        name = "/dev/null" if self.before is None else f"a/{self.file}"
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(old, new, name, f"b/{self.file}")
        )

    def check(self) -> None:
        """Make sure that the file is still as it was when it was read.

        Raises: BarrierGraphError when it is not; SourceError when it cannot be read.
        """
        if exact_text(self.path) != self.before:
            raise BarrierGraphError(f"{self.path}: changed since it was read; start again")

    def write(self) -> None:
        """Write the file, and make its folder where there is none.

        Raises: as `check`; BarrierGraphError when the system refuses.
        """
        self.check()
        write_file(self.path, self.after.encode(), folders=True)


def exact_text(path: str) -> str | None:
    """Return the text of a file, byte order mark and line ends and all, or None without a file.

    Raises: SourceError when it cannot be read or is not UTF-8.
    """
    if not os.path.lexists(path):
        return None
    read_text(path)  # a fault is told with its place
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()
