"""The folder that is published into: what may be replaced, and the swap of new for old."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from barriergraph.publishing.errors import PublishError

#: The file that tells a folder of ours, and the one that lists what we wrote into it.
MARKER, LIST = ".barriergraph", "SHA256SUMS"

MARK = b"Made by 'barriergraph publish', which replaces this folder as a whole.\n"


@contextmanager
def replacing(folder: str) -> Iterator[str]:
    """Give an empty folder beside the one to be published, and put it in its place at the end.

    When anything goes wrong in between, the new folder is deleted and the old one is as it was.

    Raises: PublishError for a folder that holds what was not published, or that cannot be written.
    """
    target = os.path.realpath(folder)
    check(folder)
    made = None
    try:
        made = _beside(target)
        yield made
        _swap(made, target)
        made = None
    except OSError as error:
        raise PublishError(f"{folder}: cannot be written: {_reason(error)}") from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def check(folder: str) -> None:
    """Do nothing for a folder that is missing, empty, or holds only what was published before.

    Raises: PublishError for any other, with what to do.
    """
    if not os.path.lexists(folder):
        return
    if not os.path.isdir(folder):
        raise PublishError(f"{folder}: is not a folder; name another one, or one that is not there")
    try:
        if not os.listdir(folder):
            return
        if not os.path.isfile(os.path.join(folder, MARKER)):
            raise PublishError(
                f"{folder}: was not made by 'barriergraph publish' and would be replaced; "
                "name another folder, or empty this one"
            )
        foreign = next(_foreign(folder), None)
    except OSError as error:
        raise PublishError(f"{folder}: cannot be read: {_reason(error)}") from error
    if foreign is not None:
        raise PublishError(
            f"{folder}: holds {foreign!r}, which was not published and would be lost; "
            "move it away, or name another folder"
        )


def _foreign(folder: str) -> Iterator[str]:
    """Yield what lies in a published folder and was not written by us."""
    known = {MARKER, LIST}
    try:
        with open(os.path.join(folder, LIST), encoding="utf-8") as file:
            known |= {line.rstrip("\n").partition("  ")[2] for line in file}
    except FileNotFoundError:
        pass
    folders = {path.rpartition("/")[0] for path in known}
    for place, inside, files in os.walk(folder):
        below = os.path.relpath(place, folder).replace(os.sep, "/")
        here = "" if below == "." else f"{below}/"
        yield from (here + name for name in sorted(files) if here + name not in known)
        for name in sorted(inside):
            path = here + name
            linked = os.path.islink(os.path.join(place, name))
            if linked or not any(one == path or one.startswith(f"{path}/") for one in folders):
                yield path


def _beside(target: str) -> str:
    parent = os.path.dirname(target)
    os.makedirs(parent, exist_ok=True)
    for count in range(1000):
        path = f"{target}.partial-{os.getpid()}-{count}"
        try:
            os.mkdir(path)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(17, "too many folders of interrupted runs beside it; delete them")


def _swap(made: str, target: str) -> None:
    """Put a folder in the place of another: in one move where the system can."""
    if not os.path.exists(target):
        os.rename(made, target)
        return
    if _exchange(made, target):
        shutil.rmtree(made, ignore_errors=True)
        return
    old = f"{made}.old"
    os.rename(target, old)
    try:
        os.rename(made, target)
    except BaseException:
        os.rename(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchange(one: str, other: str) -> bool:
    """Exchange two folders in one move, if the system can; else do nothing and return False.

    Source: https://man7.org/linux/man-pages/man2/rename.2.html
    """
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    at_working_folder, exchange = -100, 2
    paths = (os.fsencode(one), os.fsencode(other))
    return bool(rename(at_working_folder, paths[0], at_working_folder, paths[1], exchange) == 0)


def _reason(error: OSError) -> str:
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
