"""`/sparql`: any query, guarded, answered by a worker in the form that the client likes best."""

from __future__ import annotations

import asyncio
import sys
from functools import cache, lru_cache

from starlette.requests import Request
from starlette.responses import Response

from barriergraph.errors import ForbiddenError, NotFoundError, QueryError
from barriergraph.graph import KnowledgeGraph
from barriergraph.metadata.service import description
from barriergraph.metadata.statistics import statistics
from barriergraph.rdf import RDF_FORMATS, format_name
from barriergraph.results import find_format
from barriergraph.sparql import check_read_only, has_from
from barriergraph.web.http import Problem, answer, liked, options, unacceptable
from barriergraph.web.negotiation import choose
from barriergraph.web.pool import BusyError, DiedError, DownError, Pool, TooSlowError
from barriergraph.web.protocol import METHODS, Asked, read
from barriergraph.web.worker import GRAPHS, RESULTS

#: What a table may be sent as, by a name that clients use for it.
_JSON = {"application/json": "application/sparql-results+json",
         "text/xml": "application/sparql-results+xml",
         "application/xml": "application/sparql-results+xml"}  # fmt: skip
TABLES = (*RESULTS, *_JSON)


class Endpoint:
    """The SPARQL endpoint over a graph, answered by a pool of workers."""

    def __init__(self, pool: Pool, graph: KnowledgeGraph) -> None:
        self._pool = pool
        self._known = graph.named_graphs()
        counts = cache(lambda: statistics(graph.store))
        # It takes long to write, and clients such as Comunica read it before every query.
        self._description = lru_cache(16)(
            lambda base, kind: description(f"{base}sparql", kind, counts())
        )

    async def __call__(self, request: Request) -> Response:
        """Answer a request.

        Source: SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/
        """
        if request.method == "OPTIONS":
            return options(METHODS)
        asked = await read(request)
        if asked.query is None:
            offered = (*GRAPHS, "text/html")
            if choose(request.headers.get("accept"), offered) == "text/html":
                headers = {"Location": "/sparql.html", "Vary": "Accept"}
                return Response(status_code=303, headers=headers)
            return await self._describe(request)
        self._check(asked)
        accept = request.headers.get("accept")
        tables = _chosen(accept, asked.format, TABLES)
        graphs = _chosen(accept, asked.format, tuple(GRAPHS))
        if tables is None and graphs is None:
            raise unacceptable((*TABLES, *GRAPHS))
        head, body = await self._ask(
            {
                "query": asked.query,
                "from": has_from(asked.query) or asked.named is not None,
                "default": _default(asked),
                "named": asked.named,
                "tables": _JSON.get(tables or "", tables),
                "graphs": graphs,
            }
        )
        if "unacceptable" in head:
            raise unacceptable(TABLES if head["unacceptable"] == "table" else tuple(GRAPHS))
        if "too_large" in head:
            raise Problem(
                413, f"the answer is longer than {head['too_large']:,} bytes; ask for less of it"
            )
        if "damaged" in head:
            print(f"barriergraph: the database is damaged: {head['damaged']}", file=sys.stderr)
            raise Problem(500, "the database cannot be read; whoever serves it must load it again")
        if "fault" in head:
            raise _fault(head["fault"])
        kind = tables if head["type"] == _JSON.get(tables or "", tables) else head["type"]
        return answer(request, body, str(kind))

    async def _describe(self, request: Request) -> Response:
        offered = tuple(kind for kind in GRAPHS if kind != "application/n-quads")
        kind = liked(request, offered)
        body = await asyncio.to_thread(self._description, str(request.base_url), kind)
        return answer(request, body, kind)

    def _check(self, asked: Asked) -> None:
        assert asked.query is not None
        for graph in (*(asked.default or ()), *(asked.named or ())):
            if graph not in self._known:
                raise Problem(403, f"no graph that is loaded has the name '{graph}'")
        try:
            check_read_only(asked.query, self._known)
        except ForbiddenError as error:
            raise Problem(403, error.reason, line=error.line, column=error.column) from None
        except QueryError as error:
            raise Problem(400, error.reason, line=error.line, column=error.column) from None

    async def _ask(self, job: dict[str, object]) -> tuple[dict[str, object], bytes]:
        limits = self._pool.limits
        try:
            return await self._pool.ask(job)
        except BusyError:
            raise Problem(
                503, "too many queries are waiting; try again", headers={"Retry-After": "1"}
            ) from None
        except DownError:
            raise Problem(
                503, "no worker can be started; try again", headers={"Retry-After": "1"}
            ) from None
        except TooSlowError:
            raise Problem(
                504, f"the query took longer than {limits.seconds:g} seconds and was stopped"
            ) from None
        except DiedError:
            raise Problem(
                413,
                f"the query was stopped: it wanted more memory than {limits.memory // 2**20:,} MB",
            ) from None


def _default(asked: Asked) -> tuple[str, ...] | None:
    """Return the graphs that make up the default graph, none when only named ones are given."""
    if asked.default is None and asked.named is not None:
        return ()
    return asked.default


def _chosen(accept: str | None, name: str | None, offered: tuple[str, ...]) -> str | None:
    """Return the media type to answer with: `format=` counts for who accepts anything."""
    if name is not None and accept in (None, "", "*/*"):
        for find in (_table_type, _graph_type):
            kind = find(name)
            if kind in offered:
                return kind
    return choose(accept, offered)


def _table_type(name: str) -> str | None:
    try:
        return find_format(name).media_type
    except NotFoundError:
        return None


def _graph_type(name: str) -> str | None:
    try:
        return RDF_FORMATS[format_name(name)][1]
    except NotFoundError:
        return None


def _fault(fault: object) -> Problem:
    assert isinstance(fault, dict)
    return Problem(400, fault["reason"], line=fault["line"], column=fault["column"])
