"""What of a loading is on disk for good, so that the next call goes on from there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping

from barriergraph.ondisk.bulk import File, Loaded
from barriergraph.output import write_file

#: The steps of a loading, in order; each is written down when it is done, `naming` when it begins.
NAMING, NAMED, ASSERTED = "naming", "named", "asserted"


class Journal:
    """The files and steps that are done of one loading, kept as lines of JSON beside it.

    The first line says what is being loaded. A line that was cut off in mid-writing does not count.
    """

    def __init__(self, path: str, asked: Mapping[str, object]) -> None:
        self._path = path
        #: What is loaded, by named graph.
        self.loaded: dict[str, Loaded] = {}
        self.steps: set[str] = set()
        self.resumed = False
        lines = list(self._lines())
        self.resumed = bool(lines) and lines[0] == dict(asked)
        write_file(path, b"")
        self._write(lines if self.resumed else [dict(asked)])
        for line in lines[1:] if self.resumed else ():
            self._take(line)

    def add(self, done: Iterable[Loaded]) -> None:
        """Write down that some files are in the database."""
        lines: list[dict[str, object]] = [
            {"path": one.file.path, "graph": one.file.graph, "size": one.size,
             "checksum": one.checksum, "blank": one.blank} for one in done
        ]  # fmt: skip
        self._write(lines)
        for line in lines:
            self._take(line)

    def step(self, name: str) -> None:
        """Write down that a step is done."""
        self._write([{"step": name}])
        self.steps.add(name)

    def _take(self, line: Mapping[str, object]) -> None:
        if "step" in line:
            self.steps.add(str(line["step"]))
            return
        file = File(str(line["path"]), str(line["graph"]))
        self.loaded[file.graph] = Loaded(
            file, int(str(line["size"])), str(line["checksum"]), bool(line["blank"])
        )

    def _lines(self) -> Iterator[dict[str, object]]:
        try:
            with open(self._path, encoding="utf-8") as file:
                for line in file:
                    yield json.loads(line)
        except (OSError, ValueError):
            return

    def _write(self, lines: Iterable[Mapping[str, object]]) -> None:
        with open(self._path, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
