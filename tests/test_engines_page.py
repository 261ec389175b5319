"""What the page on other engines says is so: commands, links, and what Virtuoso gets wrong."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from barriergraph.cli import main
from barriergraph.remote.virtuoso import WRONG, WRONG_CHECKS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "docs" / name for name in ("engines.md", "faults.md", "large-graphs.md")]
PAGE = PAGES[0].read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"^(barriergraph [^#\n]+?)\s*(?:#|$)", PAGE, re.MULTILINE)))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_its_verb_and_options(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, verb, *words = shlex.split(command)
    assert main([verb, "--help"]) == 0

    known = capsys.readouterr().out
    assert [word for word in words if word.startswith("--") and word not in known] == []


def test_the_names_that_are_said_to_be_wrong_are_those() -> None:
    said = PAGE[PAGE.index("most give wrong rows") : PAGE.index("Asking one of these")]

    assert sorted(re.findall(r"`([a-z-]+)`", said)) == sorted(WRONG)
    assert re.findall(r"`bgs:(\S+)`", PAGE) == list(WRONG_CHECKS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_file_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    tests = re.findall(r"`((?:\w+/)?test_\w+\.py)`", text)

    assert [one for one in links if not (page.parent / one).exists()] == []
    assert [one for one in tests if not (ROOT / "tests" / one).exists()] == []
