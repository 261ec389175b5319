"""Files into a database on disk at the engine's own speed, several at a time."""

from __future__ import annotations

import codecs
import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import BinaryIO, NamedTuple

from pyoxigraph import BlankNode, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from barriergraph.errors import SourceError
from barriergraph.files import gather, not_turtle, raise_all, read_text, system_reason

#: Smaller files go in together, up to so many bytes: the engine writes tables for each call.
_SMALL, _TOGETHER = 1_000_000, 8_000_000
#: A file of more bytes is huge.
HUGE = 32_000_000
#: Named graphs of fewer statements go from one store to another together, too.
_FEW = 20_000
#: The letters of a checksum.
_LENGTH = 32


class File(NamedTuple):
    """A file to load: its path, and the IRI of the named graph that it goes to."""

    path: str
    graph: str


class Loaded(NamedTuple):
    """What is in the database of a file: its size, its checksum, and whether it may hold brackets.

    `blank` is false only for a file without blank nodes.
    """

    file: File
    size: int
    checksum: str
    blank: bool


def load_files(disk: Store, files: Iterable[File]) -> Iterator[list[Loaded]]:
    """Load Turtle files into a database, each into its named graph, and yield what is done.

    What is yielded is on disk for good. When a file is wrong the others are still read, so that
    all errors are told. The memory that this takes does not grow with the files.

    Raises: SourceError for a file that is wrong, SourceErrors for several; OSError when the
        database cannot be written.
    """
    from concurrent.futures import ThreadPoolExecutor, as_completed

    errors: list[SourceError] = []

    def load(batch: list[File]) -> list[Loaded]:
        done: list[Loaded] = []
        if errors:
            for file in batch:
                gather(errors, partial(_engine, _read_through, file))
        elif len(batch) == 1:
            gather(errors, lambda: done.append(_engine(disk.bulk_load, batch[0])))
        else:
            gather(errors, lambda: done.extend(_several(disk, batch)))
        return done

    # A thread waits while its tables are written, so there are twice as many as can run; but a
    # huge file takes half a gigabyte of memory.
    batches = _batches(files)
    huge = any(_size(file) > HUGE for batch in batches for file in batch)
    pool = ThreadPoolExecutor((1 if huge else 2) * (os.cpu_count() or 1))
    try:
        for future in as_completed([pool.submit(load, batch) for batch in batches]):
            done = future.result()
            if done:
                yield done
    finally:
        pool.shutdown(cancel_futures=True)
    raise_all(sorted(errors, key=lambda error: error.path))


def checksum(path: str) -> str:
    """Return what tells the content of a file from any other."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:_LENGTH]


def copy(memory: Store, disk: Store, graphs: Iterable[NamedNode | BlankNode] | None = None) -> None:
    """Put named graphs of a store in memory, or all, into a database, blank nodes as they are.

    The engine reads its own dumps faster than it takes statements one by one, but renames blank
    nodes; so what speaks of those goes in one by one.
    """
    from concurrent.futures import ThreadPoolExecutor

    sizes = _column(memory, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    odd = {row[0] for row in _column(memory, f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {_BLANK} }} }}")}
    wanted = {name: int(count.value) for name, count in sizes}
    if graphs is not None:
        chosen = set(graphs)
        wanted = {name: count for name, count in wanted.items() if name in chosen}
    large = [name for name, count in wanted.items() if count >= _FEW and name not in odd]
    others = [name for name in wanted if name not in large]

    def move(name: NamedNode) -> None:
        dump = memory.dump(format=RdfFormat.N_TRIPLES, from_graph=name)
        assert dump is not None
        disk.bulk_load(dump, RdfFormat.N_TRIPLES, to_graph=name, lenient=True)

    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        list(pool.map(move, large))
    disk.bulk_extend(
        quad for name in others for quad in memory.quads_for_pattern(None, None, None, name)
    )


def blank_statements(store: Store, graphs: Sequence[str]) -> list[Quad]:
    """Return the statements of some named graphs that speak of blank nodes."""
    found: list[Quad] = []
    for graph in graphs:
        name = NamedNode(graph)
        rows = store.query(f"SELECT ?s ?p ?o {{ GRAPH {name} {{ {_BLANK} }} }}")
        assert isinstance(rows, QuerySolutions)
        found += [Quad(s, p, o, name) for s, p, o in rows]
    return found


_BLANK = "?s ?p ?o FILTER(isBlank(?s) || isBlank(?o))"


class _Reader:
    """A file as the engine reads it: what is read is summed up and looked into on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum = hashlib.blake2b()
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._start = True
        self._last = b""
        self.size = 0
        self.blank = False
        self.failed: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._file.read(size)
            self._decode(data, final=not data)  # the engine does not look into comments
        except (OSError, UnicodeDecodeError) as error:
            self.failed = error
            raise
        self._sum.update(data)
        self.size += len(data)
        if not self.blank:
            near = self._last + data
            self.blank = b"_:" in near or b"[" in data or b"(" in data
            self._last = data[-1:]
        if self._start:
            self._start = False
            return data.removeprefix(b"\xef\xbb\xbf")
        return data

    def loaded(self, file: File) -> Loaded:
        return Loaded(file, self.size, self._sum.hexdigest()[:_LENGTH], self.blank)


def _batches(files: Iterable[File]) -> list[list[File]]:
    """Return the files in batches that each go in whole: a large one alone, small ones together."""
    batches: list[list[File]] = []
    together: list[File] = []
    size = 0
    for file in files:
        bytes_ = _size(file)
        if bytes_ >= _SMALL:
            batches.append([file])
            continue
        together.append(file)
        size += bytes_
        if size >= _TOGETHER:
            batches.append(together)
            together, size = [], 0
    return [*batches, together] if together else batches


def _size(file: File) -> int:
    try:
        return os.path.getsize(file.path)
    except OSError:
        return 0  # reading it will tell what is wrong


def _several(disk: Store, files: list[File]) -> list[Loaded]:
    """Load small files together, which all are in the database afterwards, or none."""
    memory = Store()
    errors: list[SourceError] = []
    done: list[Loaded] = []
    for file in files:
        gather(errors, lambda one=file: done.append(_engine(memory.load, one)))  # type: ignore[misc]
    raise_all(errors)
    dump = memory.dump(format=RdfFormat.N_QUADS)
    assert dump is not None
    disk.bulk_load(dump, RdfFormat.N_QUADS, lenient=True)
    return done


def _engine(load: object, file: File) -> Loaded:
    """Let the engine load a file, and say what is wrong with one as a slower parser finds it."""
    try:
        opened = open(file.path, "rb", buffering=0)  # noqa: SIM115
    except OSError as error:
        raise SourceError(file.path, system_reason(error)) from None
    with opened:
        reader = _Reader(opened)
        try:
            load(reader, RdfFormat.TURTLE, to_graph=NamedNode(file.graph))  # type: ignore[operator]
        except (MemoryError, SyntaxError) as error:
            raise not_turtle(file.path, error) from None
        except Exception:
            if isinstance(reader.failed, OSError):
                raise SourceError(file.path, system_reason(reader.failed)) from None
            if reader.failed is not None:
                read_text(file.path)  # which tells the place of the byte that is wrong
            raise
        return reader.loaded(file)


def _read_through(reader: _Reader, format: RdfFormat, *, to_graph: NamedNode) -> None:
    """Read a file and keep nothing, to be told what is wrong with it."""
    deque(parse(reader, format), maxlen=0)  # type: ignore[arg-type]


def _column(store: Store, query: str) -> list[tuple[NamedNode, ...]]:
    rows = store.query(query)
    assert isinstance(rows, QuerySolutions)
    return [tuple(row) for row in rows]
