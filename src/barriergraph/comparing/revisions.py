"""The content of a git revision, read without a checkout and without a shell."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping

from barriergraph.errors import BarrierGraphError, NotFoundError
from barriergraph.sources import MANIFEST, PARTS

#: What keeps git from asking, paging, fetching or running what a repository brings along.
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
_KIND = "file, folder or git revision"
_OPTIONS = ("--no-pager", "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false")


def revision(text: str, folder: str = ".") -> Mapping[str, bytes] | bytes:
    """Return what `REV` or `REV:path` of the repository around a folder holds.

    For a folder these are its `module.ttl`, if it has one, and the files below `ontology/`,
    `data/`, `shapes/` and `queries/`, by their paths with '/' between. For a file it is
    the content.

    Raises: NotFoundError when git knows no such revision, or the folder is in no repository;
        BarrierGraphError without git, for a name that begins with '-', and for a revision without
        content.
    """
    if text.startswith("-"):
        raise BarrierGraphError(f"{text!r} begins with '-', as no revision or file to compare does")
    top = _top(folder, text)
    found = _known(top, text)
    if _git(top, "cat-file", "-t", found).strip() == b"blob":
        return _git(top, "cat-file", "blob", found)
    names = _git(top, "ls-tree", "--name-only", "-z", found).split(b"\0")
    parts = [part for part in PARTS if part.encode() in names]
    if not parts:
        wanted = ", ".join(f"{part}/" for part in PARTS)
        raise BarrierGraphError(
            f"{text}: this revision has none of the folders {wanted} at its top; "
            f"write {text}:FOLDER for one below it"
        )
    present = [*parts, MANIFEST] if MANIFEST.encode() in names else parts
    return _files(_git(top, "archive", "--format=tar", found, "--", *present))


def _top(folder: str, text: str) -> str:
    try:
        found = _git(folder, "rev-parse", "--show-toplevel")
    except BarrierGraphError as error:
        if "not a git repository" in str(error):
            raise NotFoundError(_KIND, text) from None
        raise
    return os.fsdecode(found).rstrip("\r\n")


def _known(top: str, text: str) -> str:
    """Return the hash of what a name stands for, which no option can hide in."""
    try:
        found = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", text)
    except BarrierGraphError:
        raise NotFoundError(_KIND, text) from None
    return found.decode("ascii").strip()


def _files(archive: bytes) -> dict[str, bytes]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
        for member in tar:
            names = member.name.split("/")
            ending = MANIFEST if member.name == MANIFEST else PARTS.get(names[0])
            hidden = any(name.startswith(".") for name in names)
            if ending and member.isfile() and member.name.endswith(ending) and not hidden:
                file = tar.extractfile(member)
                assert file is not None  # it is a file
                found[member.name] = file.read()
    return found


def _git(folder: str, *words: str) -> bytes:
    program = shutil.which("git")
    if program is None:
        raise BarrierGraphError(
            "this is no file or folder, and without git on the PATH it can be no revision; "
            "install git, or name a file or folder"
        )
    try:
        done = subprocess.run(
            [program, *_OPTIONS, "-C", folder, *words],
            env={**os.environ, **_QUIET}, stdin=subprocess.DEVNULL, capture_output=True,
            check=False,
        )  # fmt: skip
    except (OSError, ValueError) as error:  # ValueError: a zero byte in a name
        raise BarrierGraphError(f"git cannot be asked: {error}") from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip() or f"exit {done.returncode}"
        raise BarrierGraphError(f"git {words[0]}: {reason}")
    return done.stdout
