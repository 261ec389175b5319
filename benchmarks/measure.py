"""What every measurement needs: the clock, the rows of the table, and how things grow."""

from __future__ import annotations

import gc
import math
import re
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

#: The most that the seconds may grow by, as a power of the number of statements.
EXPONENT = 1.2


class Seconds(float):
    """The median of several runs, which remembers the least and the most of them."""

    low: float
    high: float

    def __new__(cls, runs: Iterable[float]) -> Seconds:
        sample = sorted(runs)
        self = super().__new__(cls, statistics.median(sample))
        self.low, self.high = sample[0], sample[-1]
        return self


class Row(NamedTuple):
    """One line of the table: the work, ours and theirs in seconds, and the ratio to reach.

    `target` says it in words; `least` is the number that the ratio is held against, and `floor`
    the ratio below which the command fails, which is half of `least` unless another is given.
    `size` is the number of statements, `memory` and `their_memory` the most that each side held, in
    megabytes. Where `unfinished`, the peer was stopped after `theirs` seconds, so that the ratio is
    a lower bound. `exponent` is that of the growth. Rows of one `series` are a line of the chart of
    growth; a row without a peer has 0 for `theirs`. `unit` tells what the columns hold when it is
    no time: a thousandth of it is what stands in the row.
    """

    work: str
    peer: str
    ours: float
    theirs: float
    target: str = ""
    least: float = 0
    floor: float | None = None
    size: int = 0
    memory: float = 0
    their_memory: float = 0
    unfinished: bool = False
    exponent: float = 0
    series: str = ""
    unit: str = "ms"
    low: float = 0
    high: float = 0

    @property
    def ratio(self) -> float:
        """How many times as long the peer takes; 0 where there is none."""
        return self.theirs / self.ours if self.ours else 0.0

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where none is set or the peer was stopped."""
        if not self.least:
            return None
        if self.ratio >= self.least:
            return True
        return None if self.unfinished else False


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


def median(work: Callable[[], object], repeats: int) -> Seconds:
    """Return the median of the seconds that the work takes, after one run that does not count."""
    work()
    return Seconds(timed(work) for _ in range(repeats))


def mean(rows: Sequence[Row], words: str, target: str, least: float) -> Row:
    """Return the geometric mean of rows against one peer, as a row."""
    return Row(
        f"{words}, geometric mean",
        rows[0].peer,
        statistics.geometric_mean(row.ours for row in rows),
        statistics.geometric_mean(row.theirs for row in rows),
        target,
        least,
    )


def power(points: Sequence[tuple[float, float]]) -> float:
    """Return the exponent of size by which seconds grow: a straight line through the logarithms.

    The line is that of least squares.

    >>> round(power([(10, 3), (100, 300), (1000, 30000)]), 6)
    2.0
    """
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(seconds) for _, seconds in points]
    return statistics.linear_regression(xs, ys).slope


def spread(row: Row) -> Row:
    """Return a row that tells the least and the most of the runs of ours, if there are several."""
    if isinstance(row.ours, Seconds):
        return row._replace(low=row.ours.low, high=row.ours.high)
    return row


def missed(rows: Iterable[Row]) -> list[str]:
    """Return the work whose ratio is below its floor, which is half of what is to be reached."""
    return [
        row.work
        for row in rows
        if not row.unfinished and row.ratio < (row.least / 2 if row.floor is None else row.floor)
    ]


def reset_peak() -> None:
    """Forget the most memory that this process has held; on Linux only."""
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> float:
    """Return the most megabytes that this process has held since it was started or reset.

    Not that of getrusage, which a process takes over from the one that started it.
    """
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+)", status)[1]) / 1024  # type: ignore[index]
