"""Which media type to answer with, given what the client accepts."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PART = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*")+')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:\\.|[^"\\])*")+')


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the media type that the client likes best of those offered, or None for none.

    Of several that it likes the same, the first offered is taken. Parameters of a type, such as a
    profile or a charset, do not keep it from being matched. No header means that all will do.

    >>> choose("text/turtle;q=0.5, application/*", ["text/turtle", "application/ld+json"])
    'application/ld+json'
    >>> choose('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"',
    ...     ["text/turtle", "application/ld+json"])
    'application/ld+json'
    >>> choose("text/html", ["text/turtle"]) is None
    True

    Source: HTTP Semantics, section 12.5.1, https://www.rfc-editor.org/rfc/rfc9110#name-accept
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = _ranges(accept)
    best, liked = None, 0.0
    for kind in offered:
        quality = _quality(kind, ranges)
        if quality > liked:
            best, liked = kind, quality
    return best


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in _PART.findall(accept):
        name, *parameters = [piece.strip() for piece in _PARAMETER.findall(part)]
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        found.append((name.lower(), quality))
    return found


def _quality(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return how much a media type is liked: the most specific range that matches it counts."""
    family = kind.partition("/")[0]
    for wanted in (kind, f"{family}/*", "*/*"):
        liked = [quality for name, quality in ranges if name == wanted]
        if liked:
            return max(liked)
    return 0.0
