"""Importing a sheet of 10,000 findings, and comparing two versions.

No peer does these at this size, so the peer's side is the time that it may take.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from barriergraph import KnowledgeGraph, load
from barriergraph.authoring.sheets import read_sheet
from barriergraph.comparing import compare, version
from barriergraph.namespaces import slug
from benchmarks.measure import Options, Row, timed

ROWS = 10_000
STATEMENTS = 100_000
HEADINGS = ("source", "statement", "kind", "factor", "domain", "basis", "locator")


def authoring(options: Options) -> list[Row]:
    """Return how long an import and a comparison take."""
    graph = load()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        sheet = here / "findings.csv"
        write_sheet(sheet, graph)
        before, after = here / "before.nt", here / "after.nt"
        write_pair(before, after)
        assert read_sheet(sheet, graph).accepted["findings"] == ROWS
        return [
            Row(f"import a sheet of {ROWS:,} findings", "ten seconds",
                timed(lambda: read_sheet(sheet, graph)), 10, "at least 1", 1),
            Row(f"compare two versions of {STATEMENTS:,} statements", "five seconds",
                timed(lambda: compare(version(str(before)), version(str(after)), answers=False)),
                5, "at least 1", 1),
        ]  # fmt: skip


def write_sheet(path: Path, graph: KnowledgeGraph) -> None:
    """Write invented findings about concepts that the graph has."""
    sources = [slug(node.value) for node in graph.instances("bg:Source")]
    barriers = [slug(node.value) for node in graph.instances("bg:Barrier")]
    domains = [slug(node.value) for node in graph.instances("bg:PolicyDomain")]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADINGS)
        for number in range(ROWS):
            out.writerow((
                sources[number % len(sources)], f"Invented statement number {number}.", "barrier",
                barriers[number % len(barriers)], domains[number % len(domains)], "abstract",
                f"p. {number}",
            ))  # fmt: skip


def write_pair(before: Path, after: Path) -> None:
    """Write two versions of a graph, in which every hundredth thing differs."""
    things = STATEMENTS // 5
    for path, mark in ((before, "old"), (after, "new")):
        with path.open("w", encoding="utf-8") as file:
            for number in range(things):
                node = f"<https://example.org/thing/{number}>"
                word = mark if number % 100 == 0 else "same"
                said = [("label", word), *(("note", letter) for letter in "abcd")]
                file.writelines(
                    f'{node} <https://example.org/{name}> "{value} {number}"@en .\n'
                    for name, value in said
                )
