"""What opens http and https addresses, in time, and nothing else."""

from __future__ import annotations

import http.client
import io
import socket
import time
import urllib.request
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from barriergraph.errors import EndpointError
from barriergraph.remote.address import SCHEMES, masked, origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any


def left(ends: float) -> float:
    """Return how many seconds are left, or raise TimeoutError when there are none."""
    seconds = ends - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def opener(
    ends: float, shown: str, handlers: Sequence[urllib.request.BaseHandler]
) -> urllib.request.OpenerDirector:
    """Return what opens http and https addresses; that of `urlopen` opens files, too."""
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Handler(ends),
        _Redirections(shown),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        *handlers,
    ):
        made.add_handler(handler)
    return made


class _Handler(urllib.request.AbstractHTTPHandler):
    """Opens connections that end in time."""

    def __init__(self, ends: float) -> None:
        super().__init__()
        self._ends = ends

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._plain, request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._secure, request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

    def _plain(self, host: str, **_: object) -> http.client.HTTPConnection:
        return self._timed(http.client.HTTPConnection(host, timeout=left(self._ends)))

    def _secure(self, host: str, **_: object) -> http.client.HTTPConnection:
        return self._timed(http.client.HTTPSConnection(host, timeout=left(self._ends)))

    def _timed(self, connection: http.client.HTTPConnection) -> http.client.HTTPConnection:
        def response(sock: socket.socket, **given: Any) -> http.client.HTTPResponse:
            made = http.client.HTTPResponse(sock, **given)
            made.fp.close()
            made.fp = io.BufferedReader(_Timed(sock, self._ends))
            return made

        connection.response_class = response  # type: ignore[assignment]
        return connection


class _Timed(io.RawIOBase):
    """The bytes of a socket. Its own time limit would begin anew with each of them."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._ends = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(left(self._ends))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Redirections(urllib.request.HTTPRedirectHandler):
    """Follows where an http address leads, unless it leads astray."""

    def __init__(self, shown: str) -> None:
        self._shown = shown

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any
    ) -> Any:
        location = headers.get("Location")
        if location is None:
            return None  # told as the status that it is
        target = urljoin(req.full_url, location)
        wrong = ""
        if urlsplit(target).scheme not in SCHEMES or "@" in urlsplit(target).netloc:
            wrong = "which is not asked; only http and https addresses are"
        elif origin(req.full_url)[0] == "https" and origin(target)[0] != "https":
            wrong = "where anyone may listen; give an https address"
        elif req.get_method() != "GET":
            wrong = "where nothing is sent unasked; give that address"
        if wrong:
            fp.close()
            raise EndpointError(self._shown, f"it leads on to {masked(target)}, {wrong}")
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        made = super().redirect_request(req, fp, code, msg, headers, newurl)
        if made is not None and origin(made.full_url) != origin(req.full_url):
            made.remove_header("Authorization")  # that was for the one who was asked
        return made
