"""A graph on disk: loaded once, opened in milliseconds at any size, shared by many readers.

A folder holds one loading at a time, in a folder of its own that takes its place only when it is
whole; so a process that is killed in mid-load leaves nothing that could be taken for a graph, and
the next one goes on from the last file that is in.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from pyoxigraph import Store

from barriergraph import __version__, sources
from barriergraph.errors import BarrierGraphError, SourceError
from barriergraph.ondisk.bulk import File, checksum
from barriergraph.ondisk.filling import BESIDE, GRAPH, can_go_on, files_of, fill, grow
from barriergraph.ondisk.tables import STATE, at_a_glance, checksums, written
from barriergraph.sources import Module

#: Tells what is being done, in words.
Tell = Callable[[str], None]

_PARTIAL = "loading-"
_GRAPH = "graph-"
_LOCK = "lock"
#: What grows by less than this part keeps its tables as they are: sorting them takes longer.
_FEW = 10


def on_disk(
    folder: str, modules: Sequence[Module], *, infer: bool, tell: Tell = lambda step: None
) -> tuple[Store, str]:
    """Return the store of some modules in a folder, read-only, and the path of its database.

    It is loaded when the folder is new or empty, and again when a file has changed: a changed size
    or time is looked into, and only other content counts. When files were only added, only those
    are loaded. What another process left half loaded is gone on with.

    Raises: BarrierGraphError for a folder that holds something else or cannot be written;
        SourceError for a file that is wrong, and then what was there stays.
    """
    stamps: dict[str, list[int]] = {path: list(stamp) for path, stamp in _stamps(modules)}
    asked = {"program": __version__, "inferred": infer, "files": sorted(stamps)}
    ready = _ready(folder, asked, stamps, tell)
    if ready is None:
        with _alone(folder, tell):
            # Another process may have loaded it while this one waited.
            ready = _ready(folder, asked, stamps, lambda step: None)
            if ready is None:
                path = _load(folder, modules, {**asked, "stamps": stamps}, infer, tell)
                ready = Store.read_only(path), path
    return ready


def asserted(database: str) -> Store:
    """Return the store of what a graph on disk asserts, read-only, for one with more than that."""
    return Store.read_only(f"{database}-{BESIDE}")


@contextmanager
def _alone(folder: str, tell: Tell) -> Iterator[None]:
    """Let one process at a time load into a folder."""
    from filelock import FileLock, Timeout

    try:
        os.makedirs(folder, exist_ok=True)
        lock = FileLock(os.path.join(folder, _LOCK))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell("waiting for another process that loads it")
            lock.acquire()
    except OSError as error:
        raise BarrierGraphError(f"{folder}: cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


def _ready(
    folder: str, asked: dict[str, object], stamps: dict[str, list[int]], tell: Tell
) -> tuple[Store, str] | None:
    """Return the store that holds what is asked for, and its path, or None if there is none."""
    state = _state(folder)
    if state is None or not _holds(state, asked, stamps, folder, tell):
        return None
    path = os.path.join(folder, str(state["place"]))
    if asked["inferred"] and not os.path.isdir(f"{path}-{BESIDE}"):
        return None
    try:
        if state.get("tables") == at_a_glance(path):
            return Store.read_only(path), path
    except (OSError, RuntimeError):
        pass
    tell("the database cannot be read, and is loaded again")
    return None


def _state(folder: str) -> dict[str, object] | None:
    """Return what a folder says of the loading that it holds, or None for one without.

    Raises: BarrierGraphError for a folder that holds something else.
    """
    if not os.path.lexists(folder):
        return None
    try:
        names = os.listdir(folder)
    except OSError as error:
        raise BarrierGraphError(f"{folder}: cannot be looked into: {error.strerror}") from None
    if STATE not in names:
        if any(not name.startswith((_PARTIAL, _GRAPH, _LOCK, ".")) for name in names):
            raise BarrierGraphError(
                f"{folder} holds something else than a graph; name a new folder"
            )
        return None
    return written(folder)


def _holds(
    state: dict[str, object],
    asked: dict[str, object],
    stamps: dict[str, list[int]],
    folder: str,
    tell: Tell,
) -> bool:
    """Tell whether what is loaded is what is asked for."""
    if any(state.get(name) != value for name, value in asked.items()):
        return False
    before, sums = state.get("stamps"), state.get("sums")
    if not (isinstance(before, dict) and isinstance(sums, dict) and state.get("place")):
        return False
    changed = [path for path, stamp in stamps.items() if before.get(path) != stamp]
    if changed:
        tell(f"looking into {len(changed)} files with another time")
        if any(checksum(path) != sums.get(path) for path in changed):
            return False
        with suppress(BarrierGraphError, OSError):  # who may only read looks into them again
            _write_state(folder, {**state, "stamps": stamps})
    return True


def _load(
    folder: str, modules: Sequence[Module], state: dict[str, object], infer: bool, tell: Tell
) -> str:
    """Load some modules beside what is there, put that in its place, and return its path."""
    part = os.path.join(folder, f"{_PARTIAL}{GRAPH}")
    asked = {name: value for name, value in state.items() if name != "stamps"}
    before = _state(folder)
    new = _only_new(before, asked, modules, folder, tell) if before is not None else None
    try:
        if new and before is not None and not can_go_on(part):
            place = os.path.join(folder, str(before["place"]))
            beside = f"{place}-{BESIDE}" if infer else None
            large = sum(os.path.getsize(file.path) for file in new) > _size(before) / _FEW
            try:
                sums = dict(before["sums"])  # type: ignore[call-overload]
                sums |= grow(part, place, beside, new, large=large, tell=tell)
            except (OSError, RuntimeError):
                sums = {}
                tell("the database cannot be added to, so all is loaded again")
            if not sums:  # not in the handler: the error holds the database, and so its lock
                sums = fill(part, modules, asked, infer=infer, tell=tell)
        else:
            sums = fill(part, modules, asked, infer=infer, tell=tell)
    except (OSError, RuntimeError) as error:
        shutil.rmtree(part, ignore_errors=True)
        reason = getattr(error, "strerror", None) or str(error)
        raise BarrierGraphError(f"{folder}: the graph cannot be written: {reason}") from None
    except Exception:  # not for Ctrl-C: the next call goes on
        shutil.rmtree(part, ignore_errors=True)
        raise
    final = f"{_GRAPH}{os.urandom(6).hex()}"
    for name, place in ((GRAPH, final), (BESIDE, f"{final}-{BESIDE}")):
        if os.path.isdir(os.path.join(part, name)):
            os.rename(os.path.join(part, name), os.path.join(folder, place))
    path = os.path.join(folder, final)
    known, earlier = (before or {}).get("checksums"), str((before or {}).get("place"))
    read = checksums(path, os.path.join(folder, earlier), known if isinstance(known, dict) else {})
    state = {**state, "sums": sums, "place": final, "tables": at_a_glance(path), "checksums": read}
    _write_state(folder, state)
    for name in os.listdir(folder):
        if name.startswith((_GRAPH, _PARTIAL)) and not name.startswith(final):
            shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
    return path


def _only_new(
    before: dict[str, object],
    asked: dict[str, object],
    modules: Sequence[Module],
    folder: str,
    tell: Tell,
) -> list[File] | None:
    """Return the files that are new, if what is there can grow by them; else say why not."""
    sums, place = before.get("sums"), os.path.join(folder, str(before.get("place")))
    if not isinstance(sums, dict) or not os.path.isdir(place):
        return None
    if any(before.get(name) != asked[name] for name in asked if name != "files"):
        return None
    if asked["inferred"] and not os.path.isdir(f"{place}-{BESIDE}"):
        return None
    if before.get("tables") != at_a_glance(place):
        tell("the database cannot be added to, so all is loaded again")
        return None
    files = {os.path.abspath(file.path): file for file in files_of(modules)}
    changed = sum(path not in files or checksum(path) != sums[path] for path in sums)
    if changed:
        tell(f"all is loaded again: {changed} of {len(sums)} files changed or gone")
        return None
    return [file for path, file in files.items() if path not in sums]


def _size(state: dict[str, object]) -> int:
    stamps = state.get("stamps")
    return sum(size for size, _ in stamps.values()) if isinstance(stamps, dict) else 0


def _stamps(modules: Sequence[Module]) -> Iterator[tuple[str, tuple[int, int]]]:
    for one in modules:
        for file in sources.turtle_files(one):
            path = os.path.abspath(one.locate(file))
            try:
                found = os.stat(path)
            except OSError as error:
                raise SourceError(path, f"cannot be read: {error.strerror}") from None
            yield path, (found.st_size, found.st_mtime_ns)


def _write_state(folder: str, state: dict[str, object]) -> None:
    from barriergraph.output import write_file

    write_file(os.path.join(folder, STATE), json.dumps(state, indent=1).encode())
