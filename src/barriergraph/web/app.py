"""The application: routes, one place for problems, and the headers and log line of each answer."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from barriergraph import __version__
from barriergraph.web.hosting import Host
from barriergraph.web.http import COMMON, Problem, answer, as_json, options

_ANY = ["GET", "HEAD", "POST", "QUERY", "PUT", "PATCH", "DELETE", "OPTIONS"]
#: Where a request has the name that its answer and the log give it.
_NAME = "barriergraph.name"


def application(host: Host, *, log: Callable[[str], None] | None = None) -> ASGIApp:
    """Return what a host serves as an ASGI application; `log` is told each answer in one line."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with host.run():
            yield

    async def sparql(request: Request) -> Response:
        return await host.now.endpoint(request)

    async def health(request: Request) -> Response:
        told = {"status": "ok", "version": __version__, "workers": host.now.pool.alive}
        if not host.now.pool.alive:
            raise Problem(
                503, "no worker is running, so no query is answered until one is",
                headers={"Retry-After": "1"}, version=__version__, workers=0,
            )  # fmt: skip
        return answer(request, as_json(told), "application/json")

    async def described(request: Request) -> Response:
        body = await asyncio.to_thread(host.now.openapi, str(request.base_url))
        return answer(request, body, "application/json")

    def asked(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            found: Response = await getattr(host.now.questions, name)(request)
            return found

        return handle

    def shown(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            found: Response = await getattr(host.now.pages, name)(request)
            return found

        return handle

    routes = [
        Route("/sparql", sparql, methods=_ANY),
        Route("/sparql/", sparql, methods=_ANY),
        Route("/health", health),
        Route("/openapi.json", described),
        Route("/.well-known/sparql-examples", asked("examples")),
        Route("/queries", asked("catalogue")),
        Route("/queries.html", asked("catalogue")),
        Route("/queries/{name}.rq", shown("text")),
        Route("/queries/{name}.html", asked("query")),
        Route("/queries/{name}", asked("query")),
        Route("/queries/{name}/results", asked("results")),
        Route("/queries/{name}/results.{ending}", asked("results")),
        Route("/queries/{name}/bound.rq", asked("bound")),
        Route("/queries/{name}/values/{parameter}", asked("values")),
        Route("/query/{name}", shown("query")),
        *(Route(f"/map{ending}", shown("map")) for ending in ("", ".html")),
        *(Route(f"/map/{{name}}{ending}", shown("map")) for ending in (".html", ".svg", "")),
        *(Route(f"/search{ending}", shown("search")) for ending in ("", ".html")),
        *(Route(path, shown("void")) for path in ("/void", "/void.ttl", "/.well-known/void")),
        Route("/{path:path}", shown("page")),
    ]
    inner = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={
            Problem: lambda _, error: error.response(),
            HTTPException: _http_problem,  # type: ignore[dict-item]
            Exception: _our_problem,
        },
    )
    inner.router.redirect_slashes = False
    return _Manners(inner, log)


def _http_problem(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405 and request.method == "OPTIONS":
        return options("GET, HEAD, OPTIONS")
    words = {404: f"there is nothing at {request.url.path}", 405: f"{request.method} is not done"}
    detail = words.get(error.status_code, error.detail)
    return Problem(error.status_code, detail, headers=error.headers).response()


def _our_problem(request: Request, _: Exception) -> Response:
    name = request.scope[_NAME]
    return Problem(500, f"something went wrong here; it is logged as {name}").response()


class _Manners:
    """Adds to every answer the headers that all have, and logs it."""

    def __init__(self, inner: ASGIApp, log: Callable[[str], None] | None) -> None:
        self._inner = inner
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        name, start = secrets.token_hex(6), time.perf_counter()
        scope[_NAME] = name
        told = {"status": 500, "bytes": 0}

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                message["headers"] = [
                    *message.get("headers", ()), *COMMON, (b"x-request-id", name.encode()),
                ]  # fmt: skip
            elif message["type"] == "http.response.body":
                told["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._inner(scope, receive, say)
        except Exception as error:  # the client has been told by then
            print(f"barriergraph: {name}: {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            if self._log is not None:
                took = (time.perf_counter() - start) * 1000
                path = scope.get("raw_path", scope["path"].encode()).decode("ascii", "replace")
                stamp = time.strftime("%Y-%m-%dT%H:%M:%S")
                self._log(
                    f"{stamp} {name} {scope['method']} {path} {told['status']} "
                    f"{told['bytes']} {took:.1f}ms"
                )
