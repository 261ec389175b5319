"""Where an engine elsewhere is written to, and writing there."""

from __future__ import annotations

import os

from barriergraph.errors import EndpointError
from barriergraph.remote.address import Address, address
from barriergraph.remote.endpoint import Endpoint
from barriergraph.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.remote.exchange import Answer

#: The variable that holds the password of `--user`.
PASSWORD = "BARRIERGRAPH_PASSWORD"


class Target(Value):
    """An engine that is written to: the `endpoint` that is asked, and what takes what is written.

    With `store`, graphs are put there by the Graph Store Protocol; else `update` takes updates.
    With `user`, that is who writes, and the password is in the variable BARRIERGRAPH_PASSWORD.
    """

    __slots__ = ("endpoint", "update", "store", "user")

    endpoint: Address
    update: Address
    store: Address | None
    user: str | None

    def at(self, place: Address, timeout: float) -> Endpoint:
        """Return one of the places, asked by who writes."""
        password = os.environ.get(PASSWORD, "")
        return Endpoint(place, timeout=timeout, user=self.user, password=password)


def target(
    endpoint: str, *, update: str | None = None, store: str | None = None, user: str | None = None
) -> Target:
    """Return where to write, given the address for queries and, if they differ, the others.

    Raises: EndpointError for what is not an http or https address.

    >>> target("http://ada:secret@127.0.0.1:7878/query").update
    Address('http://***@127.0.0.1:7878/update')
    """
    guess = f"{endpoint[:-6]}/update" if endpoint.endswith("/query") else endpoint
    return Target(
        endpoint=address(endpoint), update=address(update or guess),
        store=None if store is None else address(store), user=user,
    )  # fmt: skip


def update(endpoint: Endpoint, text: str, nothing: str) -> None:
    """Send an update.

    Raises: EndpointError for one that is not taken, with what to do; `nothing` says what it means.

    Source: SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/#update-operation
    """
    taken(endpoint, endpoint.send("POST", "application/sparql-update", text), nothing)


def taken(endpoint: Endpoint, answer: Answer, nothing: str) -> None:
    """Raise EndpointError for what was not taken, with what to do."""
    if answer.status < 300:
        return
    hint = ""
    if answer.status in (401, 403):
        hint = f"; give --user, and the password in {PASSWORD}"
    elif answer.status in (404, 405, 415):
        hint = "; give the address that takes updates with --update, or --graph-store"
    raise EndpointError(str(endpoint.where), f"{answer.told()}: {nothing}{hint}")
