"""A SPARQL engine elsewhere, asked and loaded over HTTP."""

from __future__ import annotations

from barriergraph.remote.address import Address, address
from barriergraph.remote.endpoint import Endpoint
from barriergraph.remote.exchange import Answer
from barriergraph.remote.store import RemoteStore
from barriergraph.remote.target import Target, taken, target, update

__all__ = [
    "Address", "Answer", "Endpoint", "RemoteStore", "Target", "address", "taken", "target",
    "update",
]  # fmt: skip
