"""What was worked out before, kept on disk: the loaded graph, and answers to stored queries.

All of it can be deleted at any time, and nothing in it is ever older than the files: it lies under
a fingerprint of them and of the program. Where nothing can be written, nothing is kept.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import QueryResultsFormat, parse_query_results

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import FileIO
    from typing import BinaryIO

    from barriergraph.results import Row
    from barriergraph.sources import Module

#: Where the cache lies, for people who want it elsewhere; empty for no cache.
VARIABLE = "BARRIERGRAPH_CACHE"

#: How many states of the content are kept, and answers of each; the latest used stay.
_STATES, _ANSWERS = 6, 500

#: The last line of a graph, which tells whether the rest is as it was written; a comment there.
_END = b"# whole %08x\n"
_LAST = len(_END % 0)


def folder() -> str | None:
    """Return the folder of the cache: that of BARRIERGRAPH_CACHE, or where the system keeps caches.

    None when the variable is set to nothing, or the user has no home.

    Source: https://specifications.freedesktop.org/basedir-spec/latest/
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return os.path.abspath(given) if given else None
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or ""
    elif sys.platform == "darwin":
        home = os.path.expanduser("~/Library/Caches")
    else:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(home, "barriergraph") if os.path.isabs(home) else None


class Cache:
    """What is kept of one state of the content. Nothing here fails: what cannot be kept is not."""

    def __init__(self, modules: Sequence[Module], *, inferred: bool) -> None:
        self._modules = modules
        self._inferred = inferred
        home = folder()
        self._state = self.fingerprint()
        self._place = None
        if home is not None and self._state is not None:
            self._place = os.path.join(home, self._state)

    def fingerprint(self) -> str | None:
        """Return what tells this state of the content from any other, None if it cannot be read.

        What ships, and the program, are known by the sizes and times of their files; a module's
        files are read.
        """
        from _blake2 import blake2b  # hashlib takes 4 ms to import

        from barriergraph.sources import turtle_files

        package = os.path.dirname(os.path.abspath(__file__))
        state = blake2b(digest_size=16)
        state.update(f"{sys.version} {self._inferred} {package}".encode())
        try:
            for entry in _scripts(package):
                state.update(_stamp(entry))
            for module in self._modules:
                state.update(os.fsencode(f"\0{module.name}\0{os.path.realpath(module.path)}"))
                for file in turtle_files(module):
                    path = module.locate(file)
                    state.update(os.fsencode(f"\0{file}\0"))
                    state.update(_stamp(path) if module.name is None else _digest(path))
        except OSError:
            return None
        return state.hexdigest()

    def has_graph(self) -> bool:
        """Tell whether the graph is kept, without reading it."""
        return self._place is not None and os.path.exists(os.path.join(self._place, "graph.nq"))

    def graph(self) -> str | None:
        """Return the path of the kept graph, which is in N-Quads, or None if it is not whole."""
        if self._place is None:
            return None
        path = os.path.join(self._place, "graph.nq")
        try:
            with open(path, "rb", buffering=0) as file:
                size = file.seek(-_LAST, os.SEEK_END)
                last = file.read()
                file.seek(0)
                return path if last == _END % _sum(file, size) else None
        except OSError:
            return None

    def keep_graph(self, dump: Callable[[str], object]) -> None:
        """Keep a graph that was read from the files, if they are still as they were before.

        `dump` writes it to a path; nothing of it is held in memory.
        """
        if self._place is None or self.fingerprint() != self._state:
            return

        def write(part: str) -> None:
            dump(part)
            with open(part, "r+b") as file:
                end = _END % _sum(file, os.path.getsize(part))
                file.seek(0, os.SEEK_END)
                file.write(end)

        self._write(write, "graph.nq")
        _prune(os.path.dirname(self._place), _STATES)

    def answer(self, question: str) -> tuple[Row, ...] | None:
        """Return the kept rows that answer a question, or None."""
        data = self._read("answers", _name(question))
        if data is None:
            return None
        found, _, rows = data.partition(b"\n")
        return unpacked(rows) if found == b"%08x" % zlib.crc32(rows) else None

    def keep_answer(self, question: str, rows: Iterable[Row]) -> None:
        """Keep the rows that answer a question."""
        if self._place is not None and self.has_graph():
            data = packed(rows)
            data = b"%08x\n" % zlib.crc32(data) + data
            self._write(lambda part: _put(part, data), "answers", _name(question))
            _prune(os.path.join(self._place, "answers"), _ANSWERS)

    def _read(self, *names: str) -> bytes | None:
        if self._place is None:
            return None
        try:
            with open(os.path.join(self._place, *names), "rb", buffering=0) as file:
                return file.read()
        except OSError:
            return None

    def _write(self, write: Callable[[str], None], *names: str) -> None:
        """Let a file be written beside its place, and put it there in one move."""
        assert self._place is not None
        path = os.path.join(self._place, *names)
        part = f"{path}.{os.getpid()}.part"
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            write(part)
            os.replace(part, path)
        except OSError:
            if os.path.exists(part):
                os.unlink(part)


def _sum(file: BinaryIO | FileIO, size: int) -> int:
    """Return the checksum of so many bytes of a file, which finds rot and costs 3 ms for 9 MB."""
    buffer, found = memoryview(bytearray(2**18)), 0
    while size > 0:
        count = file.readinto(buffer[: min(size, len(buffer))])  # type: ignore[union-attr]
        if not count:
            break
        found, size = zlib.crc32(buffer[:count], found), size - count
    return found


def _put(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def packed(rows: Iterable[Row]) -> bytes:
    r"""Return rows as bytes: each term once, as SPARQL's TSV has it, then the numbers of the terms.

    >>> from pyoxigraph import Literal
    >>> packed([(Literal("a"), None), (Literal("a"), Literal(1))])
    b'2\n?term\n"a"\n"1"^^<http://www.w3.org/2001/XMLSchema#integer>\n0\t\n0\t1\n'
    """
    numbers = _Numbers({None: ""})
    lines = ["\t".join([numbers[term] for term in row]) for row in rows]
    terms = [_escaped(str(term)) for term in numbers if term is not None]
    return "\n".join([str(len(terms)), "?term", *terms, *lines, ""]).encode()


class _Numbers(dict[object, str]):
    """The numbers of terms, in the order in which they are first met."""

    def __missing__(self, term: object) -> str:
        self[term] = number = str(len(self) - 1)
        return number


def unpacked(data: bytes) -> tuple[Row, ...] | None:
    """Return the rows that were packed, or None for bytes that are none.

    >>> from pyoxigraph import Literal
    >>> unpacked(packed([(Literal("a", language="en"), None)]))
    ((<Literal value=a language=en>, None),)
    """
    count, _, rest = data.partition(b"\n")
    if not count.isdigit():
        return None
    end = 0  # of the terms
    for _ in range(int(count) + 1):
        end = rest.find(b"\n", end) + 1
        if not end:
            return None
    try:
        found = parse_query_results(rest[:end], QueryResultsFormat.TSV)
        terms = {str(number): row[0] for number, row in enumerate(found)}  # type: ignore[arg-type]
        terms[""] = None
        *lines, last = rest[end:].decode().split("\n")
        rows = tuple(tuple([terms[number] for number in line.split("\t")]) for line in lines)
        return None if last else rows
    except (KeyError, SyntaxError, ValueError):
        return None


def _escaped(term: str) -> str:
    return term.replace("\t", "\\t")


def _name(question: str) -> str:
    from _blake2 import blake2b

    return blake2b(question.encode(), digest_size=16).hexdigest()


def _stamp(path: str | os.DirEntry[str]) -> bytes:
    found = path.stat() if isinstance(path, os.DirEntry) else os.stat(path)
    return os.fsencode(f"{os.path.basename(path)} {found.st_size} {found.st_mtime_ns};")


def _digest(path: str) -> bytes:
    from _blake2 import blake2b

    with open(path, "rb", buffering=0) as file:
        return blake2b(file.read()).digest()


def _scripts(package: str) -> list[os.DirEntry[str]]:
    """Return the files of the program, so that a changed rule never meets an old answer."""
    found: list[os.DirEntry[str]] = []
    for entry in os.scandir(package):
        if entry.name.endswith(".py"):
            found.append(entry)
        elif entry.is_dir() and entry.name not in ("content", "__pycache__"):
            found += _scripts(entry.path)
    return sorted(found, key=lambda entry: entry.path)


def _prune(place: str, keep: int) -> None:
    """Delete all but the latest written entries of a folder."""
    try:
        entries = list(os.scandir(place))
        if len(entries) <= keep:
            return
        entries.sort(key=lambda entry: entry.stat().st_mtime_ns, reverse=True)
        for entry in entries[keep:]:
            if entry.is_dir(follow_symlinks=False):
                from shutil import rmtree

                rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)
    except OSError:
        return
