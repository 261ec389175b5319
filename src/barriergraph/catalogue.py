"""The stored queries of all modules by name, each read when it is first asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from barriergraph.errors import SourceError
from barriergraph.files import gather, raise_all, read_text
from barriergraph.queries import StoredQuery, parse
from barriergraph.sources import Module


class Catalogue(Mapping[str, StoredQuery]):
    """A mapping from the names of the stored queries, in order, to the queries.

    The names are those of the files. A module's queries are read at once, so that a fault in them
    is seen at once; those that ship, which the tests read, wait until they are asked for.
    """

    def __init__(self, modules: Iterable[Module]) -> None:
        """Find the queries of some modules.

        Raises: SourceError, or SourceErrors for several, for a module's query that is wrong, or
            that has the name of another module's query.
        """
        self._paths: dict[str, str] = {}
        self._read: dict[str, StoredQuery] = {}
        errors: list[SourceError] = []
        for module in modules:
            for file in module.files("queries"):
                path = module.locate(file)
                gather(errors, lambda path=path: self._add(path))  # type: ignore[misc]
                if module.name is not None:
                    gather(errors, lambda path=path: self[_name(path)])  # type: ignore[misc]
        raise_all(errors)
        self._paths = dict(sorted(self._paths.items()))

    def _add(self, path: str) -> None:
        other = self._paths.setdefault(_name(path), path)
        if other != path:
            reason = f"a query of this name stands in {other} too; give the file another name"
            raise SourceError(path, reason)

    def __getitem__(self, name: str) -> StoredQuery:
        if name not in self._read:
            path = self._paths[name]
            self._read[name] = parse(read_text(path), path)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def as_dict(query: StoredQuery) -> dict[str, object]:
    """Return a stored query for programs, as strings, lists and dictionaries."""
    return {
        "name": query.name,
        "title": query.title,
        "question": query.question,
        "tags": list(query.tags),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "default": parameter.default,
                "description": parameter.description,
                "choices": list(parameter.choices),
            }
            for parameter in query.parameters.values()
        ],
        "examples": [[f"{name}={value}" for name, value in one] for one in query.examples],
    }


def _name(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]
