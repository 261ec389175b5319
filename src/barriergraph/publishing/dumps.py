"""The graph as files to download: whole and by named graph, in all formats, plain and packed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from pyoxigraph import NamedNode, Store

from barriergraph.edition import Edition
from barriergraph.exporting import export
from barriergraph.metadata.distributions import (
    FOLDER,
    NANOPUBLICATIONS,
    Written,
    dumps,
    graph_dump,
)
from barriergraph.namespaces import INFERRED
from barriergraph.nanopublications import nanopublications

SUMS = f"{FOLDER}SHA256SUMS"


class Dumps:
    """Every dump of a store, each made when it is asked for.

    Blank nodes are named by what is said of them, so that the same graph gives the same bytes.
    """

    def __init__(self, store: Store, told: Edition) -> None:
        self._store = store
        self._told = told
        names = sorted(name.value for name in store.named_graphs() if isinstance(name, NamedNode))
        self._graphs = {graph_dump(name): name for name in names}
        self._inferred = any(name.startswith(INFERRED) for name in names)
        self._bare: Store | None = None

    def jobs(self) -> tuple[str, ...]:
        """Return the paths of the dumps without those that are packed, the longest work first."""
        whole = [path for path, (_, inferred) in dumps().items() if self._inferred or not inferred]
        return (*whole, NANOPUBLICATIONS, *self._graphs)

    def make(self, job: str) -> Mapping[str, bytes]:
        """Return a dump, plain and packed, by their paths."""
        data = self._dump(job)
        return {job: data, f"{job}.gz": packed(data)}

    def _dump(self, path: str) -> bytes:
        if path in self._graphs:
            return export(self._store, "turtle", NamedNode(self._graphs[path]))
        if path == NANOPUBLICATIONS:
            return nanopublications(self._store, of=self._told)
        format, inferred = dumps()[path]
        return export(self._store if inferred else self._asserted(), format, None)

    def _asserted(self) -> Store:
        if not self._inferred:
            return self._store
        if self._bare is None:
            self._bare = Store()
            self._bare.extend(
                quad for quad in self._store
                if not str(quad.graph_name).startswith(f"<{INFERRED}")
            )  # fmt: skip
        return self._bare


def packed(data: bytes) -> bytes:
    """Return bytes compressed with gzip: without a name, a time or the system they were made on.

    >>> packed(b"")[:10].hex()
    '1f8b08000000000002ff'

    Source: https://www.rfc-editor.org/rfc/rfc1952
    """
    found = zlib.compress(data, 9, wbits=31)
    return found[:4] + b"\0\0\0\0" + found[8:9] + b"\xff" + found[10:]


def sums(written: Mapping[str, Written], *, below: str = "") -> bytes:
    """Return the sums of the files in a folder as `sha256sum --check` reads them there.

    >>> from barriergraph.metadata.inputs import summed
    >>> sums({"dumps/a": summed(b"")}, below="dumps/")[-4:]
    b'  a\\n'
    """
    lines = [
        f"{one.sha256}  {path.removeprefix(below)}\n"
        for path, one in sorted(written.items())
        if path.startswith(below)
    ]
    return "".join(lines).encode()
