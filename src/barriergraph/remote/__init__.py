"""A SPARQL engine elsewhere, asked and loaded over HTTP."""

from __future__ import annotations

from barriergraph.remote.address import Address, address
from barriergraph.remote.endpoint import Endpoint
from barriergraph.remote.exchange import Answer
from barriergraph.remote.store import RemoteStore

__all__ = ["Address", "Answer", "Endpoint", "RemoteStore", "address"]
