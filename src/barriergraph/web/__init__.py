"""The graph as a service: the SPARQL 1.1 Protocol and an API for every stored query."""

from __future__ import annotations
