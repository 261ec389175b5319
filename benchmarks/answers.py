"""Answers: the stored queries on the graph that ships, against rdflib."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import barriergraph
from benchmarks.measure import Options, Row, Seconds, mean, median, timed

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


def command(*words: str) -> Callable[[], object]:
    # An installed package has its bytecode; without it an editable one is compiled at each start.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(
        [sys.executable, *words], check=True, capture_output=True, env=environment
    )


def new_process(options: Options) -> list[Row]:
    """Measure one answer in a new process against rdflib doing the same and against Python."""
    repeats = options.repeats
    path = str(barriergraph.load().queries[QUERY].path)
    words = ("-m", "barriergraph", "run", QUERY, "--format", "csv")
    since = iter(range(1000, 1900))  # a question that was not asked before, with the same answer
    again = median(command(*words), 2 * repeats + 1)
    new = median(lambda: command(*words, f"since={next(since)}")(), 2 * repeats + 1)
    rdflib = median(command("-c", RDFLIB, path), repeats)
    nothing = median(command("-c", "pass"), 4 * repeats + 1)
    title = f"`barriergraph run {QUERY}`, new process"
    return [
        Row(f"{title}, asked before", "rdflib", again, rdflib, "at least 15", 15),
        Row(f"{title}, asked before", "`python -c pass`", again, nothing, "at least 1/8", 1 / 8),
        Row(f"{title}, not asked before", "rdflib", new, rdflib, "at least 15", 15),
        # The floor is low, as this is missed for a known reason: see docs/benchmarks.md.
        Row(
            f"{title}, not asked before",
            "`python -c pass`",
            new,
            nothing,
            "at least 1/8",
            1 / 8,
            1 / 40,
        ),
    ]


def stored_queries(options: Options) -> list[Row]:
    """Measure every stored query on the loaded graph against rdflib, and their geometric mean.

    rdflib is asked over and over until it has no time left.
    """
    limit = 25 if options.quick else 150
    graph = barriergraph.load()
    assert len(graph.store)  # whoever holds the store gets no remembered answers
    dataset = graph.to_rdflib()
    theirs: dict[str, list[float]] = {}
    until = time.monotonic() + limit
    for _ in range(options.repeats):
        for name, query in sorted(graph.queries.items()):
            if time.monotonic() < until:
                took = timed(lambda text=query.text: list(dataset.query(text)))  # type: ignore[misc]
                theirs.setdefault(name, []).append(took)
    rows = [
        Row(f"`{name}`", "rdflib",
            median(lambda name=name: graph.run(name), 2 * options.repeats + 1),  # type: ignore[misc]
            Seconds(seconds))
        for name, seconds in theirs.items()
    ]  # fmt: skip
    missing = len(graph.queries) - len(rows)
    which = f"all {len(rows)} stored queries"
    if missing:
        which = f"the {len(rows)} stored queries that rdflib answered in {limit} s"
    whole = mean(rows, f"{which} on the graph that ships", "at least 25", 25)
    return [whole, *sorted(rows, key=lambda row: row.ratio)]
