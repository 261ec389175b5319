"""The SPARQL 1.1 Protocol, query side: what a request asks, or what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from barriergraph.values import Value
from barriergraph.web import patience
from barriergraph.web.http import Problem

METHODS = "GET, HEAD, POST, QUERY, OPTIONS"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"

#: The most bytes of a request's body.
LARGEST = 2**20


class Asked(Value):
    """What a request asks: the query, and the graphs named beside it, or None for none named.

    `format` is what the request names as its format besides its Accept header, or None.
    """

    __slots__ = ("query", "default", "named", "format")

    query: str | None
    default: tuple[str, ...] | None
    named: tuple[str, ...] | None
    format: str | None


async def read(request: Request) -> Asked:
    """Return what a request asks; its `query` is None when it asks for the service's description.

    Raises: Problem 400 for two queries, none where one must be, or text that is not UTF-8; 403 for
        an update; 405, 408, 413 and 415 for another method, a body too slow, too long, of another
        kind.

    Source: https://www.w3.org/TR/sparql11-protocol/#query-operation
    """
    pairs = _pairs(request.url.query.encode("ascii", "replace"))
    if request.method in ("GET", "HEAD"):
        return _asked(pairs, needed=bool(pairs and any(name == "query" for name, _ in pairs)))
    if request.method not in ("POST", "QUERY"):
        raise Problem(405, f"{request.method} is not done here", headers={"Allow": METHODS})
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    charset = _charset(request.headers.get("content-type", ""))
    if kind == UPDATE:
        raise Problem(403, "this endpoint only answers queries; nothing can be updated")
    if kind not in (FORM, DIRECT):
        raise Problem(
            415,
            f"a query is sent as {DIRECT} or {FORM}, not as {kind or 'nothing said'}",
            headers={"Accept-Post": f"{DIRECT}, {FORM}", "Accept-Query": f"{DIRECT}, {FORM}"},
        )
    if charset not in (None, "utf-8", "utf8", "us-ascii"):
        raise Problem(415, f"a query is sent in UTF-8, not in {charset}")
    body = await _body(request)
    if kind == FORM:
        return _asked([*pairs, *_pairs(body)], needed=True)
    if any(name == "query" for name, _ in pairs):
        raise Problem(400, "the query stands in the body and in the address; send it once")
    return _asked([*pairs, ("query", _decoded(body))], needed=True)


def _asked(pairs: Sequence[tuple[str, str]], *, needed: bool) -> Asked:
    queries = [value for name, value in pairs if name == "query"]
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in pairs):
        raise Problem(403, "this endpoint only answers queries; nothing can be updated")
    if len(queries) > 1:
        raise Problem(400, f"one query can be asked at a time, not {len(queries)}")
    if needed and not queries:
        raise Problem(400, "no query: give it as the parameter 'query'")
    if queries and not queries[0].strip():
        raise Problem(400, "the query is empty")
    formats = [value for name, value in pairs if name in ("format", "output") and value]
    return Asked(
        query=queries[0] if queries else None,
        default=_graphs(pairs, "default-graph-uri"),
        named=_graphs(pairs, "named-graph-uri"),
        format=formats[0] if formats else None,
    )


def _graphs(pairs: Sequence[tuple[str, str]], name: str) -> tuple[str, ...] | None:
    found = tuple(value for key, value in pairs if key == name)
    return found or None


def _pairs(data: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            data.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict"
        )
    except UnicodeDecodeError:
        pass
    try:
        return parse_qsl(data.decode(), keep_blank_values=True, encoding="utf-8", errors="strict")
    except UnicodeDecodeError:
        raise Problem(400, "the request is not in UTF-8") from None


async def _body(request: Request) -> bytes:
    data = bytearray()
    try:
        async with asyncio.timeout(patience.PATIENCE):
            async for chunk in request.stream():
                data += chunk
                if len(data) > LARGEST:
                    raise Problem(413, f"a request may have {LARGEST:,} bytes")
    except TimeoutError:
        seconds = f"{patience.PATIENCE:g} seconds"
        raise Problem(
            408, f"the request was not whole within {seconds}", headers={"Connection": "close"}
        ) from None
    except ClientDisconnect:
        raise Problem(400, "the request ended before it was whole") from None
    return bytes(data)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Problem(400, "the query is not in UTF-8") from None


def _charset(content_type: str) -> str | None:
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return None
