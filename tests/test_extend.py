"""The tutorial is run from its first command to the page that it publishes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from barriergraph import load
from barriergraph.site import Site

TEXT = (Path(__file__).parent.parent / "docs" / "extend.md").read_text(encoding="utf-8")
#: A file to be saved, or a session: the name of the file or nothing, and the text.
PARTS = re.compile(
    r"`(?P<name>[^`\n]+)`:\n\n```[a-z]+\n(?P<file>.*?)```|```console\n(?P<session>.*?)```",
    re.DOTALL,
)
YOU = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "You"), ("EMAIL", "you@example.org"))
}


def steps(session: str) -> Iterator[tuple[list[str], str]]:
    """Yield each command of a session, as words, with what it is to print."""
    for command, output in re.findall(
        r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE
    ):
        yield shlex.split(command.replace("\\\n", " ")), output


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_every_step_prints_what_the_tutorial_says(tmp_path: Path) -> None:
    ran = 0
    for part in PARTS.finditer(TEXT):
        if part["name"]:
            (tmp_path / part["name"]).write_text(part["file"], encoding="utf-8")
            continue
        for words, expected in steps(part["session"]):
            if words[:2] == ["barriergraph", "publish"]:
                continue  # its pages are looked at below
            python = [sys.executable, "-m"] if words[0] == "barriergraph" else []
            done = subprocess.run(
                [*python, *words], cwd=tmp_path, capture_output=True, encoding="utf-8",
                env={**os.environ, **YOU, "COLUMNS": "80"}, stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            said = (done.stdout + done.stderr).replace(os.sep, "/")
            if expected.endswith("…\n"):
                assert said.startswith(expected.removesuffix("…\n")), words
            else:
                assert said == expected, words
            ran += 1
    assert ran == 17

    site = Site(load(tmp_path / "animal-welfare"))
    row = site.render("map/evidence-map/fear-of-losing-an-animal.html").decode()
    assert "Owners say little to inspectors because they dread" in row
    assert "Animal welfare" in site.render("map.html").decode()
    page = "at/example.org/animal-welfare/finding/hedgehog2019-1.html"
    assert "Who tells whom about a neglected animal?" in site.render(page).decode()
