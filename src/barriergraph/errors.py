"""The exceptions that barriergraph raises, each with what is needed to mend the cause."""

from __future__ import annotations

import os
from collections.abc import Sequence

TYPE_CHECKING = False  # importing typing or pathlib would cost every start some milliseconds
if TYPE_CHECKING:
    from pathlib import Path


class BarrierGraphError(Exception):
    """Any failure that barriergraph reports on purpose."""


class SourceError(BarrierGraphError):
    """A file that cannot be read: `path`, `line` and `column` (1-based, or None), `reason`."""

    def __init__(
        self, path: Path | str, reason: str, *, line: int | None = None, column: int | None = None
    ) -> None:
        self._path = os.fspath(path)
        self.line = line
        self.column = column
        self.reason = reason
        place = ":".join(str(part) for part in (self._path, line, column) if part is not None)
        super().__init__(f"{place}: {reason}")

    @property
    def path(self) -> Path:
        """The file, as a path that can be opened."""
        from pathlib import Path

        return Path(self._path)


class SourceErrors(SourceError):
    """Several files that cannot be read: `errors`; place and reason are those of the first."""

    def __init__(self, errors: Sequence[SourceError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(first.path, first.reason, line=first.line, column=first.column)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class NotFoundError(BarrierGraphError, LookupError):
    """A name that stands for nothing: `term` as given, `near` the names that come closest."""

    def __init__(self, kind: str, term: str, near: Sequence[str] = ()) -> None:
        self.term = term
        self.near = tuple(near)
        hint = f"; did you mean {' or '.join(repr(name) for name in self.near)}?" if near else ""
        super().__init__(f"no {kind} named {term!r}{hint}")

    def __str__(self) -> str:  # LookupError's repr-like text is not for people
        return str(self.args[0])


class QueryError(BarrierGraphError, ValueError):
    """A query that cannot be answered as it stands: `reason`, and `line` and `column` if known."""

    def __init__(self, reason: str, *, line: int | None = None, column: int | None = None) -> None:
        self.reason = reason
        self.line = line
        self.column = column
        place = f"line {line}, column {column}: " if line is not None else ""
        super().__init__(f"{place}{reason}")


class ParameterError(QueryError):
    """A value that does not fit its parameter: `name`, what was `expected`, what was `given`."""

    def __init__(self, name: str, *, expected: str, given: str, near: Sequence[str] = ()) -> None:
        self.name = name
        self.expected = expected
        self.given = given
        self.near = tuple(near)
        hint = f"; did you mean {' or '.join(repr(value) for value in self.near)}?" if near else ""
        super().__init__(f"parameter {name!r} takes {expected}, not {given!r}{hint}")


class ForbiddenError(QueryError):
    """A query that asks for more than reading this graph: an update, SERVICE, LOAD or FROM."""


class ShapesError(BarrierGraphError, ValueError):
    """Shapes that cannot be used as they stand: the `shape` (or other node) and the `reason`."""

    def __init__(self, shape: str, reason: str) -> None:
        self.shape = shape
        self.reason = reason
        super().__init__(f"shape {shape!r}: {reason}")


class EndpointError(BarrierGraphError):
    """A SPARQL endpoint that did not answer as it should: its `url` and the `reason`."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {reason}")


class DamagedError(BarrierGraphError):
    """A database on disk that cannot be read to the end: its `path` and the `reason`."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(
            f"{path}: the database is damaged; delete this folder, and it is loaded again "
            f"({reason})"
        )

    @classmethod
    def of(cls, error: Exception, path: str | None) -> DamagedError | None:
        """Return what the engine's error says of a database, None if it says something else."""
        text = str(error)
        if path is None or not text.startswith(("Corruption", "IO error", "Invalid data")):
            return None
        return cls(path, text)


class EngineWarning(UserWarning):
    """An engine that answers a stored query wrongly, and how it was answered all the same."""


class ReasonerMissingError(BarrierGraphError):
    """A reasoner that is not there: `remedy` says how to get it."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{reason}; {remedy}")
