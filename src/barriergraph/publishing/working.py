"""Doing the jobs of all parts on all cores, each job's files written as soon as they are made."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from barriergraph.edition import Edition
from barriergraph.graph import KnowledgeGraph
from barriergraph.metadata.distributions import Written
from barriergraph.metadata.inputs import summed
from barriergraph.opening import load
from barriergraph.publishing.errors import PublishError
from barriergraph.publishing.parts import MakePages, Part, parts_of
from barriergraph.values import Value

#: How many jobs a process is given at once; a dump, which takes long, is given by itself.
_CHUNK = 40


class Recipe(Value):
    """What a process that shares no memory needs to make the same parts again."""

    __slots__ = ("base", "inferred", "modules", "pages", "shipped", "told")

    modules: tuple[str, ...]
    shipped: bool
    inferred: bool
    told: Edition
    pages: MakePages
    base: str | None

    def parts(self) -> tuple[Part, ...]:
        """Return the parts, from a graph that is read again."""
        graph = load(*self.modules, base=self.shipped, infer=self.inferred)
        return parts_of(graph, self.told, self.pages, self.base)


def recipe(graph: KnowledgeGraph, told: Edition, pages: MakePages, base: str | None) -> Recipe:
    """Return how another process makes the parts of a graph."""
    return Recipe(
        modules=tuple(one.path for one in graph.modules if one.name is not None),
        shipped=any(one.name is None for one in graph.modules),
        inferred=graph.inferred,
        told=told,
        pages=pages,
        base=base,
    )


class Worker:
    """Makes and writes files below a folder."""

    def __init__(self, parts: Sequence[Part], folder: str) -> None:
        self._parts = parts
        self._folder = folder
        self._made: set[str] = set()

    def do(self, part: int, jobs: Sequence[str]) -> dict[str, Written]:
        """Do some jobs of a part and return what was written, by path.

        Raises: PublishError that names the job when one fails.
        """
        written = {}
        for job in jobs:
            try:
                for path, data in self._parts[part].make(job).items():
                    self.write(path, data)
                    written[path] = summed(data)
            except PublishError:
                raise
            except OSError as error:
                place = os.path.join(self._folder, job)
                raise PublishError(f"{place}: cannot be written: {error.strerror}") from error
            except Exception as error:
                raise PublishError(f"{job}: {type(error).__name__}: {error}") from error
        return written

    def write(self, path: str, data: bytes) -> None:
        """Write a file that is not there yet; its path is relative, with '/' between."""
        names = path.split("/")
        if not all(names) or not {".", ".."}.isdisjoint(names) or "\\" in path:
            raise PublishError(f"{path!r} is no path below a folder")
        target = os.path.join(self._folder, *names)
        parent = os.path.dirname(target)
        if parent not in self._made:
            os.makedirs(parent, exist_ok=True)
            self._made.add(parent)
        # Four calls of the system less than `open` makes, for each of some ten thousand files.
        file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0))
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(file, view) :]
        finally:
            os.close(file)


def work(
    parts: Sequence[Part],
    again: Recipe,
    folder: str,
    *,
    workers: int,
    tell: Callable[[int], None],
) -> dict[str, Written]:
    """Do the jobs of all parts, and return the size and the sum of each file by path.

    `tell` is told of jobs that are done. With one worker everything is done here.

    Raises: PublishError for a job that fails, or a process that dies; what was written stays.
    """
    tasks = list(_tasks(parts))
    written: dict[str, Written] = {}
    if workers == 1:
        here = Worker(parts, folder)
        for part, jobs in tasks:
            _merge(written, here.do(part, jobs))
            tell(len(jobs))
        return written
    with _Processes(parts, again, folder, workers) as pool:
        waiting = {pool.submit(_do, part, jobs): len(jobs) for part, jobs in tasks}
        try:
            for done in as_completed(waiting):
                found = done.result()
                if isinstance(found, str):
                    raise PublishError(found)
                _merge(written, found)
                tell(waiting[done])
        except BrokenProcessPool:
            raise PublishError(
                "a process that writes files was killed; is there enough memory?"
            ) from None
        finally:
            for future in waiting:
                future.cancel()
    return written


def _tasks(parts: Sequence[Part]) -> Iterator[tuple[int, Sequence[str]]]:
    for place, part in enumerate(parts):
        jobs = part.jobs()
        long = sum(1 for job in jobs if job.startswith("dumps/") and "/graphs/" not in job)
        yield from ((place, [job]) for job in jobs[:long])
        for start in range(long, len(jobs), _CHUNK):
            yield place, jobs[start : start + _CHUNK]


def _merge(written: dict[str, Written], more: Mapping[str, Written]) -> None:
    for path in written.keys() & more.keys():
        raise PublishError(f"{path}: two parts of the site write it")
    written.update(more)


class _Processes:
    """Processes that do jobs: with the memory of this one where that is safe, else by a recipe."""

    def __init__(self, parts: Sequence[Part], again: Recipe, folder: str, count: int) -> None:
        # A fork copies the locks of other threads as they are, so there must be none.
        self._forked = sys.platform == "linux" and threading.active_count() == 1
        global _here
        if self._forked:
            _here = Worker(parts, folder)
            gc.freeze()  # pages that the collector does not touch are not copied
        self._pool = ProcessPoolExecutor(
            count,
            mp_context=multiprocessing.get_context("fork" if self._forked else "spawn"),
            initializer=_start,
            initargs=(None if self._forked else again, folder),
        )

    def __enter__(self) -> ProcessPoolExecutor:
        return self._pool

    def __exit__(self, *_: object) -> None:
        global _here
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._forked:
            _here = None
            gc.unfreeze()


_here: Worker | None = None


def _start(again: Recipe | None, folder: str) -> None:
    """Make a new process ready; to be interrupted is its parent's business."""
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if again is not None:
        _here = Worker(again.parts(), folder)


def _do(part: int, jobs: Sequence[str]) -> dict[str, Written] | str:
    """Do some jobs; what went wrong is returned in words, for not every error can be sent."""
    assert _here is not None
    try:
        return _here.do(part, jobs)
    except PublishError as error:
        return str(error)
