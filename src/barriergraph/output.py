"""Writing an answer: to a terminal for people, to a pipe as clean data, to a file in one move."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from barriergraph.errors import BarrierGraphError


class CannotWriteError(BarrierGraphError):
    """An output that cannot be written."""

    @classmethod
    def of(cls, error: OSError, path: str | None = None) -> CannotWriteError:
        """Return the error for what the system says about a path (or about stdout)."""
        name = path or error.filename or "the output"
        text = error.strerror or str(error)
        return cls(f"{name}: cannot be written: {text[:1].lower()}{text[1:]}")


def watched() -> bool:
    """Tell whether a person at a terminal reads stdout."""
    return sys.stdout is not None and sys.stdout.isatty()


def width() -> int:
    """Return how many characters fit on a line: those of COLUMNS, or of the terminal, or 80."""
    # What shutil does, without its 5 ms of imports.
    try:
        return int(os.environ["COLUMNS"]) or 80
    except (KeyError, ValueError):
        pass
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (AttributeError, ValueError, OSError):
        return 80


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show on stderr what is being done, and for how long, while a person is watching it.

    Yields a function that is told what comes next. Nothing is shown to a pipe.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what)
        yield lambda step: shown.update(task, description=step)


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show on stderr how much of something is done, while a person is watching it.

    Yields a function that is told how much more has been done. Nothing is shown to a pipe.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda more: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda more: shown.advance(task, more)


def write(answer: str | bytes) -> None:
    """Write an answer to stdout, in UTF-8 and with its line ends as they are, ended by one.

    Raises: CannotWriteError when there is no stdout.
    """
    if sys.stdout is None:
        raise CannotWriteError("the output: cannot be written: stdout is closed")
    data = answer.encode() if isinstance(answer, str) else answer
    if data and not data.endswith(b"\n"):
        data += b"\n"
    if isinstance(answer, str) and watched():
        print(data.decode(), end="")  # the terminal may have another encoding
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_file(path: str, data: bytes, *, folders: bool = False) -> None:
    """Write a file in one move: whoever looks sees the old content or the new, never a part.

    A device or a pipe is written to as it is. With `folders`, those above the file are made.

    Raises: CannotWriteError when the system refuses.
    """
    target = os.path.realpath(path)
    try:
        if folders:
            os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.exists(target) and not os.path.isfile(target):
            with open(target, "wb") as file:
                file.write(data)
            return
        _replace(target, data)
    except OSError as error:
        raise CannotWriteError.of(error, path) from None


def _replace(target: str, data: bytes) -> None:
    folder, name = os.path.split(target)
    part = os.path.join(folder, f".{name}.{os.getpid()}.part")
    try:
        with open(part, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(target):
            os.chmod(part, os.stat(target).st_mode & 0o7777)
        os.replace(part, target)
    except BaseException:
        if os.path.exists(part):
            os.unlink(part)
        raise
