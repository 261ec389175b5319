"""The page of results: tables between two marks, the rest of it written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks.charts import growth, ratios
from benchmarks.measure import Row
from benchmarks.results import HERE, Results

PAGE = HERE.parent / "docs" / "benchmarks.md"
START = "<!-- results: written by python -m benchmarks --write -->\n"
END = "<!-- end of results -->\n"
MET = {True: "yes", False: "**no**", None: "not known"}


def publish(results: Results, page: Path = PAGE) -> None:
    """Write the tables into the page, and the charts into the folder of its name beside it."""
    text = page.read_text(encoding="utf-8")
    head, start, rest = text.partition(START)
    _, end, tail = rest.partition(END)
    if not (start and end):
        raise SystemExit(f"{page}: the marks are missing; put back {START!r} and {END!r}")
    folder = page.with_suffix("")
    folder.mkdir(exist_ok=True)
    (folder / "ratios.svg").write_bytes(ratios(results.rows))
    (folder / "growth.svg").write_bytes(growth(results.rows))
    page.write_text(f"{head}{start}\n{told(results)}\n{end}{tail}", encoding="utf-8")


def told(results: Results) -> str:
    """Return results as Markdown.

    Rows with a target come first, then all others.
    """
    aimed = [row for row in results.rows if row.least]
    others = [row for row in results.rows if not row.least]
    reached = sum(row.met is True for row in aimed)
    spent = sum(group.seconds for group in results.groups.values())
    machine = "; ".join(f"{name} {value}" for name, value in results.machine.items())
    there = ", ".join(f"{name} {value}" for name, value in results.versions.items() if value)
    parts = [
        f"`{results.options}` on {results.date}, in {spent / 60:.0f} minutes: {reached} of "
        f"{len(aimed)} targets are reached.",
        "![Each ratio against its target](benchmarks/ratios.svg)",
        table(aimed, targets=True),
        "![How the seconds grow with the number of statements](benchmarks/growth.svg)",
        "Without a target of their own:",
        table(others),
        f"Machine: {machine}.",
        f"Versions: {there}.",
    ]
    absent = [name for name, value in results.versions.items() if not value]
    if absent:
        parts.append(f"Not there, and left out: {', '.join(absent)}.")
    said = [f"- {name}: {line}" for name, group in results.groups.items() for line in group.said]
    said += [
        f"- {name} **failed**: {group.failed}"
        for name, group in results.groups.items()
        if group.failed
    ]
    if said:
        parts.append("What the run told:\n\n" + "\n".join(said))
    return "\n\n".join(parts) + "\n"


def table(rows: Iterable[Row], *, targets: bool = False) -> str:
    """Return rows as a table in Markdown, with `targets` those columns too."""
    names = ["work", "against", "ours", "peer", "ratio", *(["to reach", "reached"] * targets),
             "memory, MB", "peer's"]  # fmt: skip
    lines = [
        f"| {' | '.join(names)} |",
        f"|---|---|--:|--:|--:|{'---|---|' * targets}--:|--:|",
    ]
    for row in rows:
        cells = [row.work, row.peer, ours(row), theirs(row), ratio(row)]
        cells += [row.target, MET[row.met] if row.least else ""] if targets else []
        cells += [f"{one:.0f}" if one else "" for one in (row.memory, row.their_memory)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def amount(value: float, unit: str = "ms") -> str:
    """Return seconds as people say them; of another unit a thousand stands for one.

    >>> amount(0.0042), amount(0.1341), amount(6.7563), amount(0.5, "MB")
    ('4.20 ms', '134 ms', '6.8 s', '500 MB')
    """
    if unit != "ms":
        return f"{value * 1e3:.0f} {unit}"
    if value >= 1:
        return f"{value:.1f} s"
    return f"{value * 1e3:.2f} ms" if value < 0.01 else f"{value * 1e3:.0f} ms"


def ours(row: Row) -> str:
    if row.high > row.low:
        lowest, highest = amount(row.low, row.unit), amount(row.high, row.unit)
        return f"{amount(row.ours, row.unit)} ({lowest} to {highest})"
    return amount(row.ours, row.unit)


def theirs(row: Row) -> str:
    if not row.theirs:
        return ""
    return ("over " if row.unfinished else "") + amount(row.theirs, row.unit)


def ratio(row: Row) -> str:
    """Return how many times faster we are, as a fraction where we are slower.

    >>> ratio(Row("x", "y", 2, 5)), ratio(Row("x", "y", 5, 2)), ratio(Row("x", "", 5, 0))
    ('2.5', '1/2.5', '')
    """
    if not row.theirs:
        return ""
    said = f"{row.ratio:.1f}" if row.ratio >= 1 else f"1/{1 / row.ratio:.1f}"
    return f"more than {said}" if row.unfinished else said
