"""The proof of speed: its tables, exponents, targets and charts, from results that are given.

Nothing here is timed.
"""

from __future__ import annotations

import doctest
import importlib
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import __main__ as command
from benchmarks import report, results, sides, sizes
from benchmarks.charts import growth, ratios
from benchmarks.measure import Options, Row, Seconds, missed, power, spread
from benchmarks.results import Group, Results
from benchmarks.sides import Done, side

ROOT = Path(__file__).parent.parent
SVG = "{http://www.w3.org/2000/svg}"

ROWS = [
    Row("check 10 statements", "pyshacl", 0.5, 75.0, "at least 100", 100, size=10,
        memory=70, their_memory=140, series="check", low=0.4, high=0.6),
    Row("check 100 statements", "pyshacl", 2.0, 120.0, "at least 100", 100, size=100,
        memory=90, unfinished=True, series="check"),
    Row("run `a`", "`python -c pass`", 0.1, 0.02, "at least 1/8", 1 / 8),
    Row("small & \"quoted\" <SELECT>s", "oxigraph", 0.003, 0.0003, "at least 0.3", 0.3),
    Row("load 10 statements", "", 0.004, 0, size=10, memory=66, series="load"),
    Row("memory", "one GB", 0.5, 1.0, unit="MB"),
]  # fmt: skip
GIVEN = Results(
    "python -m benchmarks",
    "2026-01-02",
    {"cores": "2", "processor": "An & Other"},
    {"rdflib": "7.6.0", "pyrudof": None},
    {
        "sizes": Group(ROWS, 60.0, ["pyrudof is left out: not installed"]),
        "pages": Group([], 30.0, [], "no such file"),
    },
)
#: Worked out by hand: 75 / 0.5 = 150, 120 / 2 = 60, 0.02 / 0.1 = 1 / 5, 0.0003 / 0.003 = 1 / 10;
#: of four targets 150 > 100 and 1/5 > 1/8 are reached, and one is not known.
TOLD = """\
`python -m benchmarks` on 2026-01-02, in 2 minutes: 2 of 4 targets are reached.

![Each ratio against its target](benchmarks/ratios.svg)

| work | against | ours | peer | ratio | to reach | reached | memory, MB | peer's |
|---|---|--:|--:|--:|---|---|--:|--:|
| check 10 statements | pyshacl | 500 ms (400 ms to 600 ms) | 75.0 s | 150.0 | at least 100 | yes | 70 | 140 |
| check 100 statements | pyshacl | 2.0 s | over 120.0 s | more than 60.0 | at least 100 | not known | 90 |  |
| run `a` | `python -c pass` | 100 ms | 20 ms | 1/5.0 | at least 1/8 | yes |  |  |
| small & "quoted" <SELECT>s | oxigraph | 3.00 ms | 0.30 ms | 1/10.0 | at least 0.3 | **no** |  |  |

![How the seconds grow with the number of statements](benchmarks/growth.svg)

Without a target of their own:

| work | against | ours | peer | ratio | memory, MB | peer's |
|---|---|--:|--:|--:|--:|--:|
| load 10 statements |  | 4.00 ms |  |  | 66 |  |
| memory | one GB | 500 MB | 1000 MB | 2.0 |  |  |

Machine: cores 2; processor An & Other.

Versions: rdflib 7.6.0.

Not there, and left out: pyrudof.

What the run told:

- sizes: pyrudof is left out: not installed
- pages **failed**: no such file
"""  # noqa: E501


@pytest.mark.parametrize(
    "name", ["charts", "evaluation", "generate", "making", "measure", "report"]
)
def test_the_examples_hold(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"benchmarks.{name}"))

    assert found.attempted
    assert found.failed == 0


def test_the_page_tells_every_row_peer_and_failure() -> None:
    assert report.told(GIVEN) == TOLD


def test_a_page_keeps_what_was_written_by_hand(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Speed\n\n{report.START}old\n{report.END}\nBy hand.\n")

    report.publish(GIVEN, page)
    once = page.read_text()
    report.publish(GIVEN, page)

    assert once == f"# Speed\n\n{report.START}\n{TOLD}\n{report.END}\nBy hand.\n"
    assert page.read_text() == once
    assert (tmp_path / "benchmarks" / "ratios.svg").read_bytes() == ratios(ROWS)


def test_a_page_without_its_marks_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Speed\n")

    with pytest.raises(SystemExit, match="the marks are missing"):
        report.publish(GIVEN, page)


def test_the_page_in_the_docs_is_that_of_the_results_file() -> None:
    kept = results.read()
    text = report.PAGE.read_text(encoding="utf-8")

    assert report.told(kept) in text
    for name, made in (("ratios", ratios(kept.rows)), ("growth", growth(kept.rows))):
        assert (report.PAGE.with_suffix("") / f"{name}.svg").read_bytes() == made


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    results.write(GIVEN, tmp_path / "results.json")

    assert results.read(tmp_path / "results.json") == GIVEN


def test_an_exponent_is_the_slope_of_the_logarithms() -> None:
    """Of 1, 10, 1000 at 1, 10, 100 the least squares have 3/2: (-1*-4/3 + 0 + 1*5/3) / 2."""
    assert power([(10, 0.5), (1000, 50)]) == pytest.approx(1)
    assert power([(1, 1), (10, 10), (100, 1000)]) == pytest.approx(1.5)


def test_growth_is_held_against_its_exponent() -> None:
    """As n^1.5 from 10,000 to a million: ten times what is in proportion, and n^1.2 is 2.5."""

    def done(seconds: float) -> dict[str, Done]:
        return {"load": Done([seconds], 100.0, "")}

    steep, flat = (
        sizes.growth({10_000: done(1.0), 100_000: done(middle), 1_000_000: done(last)})[0]
        for middle, last in ((10**1.5, 1000.0), (10.0, 100.0))
    )

    assert steep.exponent == pytest.approx(1.5)
    assert steep.ratio == pytest.approx(1 / 10)
    assert steep.least == pytest.approx(1 / 10**0.4)
    assert (steep.met, flat.met) == (False, True)
    assert missed([steep, flat]) == [steep.work]


def test_only_what_is_below_half_of_its_target_or_its_floor_is_missed() -> None:
    rows = [
        Row("half", "x", 1, 50, "at least 100", 100),
        Row("below half", "x", 1, 49, "at least 100", 100),
        Row("above its floor", "x", 1, 20, "at least 100", 100, 12),
        Row("below its floor", "x", 1, 11, "at least 100", 100, 12),
        Row("stopped", "x", 1, 11, "at least 100", 100, unfinished=True),
        Row("without a target", "x", 1, 0.1),
    ]

    assert missed(rows) == ["below half", "below its floor"]
    assert [row.met for row in rows] == [False, False, False, False, None, None]


def test_a_median_remembers_the_least_and_the_most() -> None:
    row = spread(Row("x", "y", Seconds([3.0, 1.0, 2.0]), 4.0))

    assert (row.ours, row.low, row.high) == (2.0, 1.0, 3.0)


def test_a_peer_that_is_missing_is_told_and_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sizes, "find_spec", lambda _: None)
    done = {"load": Done([1.0], 1.0, "")}

    rows = sizes.against(sizes.PEERS[0], 10_000, tmp_path, done, 1, 1.0, {})

    assert rows == []
    assert "rdflib is left out: not installed" in capsys.readouterr().err


def test_a_module_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(command.GROUPS, "nothing", ("nothing", "nothing"))

    group = command.group("nothing", Options(1, True, False))

    assert (group.rows, group.said) == ([], ["left out: there is no benchmarks/nothing.py"])
    assert "left out" in capsys.readouterr().err


def test_a_side_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"rdflib-queries: .*inferred\.nq"):
        side("rdflib-queries", tmp_path, 1, 60)


def test_a_side_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    assert side("ours", tmp_path, 1, 60, start=0) == ({}, False)


@pytest.mark.parametrize("draw", [ratios, growth])
def test_a_chart_is_well_formed_and_the_same_each_time(draw: object) -> None:
    assert callable(draw)
    made = draw(ROWS)
    root = ElementTree.fromstring(made)

    assert draw(ROWS) == made
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    assert root.get("role") == "img"


def test_the_chart_of_ratios_has_a_label_for_every_row_with_a_target() -> None:
    words = "".join(ElementTree.fromstring(ratios(ROWS)).itertext())

    for row in ROWS:
        assert (f"{row.work}, against {row.peer}".replace("`", "") in words) == bool(row.least)
    assert "150 (target 100)" in words
    assert "over 60 (target 100)" in words
    assert "1/5 (target 1/8)" in words


def test_the_chart_of_growth_has_a_label_for_every_point() -> None:
    words = "".join(ElementTree.fromstring(growth(ROWS)).itertext())

    for told in ("barriergraph, 10 statements: 0.5 s", "pyshacl, 10 statements: 75 s",
                 "barriergraph, 100 statements: 2 s", "pyshacl, 100 statements: over 120 s",
                 "barriergraph, 10 statements: 0.004 s"):  # fmt: skip
        assert told in words


def test_one_cheap_measurement_runs_from_end_to_end() -> None:
    words = [sys.executable, "-m", "benchmarks", "--quick", "--only", "suggesting"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8")

    assert "| suggest concepts for 250 words | a fifth of a second |" in done.stdout, done.stderr
    assert "failed" not in done.stderr


def test_results_of_some_groups_are_not_written() -> None:
    words = [sys.executable, "-m", "benchmarks", "--write", "--only", "suggesting"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8")

    assert done.returncode == 2
    assert "leave out --only" in done.stderr


def test_what_is_done_before_a_side_is_stopped_counts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The first run counts as long as no other has ended, and not after that."""
    runs = iter([1, 2])

    with pytest.raises(StopIteration):
        sides.run("load", 5, lambda: next(runs), str)

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["name"], len(one["seconds"]), one["found"]) for one in told] == [
        ("load", 1, "1"), ("load", 1, "2"),
    ]  # fmt: skip


def test_a_query_that_does_not_end_is_left_out_of_every_size() -> None:
    def done(*names: str) -> dict[str, Done]:
        return {name: Done([4.0], 1.0, "") for name in ("load", *names)}

    ours = sizes.comparable({
        10_000: done("query a", "query b") | {"query b": Done([9.0], 1.0, "")},
        100_000: done("query b"),
    })  # fmt: skip

    assert ours[10_000]["queries"].seconds == pytest.approx([9.0])
    assert ours[100_000]["queries"].seconds == pytest.approx([4.0])
    assert "query a" not in ours[10_000]
