"""Spark on two threads of this machine against the embedded engine: where a cluster may pay."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import barriergraph
from barriergraph.validation import prepare
from benchmarks.checks import shapes
from benchmarks.generate import generate, write
from benchmarks.measure import Options, Row, timed

SIZES = (10_000, 100_000, 1_000_000)
START = "from barriergraph import spark; spark.session().range(1).count()"


def spark(options: Options) -> list[Row]:
    """Measure the start of Spark, then reading, the evidence map and all checks at each size.

    Nothing is measured without pyspark. The first answer is the one that counts: a job answers one.
    """
    if options.quick or importlib.util.find_spec("pyspark") is None:
        return []
    start = timed(lambda: subprocess.run([sys.executable, "-c", START], check=True))
    plain = timed(lambda: subprocess.run([sys.executable, "-c", "import barriergraph"], check=True))
    rows = [Row("start of a process with Spark", "without", start, plain)]
    for size in SIZES if options.large else SIZES[:1]:
        rows += at(size)
    return rows


def at(size: int) -> list[Row]:
    """Measure one size: Spark on our side, the embedded engine as the peer."""
    from barriergraph import spark as ours

    session: Any = ours.session()
    session.range(1).count()
    with tempfile.TemporaryDirectory() as folder:
        write(generate(size), Path(folder) / "module")
        graph = barriergraph.load(f"{folder}/module", base=False, infer=True)
        path = f"{folder}/all.nq"
        graph.snapshot(path)
        read: Callable[[], object] = lambda: ours.read(path, whole=True).triples  # noqa: E731
        again: Callable[[], object] = lambda: _load(path)  # noqa: E731
        found = ours.read(path, whole=True)
        rows = [Row(f"spark: read {size:,} statements", "embedded", timed(read), timed(again))]
        assert found.triples is not None
        text = found.bind("evidence-map")
        rows.append(
            Row(
                f"spark: evidence map of {size:,} statements",
                "embedded",
                timed(lambda: found.run("evidence-map").collect()),
                timed(lambda: graph.query(text)),
            )
        )
        rows.append(
            Row(
                f"spark: check {size:,} statements",
                "embedded",
                timed(found.validate),
                timed(lambda: prepare(graph.store, shapes(False)).validate()),
            )
        )
    return rows


def _load(path: str) -> object:
    from pyoxigraph import Store

    store = Store()
    store.bulk_load(path=path)
    return store
