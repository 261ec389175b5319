"""A check of a graph on disk finds the duties and spellings that the check of the files finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from barriergraph import KnowledgeGraph, load
from barriergraph.cli import main
from barriergraph.validation import Report

#: A finding without most of what it needs, literals that spell nothing, and ones that a store
#: changes: of two that say the same number, both stand in the same file.
WRONG = """
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<https://example.org/f> a bg:Finding ; bg:locator "p. 1"@en ; bg:certanty "x" .
<https://example.org/s> a bg:JournalArticle ;
    bg:year "2020"^^xsd:byte , "+2020"^^xsd:integer , 2020 ; bg:volume "1.10"^^xsd:decimal .
<https://example.org/t> a bg:JournalArticle ; bg:published "2020-13-01"^^xsd:date .
"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A module with faults."""
    (tmp_path / "mine" / "data").mkdir(parents=True)
    (tmp_path / "mine" / "data" / "wrong.ttl").write_text(WRONG, encoding="utf-8")
    return tmp_path / "mine"


def checked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, object]]:
    code = main(["check", *options, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def kept(outcome: dict[str, object]) -> list[object]:
    faults = outcome["faults"]
    assert isinstance(faults, list)
    return [one for one in faults if one["step"] == "duties" or one["duty"] == "literal"]


def told(report: Report) -> list[tuple[object, ...]]:
    """Return all that results say but for blank nodes of shapes, which each reading names anew."""
    return [
        (
            r.focus_node,
            r.path if isinstance(r.path, NamedNode) else None,
            r.value,
            r.component,
            r.severity,
            r.shape,
            r.message,
        )
        for r in report.results
    ]


@pytest.mark.parametrize("more", [(), ("--inferred",)])
def test_the_faults_are_those_of_the_files(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    options = ("--module", str(wrong), *more)

    code, ours = checked(capsys, *options, "--store", str(tmp_path / "store"))

    _, theirs = checked(capsys, *options, "--no-reasoner")
    assert code == 1
    assert kept(ours) == ours["faults"]
    assert ours["faults"] == kept(theirs)
    duties = {one["duty"] for one in kept(ours)}  # type: ignore[index]
    assert {"literal", "bgs:TypedShape-property", "bgs:FindingShape-basis"} <= duties
    assert list((tmp_path / "store").glob("loading-*")) == []


def test_a_file_that_is_not_turtle_is_a_fault(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (wrong / "data" / "wrong.ttl").write_text("<https://example.org/f> a\n oops .", "utf-8")

    code, outcome = checked(capsys, "--module", str(wrong), "--store", str(tmp_path / "store"))

    assert code == 1
    (fault,) = outcome["faults"]  # type: ignore[misc]
    assert (fault["file"], fault["line"], fault["column"]) == (
        str(wrong / "data" / "wrong.ttl"), 2, 2,
    )  # fmt: skip


def test_what_else_is_asked_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", "--watch", "--store", str(tmp_path / "store")]) == 2
    assert "leave out what else is asked" in capsys.readouterr().err


def test_a_graph_on_disk_validates_as_in_memory(
    wrong: Path, real: KnowledgeGraph, tmp_path: Path
) -> None:
    graph, memory = load(wrong, store=tmp_path / "store"), load(wrong)

    for inferred in (False, True):
        ours, theirs = graph.validate(inferred=inferred), memory.validate(inferred=inferred)
        assert told(ours) == told(theirs)
    assert len(graph.validate()) > len(real.validate())
    assert graph.asserted is not None
    assert {quad for quad in graph.asserted if "inferred" in str(quad.graph_name)} == set()


def test_a_graph_on_disk_of_what_is_asserted_alone(wrong: Path, tmp_path: Path) -> None:
    graph = load(wrong, store=tmp_path / "store", infer=False)

    assert graph.asserted is graph.store
    assert told(graph.validate()) == told(load(wrong, infer=False).validate())
