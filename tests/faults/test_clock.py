"""A clock that jumps: no stale answer is taken for a fresh one, and no deadline moves."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from barriergraph import KnowledgeGraph, load

Running = Callable[..., AbstractContextManager[Any]]

TURTLE = "<https://example.org/a> <https://example.org/b> '{}' .\n"
VALUE = "SELECT ?c { <https://example.org/a> <https://example.org/b> ?c }"
YEAR = 365 * 24 * 3600


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mine" / "data").mkdir(parents=True)
    return tmp_path / "mine" / "data" / "a.ttl"


def write(file: Path, value: str, seconds: float) -> None:
    """Write a file at a time so many seconds from now."""
    file.write_text(TURTLE.format(value), encoding="utf-8")
    at = time.time() + seconds
    os.utime(file, (at, at))


def value(file: Path, **given: object) -> str:
    rows = list(load(file.parent.parent, base=False, **given).query(VALUE))  # type: ignore
    return "".join(row[0].value for row in rows)


@pytest.mark.parametrize("seconds", [-30 * YEAR, -3600, 0, 3600, 30 * YEAR])
@pytest.mark.parametrize("kept", ["cache", "store"])
def test_other_content_counts_whatever_the_time_says(
    kept: str, seconds: float, file: Path, tmp_path: Path
) -> None:
    given = {"store": tmp_path / "store"} if kept == "store" else {}
    write(file, "old", 0)
    assert value(file, **given) == "old"

    write(file, "new", seconds)

    assert value(file, **given) == "new"


def test_the_same_size_and_time_with_other_content_is_seen_by_the_cache(file: Path) -> None:
    write(file, "old", 0)
    assert value(file) == "old"
    before = file.stat()

    file.write_text(TURTLE.format("new"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert value(file) == "new"


def test_a_deadline_holds_when_the_clock_is_set_back(
    running: Running, small: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    real = time.time
    with running(small, tmp_path, seconds=1.0) as server:
        for jump in (-YEAR, YEAR):
            monkeypatch.setattr(time, "time", lambda jump=jump: real() + jump)
            start = time.monotonic()
            assert server.ask(long).status_code == 504
            assert 0.9 < time.monotonic() - start < 20
            assert server.ask("ASK {}").json()["boolean"] is True


def test_a_lock_of_a_process_that_died_long_ago_keeps_nobody_waiting(
    file: Path, tmp_path: Path
) -> None:
    write(file, "old", 0)
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "lock").write_text("")
    os.utime(tmp_path / "store" / "lock", (0, 0))

    assert value(file, store=tmp_path / "store") == "old"
