"""A database that is cut, changed or incomplete gives the right answers or is loaded again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from barriergraph import load
from barriergraph.authoring.beginning import new_module

Command = Callable[..., tuple[int, str, str]]

TURTLE = "<https://example.org/a{n}> <https://example.org/b> 'c{n}' .\n"
COUNT = "SELECT (COUNT(*) AS ?n) { ?a <https://example.org/b> ?c }"
AGAIN = "the database cannot be read, and is loaded again"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A module of 500 statements, and the folder that holds it as a database."""
    folder = tmp_path_factory.mktemp("stored")
    (folder / "mine" / "data").mkdir(parents=True)
    text = "".join(TURTLE.format(n=number) for number in range(500))
    (folder / "mine" / "data" / "a.ttl").write_text(text, encoding="utf-8")
    load(folder / "mine", base=False, store=folder / "store")
    return folder / "mine", folder / "store"


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    chance = Random(1)
    for _ in range(min(50, len(data))):
        data[chance.randrange(len(data))] ^= 0xFF
    path.write_bytes(data)


HOW = {
    "changed": _flip,
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "emptied": lambda path: os.truncate(path, 0),
    "gone": Path.unlink,
}


@pytest.mark.parametrize("how", HOW)
def test_each_file_of_a_database_may_be_spoilt(
    how: str, stored: tuple[Path, Path], tmp_path: Path, unless_quick: Callable[[bool], None]
) -> None:
    unless_quick(how == "changed")
    module, store = stored
    names = sorted(path.relative_to(store) for path in store.rglob("*") if path.is_file())
    again = 0
    for number, name in enumerate(names):
        copy = tmp_path / str(number)
        shutil.copytree(store, copy)
        HOW[how](copy / name)
        told: list[str] = []

        graph = load(module, base=False, store=copy, tell=told.append)

        assert [row[0].value for row in graph.query(COUNT)] == ["500"], name  # type: ignore[union-attr]
        again += bool(told)
    assert 0 < again <= len(names)


@pytest.mark.usefixtures("slow")
def test_eight_processes_that_write_at_once_leave_whole_files(tmp_path: Path) -> None:
    home = tmp_path / "mine"
    new_module(str(home), {
        "namespace": "https://example.org/mine/", "title": "Mine", "description": "Lamps.",
        "creator": "Ada Author", "licence": "https://creativecommons.org/licenses/by/4.0/",
    })  # fmt: skip
    bib = tmp_path / "papers.bib"
    bib.write_text("".join(
        f"@article{{ada{n}, title = {{Lamp {n}}}, author = {{Author, Ada}}, year = {{2020}}, "
        f"journal = {{Journal of lamps}}, doi = {{10.1000/{n}}} }}\n" for n in range(40)
    ))  # fmt: skip
    words = ["import", str(bib), "--module", str(home), "--write"]
    alone = _at_once(1, words)
    (made,) = (home / "data" / "imported").iterdir()
    whole = made.read_bytes()
    made.unlink()

    ended = _at_once(8, words)

    assert (set(alone), set(ended)) == ({0}, {0})
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    assert made.read_bytes() == whole


def _at_once(count: int, words: list[str]) -> list[int]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "barriergraph", *words],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for _ in range(count)
    ]  # fmt: skip
    return [process.wait(timeout=120) for process in processes]
