"""The README is a test subject: every shell session and every Python session in it is run."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from barriergraph.checking import Checker
from barriergraph.checking.targets import targets

README = Path(__file__).parent.parent / "README.md"
SESSIONS = re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
(TURTLE,) = re.findall(r"```turtle\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
STEPS = [
    (command, output)
    for session in SESSIONS
    for command, output in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)
]


@pytest.mark.parametrize(("command", "expected"), STEPS, ids=[step[0] for step in STEPS])
def test_a_shell_session_prints_what_the_readme_says(
    command: str, expected: str, tmp_path: Path
) -> None:
    program, *words = shlex.split(command)
    assert program == "barriergraph"
    (tmp_path / "my-evidence" / "data").mkdir(parents=True)
    text = TURTLE.replace("kind:barrier", "kind:barier")
    (tmp_path / "my-evidence" / "data" / "paper.ttl").write_text(text, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "barriergraph", *words],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "100"},
        encoding="utf-8",
        check=False,
    )

    assert (done.stdout + done.stderr).replace("\r\n", "\n") == expected


def test_the_python_sessions_give_what_the_readme_says() -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    parser = doctest.DocTestParser()
    text = "\n".join(
        re.findall(r"```pycon\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    )
    assert text

    runner.run(parser.get_doctest(text, {}, "README.md", str(README), 0))

    assert runner.summarize(verbose=False).failed == 0


def test_the_finding_that_the_readme_adds_passes_the_check(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "paper.ttl").write_text(TURTLE, encoding="utf-8")
    found = targets([str(tmp_path)], [])

    assert Checker(found.modules, wanted=found.wanted, reasoner=False).run().faults == ()
