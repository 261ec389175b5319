"""The concepts that a text mentions, as a draft for a person to confirm."""

from __future__ import annotations

from barriergraph.suggesting.sheet import draft_sheet, to_table
from barriergraph.suggesting.suggestions import LARGEST, LEAST, Reason, Suggestion, read, suggest

__all__ = [
    "LARGEST",
    "LEAST",
    "Reason",
    "Suggestion",
    "draft_sheet",
    "read",
    "suggest",
    "to_table",
]
