"""How load, checks, inference and answers grow, and how much faster they are than the peers'.

Each side runs in a process of its own on the same files. A peer that does not end in time is
stopped, and its ratio is a lower bound; what it did not do with a smaller graph it is not asked to
do with a larger one.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import stream
from benchmarks.measure import EXPONENT, Options, Row, power
from benchmarks.sides import QUERY_LIMIT, Done, side


class Peer(NamedTuple):
    """What a peer does, up to which size it is asked, and by how much it is to be beaten."""

    side: str
    peer: str
    work: str
    words: str
    most: int
    least: Mapping[int, float] = {}
    floor: float | None = None


SMALL, MIDDLE, LARGE, LARGEST = 10_000, 100_000, 1_000_000, 10_000_000
TARGET = {SMALL: 100.0, MIDDLE: 100.0}

#: The floor is lower where the target is missed for a known reason: see docs/benchmarks.md.
PEERS = (
    Peer("rdflib-load", "rdflib", "load", "load {} statements", MIDDLE),
    Peer("pyshacl-all", "pyshacl", "check", "check {} statements, all shapes", SMALL, TARGET),
    Peer("pyshacl-core", "pyshacl", "check-core", "check {} statements, shapes of SHACL Core",
         MIDDLE, TARGET, 12),
    Peer("pyrudof", "pyrudof", "check-core", "check {} statements, shapes of SHACL Core", MIDDLE),
    Peer("pyshacl-focus", "pyshacl", "focus", "check one finding among {} statements", MIDDLE,
         {MIDDLE: 30.0}),
    Peer("owlrl", "owlrl", "infer", "infer from {} statements", SMALL, {SMALL: 50.0}),
    Peer("rdflib-queries", "rdflib", "queries", "all stored queries on {} statements, mean",
         MIDDLE, {SMALL: 40.0, MIDDLE: 25.0}),
)  # fmt: skip
WORKS = {"load": "load", "check": "check", "check-core": "check, shapes of SHACL Core",
         "infer": "infer", "queries": "all stored queries, mean"}  # fmt: skip
FOCUS = {"focus": "check one finding"}


def sizes(options: Options) -> list[Row]:
    """Measure every work at every size.

    Raises: AssertionError when a peer does not find the same, unless it is one that cannot.
    """
    asked = (SMALL,) if options.quick else (SMALL, MIDDLE, LARGE)
    limit = 20.0 if options.quick else 600.0 if options.large else 120.0
    rows: list[Row] = []
    ours: dict[int, dict[str, Done]] = {}
    slow: dict[str, float] = {}
    for size in (*asked, LARGEST) if options.large else asked:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "module"
            stream(size, folder)
            repeats = max(3, options.repeats) if size < LARGE else 1
            done, whole = side("ours", folder, repeats, 300 if options.quick else 1200)
            if not whole:
                print(f"ours did not end at {size:,} statements", file=sys.stderr)
            ours[size] = done
            for peer in PEERS:
                if size <= peer.most * (10 if options.large else 1):
                    rows += against(peer, size, folder, ours[size], options.repeats, limit, slow)
    ours = comparable(ours)
    return [*rows, *alone(ours, rows), *growth(ours)]


def comparable(ours: dict[int, dict[str, Done]]) -> dict[int, dict[str, Done]]:
    """Add the mean of those queries that were answered in time at every size, and tell the others.

    Queries are not asked of the largest graph.
    """
    asked = [
        {name for name in done if name.startswith("query ")}
        for size, done in ours.items()
        if size < LARGEST
    ]
    always = set.intersection(*asked)
    late = sorted(name.removeprefix("query ") for name in set.union(*asked) - always)
    if late:
        print(f"not answered in {QUERY_LIMIT} s at some size: {', '.join(late)}", file=sys.stderr)
    return {
        size: with_mean({n: one for n, one in done.items() if n in always or n in WORKS | FOCUS})
        for size, done in ours.items()
    }


def with_mean(done: dict[str, Done]) -> dict[str, Done]:
    """Add the geometric mean of the queries to what was done."""
    asked = [one for name, one in done.items() if name.startswith("query ")]
    if not asked:
        return done
    mean = statistics.geometric_mean(one.median for one in asked)
    return done | {"queries": Done([mean], max(one.memory for one in asked), "")}


def against(
    peer: Peer, size: int, folder: Path, mine: dict[str, Done], repeats: int, limit: float,
    slow: dict[str, float],
) -> list[Row]:  # fmt: skip
    """Measure a peer, and return its row, or none when it is not there."""
    package = peer.side.partition("-")[0]
    if find_spec(package) is None:
        print(f"{peer.peer} is left out: not installed", file=sys.stderr)
        return []
    if peer.work not in mine and peer.work != "queries":
        return []
    theirs: dict[str, Done] = {}
    if peer.side not in slow:
        theirs, _ = side(peer.side, folder, repeats if size == SMALL else 1, limit)
        if not theirs:
            slow[peer.side] = limit
    finished = bool(theirs)
    series = peer.work
    words = peer.words.format(f"{size:,}")
    if peer.work == "queries":
        names = [name for name in theirs if name.startswith("query ") and name in mine]
        if not names:
            return []
        if len(names) < sum(name.startswith("query ") for name in mine):
            series = ""  # not what is asked at the other sizes
            words += f" of the {len(names)} that it answered in {limit:.0f} s"
        for name in names:
            assert mine[name].found == theirs[name].found, f"{name}: not as many rows"
        one = with_mean({name: mine[name] for name in names})["queries"]
        theirs = with_mean({name: theirs[name] for name in names})
    else:
        one = mine[peer.work]
    if finished and peer.peer == "pyshacl":
        assert one.found == theirs[peer.work].found, f"{words}: not the same results"
    least = peer.least.get(size, 0)
    seconds = theirs[peer.work].median if finished else slow[peer.side]
    return [Row(
        words, peer.peer, one.median, seconds, f"at least {least:.0f}" if least else "", least,
        peer.floor if least else None, size=size, memory=one.memory,
        their_memory=theirs[peer.work].memory if finished else 0, unfinished=not finished,
        series=series,
    )]  # fmt: skip


def alone(ours: dict[int, dict[str, Done]], rows: list[Row]) -> list[Row]:
    """Return our own seconds at the sizes that no peer was measured at."""
    there = {(row.series, row.size) for row in rows}
    return [
        Row(f"{words}, {size:,} statements", "", done[name].median, 0, size=size,
            memory=done[name].memory, series=name)
        for size, done in ours.items()
        for name, words in (WORKS | FOCUS).items()
        if name in done and (name, size) not in there
    ]  # fmt: skip


def growth(ours: dict[int, dict[str, Done]]) -> list[Row]:
    """Return how each work grows: at the largest size against the smallest in proportion."""
    rows = []
    for name, words in WORKS.items():
        points = [(size, done[name].median) for size, done in ours.items() if name in done]
        if len(points) < 2:
            continue
        small, (large, last) = points[0][0], points[-1]
        exponent = power(points)
        factor = large / small
        # The exponent is what is held against the target, put as a ratio to linear growth.
        rows.append(Row(
            f"{words}: {small:,} to {large:,} statements grows as n^{exponent:.2f}",
            f"{small:,} in proportion", last, last * factor ** (1 - exponent),
            f"n^{EXPONENT} at most", factor ** (1 - EXPONENT), factor ** (1 - EXPONENT),
            memory=ours[large][name].memory, exponent=exponent,
        ))  # fmt: skip
    focus = {size: done["focus"].median for size, done in ours.items() if "focus" in done}
    if MIDDLE in focus and LARGE in focus:
        rows.append(Row(
            f"check one finding among {LARGE:,} statements", f"ours among {MIDDLE:,}",
            focus[LARGE], focus[MIDDLE], "at least 1/2", 1 / 2,
        ))  # fmt: skip
    if LARGE in ours:
        works = ("load", "check", "infer")
        used = max(ours[LARGE][name].memory for name in works if name in ours[LARGE])
        rows.append(Row(
            f"memory to load, check and infer at {LARGE:,} statements", "one GB", used / 1e3,
            1.024, "at least 1", 1, 0.9, memory=used, unit="MB",
        ))  # fmt: skip
    return rows
