"""The site: pure functions from a graph and a path to the bytes of a page or a file."""

from __future__ import annotations

from barriergraph.site.site import Site

__all__ = ["Site"]
