"""An engine is told right, wrong or refusing, by what it answers and not by its name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pyoxigraph import Store

from barriergraph import KnowledgeGraph, connect
from barriergraph.cli import main
from barriergraph.doctor import ABILITIES, abilities, answers, to_table
from barriergraph.opening import load

Running = Callable[..., AbstractContextManager[object]]
SMALL = Path(__file__).parent / "fixtures" / "small"


def test_an_engine_that_answers_as_this_one_is_right_in_all(
    small: KnowledgeGraph, running: Running, tmp_path: Path
) -> None:
    with running(small, tmp_path, seconds=30) as server:
        there = connect(f"{server.address}/sparql")  # type: ignore[attr-defined]
        found = [*abilities(there), *answers(small, there)]

    assert {one.verdict for one in found} == {"right"}
    assert {one.name for one in found} == {*(name for name, _, _ in ABILITIES), *small.queries}
    table = to_table(found)
    assert table.columns == ("what", "parameters", "verdict", "hereMs", "thereMs", "reason")
    assert len(table) == len(found)


def test_rows_that_differ_are_counted(
    small: KnowledgeGraph, running: Running, tmp_path: Path
) -> None:
    changed = load(SMALL, infer=True)
    store = Store()
    store.bulk_extend(changed.store)
    (gone,) = (
        quad
        for quad in store
        if "tern1995-1" in str(quad.subject) and quad.predicate.value.endswith("#statement")
    )
    with running(changed, tmp_path, seconds=30, answer=2**24) as server:
        there = connect(f"{server.address}/sparql")  # type: ignore[attr-defined]
        assert next(iter(answers(changed, there))).verdict == "right"
        changed.store.remove(gone)
        found = {one.name: one for one in answers(changed, there) if not one.parameters}

    assert (found["findings-about"].verdict, found["findings-about"].reason) == (
        "wrong", "0 rows are missing, 1 are too many",
    )  # fmt: skip
    assert found["panel"].verdict == "right"


def test_an_engine_without_the_graph_is_told_to_be_loaded(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty" / "data").mkdir(parents=True)
    (tmp_path / "empty" / "data" / "a.ttl").write_text("<x:a> <x:b> <x:c> .")
    with running(load(tmp_path / "empty", base=False), tmp_path) as server:
        address = f"{server.address}/sparql"  # type: ignore[attr-defined]
        assert main(["doctor", "--endpoint", address, "--format", "csv"]) == 1

    captured = capsys.readouterr()
    assert captured.out.splitlines()[1].startswith("an answer at all,,right,")
    assert captured.out.splitlines()[2].split(",")[0:4] == [
        '"the graph', ' in the union of its named graphs"', "", "wrong",
    ]  # fmt: skip
    assert captured.err.startswith("barriergraph: the graph is not there as a whole; load it with")


def test_no_engine_and_none_that_answers_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 2
    assert main(["doctor", "--endpoint", "http://127.0.0.1:9/sparql"]) == 2

    first, second = capsys.readouterr().err.splitlines()
    assert first == "barriergraph: which engine is to be looked at? Add --endpoint URL"
    assert second.startswith("barriergraph: http://127.0.0.1:9/sparql: ")
