"""A DOI as people write it, and as it stands in the data."""

from __future__ import annotations

import re

#: A DOI as it stands in the data, as a pattern that JSON Schema knows, too.
DOI = r"10\.[0-9]{4,9}(\.[0-9]+)*/\S+"

_DOI = re.compile(DOI)
_RESOLVER = re.compile(r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi:?\s*)", re.IGNORECASE)


def bare_doi(text: str) -> str:
    """Return a DOI without the address of a resolver, in small letters; '' for what is none.

    >>> bare_doi("https://doi.org/10.1000/ABC"), bare_doi("doi: 10.1000/182"), bare_doi("10/182")
    ('10.1000/abc', '10.1000/182', '')

    Source: DOI Handbook, 2.2 Syntax of a DOI name
    """
    bare = _RESOLVER.sub("", text.strip(), count=1)
    return bare.lower() if _DOI.fullmatch(bare) else ""
