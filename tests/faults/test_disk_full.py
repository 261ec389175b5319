"""A full disk: what was there stays, nothing is left behind, and it is said which file."""

from __future__ import annotations

import os
import resource
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
    "new": ["new", "barrier", "Smoke", "--definition", "Smoke, {long}", "--level", "individual",
            "--module", "{disk}/mine"],
    "query": ["new", "query", "fogs", "--question", "Which?", "--module", "{disk}/mine"],
    "module": ["new", "module", "{disk}/other", "--description", "Lamps.", "--creator", "Ada",
               "--licence", "https://creativecommons.org/licenses/by/4.0/"],
    "template": ["new", "sheet", "{disk}/sheet.csv"],
    "mappings": ["export", "sssom", "--output", "{disk}/old.tsv"],
    "deprecate": ["deprecate", "https://example.org/mine/fog", "--since", "2.0.0",
                  "--advice", "say haar", "--module", "{disk}/mine"],
    "migrate": ["migrate", "--write", "--module", "{disk}/mine"],
}  # fmt: skip

#: What the quick run tries; the others write in the same ways.
QUICK = ("export", "store", "new", "module", "deprecate")

#: Concepts of a module: one that could be retired, and a retired one that is used still.
CONCEPTS = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX mine: <https://example.org/mine/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
mine:fog a bg:Barrier ; skos:prefLabel "Fog"@en ; skos:related mine:mist .
mine:haar a bg:Barrier ; skos:prefLabel "Haar"@en .
mine:mist a bg:Barrier ; skos:prefLabel "Mist"@en ; owl:deprecated true ;
    dcterms:isReplacedBy mine:haar .
"""


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
        (folder / "mine" / "data" / "concepts.ttl").write_text(CONCEPTS)
        for name in ("old.ttl", "old.trig", "old.xlsx", "old.json", "old.tsv"):
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
    verb: str, disk: Path, tmp_path: Path, command: Command, unless_quick: Callable[[bool], None]
) -> None:
    unless_quick(verb in QUICK)
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
    assert not (disk / "other").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no limit of file sizes")
@pytest.mark.parametrize("verb", ["serve", "export"])
def test_a_file_that_cannot_grow_is_told(
    verb: str, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a disk that fills up in the midst of writing; also where no disk can be mounted."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    words = {"serve": ["--port", str(port)], "export": ["--output", str(tmp_path / "all.ttl")]}

    done = subprocess.run(
        [sys.executable, "-m", "barriergraph", verb, *words[verb]],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"barriergraph: {tmp_path}/")
    assert "cannot be written: file too large" in done.stderr
    assert list(tmp_path.iterdir()) == []


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
