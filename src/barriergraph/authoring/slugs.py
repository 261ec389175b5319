"""From names for people to the ends of addresses."""

from __future__ import annotations

import re
import unicodedata


def to_slug(text: str) -> str:
    """Return a text as a slug: small letters and digits with hyphens between.

    >>> to_slug("Fear of the “unknown”"), to_slug("Müller & Søn"), to_slug("…")
    ('fear-of-the-unknown', 'muller-son', '')
    """
    table = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d",
                           "þ": "th", "\N{LATIN SMALL LETTER DOTLESS I}": "i"})  # fmt: skip
    parts = unicodedata.normalize("NFKD", text.casefold().translate(table))
    kept = "".join(char for char in parts if not unicodedata.combining(char))
    kept = re.sub(r"['\N{RIGHT SINGLE QUOTATION MARK}]", "", kept)
    return "-".join(re.findall("[a-z0-9]+", kept))
