"""Worker processes that answer ad-hoc queries, each killed when its time is up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping

from barriergraph.values import Value


class Limits(Value):
    """What a query may use: `seconds`, bytes of `memory`, bytes of `answer`; and the `workers`.

    `waiting` is how many queries may wait for a worker before others are sent away.
    """

    __slots__ = ("seconds", "memory", "answer", "workers", "waiting")

    seconds: float
    memory: int
    answer: int
    workers: int
    waiting: int


class BusyError(Exception):
    """Too many queries wait already."""


class TooSlowError(Exception):
    """A query took longer than it may."""


class DiedError(Exception):
    """A worker ended in mid-query, mostly because it wanted more memory than it may have."""


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, path: str, limits: Limits) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "barriergraph.web.worker", path,
            str(limits.memory), str(limits.answer),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, limit=2**20, start_new_session=True,
        )  # fmt: skip
        worker = cls(process)
        await worker.read()
        return worker

    async def ask(self, job: Mapping[str, object]) -> tuple[dict[str, object], bytes]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        with contextlib.suppress(ConnectionError):
            await self.process.stdin.drain()
        return await self.read()

    async def read(self) -> tuple[dict[str, object], bytes]:
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            raise DiedError
        head = json.loads(line)
        try:
            return head, await self.process.stdout.readexactly(head["length"])
        except asyncio.IncompleteReadError:
            raise DiedError from None

    async def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Pool:
    """Workers over one graph, which is an N-Quads file. Use it as an asynchronous context."""

    def __init__(self, path: str, limits: Limits) -> None:
        self.limits = limits
        self._path = path
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._waiting = 0

    async def __aenter__(self) -> Pool:
        await asyncio.gather(*(self._start() for _ in range(self.limits.workers)))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*(worker.stop() for worker in self._all))

    async def ask(self, job: Mapping[str, object]) -> tuple[dict[str, object], bytes]:
        """Return the head and body that answer a job.

        Raises: BusyError when too many wait; TooSlowError past the deadline, which counts from the
            moment that a worker is free; DiedError when the worker ended.
        """
        if self._waiting >= self.limits.waiting:
            raise BusyError
        self._waiting += 1
        try:
            worker = await self._idle.get()
        finally:
            self._waiting -= 1
        done = False
        try:
            async with asyncio.timeout(self.limits.seconds):
                answer = await worker.ask(job)
            done = True
            return answer
        except TimeoutError:
            raise TooSlowError from None
        finally:
            if done:
                self._idle.put_nowait(worker)
            else:  # its time is up, it died, or the client went away: nobody wants its answer
                self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        self._all.discard(worker)

        async def anew() -> None:
            await worker.stop()
            await self._start()

        task = asyncio.ensure_future(anew())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start(self) -> None:
        worker = await _Worker.start(self._path, self.limits)
        self._all.add(worker)
        self._idle.put_nowait(worker)
