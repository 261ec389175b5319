"""What nobody foresaw in the server: the client gets a problem with its name, the log the rest."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from barriergraph import KnowledgeGraph, load

Running = Callable[..., AbstractContextManager[Any]]

ALL = "SELECT * { ?a ?b ?c }"


def test_what_goes_wrong_in_a_page_is_a_problem_like_any_other(
    running: Running, small: KnowledgeGraph, tmp_path: Path, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of lamps")

    with running(small, tmp_path) as server:
        assert server.get("/queries").status_code == 200
        monkeypatch.setattr(server.service.questions, "catalogue", fail)

        answer = server.get("/queries", "application/json")
        monkeypatch.undo()

        name = answer.headers["x-request-id"]
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.json()["detail"] == f"something went wrong here; it is logged as {name}"
        assert server.get("/queries").status_code == 200
    told = capfd.readouterr().err
    assert told.count(f"barriergraph: {name}: ZeroDivisionError: of lamps\n") == 1


def test_a_server_whose_database_is_damaged_tells_so_and_lives_on(
    running: Running, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is no fault of the client, who is not told where the database lies."""
    (tmp_path / "mine" / "data").mkdir(parents=True)
    lines = "".join(f"<a:{n}> <a:b> 'lamp {n}' .\n" for n in range(20_000))
    (tmp_path / "mine" / "data" / "a.ttl").write_text(lines, encoding="utf-8")
    graph = load(tmp_path / "mine", base=False, store=tmp_path / "store")
    with running(graph, tmp_path, answer=2**24, seconds=30) as server:
        for path in (tmp_path / "store").rglob("*.sst"):
            os.truncate(path, path.stat().st_size // 2)

        answer = server.ask(ALL, "text/csv")
        health = server.get("/health")

        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert str(tmp_path) not in answer.text
        assert (health.status_code, health.json()["workers"]) == (200, 2)
        assert server.ask("ASK {}").json()["boolean"] is True
    told = capfd.readouterr().err
    assert (told.count("the database is damaged: "), "Traceback" in told) == (1, False)
