"""An endpoint, asked and loaded over HTTP: the one door of SPARQLWrapper."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Sequence
from urllib.parse import quote, urlsplit

from barriergraph.errors import EndpointError, QueryError
from barriergraph.remote.address import Address, address
from barriergraph.remote.exchange import Answer, OutOfTimeError, exchange
from barriergraph.remote.forms import GRAPHS, form

TYPE_CHECKING = False
if TYPE_CHECKING:
    from urllib.request import BaseHandler, Request

#: How often a busy endpoint is asked again.
TRIES = 3

#: The statuses of an endpoint that is busy.
BUSY = (429, 503)

#: The longest pause before a busy endpoint is asked again, in seconds.
_PAUSE = 10.0

#: An address that is longer with its query is posted: addresses have their limits.
_LONG = 2000


class Endpoint:
    """A SPARQL service over HTTP.

    One that is busy (429, 503) is asked again after the time that it names, three times at most.
    All of a question, pauses and redirections too, ends within `timeout` seconds. `where` is the
    address; the name and password in it are sent as Basic authentication. With `user`, the two
    given are sent instead, when they are asked for, as Basic or Digest. `software` is what the
    endpoint last called itself, and None before its first answer.

    Source: SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/
    """

    where: Address
    timeout: float
    software: str | None

    def __init__(
        self,
        where: Address | str,
        *,
        timeout: float = 30,
        user: str | None = None,
        password: str = "",
    ) -> None:
        self.where = address(where) if isinstance(where, str) else where
        self.timeout = timeout
        self.software = None
        self._user = user
        self._password = password

    def ask(self, query: str, *, defaults: Sequence[str] = (), named: Sequence[str] = ()) -> Answer:
        """Return the answer of a query over the endpoint's default graph, or the graphs given.

        Raises: EndpointError for an endpoint that cannot be reached, does not answer as it should
            or cuts its answer; QueryError for a query that it refuses.
        """
        request = self._question(query, defaults, named)
        answer = self._patiently(lambda: request)
        if answer.status >= 300:
            told = answer.told()
            if answer.status in (400, 403, 413):
                raise QueryError(f"{self.where}: {told}")
            hint = ""
            if answer.status == 401:
                hint = "; give a name and password in the address, http://NAME:PASSWORD@HOST/"
            raise EndpointError(str(self.where), told + hint)
        cut = _cut(answer)
        if cut:
            raise EndpointError(str(self.where), cut)
        return answer

    def send(self, method: str, kind: str, body: str, *, graph: str | None = None) -> Answer:
        """Send an update, or what is to stand in a graph, and return the answer.

        Raises: EndpointError for an endpoint that cannot be reached, or stays busy.
        """
        url = self.where.url
        if graph is not None:
            mark = "&" if urlsplit(url).query else "?"
            url = f"{url}{mark}graph={quote(graph, safe='')}"
        headers = {"Content-Type": kind, "Accept": "*/*", **self._authorization()}
        return self._patiently(
            lambda: urllib.request.Request(url, body.encode(), headers, method=method)
        )

    def _patiently(self, request: Callable[[], Request]) -> Answer:
        ends = time.monotonic() + self.timeout
        try:
            for tried in range(TRIES + 1):
                answer = exchange(request(), str(self.where), ends=ends, handlers=self._handlers())
                pause = _pause(answer, tried)
                if answer.status not in BUSY or time.monotonic() + pause >= ends:
                    break
                if tried < TRIES:
                    time.sleep(pause)
        except OutOfTimeError:
            reason = f"no answer within {self.timeout:g} seconds"
            raise EndpointError(str(self.where), reason) from None
        self.software = str(answer.headers.get("Server", ""))
        return answer

    def _question(self, query: str, defaults: Sequence[str], named: Sequence[str]) -> Request:
        import SPARQLWrapper

        plain, _, own = self.where.url.partition("?")
        wrapper = SPARQLWrapper.SPARQLWrapper(plain)
        wrapper.setQuery(query)
        wrapper.setOnlyConneg(True)  # parameters such as 'format' mean other things elsewhere
        wrapper.queryType = form(query)  # its own guess goes astray in a comment
        if wrapper.queryType in GRAPHS:
            wrapper.setReturnFormat(SPARQLWrapper.TURTLE)
            wrapper.addCustomHttpHeader("Accept", "application/n-triples, text/turtle;q=0.5")
        else:
            wrapper.setReturnFormat(SPARQLWrapper.JSON)
            wrapper.addCustomHttpHeader("Accept", "application/sparql-results+json")
        for name, graphs in (("default-graph-uri", defaults), ("named-graph-uri", named)):
            for graph in graphs:
                wrapper.addParameter(name, graph)
        for name, value in self._authorization().items():
            wrapper.addCustomHttpHeader(name, value)
        # It makes the request and does not send it: by itself it opens files, begins its time
        # limit anew with each byte, and leaves most faults of HTTP to the caller.
        request: Request = wrapper._createRequest()
        if len(request.full_url) > _LONG:
            wrapper.setMethod(SPARQLWrapper.POST)
            request = wrapper._createRequest()
        if own:  # SPARQLWrapper would put a second '?' after it
            mark = "&" if "?" in request.full_url else "?"
            request.full_url += f"{mark}{own}"
        return request

    def _authorization(self) -> dict[str, str]:
        if self.where.user is None or self._user is not None:
            return {}
        from base64 import b64encode

        asking = f"{self.where.user}:{self.where.password}".encode()
        return {"Authorization": f"Basic {b64encode(asking).decode()}"}

    def _handlers(self) -> list[BaseHandler]:
        if self._user is None:
            return []
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, self.where.url, self._user, self._password)
        return [
            urllib.request.HTTPBasicAuthHandler(known),
            urllib.request.HTTPDigestAuthHandler(known),
        ]


def _pause(answer: Answer, tried: int) -> float:
    """Return how many seconds to wait: what the endpoint says, up to ten, or ever longer."""
    told = str(answer.headers.get("Retry-After", "")).strip()
    if told.isdecimal():
        return min(float(told), _PAUSE)
    if told:
        from email.utils import mktime_tz, parsedate_tz

        date = parsedate_tz(told)
        if date is not None:
            return min(max(mktime_tz(date) - time.time(), 0.0), _PAUSE)
    return 0.5 * float(2**tried)


def _cut(answer: Answer) -> str | None:
    """Return what is wrong with an answer that is not the whole one, as Virtuoso tells it."""
    rows = answer.headers.get("X-SPARQL-MaxRows")
    if rows is not None:
        return (
            f"it cuts its answers at {rows.strip()} rows; raise its limit (ResultSetMaxRows in the "
            "[SPARQL] section of virtuoso.ini), or ask for less"
        )
    if answer.headers.get("X-SQL-State") or answer.status == 206:
        told = " ".join(str(answer.headers.get("X-SQL-Message", "")).split())
        return (
            f"it gives a part of its answer only{f': {told[:200]}' if told else ''}; ask for less"
        )
    return None
