"""A graph on disk: loaded once, opened in milliseconds at any size, shared by many readers.

A folder holds one loading at a time, in a folder of its own that takes its place only when it is
whole; so a process that is killed in mid-load leaves nothing that could be taken for a graph.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from pyoxigraph import NamedNode, Quad, Store

from barriergraph import __version__, sources
from barriergraph.errors import BarrierGraphError, SourceError
from barriergraph.loading import name_blank_nodes
from barriergraph.sources import Module

#: Tells what is being done, in words.
Tell = Callable[[str], None]

#: Files of more bytes in all go to disk as they are read. Deriving on disk takes twice as long as
#: in memory, so more is held there when something is to be derived.
_LARGE, _LARGE_TO_DERIVE = 64_000_000, 256_000_000

_STATE = "barriergraph.json"
_PARTIAL = "loading-"
_GRAPH = "graph-"
_LOCK = "lock"


def on_disk(
    folder: str, modules: Sequence[Module], *, infer: bool, tell: Tell = lambda step: None
) -> tuple[Store, str]:
    """Return the store of some modules in a folder, read-only, and the path of its database.

    It is loaded when the folder is new or empty, and again when a file has changed: a changed size
    or time is looked into, and only other content counts. What another process left half loaded is
    taken away.

    Raises: BarrierGraphError for a folder that holds something else or cannot be written;
        SourceError for a file that is wrong, and then what was there stays.
    """
    stamps: dict[str, list[int]] = {path: list(stamp) for path, stamp in _stamps(modules)}
    asked = {"program": __version__, "inferred": infer, "files": sorted(stamps)}
    path = _whole(folder, asked, stamps, tell)
    if path is None:
        with _alone(folder, tell):
            # Another process may have loaded it while this one waited.
            path = _whole(folder, asked, stamps, lambda step: None)
            if path is None:
                path = _load(folder, modules, {**asked, "stamps": stamps}, infer, tell)
            return Store.read_only(path), path
    try:
        return Store.read_only(path), path
    except (OSError, RuntimeError):
        tell("the database cannot be read, and is loaded again")
    with _alone(folder, tell):
        path = _load(folder, modules, {**asked, "stamps": stamps}, infer, tell)
        return Store.read_only(path), path


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


def _whole(
    folder: str, asked: dict[str, object], stamps: dict[str, list[int]], tell: Tell
) -> str | None:
    """Return the path of the database that holds what is asked for, or None if there is none."""
    state = _state(folder)
    if state is None or not _holds(state, asked, stamps, folder, tell):
        return None
    path = os.path.join(folder, str(state["place"]))
    return path if os.path.isdir(path) else None


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
    if _STATE not in names:
        if any(not name.startswith((_PARTIAL, _GRAPH, _LOCK, ".")) for name in names):
            raise BarrierGraphError(
                f"{folder} holds something else than a graph; name a new folder"
            )
        return None
    try:
        with open(os.path.join(folder, _STATE), encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


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
        if any(_sum(path) != sums.get(path) for path in changed):
            return False
        with suppress(BarrierGraphError, OSError):  # who may only read looks into them again
            _write_state(folder, {**state, "stamps": stamps})
    return True


def _load(
    folder: str, modules: Sequence[Module], state: dict[str, object], infer: bool, tell: Tell
) -> str:
    """Load some modules beside what is there, put that in its place, and return its path."""
    for name in os.listdir(folder):
        if name.startswith(_PARTIAL):
            tell(f"{os.path.join(folder, name)} was left half loaded, and is taken away")
            shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
    # What is said of the files is from before they are read: a change in between shows later.
    sums = {path: _sum(path) for path in state["stamps"]}  # type: ignore[attr-defined]
    part = os.path.join(folder, f"{_PARTIAL}{os.urandom(6).hex()}")
    try:
        _fill(part, modules, infer, tell)
    except (OSError, RuntimeError) as error:
        shutil.rmtree(part, ignore_errors=True)
        reason = getattr(error, "strerror", None) or str(error)
        raise BarrierGraphError(f"{folder}: the graph cannot be written: {reason}") from None
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    final = f"{_GRAPH}{os.urandom(6).hex()}"
    os.rename(part, os.path.join(folder, final))
    _write_state(folder, {**state, "sums": sums, "place": final})
    for name in os.listdir(folder):
        if name.startswith(_GRAPH) and name != final:
            shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
    return os.path.join(folder, final)


def _fill(part: str, modules: Sequence[Module], infer: bool, tell: Tell) -> None:
    """Make a database of what the files say and what follows.

    The engine writes a table for each call, so what fits is put together in memory first, and what
    does not goes in as one stream.
    """
    from barriergraph.inference import close

    files = [(one, file) for one in modules for file in sources.turtle_files(one)]
    disk = Store(part)
    if sum(os.path.getsize(one.locate(file)) for one, file in files) > (
        _LARGE_TO_DERIVE if infer else _LARGE
    ):
        disk.bulk_extend(_quads(files, tell))
        if infer:
            tell("deriving")
            close(disk)
    else:
        store = Store()
        sources.read_into(store, modules)
        name_blank_nodes(store)
        if infer:
            tell("deriving")
            close(store)
        disk.bulk_extend(store)
    disk.optimize()  # questions take a third of the time afterwards
    disk.flush()


def _quads(files: Sequence[tuple[Module, str]], tell: Tell) -> Iterator[Quad]:
    """Yield what files say, each in its named graph, without keeping it in memory."""
    for count, (one, file) in enumerate(files, 1):
        tell(f"loading {count} of {len(files)}: {one.shown(file)}")
        graph = NamedNode(one.graph(file))
        for subject, predicate, value, _ in sources.stream(one.locate(file)):
            yield Quad(subject, predicate, value, graph)


def _stamps(modules: Sequence[Module]) -> Iterator[tuple[str, tuple[int, int]]]:
    for one in modules:
        for file in sources.turtle_files(one):
            path = os.path.abspath(one.locate(file))
            try:
                found = os.stat(path)
            except OSError as error:
                raise SourceError(path, f"cannot be read: {error.strerror}") from None
            yield path, (found.st_size, found.st_mtime_ns)


def _sum(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:32]


def _write_state(folder: str, state: dict[str, object]) -> None:
    from barriergraph.output import write_file

    write_file(os.path.join(folder, _STATE), json.dumps(state, indent=1).encode())
