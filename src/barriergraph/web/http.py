"""Manners: the headers of every answer, 304 for what the client has, and problems in one form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from barriergraph.web.negotiation import choose

#: No script, style or picture from elsewhere.
POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval'; "
    "worker-src 'self'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

EXPOSED = "ETag, Link, Location, Retry-After, X-Request-Id"

#: The headers that every answer has, as ASGI takes them.
COMMON = tuple(
    (name.encode(), value.encode())
    for name, value in (
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", EXPOSED),
        ("content-security-policy", POLICY),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    )
)


class Problem(Exception):
    """What went wrong with a request: a status, what is wrong in words, and more fields.

    Source: Problem Details for HTTP APIs, https://www.rfc-editor.org/rfc/rfc9457
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = {name: value for name, value in more.items() if value is not None}

    def response(self) -> Response:
        """Return the problem as a response."""
        document = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        return Response(
            as_json(document),
            self.status,
            {"Vary": "Accept", **self.headers},
            "application/problem+json",
        )


def as_json(document: object, *, indent: int | None = None) -> bytes:
    """Return a document as JSON, on a line of its own or on many with `indent`."""
    return json.dumps(document, ensure_ascii=False, indent=indent).encode() + b"\n"


def liked(request: Request, offered: Sequence[str]) -> str:
    """Return the media type that a client likes best of those offered.

    Raises: Problem 406, which lists them, when it likes none.
    """
    kind = choose(request.headers.get("accept"), offered)
    if kind is None:
        raise unacceptable(offered)
    return kind


def unacceptable(offered: Sequence[str]) -> Problem:
    """Return that none of what is offered will do for the client."""
    return Problem(406, f"an answer can be had as {', '.join(offered)}", offered=list(offered))


def answer(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a 200 with a strong ETag, or a 304 when the client has these very bytes.

    Source: HTTP Semantics, section 13, https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests
    """
    from _blake2 import blake2b

    mark = blake2b(media_type.encode() + body, digest_size=16).hexdigest()
    packed = len(body) >= _WORTH_PACKING and _takes_gzip(request) and _is_text(media_type)
    # What is packed is another representation, and has a tag of its own.
    tag = f'"{mark}-gzip"' if packed else f'"{mark}"'
    vary = "Accept, Accept-Encoding" if _is_text(media_type) else "Accept"
    given = {"ETag": tag, "Vary": vary, "Cache-Control": "no-cache", **(headers or {})}
    if request.method in ("GET", "HEAD") and _has(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=given)
    if packed:
        body = _packed(mark, body)
        given["Content-Encoding"] = "gzip"
    return Response(body, 200, given, with_charset(media_type))


#: A body under so many bytes travels in a packet or two either way.
_WORTH_PACKING = 1400


def _takes_gzip(request: Request) -> bool:
    return choose(request.headers.get("accept-encoding", "identity"), ["gzip"]) is not None


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type.endswith(("xml", "json", "triples"))


def _packed(mark: str, body: bytes) -> bytes:
    """Return a body in gzip, the last ones remembered by their marks."""
    import gzip

    if mark not in _PACKED:
        _PACKED[mark] = gzip.compress(body, 6, mtime=0)
        if len(_PACKED) > 256:
            del _PACKED[next(iter(_PACKED))]
    return _PACKED[mark]


_PACKED: dict[str, bytes] = {}


def with_charset(media_type: str) -> str:
    """Return the value of Content-Type: text says that it is in UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _has(header: str | None, tag: str) -> bool:
    if header is None:
        return False
    tags = {part.strip().removeprefix("W/") for part in header.split(",")}
    return tag in tags or "*" in tags


def options(methods: str) -> Response:
    """Return the answer to OPTIONS, which is also what a browser asks before a foreign request."""
    return Response(
        status_code=204,
        headers={
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "Accept, Content-Type",
            "Access-Control-Max-Age": "86400",
        },
    )
