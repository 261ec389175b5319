"""A process that answers queries for the server, so that a query can be killed.

It reads jobs from stdin and writes to stdout that one is begun, then its answer; each is a line of
JSON that says how many bytes follow. It holds its own copy of the graph, and may use so much memory
only.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
)

from barriergraph.errors import DamagedError, QueryError
from barriergraph.queries import not_parsed
from barriergraph.rdf import RDF_FORMATS
from barriergraph.results import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

#: What a table, and what a graph, is sent as: the format of the engine by media type, best first.
RESULTS = {
    FORMATS[name].media_type: form
    for name, form in (
        ("json", QueryResultsFormat.JSON),
        ("xml", QueryResultsFormat.XML),
        ("csv", QueryResultsFormat.CSV),
        ("tsv", QueryResultsFormat.TSV),
    )
}
GRAPHS = {
    RDF_FORMATS[name][1]: RDF_FORMATS[name][0]
    for name in ("turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads")
}


class _TooLargeError(Exception):
    """An answer that is longer than the server wants to hold."""


class _Limited(io.BytesIO):
    """Bytes, up to a limit."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Buffer) -> int:
        if self.tell() + len(data) > self._most:  # type: ignore[arg-type]
            raise _TooLargeError
        return super().write(data)


def main() -> None:
    """Load the graph that the first argument names, and answer until stdin ends.

    The second argument is the most bytes of memory, the third the most bytes of an answer.
    """
    path, memory, most = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if hasattr(os, "setpgid"):
        # Ctrl-C is for the server. A session of its own shares out the processor by sessions on
        # Linux, and it is of no use then to be nice.
        os.setpgid(0, 0)
    if os.path.isdir(path):
        store = Store.read_only(path)  # one database, which all workers read
    else:
        store = Store()
        store.load(path=path, format=RdfFormat.N_QUADS, lenient=True)
    _limit_memory(memory)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    _write(answers, {"ready": True}, b"")
    for line in jobs:
        _write(answers, {"begun": True}, b"")
        _write(answers, *answer(store, json.loads(line), most))


def answer(store: Store, job: Mapping[str, object], most: int) -> tuple[dict[str, object], bytes]:
    """Return the head and the body that answer a job.

    A job has `query`, `tables` and `graphs` (the media type of the answer for either kind), and
    `default` and `named`, lists of graphs or None. The head has `type`, or `fault` with `line`,
    `column` and `reason`, or `too_large`, or `damaged` for a database that cannot be read.
    """
    try:
        found = store.query(
            str(job["query"]),
            use_default_graph_as_union=job["default"] is None and not job["from"],
            default_graph=_nodes(job["default"]),
            named_graphs=_nodes(job["named"]),
        )
        out = _Limited(most)
        if isinstance(found, QuerySolutions | QueryBoolean):
            kind = job["tables"]
            if kind is None:
                return {"unacceptable": "table"}, b""
            if isinstance(found, QueryBoolean) and kind not in list(RESULTS)[:2]:
                out.write(b"true\n" if found else b"false\n")
            else:
                found.serialize(out, format=RESULTS[str(kind)])
        else:
            kind = job["graphs"]
            if kind is None:
                return {"unacceptable": "graph"}, b""
            found.serialize(out, format=GRAPHS[str(kind)])
        return {"type": kind}, out.getvalue()
    except _TooLargeError:
        return {"too_large": most}, b""
    except SyntaxError as error:
        fault = not_parsed(error)
        return {"fault": {"reason": fault.reason, "line": fault.line, "column": fault.column}}, b""
    except (OSError, RuntimeError, ValueError, QueryError) as error:
        if isinstance(error.__cause__, _TooLargeError) or isinstance(
            error.__context__, _TooLargeError
        ):
            return {"too_large": most}, b""
        if DamagedError.of(error, ""):
            return {"damaged": str(error)}, b""
        return {"fault": {"reason": str(error), "line": None, "column": None}}, b""


def _nodes(names: object) -> list[Any] | None:
    return None if names is None else [NamedNode(str(name)) for name in names]  # type: ignore[attr-defined]


def _write(answers: BinaryIO, head: dict[str, object], body: bytes) -> None:
    answers.write(json.dumps({**head, "length": len(body)}).encode() + b"\n")
    answers.write(body)
    answers.flush()


def _end_with(parent: int) -> None:
    """End when the server is gone, even in the middle of a query that nobody waits for."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _limit_memory(most: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    if most:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main()
