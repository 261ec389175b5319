"""What is served now, and what takes its place when the content changes."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from functools import lru_cache

from barriergraph.graph import KnowledgeGraph
from barriergraph.web.http import as_json
from barriergraph.web.openapi import openapi
from barriergraph.web.pages import Pages
from barriergraph.web.pool import Limits, Pool
from barriergraph.web.questions import Questions
from barriergraph.web.sparql import Endpoint

#: How often the content is looked at, in seconds.
_PAUSE = 0.5


class Service:
    """A graph with what answers for it: the workers, the endpoint and the stored queries."""

    def __init__(self, graph: KnowledgeGraph, snapshot: str, limits: Limits) -> None:
        self.graph = graph
        self.pool = Pool(snapshot, limits)
        self.endpoint = Endpoint(self.pool, graph)
        self.pages = Pages(graph)
        self.questions = Questions(graph, self.pages.site)
        #: The description of the API by the address of the server; it takes long to make.
        self.openapi = lru_cache(16)(
            lambda base: as_json(openapi(graph, base, self.questions.offered), indent=1)
        )


class Host:
    """Holds the service of the moment; `renew` gives the next one when something has changed."""

    def __init__(self, service: Service, renew: Callable[[], Service | None] | None = None) -> None:
        self.now = service
        self._renew = renew
        self._closing: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Keep the workers running, and the content new, for as long as the context lasts."""
        await self.now.pool.__aenter__()
        watching = asyncio.ensure_future(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            for task in self._closing:
                task.cancel()
            await self.now.pool.__aexit__()

    async def _watch(self) -> None:
        while self._renew is not None:
            await asyncio.sleep(_PAUSE)
            try:
                service = await asyncio.to_thread(self._renew)
            except Exception as error:  # whatever it is, the next change is looked at again
                print(
                    f"barriergraph: {type(error).__name__}: {error}\n"
                    "barriergraph: what was served before is served on",
                    file=sys.stderr, flush=True,
                )  # fmt: skip
                continue
            if service is not None:
                await service.pool.__aenter__()
                before, self.now = self.now, service
                task = asyncio.ensure_future(_close(before.pool))
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)


async def _close(pool: Pool) -> None:
    """Stop the workers of a pool once the queries that were asked of it are answered."""
    try:
        await asyncio.sleep(pool.limits.seconds + 1)
    finally:
        await pool.__aexit__()
