"""Worker processes that answer ad-hoc queries, each killed when its time is up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping

from barriergraph.values import Value

#: How often, in seconds, who waits looks whether there is a worker at all; and how long it takes
#: until one that cannot be started is tried again: twice as long each time, up to the second.
_LOOK, _LONGEST = 0.5, 5.0

#: A query that takes longer, in seconds, lets the others go first: by how much it is made nicer.
_LONG, _NICER = 0.25, 10


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


class DownError(Exception):
    """No worker is running, and none can be started."""


class DiedError(Exception):
    """A worker ended in mid-query, mostly because it wanted more memory than it may have."""


class _UnaskedError(Exception):
    """A worker had ended before it took up a job, which another may do."""


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._gave_way = False

    @classmethod
    async def start(cls, path: str, limits: Limits) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "barriergraph.web.worker", path,
            str(limits.memory), str(limits.answer),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, limit=2**20,
        )  # fmt: skip
        worker = cls(process)
        try:
            await worker.read()
        except BaseException:
            await worker.end()
            raise
        return worker

    async def ask(self, job: Mapping[str, object]) -> tuple[dict[str, object], bytes]:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            await self.process.stdin.drain()
            await self.read()
        except (DiedError, OSError, RuntimeError):  # loops differ in what they say of closed pipes
            raise _UnaskedError from None
        return await self.read()

    async def read(self) -> tuple[dict[str, object], bytes]:
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            raise DiedError
        try:
            head = json.loads(line)
            return head, await self.process.stdout.readexactly(head["length"])
        except (asyncio.IncompleteReadError, ValueError):
            raise DiedError from None

    @property
    def is_alive(self) -> bool:
        assert self.process.stdout is not None
        return self.process.returncode is None and not self.process.stdout.at_eof()

    def give_way(self) -> None:
        """Let other processes go first, where the system knows of that."""
        self._gave_way = self._shift(_NICER)

    def come_back(self) -> bool:
        """Take the turn of a quick query again; tell whether the system allows that."""
        if self._gave_way:
            self._gave_way = not self._shift(-_NICER)
        return not self._gave_way

    def _shift(self, by: int) -> bool:
        if not hasattr(os, "setpriority"):
            return False
        with contextlib.suppress(OSError):
            now = os.getpriority(os.PRIO_PROCESS, self.process.pid)
            os.setpriority(os.PRIO_PROCESS, self.process.pid, now + by)
            return True
        return False

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def end(self) -> None:
        self.kill()
        await self.process.wait()


class Pool:
    """Workers over one graph: an N-Quads file, or the folder of a database.

    Use it as an asynchronous context. A worker that ends, for whatever reason, is replaced.
    """

    def __init__(self, path: str, limits: Limits) -> None:
        self.limits = limits
        self._path = path
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._keeping: list[asyncio.Task[None]] = []
        self._waiting = 0
        self._failing = False

    async def __aenter__(self) -> Pool:
        first = [asyncio.Event() for _ in range(self.limits.workers)]
        self._keeping = [asyncio.ensure_future(self._keep(event)) for event in first]
        await asyncio.gather(*(event.wait() for event in first))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)

    @property
    def alive(self) -> int:
        """How many workers are running."""
        return sum(worker.is_alive for worker in self._all)

    async def ask(self, job: Mapping[str, object]) -> tuple[dict[str, object], bytes]:
        """Return the head and body that answer a job.

        Raises: BusyError when too many wait; DownError when no worker can be started; TooSlowError
            past the deadline, which counts from the moment that a worker is free; DiedError when
            the worker ended.
        """
        while True:
            worker = await self._free()
            with contextlib.suppress(_UnaskedError):
                return await self._answer(worker, job)

    async def _answer(
        self, worker: _Worker, job: Mapping[str, object]
    ) -> tuple[dict[str, object], bytes]:
        done = False
        long = asyncio.get_running_loop().call_later(_LONG, worker.give_way)
        try:
            async with asyncio.timeout(self.limits.seconds):
                answer = await worker.ask(job)
            done = True
            return answer
        except TimeoutError:
            raise TooSlowError from None
        finally:
            long.cancel()
            if done and worker.come_back():
                self._idle.put_nowait(worker)
            else:  # its time is up, it died, or the client went away: nobody wants its answer
                worker.kill()  # or it may not come back, and one that is new may

    async def _free(self) -> _Worker:
        """Wait for a worker that has nothing to do."""
        if self._waiting >= self.limits.waiting:
            raise BusyError
        self._waiting += 1
        try:
            while True:
                if self._failing and not self._all:
                    raise DownError
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK):
                        worker = await self._idle.get()
                    if worker.is_alive:
                        return worker
        finally:
            self._waiting -= 1

    async def _keep(self, ready: asyncio.Event) -> None:
        """Keep one worker running: whenever it ends, start another."""
        pause = _LOOK
        while True:
            try:
                worker = await _Worker.start(self._path, self.limits)
            except (DiedError, OSError) as error:
                if not self._failing:
                    reason = str(error) or "it ends at once"
                    print(f"barriergraph: a worker cannot be started: {reason}", file=sys.stderr)
                self._failing = True
                ready.set()
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST)
                continue
            pause, self._failing = _LOOK, False
            self._all.add(worker)
            self._idle.put_nowait(worker)
            ready.set()
            try:
                await worker.process.wait()
            finally:
                self._all.discard(worker)
                await worker.end()
