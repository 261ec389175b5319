"""The files that the graph is read from, each with the IRI of what it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from barriergraph.errors import SourceError
from barriergraph.metadata.distributions import Written
from barriergraph.namespaces import QUERY
from barriergraph.sources import PARTS, Module
from barriergraph.values import Value


class Input(Value):
    """A file: the IRI of its named graph or its query, its name in its module, and its path."""

    __slots__ = ("iri", "name", "path")

    iri: str
    name: str
    path: str

    def written(self) -> Written:
        """Return the size and the sum of the file as it is now.

        Raises: SourceError when it cannot be read.
        """
        try:
            with open(self.path, "rb") as file:
                data = file.read()
        except OSError as error:
            raise SourceError(self.path, f"cannot be read: {error.strerror or error}") from None
        return summed(data)


def summed(data: bytes) -> Written:
    """Return the size and the SHA-256 sum of some bytes.

    >>> summed(b"").sha256[:8]
    'e3b0c442'
    """
    return Written(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def inputs(modules: Iterable[Module]) -> list[Input]:
    """Return every file of some modules, by part.

    A file of a module is named from the module's own folder, wherever that lies.

    >>> from barriergraph.sources import base_module
    >>> inputs([base_module()])[0].name
    'ontology/alignments.ttl'
    """
    return [
        Input(
            iri=_query(file) if part == "queries" else entry.graph(file),
            name=file if entry.name is None else f"{entry.name}/{file}",
            path=entry.locate(file),
        )
        for entry in modules
        for part in PARTS
        for file in entry.files(part)
    ]


def _query(file: str) -> str:
    return QUERY + file.rpartition("/")[2].removesuffix(".rq")
