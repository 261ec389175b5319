"""Measure both sides in one run and print a table: `python -m benchmarks [--quick] [--write]`."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import barriergraph

QUERY = "evidence-map"
RDFLIB = """
import sys, rdflib, barriergraph.sources as sources
dataset = rdflib.Dataset(default_union=True)
module = sources.base_module()
for part in ("ontology", "data", "shapes"):
    for path in module.files(part):
        location = str(module.locate(path))
        dataset.graph("file:" + location).parse(location, format="turtle")
text = open(sys.argv[1], encoding="utf-8").read()
sys.stdout.write(dataset.query(text).serialize(format="csv").decode())
"""


class Row(NamedTuple):
    """One line of the table: the work, ours and theirs in seconds, and the ratio to reach."""

    work: str
    peer: str
    ours: float
    theirs: float
    target: str

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours


def median(work: Callable[[], object], repeats: int) -> float:
    """Return the median of the seconds that the work takes, after one run that does not count."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def command(*words: str) -> Callable[[], object]:
    # An installed package has its bytecode; without it an editable one is compiled at each start.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(
        [sys.executable, *words], check=True, capture_output=True, env=environment
    )


def new_process(repeats: int) -> list[Row]:
    """Measure one answer in a new process against rdflib doing the same and against Python."""
    path = str(barriergraph.load().queries[QUERY].path)
    ours = median(command("-m", "barriergraph", "run", QUERY, "--format", "csv"), 2 * repeats + 1)
    rdflib = median(command("-c", RDFLIB, path), repeats)
    nothing = median(command("-c", "pass"), 4 * repeats + 1)
    return [
        Row(f"`barriergraph run {QUERY}`, new process", "rdflib doing the same", ours, rdflib,
            "at least 15"),
        Row(f"`barriergraph run {QUERY}`, new process", "`python -c pass`", ours, nothing,
            "at least 1/12"),
    ]  # fmt: skip


def stored_queries(repeats: int) -> list[Row]:
    """Measure every stored query on the loaded graph against rdflib, and their geometric mean."""
    graph = barriergraph.load()
    dataset = graph.to_rdflib()
    rows = []
    for name, query in sorted(graph.queries.items()):
        ours = median(lambda name=name: graph.run(name), 2 * repeats + 1)  # type: ignore[misc]
        theirs = median(lambda text=query.text: list(dataset.query(text)), repeats)  # type: ignore[misc]
        rows.append(Row(f"`{name}`", "rdflib", ours, theirs, ""))
    mean = Row(
        f"all {len(rows)} stored queries, geometric mean",
        "rdflib",
        statistics.geometric_mean(row.ours for row in rows),
        statistics.geometric_mean(row.theirs for row in rows),
        "at least 25",
    )
    return [mean, *sorted(rows, key=lambda row: row.ratio)]


def table(rows: list[Row]) -> str:
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
    names = ("pyoxigraph", "rdflib")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"Python {platform.python_version()}, {versions}, {platform.machine()}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one repeat; ratios only roughly")
    parser.add_argument("--write", action="store_true", help="put the table into its README")
    parser.add_argument("--new-process", action="store_true", help="leave out the stored queries")
    options = parser.parse_args()
    repeats = 1 if options.quick else 5
    rows = new_process(repeats)
    rows += [] if options.new_process else stored_queries(repeats)
    text = f"{table(rows)}\n\n{machine()}; medians of {repeats} on the peer's side.\n"
    print(text)
    if options.write:
        readme = Path(__file__).parent / "README.md"
        head, mark, _ = readme.read_text(encoding="utf-8").partition("<!-- table -->\n")
        readme.write_text(head + mark + "\n" + text, encoding="utf-8")
    missed = [
        row.work
        for row, least in zip(rows, (15, 1 / 12, 25), strict=False)
        if row.ratio < least / 2
    ]
    if missed:
        print(f"below half of what is to be reached: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
