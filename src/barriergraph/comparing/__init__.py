"""What changed between two versions of a graph, and the step that it deserves."""

from __future__ import annotations

from barriergraph.comparing.changes import Change, Detail, Difference, compare
from barriergraph.comparing.step import reasons, step
from barriergraph.comparing.versions import Version, version

__all__ = ["Change", "Detail", "Difference", "Version", "compare", "reasons", "step", "version"]
