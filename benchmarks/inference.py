"""Inference: what follows from invented graphs, against owlrl; and how all of it grows."""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from pathlib import Path

import owlrl

import barriergraph
from barriergraph.inference import close
from barriergraph.validation import prepare
from benchmarks.checks import graph_of, shapes, to_rdflib, to_store
from benchmarks.generate import write
from benchmarks.measure import Options, Row, timed

SIZES = (10_000, 1_000_000)
#: The most that the seconds may grow by, as a power of the number of statements.
EXPONENT = 1.2
MEMORY = """
import pathlib, re, sys, barriergraph
from barriergraph.inference import close
from barriergraph.validation import prepare
from benchmarks.checks import shapes
graph = barriergraph.load(sys.argv[1], base=False)
prepare(graph.store, shapes(False)).validate()
close(graph.store)
# Not that of getrusage, which a process takes over from the one that started it.
print(re.search(r"VmHWM:\\s*(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
"""


def inference(options: Options) -> list[Row]:
    """Measure inference, and with large graphs the growth of load, checks and inference."""
    if options.quick:
        return []
    rows = [against_owlrl(10_000)]
    return [*rows, *growth(), memory(SIZES[1])] if options.large else rows


def against_owlrl(size: int) -> Row:
    """Derive all that follows from a graph, both sides."""
    graph = graph_of(size)
    stores = [to_store(graph) for _ in range(5)]
    ours = sorted(timed(lambda s=store: close(s)) for store in stores)[2]  # type: ignore[misc]
    data = to_rdflib(graph.triples)
    theirs = timed(lambda: owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(data))
    return Row(f"infer from {size:,} statements", "owlrl", ours, theirs, "at least 50", 50)


def growth() -> list[Row]:
    """Measure how the seconds grow: as a power of the size, shown as a ratio to linear growth."""
    seconds: dict[str, list[float]] = {"load": [], "check": [], "infer": []}
    for size in SIZES:
        repeats = 5 if size == SIZES[0] else 1
        times: dict[str, list[float]] = {name: [] for name in seconds}
        for _ in range(repeats):
            with tempfile.TemporaryDirectory() as folder:
                write(graph_of(size), Path(folder) / "module")
                times["load"].append(
                    timed(
                        lambda f=folder: barriergraph.load(f"{f}/module", base=False, infer=False)
                    )  # type: ignore[misc]
                )
            store = to_store(graph_of(size))
            times["check"].append(timed(lambda s=store: prepare(s, shapes(False)).validate()))  # type: ignore[misc]
            times["infer"].append(timed(lambda s=store: close(s)))  # type: ignore[misc]
        for name, found in times.items():
            seconds[name].append(sorted(found)[len(found) // 2])
    factor = SIZES[1] / SIZES[0]
    return [
        Row(
            f"{name} {SIZES[1]:,} statements: grows as n^{math.log(large / small, factor):.2f}",
            f"{SIZES[0]:,} in proportion",
            large,
            small * factor,
            f"n^{EXPONENT} at most",
            2 * factor / factor**EXPONENT,  # whole, as half of a power says nothing
        )
        for name, (small, large) in seconds.items()
    ]


def memory(size: int) -> Row:
    """Measure the most memory that load, checks and inference take, in a new process on Linux."""
    with tempfile.TemporaryDirectory() as folder:
        write(graph_of(size), Path(folder) / "module")
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, f"{folder}/module"],
            check=True, capture_output=True, encoding="utf-8",
        )  # fmt: skip
    used = int(done.stdout) / 1024**2
    # The columns hold milliseconds, so a gigabyte stands as a second.
    return Row(f"memory at {size:,} statements, MB", "one GB", used, 1.0, "at least 1", 2.0)
