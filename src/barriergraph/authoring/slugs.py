"""From names for people to the ends of addresses."""

from __future__ import annotations

import re
import unicodedata


def to_slug(text: str) -> str:
    """Return a text as the end of an address: small, ASCII, hyphens between words.

    >>> to_slug("Fear of the “unknown”"), to_slug("Café workers")
    ('fear-of-the-unknown', 'cafe-workers')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
