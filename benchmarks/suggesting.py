"""Suggestions: how fast, and how good on the statements of the shipped findings.

`python -m benchmarks.suggesting` prints precision, recall and F1 of each step and class.
"""

from __future__ import annotations

import statistics
import sys
from functools import partial

from barriergraph import KnowledgeGraph, load
from barriergraph.suggesting import suggest
from barriergraph.suggesting.reading import Knowledge, knowledge
from benchmarks.evaluation import NESTED, OVERALL, Figures, evaluate
from benchmarks.measure import Options, Row, median, timed

#: As long as an abstract, in words.
ABSTRACT = 250


def suggesting(options: Options) -> list[Row]:
    """Measure an abstract, cold and warm; the other side is what is to be reached."""
    graph = load()
    graph.query("ASK {}")
    text = abstract(graph)
    cold = statistics.median(timed(partial(Knowledge, graph)) for _ in range(options.repeats))
    warm = median(lambda: suggest(graph, text), 2 * options.repeats + 1)
    return [
        Row("read the labels, definitions and findings", "half a second", cold, 0.5,
            "at least 1", 1),
        Row(f"suggest concepts for {ABSTRACT} words", "a fifth of a second", warm, 0.2,
            "at least 1", 1),
    ]  # fmt: skip


def abstract(graph: KnowledgeGraph) -> str:
    """Return so many words as an abstract has, of statements that the graph holds."""
    spoken = " ".join(told.statement for told in knowledge(graph).findings[::20]).split()
    assert len(spoken) >= ABSTRACT
    return " ".join(spoken[:ABSTRACT])


def quality(found: tuple[Figures, ...]) -> str:
    """Return figures as a table in Markdown, without classes of which nothing was wanted."""
    lines = [
        "| step | class | told | right | wanted | precision | recall | F1 |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {one.step} | {one.cls} | {one.told} | {one.right} | {one.wanted} "
        f"| {one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} |"
        for one in found
        if one.wanted
    ]
    return "\n".join(lines)


def main() -> int:
    figures = evaluate(load())
    print(quality(figures))
    overall = {one.step: one.f1 for one in figures if one.cls == OVERALL}
    return 0 if overall[NESTED] > overall["labels"] else 1


if __name__ == "__main__":
    sys.exit(main())
