"""What keeps a folder from being published."""

from __future__ import annotations

from barriergraph.errors import BarrierGraphError


class PublishError(BarrierGraphError):
    """A folder that cannot be published as asked; nothing that was there has changed."""
