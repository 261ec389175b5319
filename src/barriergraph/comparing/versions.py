"""A version of the content: what a person names, be it a folder, a file or a git revision."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator, Mapping

from pyoxigraph import NamedNode, RdfFormat, Store

from barriergraph import sources
from barriergraph.comparing.brackets import Statement, written
from barriergraph.comparing.revisions import revision
from barriergraph.errors import BarrierGraphError, NotFoundError, SourceError
from barriergraph.files import beside, decode, gather, raise_all
from barriergraph.namespaces import GRAPH, INFERRED
from barriergraph.rdf import RDF_FORMATS
from barriergraph.sources import LEFT_OUT, PARTS, Module
from barriergraph.values import Value

_ENDINGS = {ending: form for form, _, ending in RDF_FORMATS.values()} | {
    "owl": RdfFormat.RDF_XML,
    "xml": RdfFormat.RDF_XML,
    "json": RdfFormat.JSON_LD,
}
#: The file that only the whole content has.
_WHOLE = "ontology/barriergraph.ttl"
#: The largest file that is unpacked, in bytes.
_LARGEST = 2**31


class Version(Value):
    """A version: its `name` as given, its statements, and the texts of its stored queries by name.

    `store` holds its named graphs, nothing derived; those in `aside` (shapes, and axioms that only
    a DL reasoner reads) are no part of what queries ask. `base` is the content under a module, or
    None for a version that is whole or that stands alone. `queries` is None for a file, which has
    none.
    """

    __slots__ = ("aside", "base", "name", "queries", "statements", "store")
    name: str
    store: Store
    aside: frozenset[str]
    statements: frozenset[Statement]
    queries: Mapping[str, str] | None
    base: Module | None


def version(text: str | os.PathLike[str], *, base: bool = True) -> Version:
    """Return the version that a folder, a file or a git revision holds.

    A folder is a module, or the content of a whole repository; a file is RDF by its ending, and
    `.gz` may follow it; anything else is `REV` or `REV:path` of the repository that one stands
    in. What exists as a path is taken as the path. What rules derived, in a file that keeps it in
    named graphs of its own, is left out. With `base`, what ships gives the names of things, and
    lies under a module when it is asked for answers; a module's statements are its own only.

    Raises: NotFoundError for what is none of these, with near names; SourceError for a file that is
        wrong; BarrierGraphError for what git refuses.
    """
    name = os.fspath(text)
    if os.path.isdir(name):
        return _of_files(name, _folder(name), base)
    if os.path.lexists(name):
        return _of_file(name, name, _bytes(name), base)
    try:
        found = revision(name)
    except NotFoundError as error:
        raise NotFoundError("file, folder or git revision", name, beside(name)) from error
    if isinstance(found, bytes):
        return _of_file(name, name.rpartition(":")[2], found, base)
    return _of_files(name, found, base)


def _folder(path: str) -> dict[str, bytes]:
    entry = sources.module(path)
    files = [*(file for part in PARTS for file in entry.files(part)), *entry.beside()]
    return {file: _bytes(entry.locate(file)) for file in files}


def _of_files(name: str, files: Mapping[str, bytes], base: bool) -> Version:
    entry = Module(path=name, name=None, listed=None)
    store = Store()
    queries = {}
    aside = set()
    errors: list[SourceError] = []
    for file, data in sorted(files.items()):
        if file.endswith(".rq"):
            place = f"{name}/{file}"
            queries[os.path.basename(file)[:-3]] = decode(place, data)
            continue
        graph = entry.graph(file)
        if file.startswith("shapes/") or file == LEFT_OUT:
            aside.add(graph)
        gather(
            errors, lambda file=file, data=data, graph=graph:  # type: ignore[misc]
            _load(store, f"{name}/{file}", data, RdfFormat.TURTLE, graph),
        )  # fmt: skip
    raise_all(errors)
    return _made(name, store, frozenset(aside), queries, base and _WHOLE not in files)


def _of_file(name: str, path: str, data: bytes, base: bool) -> Version:
    stem, ending = os.path.splitext(path.lower())
    if ending == ".gz":
        data = _unpacked(name, data)
        ending = os.path.splitext(stem)[1]
    form = _ENDINGS.get(ending[1:])
    if form is None:
        known = ", ".join(f".{one}" for one in _ENDINGS)
        raise SourceError(name, f"not known as RDF by its ending; name it with one of {known}")
    store = Store()
    _load(store, name, data, form, None if form.supports_datasets else f"{GRAPH}file")
    for graph in list(store.named_graphs()):
        if isinstance(graph, NamedNode) and graph.value.startswith(INFERRED):
            store.remove_graph(graph)
    return _made(name, store, frozenset(), None, base)


def _made(
    name: str, store: Store, aside: frozenset[str], queries: Mapping[str, str] | None, base: bool
) -> Version:
    return Version(
        name=name,
        store=store,
        aside=aside,
        statements=frozenset(written({quad.triple for quad in store})),
        queries=queries,
        base=sources.base_module() if base else None,
    )


def _load(store: Store, place: str, data: bytes, form: RdfFormat, graph: str | None) -> None:
    try:
        store.load(
            data.removeprefix(b"\xef\xbb\xbf"), form,
            to_graph=None if graph is None else NamedNode(graph),
        )  # fmt: skip
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        column = getattr(error, "offset", None)
        reason = str(getattr(error, "msg", error))
        raise SourceError(place, reason, line=line, column=column) from None


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror}") from None


def _unpacked(name: str, data: bytes) -> bytes:
    try:
        return b"".join(_pieces(name, data))
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(name, f"not a whole gzip file: {error}") from None


def _pieces(name: str, data: bytes) -> Iterator[bytes]:
    import io

    size = 0
    with gzip.open(io.BytesIO(data)) as file:
        while piece := file.read(2**20):
            size += len(piece)
            if size > _LARGEST:
                raise BarrierGraphError(f"{name}: unpacks to more than {_LARGEST} bytes")
            yield piece
