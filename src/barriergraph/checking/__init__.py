"""Checking: whether content is sound, and where each fault stands and how it is mended."""

from __future__ import annotations

from barriergraph.checking.checker import Checker
from barriergraph.checking.faults import Fault, Outcome

__all__ = ["Checker", "Fault", "Outcome"]
