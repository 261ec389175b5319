"""A graph on disk: loading it against the engine's own loader, opening, asking, checking, growing.

Where no peer does the same, the peer's side is the time that it may take, or ours another way.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from barriergraph import KnowledgeGraph, load
from benchmarks import serving
from benchmarks.generate import FILE_SIZE, generate, write
from benchmarks.measure import Options, Row, mean, median, timed

#: Statements of the graphs that are measured: with --quick, otherwise, and what is only loaded.
QUICK, USUAL, LARGE = 100_000, 1_000_000, 10_000_000
#: Statements of the file that is added.
ADDED = 1_000


def ondisk(options: Options) -> list[Row]:
    """Measure graphs on disk; each large work once, as it takes long."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        load(store=here / "shipped")
        rows = [
            Row("open the shipped graph on disk", "a fifth of a second",
                median(lambda: load(store=here / "shipped"), options.repeats), 0.2, "at least 1", 1)
        ]  # fmt: skip
        size = QUICK if options.quick else USUAL
        module = here / "module"
        write(generate(size), module)
        rows += [bulk(module, here, size), *large(module, here, size)]
        if not options.quick:
            shutil.rmtree(here / "store")
            many(module, LARGE // size)
            rows.append(bulk(module, here, LARGE))
    return rows


def bulk(module: Path, here: Path, size: int) -> Row:
    """Load what files say, without what follows, and put the tables in order, both sides."""
    ours = timed(partial(load, module, base=False, infer=False, store=here / "bulk"))
    shutil.rmtree(here / "bulk")
    theirs = timed(lambda: oxigraph(module, here / "peer"))
    shutil.rmtree(here / "peer")
    return Row(f"load {size:,} statements on disk", "oxigraph load", ours, theirs, "0.9", 0.9)


def oxigraph(module: Path, folder: Path) -> None:
    """Load the files of a module with the engine's command line, into a named graph as well.

    One for all files: it takes no more.
    """
    program = str(Path(sys.executable).parent / "oxigraph")
    files = [str(path) for path in sorted((module / "data").glob("*.ttl"))]
    graph = "https://example.org/graph"
    for words in (["load", "-l", str(folder), "--graph", graph, "-f", *files],
                  ["optimize", "-l", str(folder)]):  # fmt: skip
        subprocess.run([program, *words], check=True, capture_output=True)


def large(module: Path, here: Path, size: int) -> list[Row]:
    """Load all with what follows, then open, ask, check and let it grow."""
    store = here / "store"
    whole = timed(partial(load, module, store=store))
    opened = median(partial(load, module, store=store), 3)
    checked = timed(lambda: load(module, store=store).validate())
    rows = [
        Row(f"open {size:,} statements on disk", "a fifth of a second", opened, 0.2, "1", 1),
        Row(f"check {size:,} statements on disk", "twice the load", checked, 2 * whole, "1", 1),
        *questions(load(module, store=store), load(module), size),
    ]
    rows.append(serving.shared(module, store, size))
    lines = (module / "data" / "part-1.ttl").read_text(encoding="utf-8").splitlines()[:ADDED]
    text = "\n".join(line.replace("author", "writer") for line in lines)
    (module / "data" / "added.ttl").write_text(f"{text}\n", encoding="utf-8")
    grown = timed(partial(load, module, store=store))
    (module / "data" / "added.ttl").unlink()
    added = f"add a file of {ADDED:,} statements to {size:,}"
    return [*rows, Row(added, "loading all again", grown, whole, "at least 10", 10)]


def questions(disk: KnowledgeGraph, memory: KnowledgeGraph, size: int) -> list[Row]:
    """Answer every stored query on disk and in memory."""
    assert len(memory.store)  # whoever holds the store gets no remembered answers
    rows = [
        Row(f"`{name}` at {size:,} on disk", "in memory",
            median(partial(disk.run, name), 1), median(partial(memory.run, name), 1))
        for name in sorted(disk.queries)
    ]  # fmt: skip
    words = f"all {len(rows)} stored queries at {size:,} on disk"
    return [mean(rows, words, "at least 1/4", 1 / 4), min(rows, key=lambda row: row.ratio)]


def many(module: Path, times: int) -> None:
    """Say the same of other sources, as often as is asked for, in files ten times as large."""
    files = sorted((module / "data").glob("part-*.ttl"))
    for start in range(0, len(files), 10):
        text = "".join(path.read_text(encoding="utf-8") for path in files[start : start + 10])
        for number in range(1, times):
            path = module / "data" / f"more-{number}-{start}.ttl"
            path.write_text(text.replace("author", f"author{number}x"), encoding="utf-8")
    assert len(files) * FILE_SIZE * times >= LARGE or times == 1
