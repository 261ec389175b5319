"""What crawlers and citers look for at the root of a site: sitemap, robots.txt, CITATION.cff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from barriergraph.edition import Edition

#: How many addresses a sitemap may have, https://www.sitemaps.org/protocol.html
_MOST = 50_000

_NOT_FOUND = "404.html"


def sitemaps(paths: Iterable[str], base: str, *, most: int = _MOST) -> dict[str, bytes]:
    """Return the sitemap of the HTML pages of a site, by path; several under an index if need be.

    >>> list(sitemaps(["index.html", "a.html"], "https://example.org/", most=1))
    ['sitemap.xml', 'sitemap-1.xml', 'sitemap-2.xml']
    """
    pages = sorted(path for path in paths if path.endswith(".html") and path != _NOT_FOUND)
    addresses = [base if path == "index.html" else base + path for path in pages]
    if len(addresses) <= most:
        return {"sitemap.xml": _list("urlset", "url", addresses)}
    parts = {
        f"sitemap-{place + 1}.xml": _list("urlset", "url", addresses[start : start + most])
        for place, start in enumerate(range(0, len(addresses), most))
    }
    index = _list("sitemapindex", "sitemap", [base + path for path in parts])
    return {"sitemap.xml": index, **parts}


def _list(root: str, item: str, addresses: Sequence[str]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(f"<{item}><loc>{escape(address)}</loc></{item}>" for address in addresses),
        f"</{root}>",
        "",
    ]
    return "\n".join(lines).encode()


def robots(base: str | None) -> bytes:
    """Return a robots.txt that lets everybody in, and names the sitemap if there is one.

    Source: https://www.rfc-editor.org/rfc/rfc9309
    """
    sitemap = "" if base is None else f"\nSitemap: {base}sitemap.xml\n"
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()


def citation(text: str, told: Edition, base: str | None) -> bytes:
    """Return a CITATION.cff with the version of an edition, and the address of the site.

    Source: https://github.com/citation-file-format/citation-file-format/blob/main/schema-guide.md
    """
    wanted: Mapping[str, str] = {
        "version": told.version,
        **({} if base is None else {"url": base}),
    }
    kept = [
        line for line in text.splitlines() if line.partition(":")[0] not in wanted
    ]  # a field of the top level starts its line
    return "\n".join([*kept, *(f"{key}: {value}" for key, value in wanted.items()), ""]).encode()
