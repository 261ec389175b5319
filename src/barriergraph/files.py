"""One file at a time: its text, its statements, and what is said of one that is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from barriergraph.errors import SourceError, SourceErrors


def read_text(path: str) -> str:
    """Return the text of a file in UTF-8.

    Raises: SourceError when it cannot be read or is not UTF-8, with the place of the first fault.
    """
    return decode(path, _bytes(path))


def decode(path: str, data: bytes) -> str:
    """Return bytes as the text that they are in UTF-8, without a byte order mark.

    Raises: SourceError, which names `path`, with the place of the first byte that is not UTF-8.

    >>> decode("a.rq", b"ASK {}")
    'ASK {}'
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, data, error) from None


def gather(errors: list[SourceError], read: Callable[[], object]) -> None:
    """Call `read` and keep the error if it finds a file wrong, so that all can be told at once."""
    try:
        read()
    except SourceErrors as several:
        errors.extend(several.errors)
    except SourceError as error:
        errors.append(error)


def raise_all(errors: Sequence[SourceError]) -> None:
    """Raise what was gathered: nothing, the one error, or all of them as SourceErrors."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise SourceErrors(errors)


def parse(path: str) -> Iterator[Quad]:
    """Yield the statements of a Turtle file as a parser reads them, literals as they are written.

    Raises: SourceError for a file that cannot be read or is not Turtle, with its line and column.
    """
    data = _bytes(path).removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode()  # the engine does not look into comments
        yield from pyoxigraph.parse(data, RdfFormat.TURTLE, rename_blank_nodes=True)
    except (MemoryError, UnicodeDecodeError, SyntaxError) as error:
        raise _not_turtle(path, data, error) from None


def stream(path: str) -> Iterator[Quad]:
    """Yield the statements of a Turtle file that need not fit in memory.

    Raises: SourceError for a file that cannot be read or is not Turtle, with its line and column.
    """
    try:
        with open(path, "rb") as file:
            if file.read(3) != b"\xef\xbb\xbf":
                file.seek(0)
            yield from pyoxigraph.parse(file, RdfFormat.TURTLE, rename_blank_nodes=True)
    except OSError as error:
        raise SourceError(path, system_reason(error)) from None
    except (MemoryError, SyntaxError) as error:
        raise not_turtle(path, error) from None


def read_file(store: Store, path: str, graph: str) -> None:
    """Read a Turtle file into a named graph.

    Raises: SourceError for a file that cannot be read or is not Turtle, with its line and column.
    """
    # Store.load on the bytes is the fastest way in at this size: bulk_load takes 1.5 times as
    # long, a parser with an insertion for each quad twice, and two threads wait for each other.
    data = _bytes(path).removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode()  # the engine does not look into comments
        store.load(data, RdfFormat.TURTLE, to_graph=NamedNode(graph))
    except (MemoryError, UnicodeDecodeError, SyntaxError) as error:
        raise _not_turtle(path, data, error) from None


def _not_turtle(
    path: str, data: bytes, error: MemoryError | UnicodeDecodeError | SyntaxError
) -> SourceError:
    if isinstance(error, UnicodeDecodeError):
        return _not_utf8(path, data, error)
    return not_turtle(path, error)


def not_turtle(path: str, error: MemoryError | SyntaxError) -> SourceError:
    """Return the error for a file, with the place and the bare reason that the engine tells."""
    if isinstance(error, MemoryError):  # what its parser says of a term that it cannot hold
        return SourceError(path, "a term is longer than 16 MiB, the most that can be read")
    reason = error.msg
    if reason.startswith("Parser error ") and ": " in reason:
        reason = reason.split(": ", 1)[1]
    return SourceError(path, reason, line=error.lineno, column=error.offset)


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except OSError as error:
        raise SourceError(path, system_reason(error)) from None


def _not_utf8(path: str, data: bytes, error: UnicodeDecodeError) -> SourceError:
    before = data[: error.start]
    line = before.count(b"\n") + 1
    start = before.rfind(b"\n") + 1
    column = len(before[start:].decode("utf-8", "replace")) + 1
    reason = f"not UTF-8: byte 0x{data[error.start]:02x}; save the file in UTF-8"
    return SourceError(path, reason, line=line, column=column)


def system_reason(error: OSError) -> str:
    """Return what the system says of a file that cannot be read."""
    text = error.strerror or str(error)
    return f"cannot be read: {text[:1].lower()}{text[1:]}"


def beside(path: str) -> list[str]:
    """Return the paths of folders and files beside one that does not exist and named like it."""
    from difflib import get_close_matches

    parent, name = os.path.split(path.rstrip(os.sep))
    try:
        names = [entry.name for entry in os.scandir(parent or ".")]
    except OSError:
        return []
    return [os.path.join(parent, near) for near in get_close_matches(name, names)]
