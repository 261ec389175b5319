"""The same work here and in engines elsewhere: what it costs to leave a graph where it lives."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store

from barriergraph import connect, load, sources
from barriergraph.inference import close
from barriergraph.inferring import infer
from barriergraph.pushing import push, target
from barriergraph.validation import prepare
from benchmarks.generate import generate
from benchmarks.measure import Options, Row, median, timed
from tests.differential import test_remote_engines, test_virtuoso

GRAPH = NamedNode("https://w3id.org/barriergraph/graph/module/invented/data/all")
STORED = "evidence-map"


def remote(options: Options) -> list[Row]:
    """Measure derivation, checks and a stored query in each engine that is there; in seconds."""
    rows = []
    for name, (path, serving) in _engines():
        if path is None:
            print(f"{name} is not measured: not found", file=sys.stderr)
            continue
        rows += _measured(name, serving, options)
    return rows


def _engines() -> Iterator[tuple[str, tuple[str | None, str]]]:
    yield "`oxigraph serve`", (test_remote_engines.PROGRAM, "oxigraph")
    yield "Virtuoso", (shutil.which("virtuoso-t"), "virtuoso")


def _serving(kind: str, folder: Path) -> AbstractContextManager[str]:
    if kind == "oxigraph":
        return test_remote_engines.serving(folder)
    return test_virtuoso.serving(folder, rows=10_000_000)


def _measured(name: str, kind: str, options: Options) -> Iterator[Row]:
    size = 10_000 if options.quick else 100_000
    store = Store()
    store.extend(
        Quad(one.subject, one.predicate, one.object, GRAPH) for one in generate(size).triples
    )
    shapes = list(sources.shapes(sources.base_module()))
    query = "/query" if kind == "oxigraph" else ""
    with tempfile.TemporaryDirectory() as folder, _serving(kind, Path(folder)) as address:
        where = target(f"{address}{query}")
        push(store, where, tell=lambda step: None)
        there = connect(f"{address}{query}", timeout=600)
        checked = timed(lambda: there.validate())
        derived = timed(lambda: infer(where))
    here = timed(lambda: prepare(store, shapes).validate())
    yield Row(
        f"check {size:,} statements where they are", f"{name}, the same checks", here, checked
    )
    yield Row(f"derive from {size:,} statements where they are", f"{name}, the same rules",
              timed(lambda: close(store)), derived)  # fmt: skip
    graph = load()
    with tempfile.TemporaryDirectory() as folder, _serving(kind, Path(folder)) as address:
        push(graph.store, target(f"{address}{query}"), tell=lambda step: None)
        there = connect(f"{address}{query}", timeout=600)
        bound = graph.bind(STORED)
        yield Row(
            f"`{STORED}`", f"{name}, over HTTP",
            median(lambda: graph.query(bound), options.repeats),
            median(lambda: there.run(STORED), options.repeats),
        )  # fmt: skip
