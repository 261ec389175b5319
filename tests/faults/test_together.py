"""Processes that write the same thing at once: each ends well, and what is left is whole."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from barriergraph.authoring.beginning import new_module

ROOT = Path(__file__).parent.parent.parent


def at_once(count: int, *words: str) -> list[tuple[int, bytes, bytes]]:
    """Run the command so many times at once; return code, stdout and stderr of each."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "barriergraph", *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(count)
    ]  # fmt: skip
    found = []
    for process in processes:
        out, err = process.communicate(timeout=240)
        found.append((process.returncode, out, err))
    return found


@pytest.mark.usefixtures("slow")
def test_a_cache_filled_by_eight_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["run", "key-findings", "--format", "csv"]
    monkeypatch.setenv("BARRIERGRAPH_CACHE", "")
    (alone,) = at_once(1, *words)
    monkeypatch.setenv("BARRIERGRAPH_CACHE", str(tmp_path / "cache"))

    together = at_once(8, *words)

    assert alone[0] == 0
    assert together == [alone] * 8
    assert not list((tmp_path / "cache").rglob("*.part"))
    (graph,) = (tmp_path / "cache").rglob("graph.nq")
    *statements, end = graph.read_bytes().splitlines(keepends=True)
    assert end == b"# whole %08x\n" % zlib.crc32(b"".join(statements))
    assert at_once(1, *words) == [alone]


@pytest.mark.usefixtures("slow")
def test_a_file_exported_by_eight_is_whole(tmp_path: Path) -> None:
    words = ["export", "--format", "nquads", "--graph", "ontology/barriergraph.ttl"]
    (alone,) = at_once(1, *words)

    ended = at_once(8, *words, "--output", str(tmp_path / "all.nq"))

    assert [code for code, _, _ in ended] == [0] * 8
    assert [path.name for path in tmp_path.iterdir()] == ["all.nq"]
    assert (tmp_path / "all.nq").read_bytes() == alone[1]


PUBLISH = """
import os, sys
from barriergraph import load
from barriergraph.publishing.errors import PublishError
from barriergraph.publishing.publish import Wish, publish

class Pages:
    def __init__(self, graph, *, base=None): pass
    def paths(self): return tuple(f"page-{number}.html" for number in range(50))
    def render(self, path): return str(os.getpid()).encode()

graph = load(sys.argv[1], base=False)
wish = Wish(base=None, endpoint=None, w3id=False)
for _ in range(3):
    try:
        publish(graph, sys.argv[2], pages=Pages, wish=wish, workers=1)
        print("published")
    except PublishError as error:
        print("refused:", error)
"""


@pytest.mark.usefixtures("slow")
def test_a_folder_published_by_three_is_whole(tmp_path: Path) -> None:
    """Each wins or is told; what is there in the end is of one run, as its list of sums says."""
    module = tmp_path / "mine"
    for part in ("ontology", "queries"):
        shutil.copytree(ROOT / part, module / part)
    shutil.copytree(ROOT / "tests" / "fixtures" / "small" / "data", module / "data")
    site = tmp_path / "out" / "site"

    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PUBLISH, str(module), str(site)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )
        for _ in range(3)
    ]  # fmt: skip
    told = [process.communicate(timeout=120) for process in processes]

    assert [(process.returncode, err) for process, (_, err) in zip(processes, told, strict=True)] \
        == [(0, "")] * 3  # fmt: skip
    lines = "".join(out for out, _ in told).splitlines()
    assert len(lines) == 9
    assert "published" in lines
    assert {line for line in lines if not line.startswith(("published", f"refused: {site}: "))} \
        == set()  # fmt: skip
    assert [path.name for path in site.parent.iterdir()] == ["site"]
    sums = (site / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    for expected, _, name in (line.partition("  ") for line in sums):
        assert hashlib.sha256((site / name).read_bytes()).hexdigest() == expected, name
    pages = [(site / f"page-{number}.html").read_text() for number in range(50)]
    assert len(set(pages)) == 1


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
    alone = at_once(1, *words)
    (made,) = (home / "data" / "imported").iterdir()
    whole = made.read_bytes()
    made.unlink()

    ended = at_once(8, *words)

    assert [code for code, _, _ in (*alone, *ended)] == [0] * 9
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    assert made.read_bytes() == whole
