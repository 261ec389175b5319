"""The files of a database: whether they are whole, at a glance or byte by byte."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping

from barriergraph.errors import DamagedError
from barriergraph.ondisk.bulk import checksum
from barriergraph.ondisk.filling import BESIDE

#: What tells of the loading that a folder holds.
STATE = "barriergraph.json"

#: How often, in seconds, a process that reads a database looks at its own memory, and the bytes
#: that mean nothing yet.
_PAUSE, _USUAL = 0.25, 512 * 2**20

#: The databases that one thread of this process watches over.
_GUARDED: list[str] = []


def written(folder: str) -> dict[str, object] | None:
    """Return what a folder says of the loading that it holds, or None where that cannot be read."""
    try:
        with open(os.path.join(folder, STATE), encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def at_a_glance(path: str) -> dict[str, object]:
    """Return what tells whether the files of a database are whole.

    Tables are known by their size, as the engine looks into them itself; the list of tables by its
    content, as the engine takes a cut one for an older one.
    """
    found: dict[str, object] = {}
    for file, key in _files(path):
        if key.endswith(".sst"):
            found[key] = os.path.getsize(file)
        elif os.path.basename(key).startswith(("MANIFEST", "CURRENT")):
            found[key] = checksum(file)
    return found


def checksums(path: str, before: str, known: Mapping[str, str]) -> dict[str, str]:
    """Return the checksum of each table of a database.

    Of what it shares with the database that was there `before`, the checksums are `known`.
    """
    from concurrent.futures import ThreadPoolExecutor

    old = {key: file for file, key in _files(before) if key in known}
    tables = {key: file for file, key in _files(path) if key.endswith(".sst")}
    shared = {key for key in tables.keys() & old if os.path.samefile(tables[key], old[key])}
    left = sorted(tables.keys() - shared)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(checksum, [tables[key] for key in left])
        return {key: known[key] for key in shared} | dict(zip(left, found, strict=True))


def verify(path: str) -> None:
    """Compare each byte of a database's tables with what was written.

    One that was replaced in the meantime, or that has no checksums, is passed over. It takes a
    second for each gigabyte or so.

    Raises: DamagedError when a table is not as it was, or cannot be read.
    """
    state = written(os.path.dirname(path)) or {}
    known = state.get("checksums")
    if state.get("place") != os.path.basename(path) or not isinstance(known, dict):
        return
    try:
        found = checksums(path, "", {})
    except OSError as error:
        raise DamagedError(path, f"a table cannot be read: {error.strerror}") from None
    for key, value in known.items():
        if found.get(key) != value:
            raise DamagedError(path, f"the table {key} is not as it was written")


def guard(path: str) -> None:
    """End this process when it grows by reading a database that proves to be damaged.

    The engine repeats its error without end where it sorts, counts or groups what is damaged, and
    gathers that until memory is used up. So a process that has taken up a lot looks into the
    tables of the databases that it guards, and if one is not as it was written, says what to do
    and ends with 2.
    """
    if not _GUARDED:
        threading.Thread(target=_guard, name="guard", daemon=True).start()
    _GUARDED.append(path)


def _guard() -> None:
    most = _USUAL
    while True:
        time.sleep(_PAUSE)
        if _memory() > most:
            try:
                for path in tuple(_GUARDED):
                    verify(path)
            except DamagedError as error:
                print(f"barriergraph: {error}", file=sys.stderr, flush=True)
                os._exit(2)
            most = 2 * _memory()


def _memory() -> int:
    """Return the bytes that this process takes up, or has at most where that is not told; or 0."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _files(path: str) -> Iterator[tuple[str, str]]:
    """Yield the files of a database and of what is kept beside it, each with its name therein."""
    for place, prefix in ((path, ""), (f"{path}-{BESIDE}", f"{BESIDE}/")):
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
            yield os.path.join(place, name), prefix + name
