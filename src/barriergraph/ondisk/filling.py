"""Making the databases of a graph: from files, from where a killed process was, or from a copy."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence

from pyoxigraph import NamedNode, Store

from barriergraph import sources
from barriergraph.inference import NEW, close
from barriergraph.loading import (
    graphs_of,
    leave_out_repeats,
    name_blank_nodes,
    rename_blank_nodes,
)
from barriergraph.ondisk.bulk import HUGE, File, blank_statements, checksum, copy, load_files
from barriergraph.ondisk.journal import ASSERTED, NAMED, NAMING, Journal
from barriergraph.sources import Module

#: Tells what is being done, in words.
Tell = Callable[[str], None]

#: Files of more bytes in all go to disk as they are read. Deriving on disk takes four times as
#: long as in memory, so more is held there when something is to be derived.
_LARGE, _LARGE_TO_DERIVE = 8_000_000, 256_000_000
#: Files of more bytes in all are compared with what ships, and not with each other: that takes a
#: quarter of the time that loading them does.
_COMPARED = 256_000_000
#: Blank nodes of more statements, or of huge files, keep the names that the parser gave: to find
#: and name them takes too long.
_NAMED = 100_000

#: What a folder of one loading holds: everything, and what is asserted where that is not the same.
GRAPH, BESIDE = "graph", "asserted"
_JOURNAL = "journal.json"


def fill(
    part: str, modules: Sequence[Module], asked: Mapping[str, object], *, infer: bool, tell: Tell
) -> dict[str, str]:
    """Make the databases of some modules in a folder and return the checksum of each file.

    What fits is put together in memory. What does not is loaded file by file, and what an earlier
    call has loaded of the same files stays.

    Raises: SourceError for a file that is wrong; OSError or RuntimeError when disk fails.
    """
    files = files_of(modules)
    size = sum(os.path.getsize(file.path) for file in files)
    if size <= (_LARGE_TO_DERIVE if infer else _LARGE):
        _start_again(part, tell)
        return _through_memory(part, modules, files, infer, tell)
    return _straight(part, modules, files, size, asked, infer, tell)


def grow(
    part: str, before: str, beside: str | None, added: Sequence[File], *, large: bool, tell: Tell
) -> dict[str, str]:
    """Make the databases of a graph to which some files are added; return their checksums.

    `before` is the database of the graph without them, `beside` the one of what it asserts if
    something is derived. Their tables are shared, not copied, where the file system can do that.
    Blank nodes of the files keep the names that the parser gave. With `large`, the tables are put
    in order afterwards.

    Raises: as `fill`.
    """
    from concurrent.futures import ThreadPoolExecutor

    _start_again(part, tell)
    with ThreadPoolExecutor(1) as other:
        # Opening and copying a database takes as long as all else that is done with a small file.
        copied = other.submit(_copied, beside, os.path.join(part, BESIDE)) if beside else None
        disk = _copied(before, os.path.join(part, GRAPH))
        tell(f"loading {len(added)} files that are new")
        sums = {
            os.path.abspath(one.file.path): one.checksum
            for done in load_files(disk, added)
            for one in done
        }
        new = [file.graph for file in added]
        leave_out_repeats(disk, new, new)
        graphs = list(map(NamedNode, new))
        if copied is not None:
            asserted = copied.result()
            for graph in graphs:
                asserted.bulk_extend(disk.quads_for_pattern(None, None, None, graph))
            finished = other.submit(_finish, asserted, in_order=large)
            tell("deriving what follows from them")
            close(disk, added=graphs)
            finished.result()
        _finish(disk, in_order=large)
    return sums


def can_go_on(part: str) -> bool:
    """Tell whether a folder was left by a loading that wrote down how far it came."""
    return os.path.isfile(os.path.join(part, _JOURNAL))


def files_of(modules: Iterable[Module]) -> list[File]:
    """Return the Turtle files of some modules with their named graphs, in order."""
    return [
        File(one.locate(file), one.graph(file))
        for one in modules
        for file in sources.turtle_files(one)
    ]


def _through_memory(
    part: str, modules: Sequence[Module], files: Sequence[File], infer: bool, tell: Tell
) -> dict[str, str]:
    # What is said of the files is from before they are read: a change in between shows later.
    sums = {os.path.abspath(file.path): checksum(file.path) for file in files}
    memory = Store()
    sources.read_into(memory, modules)
    leave_out_repeats(memory, graphs_of(modules, shipped=False))
    name_blank_nodes(memory)
    disk = Store(os.path.join(part, GRAPH))
    copy(memory, disk)
    if infer:
        _set_aside(disk, part)
        tell("deriving")
        close(memory)
        known = set(disk.named_graphs())
        copy(memory, disk, {name for name in memory.named_graphs() if name not in known})
    _finish(disk)
    return sums


def _straight(
    part: str,
    modules: Sequence[Module],
    files: Sequence[File],
    size: int,
    asked: Mapping[str, object],
    infer: bool,
    tell: Tell,
) -> dict[str, str]:
    journal = _journal(part, files, asked, tell)
    disk = Store(os.path.join(part, GRAPH))
    left = [file for file in files if file.graph not in journal.loaded]
    for file in left if journal.resumed else ():
        # It may be in, and its writing down be missing; a blank node would be in twice then.
        if disk.contains_named_graph(NamedNode(file.graph)):
            disk.remove_graph(NamedNode(file.graph))
    tell(f"loading {len(left)} of {len(files)} files")
    for done in load_files(disk, left):
        journal.add(done)
        bytes_ = sum(one.size for one in journal.loaded.values())
        tell(
            f"loaded {len(journal.loaded)} of {len(files)} files, "
            f"{bytes_ / 1e6:.0f} of {size / 1e6:.0f} MB"
        )
    if NAMED not in journal.steps:
        shipped = None if size <= _COMPARED else graphs_of(modules, shipped=True)
        leave_out_repeats(disk, graphs_of(modules, shipped=False), shipped)
        small = [o.file.graph for o in journal.loaded.values() if o.blank and o.size <= HUGE]
        told = blank_statements(disk, small)
        if 0 < len(told) <= _NAMED:
            journal.step(NAMING)
            rename_blank_nodes(disk, told)
        journal.step(NAMED)
    if infer:
        if ASSERTED not in journal.steps:
            _set_aside(disk, part)
            journal.step(ASSERTED)
        for name in list(disk.named_graphs()):
            if isinstance(name, NamedNode) and name.value.startswith(NEW):
                disk.remove_graph(name)
        tell("deriving")
        close(disk)
    _finish(disk)
    return {os.path.abspath(one.file.path): one.checksum for one in journal.loaded.values()}


def _journal(part: str, files: Sequence[File], asked: Mapping[str, object], tell: Tell) -> Journal:
    """Return the journal of a loading: the one that was left if it can go on, else a new one."""
    path = os.path.join(part, _JOURNAL)
    if os.path.isdir(part):
        journal = Journal(path, asked)
        here = {file.graph: file.path for file in files}
        if (
            journal.loaded
            and (NAMING not in journal.steps or NAMED in journal.steps)
            and all(_is_same(here[graph], one.checksum) for graph, one in journal.loaded.items())
        ):
            tell(f"{part} was left half loaded: {len(journal.loaded)} of {len(files)} files are in")
            return journal
        del journal
    _start_again(part, tell)
    return Journal(path, asked)


def _is_same(path: str, before: str) -> bool:
    try:
        return checksum(path) == before
    except OSError:
        return False


def _start_again(part: str, tell: Tell) -> None:
    if os.path.isdir(part):
        tell(f"{part} was left half loaded, and is taken away")
        shutil.rmtree(part, ignore_errors=True)
    os.makedirs(part)


def _set_aside(disk: Store, part: str) -> None:
    """Keep what is asserted beside what will be derived: duties are checked on that alone."""
    beside = os.path.join(part, BESIDE)
    shutil.rmtree(beside, ignore_errors=True)
    _finish(disk)
    disk.backup(beside)


def _copied(before: str, path: str) -> Store:
    """Open a copy of a database that nobody writes any more.

    Its tables are shared, as they never change, which is what a checkpoint of RocksDB does; but
    that wants the database opened first.
    """
    shutil.copytree(before, path, copy_function=_share)
    return Store(path)


def _share(source: str, place: str) -> str:
    if source.endswith(".sst"):
        with contextlib.suppress(OSError):  # a file system that has no second names copies
            os.link(source, place)
            return place
    return str(shutil.copy2(source, place))


def _finish(disk: Store, *, in_order: bool = True) -> None:
    if in_order:
        disk.optimize()  # questions take a third of the time afterwards
    disk.flush()
