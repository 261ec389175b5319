"""What changed from version to version, as the changelog tells it, and as a feed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from barriergraph.edition import TITLE, Edition
from barriergraph.namespaces import BASE, ONTOLOGY
from barriergraph.values import Value

_VERSION = re.compile(r"^## (\S+)(?: \((.*)\))?$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


class Release(Value):
    """A version: its day, or None when it is not out yet, and what changed, in Markdown."""

    __slots__ = ("changes", "day", "version")

    version: str
    day: str | None
    changes: tuple[str, ...]


def releases(changelog: str) -> Iterator[Release]:
    """Yield the versions that a changelog in Markdown tells of, in its order.

    >>> next(releases("## 1.0.0 (2030-01-02)\\n\\n- `run`\\n  is faster.\\n"))
    Release(changes=('`run` is faster.',), day='2030-01-02', version='1.0.0')
    """
    version, day, changes = "", "", [""]
    for line in [*changelog.splitlines(), "## end"]:
        found = _VERSION.match(line)
        if found:
            if version:
                told = tuple(change for change in changes if change)
                known = day if _DAY.match(day) else None
                yield Release(version=version, day=known, changes=told)
            version, day, changes = found[1], found[2] or "", [""]
        elif line.startswith("- "):
            changes.append(line[2:].strip())
        elif line.startswith("  ") and changes[-1]:
            changes[-1] += f" {line.strip()}"
    assert version == "end"


def feed(changelog: str, told: Edition, *, base: str | None) -> bytes | None:
    """Return the versions as an Atom feed, the newest first, or None when none has a day.

    A version has the day that the changelog gives it; the one that is not out yet has the day on
    which the ontology was modified, if it is the ontology's. No other day is known, and none is
    made up.

    Source: The Atom Syndication Format, https://www.rfc-editor.org/rfc/rfc4287
    """
    dated = [
        (day, release)
        for release in releases(changelog)
        if (day := release.day or (told.modified if release.version == told.version else None))
    ]
    if not dated:
        return None
    dated.sort(key=lambda pair: pair[0], reverse=True)
    front = quoteattr(f"{base or ''}index.html")
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        f"  <id>{escape(BASE)}</id>",
        f"  <title>{escape(TITLE)}</title>",
        f"  <updated>{dated[0][0]}T00:00:00Z</updated>",
        f"  <author><name>{escape(told.creator)}</name></author>",
        f'  <link rel="alternate" type="text/html" href={front}/>',
    ]
    if base is not None:
        lines.append(f'  <link rel="self" href={quoteattr(f"{base}feed.xml")}/>')
    for day, release in dated:
        address = f"{ONTOLOGY}/{release.version}"
        lines += [
            "  <entry>",
            f"    <id>{escape(address)}</id>",
            f"    <title>barriergraph {escape(release.version)}</title>",
            f"    <updated>{day}T00:00:00Z</updated>",
            f'    <link rel="alternate" href={quoteattr(address)}/>',
            f'    <content type="html">{escape(_html(release))}</content>',
            "  </entry>",
        ]
    return "\n".join([*lines, "</feed>", ""]).encode()


def _html(release: Release) -> str:
    """Return what changed as a list in HTML, with code marked as such."""
    parts = [re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(change)) for change in release.changes]
    return "<ul>" + "".join(f"<li>{part}</li>" for part in parts) + "</ul>"
