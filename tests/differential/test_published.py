"""The shipped graph as a folder: every link leads somewhere, and every sum is right."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from posixpath import dirname, normpath
from urllib.parse import unquote, urldefrag

import pytest

_LINK = re.compile(r'(?:href|src|action)="([^"]*)"')
_ANCHOR = re.compile(r'\bid="([^"]*)"')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graph, published by the command."""
    made = tmp_path_factory.mktemp("published") / "site"
    command = [sys.executable, "-m", "barriergraph", "publish", str(made), "--w3id", "--quiet"]
    subprocess.run([*command, "--base", "https://example.org/graph/"], check=True)
    return made


def test_every_link_of_the_published_site_leads_to_a_place_in_it(folder: Path) -> None:
    pages = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    anchors = {
        path: {unquote(one) for one in _ANCHOR.findall(text)} for path, text in pages.items()
    }
    broken = Counter()
    for path, text in pages.items():
        if path == "404.html":  # its links are from the root of the host: it stands for any page
            continue
        for link in set(_LINK.findall(text)):
            address, anchor = urldefrag(link.replace("&amp;", "&").replace("&#39;", "'"))
            if address.startswith(("https:", "http:", "data:")):
                continue
            target = unquote(normpath(f"{dirname(path)}/{address.partition('?')[0]}").lstrip("/"))
            target = path if not address else target
            if target == "sparql":  # the form of the editor, which scripts take over
                continue
            if target not in files or (
                anchor and target in anchors and unquote(anchor) not in anchors[target]
            ):
                broken[f"{path} -> {link}"] += 1

    assert list(broken)[:20] == []
    assert len(pages) > 4000


def test_the_sums_of_the_dumps_are_right(folder: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"],
        cwd=folder / "dumps", capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
