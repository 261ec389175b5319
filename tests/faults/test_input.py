"""Odd files and questions: each is told with its place, or read; nothing hangs or falls."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]

DEEP = 100_000

#: The bytes of a file, and what is told of it; nothing where it is sound.
FILES = {
    "nested brackets": (b"<a:a> <a:b> " + b"[ <a:b> " * DEEP, "a.ttl:1"),
    "nested lists": (b"<a:a> <a:b> " + b"( " * DEEP, "a.ttl:1"),
    "a NUL": (b"<a:a> <a:b> <a:\x00> .", "a.ttl:1"),
    "no UTF-8": (b"<a:a> <a:b> '\xff' .", "a.ttl:1"),
    "UTF-16": ("<a:a> <a:b> 'c' .".encode("utf-16"), "a.ttl:1"),
    "a byte order mark": (b"\xef\xbb\xbf<a:a> <a:b> 'c' .\r\n", ""),
    "a text of 20 megabytes": (b"<a:a> <a:b> '" + b"x" * 20_000_000 + b"' .", "a.ttl"),
    "a line of 20 megabytes": (b"<a:a> <a:b> " + b"'c' , " * 3_000_000 + b"'c' .", ""),
    "nothing": (b"", ""),
}


def module(folder: Path, data: bytes) -> Path:
    (folder / "mine" / "data").mkdir(parents=True)
    (folder / "mine" / "data" / "a.ttl").write_bytes(data)
    return folder / "mine"


@pytest.mark.parametrize("name", FILES)
def test_an_odd_file_is_told_with_its_place_or_read(
    name: str, tmp_path: Path, command: Command, unless_quick: Callable[[bool], None]
) -> None:
    unless_quick("megabytes" not in name)
    data, place = FILES[name]
    home = module(tmp_path, data)

    code, out, err = command("sparql", str(_query(tmp_path, "ASK {}")), "--module", str(home))

    assert "Traceback" not in err
    assert (code, place in err) == ((2, True) if place else (0, True)), err[:300]
    assert len(err) < 3000
    assert ("true" in out) == (not place)


def _query(folder: Path, text: str) -> Path:
    (folder / "query.rq").write_text(text, encoding="utf-8")
    return folder / "query.rq"


@pytest.mark.parametrize(
    "text",
    ["SELECT * " + "{ " * DEEP, "ASK { FILTER(" + "(" * DEEP, "ASK { ?a " + "!" * DEEP + "a ?b }",
     "ASK { ?a ?b " + "[ ?c " * DEEP, "\x00", "SELECT", "ASK { ?a ?b '" + "\\" * 9 + "' }"],
    ids=["braces", "brackets", "exclamation marks", "nodes", "NUL", "a word", "backslashes"],
)  # fmt: skip
def test_an_odd_question_is_refused_with_its_place(
    text: str, tmp_path: Path, command: Command
) -> None:
    code, out, err = command("sparql", str(_query(tmp_path, text)))

    assert (code, out, "Traceback" in err) == (2, "", False), err[-300:]
    assert err.startswith("barriergraph: ")
    assert len(err) < 3000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_among_the_files_does_not_hang(tmp_path: Path, command: Command) -> None:
    home = module(tmp_path, b"<a:a> <a:b> 'c' .")
    os.mkfifo(home / "data" / "pipe.ttl")

    code, _, err = command("sparql", str(_query(tmp_path, "ASK {}")), "--module", str(home))

    assert (code, "pipe.ttl" in err) == (2, True), err


def test_a_folder_or_a_broken_link_for_a_file_is_told(tmp_path: Path, command: Command) -> None:
    home = module(tmp_path, b"<a:a> <a:b> 'c' .")
    (home / "data" / "b.ttl").symlink_to("nowhere")

    code, _, err = command("check", str(home), "--no-reasoner")

    assert (code, "Traceback" in err) == (1, False), err[-300:]
    code, _, err = command("sparql", str(_query(tmp_path, "ASK {}")), "--module", str(home))
    assert (code, "b.ttl" in err, "Traceback" in err) == (2, True, False)


def test_links_that_go_round_are_walked_once(tmp_path: Path, command: Command) -> None:
    home = module(tmp_path, b"<a:a> <a:b> 'c' .")
    (home / "data" / "round").symlink_to(home / "data", target_is_directory=True)
    query = _query(tmp_path, "SELECT (COUNT(*) AS ?n) { <a:a> <a:b> ?c }")

    code, out, err = command("sparql", str(query), "--module", str(home), "--format", "csv")

    assert (code, out.split(), err) == (0, ["n", "1"], "")


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text on this system")
def test_a_name_that_is_no_text_is_told_or_read(tmp_path: Path, command: Command) -> None:
    home = module(tmp_path, b"<a:a> <a:b> 'c' .")
    for name in (b"\xff.ttl", b"new\nline.ttl", b"quo'te\".ttl", b"sp ace.ttl"):
        Path(os.fsdecode(os.fsencode(home / "data") + b"/" + name)).write_bytes(b"<a:d> <a:b> 1 .")

    for words in (["check", str(home), "--no-reasoner"],
                  ["sparql", str(_query(tmp_path, "ASK {}")), "--module", str(home)]):  # fmt: skip
        code, _, err = command(*words)
        assert (code in (0, 1, 2), "Traceback" in err) == (True, False), err[-500:]
