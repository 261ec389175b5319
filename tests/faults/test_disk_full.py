"""A full disk: what was there stays, nothing is left behind, and it is said which file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from barriergraph.authoring.beginning import new_module

Command = Callable[..., tuple[int, str, str]]

BIB = """@article{ada2020,
  title = {Sharing at the lighthouse}, author = {Author, Ada}, year = {2020},
  journal = {Journal of lamps}, doi = {10.1000/182},
}
"""

#: What is written, as the words of the command; {disk} is the full one, {bib} a bibliography.
VERBS = {
    "export": ["export", "--output", "{disk}/old.ttl"],
    "nanopub": ["export", "--nanopub", "--output", "{disk}/old.trig"],
    "sheet": ["export", "sheet", "--output", "{disk}/old.xlsx"],
    "sqlite": ["export", "sqlite", "--output", "{disk}/new.db"],
    "schema": ["export", "schema", "--output", "{disk}/old.json"],
    "protege": ["export", "protege", "--output", "{disk}/protege"],
    "publish": ["publish", "{disk}/site", "--quiet"],
    "store": ["run", "counts", "--store", "{disk}/store"],
    "import": ["import", "{bib}", "--module", "{disk}/mine", "--write"],
    "new": ["new", "barrier", "Fog", "--definition", "Fog, {long}", "--level", "individual",
            "--module", "{disk}/mine"],
}  # fmt: skip


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that is full, but for a module with a file that could be written again."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)],
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
    except OSError as error:
        pytest.skip(f"a disk of its own cannot be mounted: {error}")
    if done.returncode:
        pytest.skip(f"a disk of its own cannot be mounted: {done.stderr.strip()}")
    try:
        new_module(str(folder / "mine"), {
            "namespace": "https://example.org/mine/", "title": "Mine", "description": "Lamps.",
            "creator": "Ada Author", "licence": "https://creativecommons.org/licenses/by/4.0/",
        })  # fmt: skip
        for name in ("old.ttl", "old.trig", "old.xlsx", "old.json"):
            (folder / name).write_text(f"what was in {name}")
        _fill(folder)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(folder: Path) -> None:
    with open(folder / "ballast", "wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"x" * 512)
        except OSError:
            pass


def _content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("ballast", "lock")
    }


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_lost_and_the_file_is_named(
    verb: str, disk: Path, tmp_path: Path, command: Command
) -> None:
    bib = tmp_path / "papers.bib"
    bib.write_text(BIB)
    before = _content(disk)
    words = [one.format(disk=disk, bib=bib, long="so thick " * 3000) for one in VERBS[verb]]

    code, out, err = command(*words)

    assert (code, "Traceback" in err) == (2, False), err
    assert str(disk) in err
    assert "no space left on device" in err.lower()
    assert "written" not in out
    assert _content(disk) == before


def test_a_full_disk_of_the_cache_costs_no_answer(
    disk: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    expected = command("run", "key-findings", "--format", "csv")
    monkeypatch.setenv("BARRIERGRAPH_CACHE", str(disk / "cache"))

    assert command("run", "key-findings", "--format", "csv") == expected
    assert command("run", "key-findings", "--format", "csv") == expected
    assert expected[0] == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [["run", "key-findings"], ["list"], ["export"]])
def test_an_output_that_takes_nothing_is_told(words: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "barriergraph", *words],
            stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False,
        )  # fmt: skip

    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "no space left on device" in done.stderr.lower()


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "barriergraph", "export", "--format", "nquads"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()

    assert process.wait(timeout=60) in (0, 2, 141, -13)
    assert process.stderr.read() == b""
    process.stderr.close()
