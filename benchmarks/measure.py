"""What every measurement needs: the clock, the rows of the table, and the table."""

from __future__ import annotations

import gc
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import NamedTuple

PEERS = ("pyoxigraph", "rdflib", "pyshacl", "owlrl")


class Row(NamedTuple):
    """One line of the table: the work, ours and theirs in seconds, and the ratio to reach.

    `target` says it in words; `least` is the number that the ratio is held against.
    """

    work: str
    peer: str
    ours: float
    theirs: float
    target: str = ""
    least: float = 0

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours


class Options(NamedTuple):
    """How much is measured: repeats on the peer's side, and whether small or large graphs too."""

    repeats: int
    quick: bool
    large: bool


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that the work takes once, without waiting for the collector."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(work: Callable[[], object], repeats: int) -> float:
    """Return the median of the seconds that the work takes, after one run that does not count."""
    work()
    return statistics.median(timed(work) for _ in range(repeats))


def table(rows: list[Row]) -> str:
    """Return the rows as a table in Markdown."""
    lines = [
        "| work | peer | ours, ms | peer, ms | ratio | to reach |",
        "|---|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row.work} | {row.peer} | {row.ours * 1e3:.1f} | {row.theirs * 1e3:.1f} "
        f"| {f'{row.ratio:.1f}' if row.ratio > 1 else f'1/{1 / row.ratio:.1f}'} | {row.target} |"
        for row in rows
    ]
    return "\n".join(lines)


def machine() -> str:
    """Return what the measurements were made with."""
    versions = ", ".join(f"{name} {version(name)}" for name in PEERS)
    return f"Python {platform.python_version()}, {versions}, {platform.machine()}"


def missed(rows: list[Row]) -> list[str]:
    """Return the work whose ratio is below half of what is to be reached."""
    return [row.work for row in rows if row.ratio < row.least / 2]
