"""One request and its answer: in time, whole, and from no other kind of place."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Sequence
from email.message import Message

from barriergraph.errors import EndpointError
from barriergraph.remote.address import masked
from barriergraph.remote.opener import left, opener
from barriergraph.values import Value

#: How much is read of what a server says of an error, and the longest answer, in bytes; one that is
#: longer would fill the memory, and this is what our own server sends at most.
_TOLD, _MOST = 10_000, 256 * 2**20


class Answer(Value):
    """What came back: the `status`, its `reason` in words, the headers and the whole body."""

    __slots__ = ("status", "reason", "headers", "body")

    status: int
    reason: str
    headers: Message
    body: bytes

    @property
    def kind(self) -> str:
        """The media type, without its parameters."""
        return str(self.headers.get("Content-Type", "")).partition(";")[0].strip().lower()

    def told(self) -> str:
        """Return the status and what the body says of it, in a line: problem details, or text."""
        from json import loads

        body = self.body.decode("utf-8", "replace")
        reason = " ".join(f"it answers {self.status} {self.reason}".split())
        try:
            document = loads(body)
            if isinstance(document, dict) and "detail" in document:
                body = str(document["detail"])
        except (ValueError, RecursionError):
            pass
        line = " ".join(body.split())
        if not line or "<html" in body.lower():
            return reason
        return f"{reason}: {line if len(line) <= 300 else f'{line[:299]}…'}"


class OutOfTimeError(EndpointError):
    """An endpoint that did not answer, or not to the end, in its time."""


def exchange(
    request: urllib.request.Request,
    shown: str,
    *,
    ends: float,
    handlers: Sequence[urllib.request.BaseHandler] = (),
) -> Answer:
    """Send a request and return the answer, whatever its status; `shown` names it in errors.

    All of it, redirections too, ends when `time.monotonic()` says `ends`. Redirections are followed
    over http and https only, and for GET only: what is sent to be kept is sent where it was meant.

    Raises: EndpointError for an address that cannot be reached, does not speak HTTP, breaks off or
        leads elsewhere; OutOfTimeError.
    """
    try:
        try:
            response = opener(ends, shown, handlers).open(request, timeout=left(ends))
        except urllib.error.HTTPError as error:
            # A traceback kept here would keep the callers, and what they hold, in a circle.
            response = error.with_traceback(None)
        with response:
            fine = response.status < 300
            body = _body(response, shown) if fine else response.read(_TOLD)
            reason = response.reason or ""
            return Answer(
                status=response.status, reason=reason, headers=response.headers, body=body
            )
    except (http.client.HTTPException, OSError, ValueError) as error:
        if _is_late(error):
            raise OutOfTimeError(shown, "no answer in time") from None
        raise EndpointError(shown, masked(_fault(error))) from None


def _body(response: http.client.HTTPResponse, shown: str) -> bytes:
    """Return the whole body of an answer that is wanted."""
    packed = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packed != "identity":
        raise EndpointError(shown, f"its answer is packed as {packed}, which was not asked for")
    body = bytearray()
    while piece := response.read(min(2**20, _MOST + 1 - len(body))):
        body += piece
        if len(body) > _MOST:
            raise EndpointError(
                shown, f"its answer is longer than {_MOST:,} bytes; ask for less of it"
            )
    if response.length:  # that is what is still missing; reading in pieces does not tell
        raise http.client.IncompleteRead(bytes(body), response.length)
    return bytes(body)


def _is_late(error: Exception) -> bool:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return isinstance(cause, TimeoutError)


def _fault(error: Exception) -> str:
    """Return what is wrong when there is no answer, or not the whole of it."""
    if isinstance(error, http.client.IncompleteRead):
        return f"its answer breaks off after {len(error.partial)} bytes"
    if isinstance(error, http.client.RemoteDisconnected):
        return "it closes the connection without an answer"
    if isinstance(error, http.client.BadStatusLine):
        return f"it does not speak HTTP: it begins with {str(error).strip()[:40]!r}"
    if isinstance(error, http.client.HTTPException):
        return f"it does not speak HTTP as it should: {error or type(error).__name__}"
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return f"it cannot be reached: {getattr(cause, 'strerror', None) or cause}"
