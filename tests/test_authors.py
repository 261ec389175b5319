"""The verbs of those who write a module: exit codes, messages, and what is on stdout."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from barriergraph.cli import main

EXAMPLE = Path(__file__).parent.parent / "examples" / "domestic-abuse"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the example module, to be written to."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "mine"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "there is no text; name a file, or write the text"),
        ("no-such-file.txt", "no text file named 'no-such-file.txt'"),
        (".", "no text file named '.'"),
    ],
)
def test_what_is_no_text_is_told(
    text: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suggest", text]) == 2
    assert capsys.readouterr().err == f"barriergraph: {expected}\n"


def test_a_text_is_read_from_a_file_and_its_concepts_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("Staff shortage, and a heavy workload.", encoding="utf-8")

    assert main(["suggest", str(tmp_path / "notes.txt"), "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("concept,conceptLabel,class,words,")
    assert any(
        line.startswith("https://w3id.org/barriergraph/id/barrier/workload,") for line in lines
    )

    assert main(["suggest", str(tmp_path / "notes.txt"), "--format", "sheet"]) == 0
    assert "Workload" in capsys.readouterr().out
    assert main(["suggest", "xyzzy plugh", "--format", "csv"]) == 1


def test_versions_that_differ_are_no(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(EXAMPLE), str(mine), "--no-answers"]) == 0
    capsys.readouterr()
    concepts = mine / "data" / "concepts.ttl"
    text = concepts.read_text(encoding="utf-8")
    concepts.write_text(text.replace('"Checks left undone"', '"Checks not made"'), encoding="utf-8")

    assert main(["diff", str(EXAMPLE), str(mine), "--format", "kgcl", "--no-answers"]) == 1
    assert (
        "rename <https://example.org/domestic-abuse/barrier/checks-left-undone> "
        "from 'Checks left undone'@en to 'Checks not made'@en"
    ) in capsys.readouterr().out.replace('"', "'")
    assert main(["diff", str(EXAMPLE), str(mine / "nowhere")]) == 2


def test_a_term_is_retired_in_the_module_that_one_stands_in_and_replaced(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(mine)
    assert main([
        "new", "barrier", "Enquiries not made", "--definition", "Enquiries that nobody makes.",
        "--level", "organisational", "--broader", "lack-of-process",
    ]) == 0  # fmt: skip
    assert main([
        "deprecate", "checks-left-undone", "--replaced-by", "enquiries-not-made",
        "--since", "0.2.0", "--advice", "Use Enquiries not made, which is the same.",
    ]) == 0  # fmt: skip
    findings = mine / "data" / "findings.ttl"
    before = findings.read_text(encoding="utf-8")
    assert "checks-left-undone" in before

    assert main(["migrate"]) == 0
    assert findings.read_text(encoding="utf-8") == before
    assert "-    bg:finds my-barrier:checks-left-undone ;" in capsys.readouterr().out
    assert main(["migrate", "--write"]) == 0

    after = findings.read_text(encoding="utf-8")
    assert after == before.replace("my-barrier:checks-left-undone", "my-barrier:enquiries-not-made")
    assert main(["check", ".", "--no-reasoner"]) == 0


def test_a_sheet_of_a_module_has_its_findings_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "sheet", "--module", str(EXAMPLE)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert main(["export", "sheet"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 700


def test_the_other_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = tmp_path / "graph.db"
    assert main(["export", "sqlite", "--output", str(database)]) == 0
    with sqlite3.connect(database) as asked:
        (count,) = asked.execute("SELECT count(*) FROM findings").fetchone()
    asked.close()
    assert count > 700
    capsys.readouterr()
    assert main(["export", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["type"] == "array"
    assert main(["export", "sssom"]) == 0
    assert "subject_id\t" in capsys.readouterr().out
    assert main(["export", "sqlite"]) == 2
    assert main(["export", "sheet", "--format", "xlsx"]) == 2
    assert capsys.readouterr().err == (
        "barriergraph: export sqlite writes a file; add --output\n"
        "barriergraph: export sheet takes neither --graph nor --format\n"
    )


def test_a_folder_that_holds_something_else_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dl.owl").write_text("mine")
    (tmp_path / "letter.txt").write_text("mine")

    assert main(["export", "protege", "--output", str(tmp_path)]) == 2

    assert capsys.readouterr().err == (
        f"barriergraph: {tmp_path} holds something else, such as letter.txt; name a new folder\n"
    )
    assert (tmp_path / "dl.owl").read_text() == "mine"


def test_what_an_import_owns_is_still_its_own_after_a_migration(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "more.csv"
    row = (
        "source,statement,kind,factor,basis\nhmip2023,Many enquiries are left.,moderator,{},page\n"
    )
    sheet.write_text(row.format("Checks left undone"), encoding="utf-8")
    module = ["--module", str(mine)]
    assert main(["import", str(sheet), "--write", *module]) == 0
    assert main([
        "new", "barrier", "Enquiries not made", "--definition", "None is made.",
        "--level", "organisational", "--broader", "lack-of-process", *module,
    ]) == 0  # fmt: skip
    assert main([
        "deprecate", "checks-left-undone", "--replaced-by", "enquiries-not-made",
        "--since", "0.2.0", "--advice", "Use the other.", *module,
    ]) == 0  # fmt: skip

    assert main(["migrate", "--write", *module]) == 0

    owned = mine / "data" / "imported" / "more.ttl"
    assert f"note: {owned} was made from more.csv; name the new terms" in capsys.readouterr().err
    assert "enquiries-not-made" in owned.read_text(encoding="utf-8")
    sheet.write_text(row.format("Enquiries not made"), encoding="utf-8")
    assert main(["import", str(sheet), "--write", *module]) == 0
    assert "nothing has changed" in capsys.readouterr().err
