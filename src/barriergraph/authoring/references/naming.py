"""Names for what a bibliography adds: keys of sources, slugs of people and organisations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from barriergraph.authoring.references.entry import Entry
from barriergraph.authoring.references.known import Known, plain
from barriergraph.authoring.slugs import to_slug
from barriergraph.values import Value

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Author(Value):
    """An author of a source: the kind ('person' or 'organisation'), the slug, and the name."""

    __slots__ = ("kind", "name", "slug")
    kind: str
    slug: str
    name: Mapping[str, str]


def key(entry: Entry, taken: Collection[str]) -> str:
    """Return the key of a new source: its own, or family name and year, with a letter if taken."""
    own = "" if "/" in entry.key else to_slug(entry.key)  # an address is no name
    if not re.search("[a-z]", own):
        own = f"{_first_name(entry)}{entry.record.get('year', '')}"
    return next(name for name in _lettered(own) if name not in taken)


class Names:
    """Finds the person or organisation that an author is, and names the new ones.

    `new` are the new ones by kind and slug; `notes` say where a person may be one of the graph.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._people = dict(known.people)
        self._organisations = dict(known.organisations)
        self._families: dict[str, list[tuple[str, str]]] = {}
        for (family, given, _), person in known.people.items():
            self._families.setdefault(plain(family), []).append((given, person))
        self.new: dict[tuple[str, str], Author] = {}

    def author(self, name: Mapping[str, str]) -> Author:
        """Return an author by name: one that is known by it, or a new one."""
        if "family" not in name:
            return self._body(name["literal"])
        parts = (name["family"], name.get("given", ""), name.get("suffix", ""))
        if parts not in self._people:
            found = self._free("person", _person_slugs(parts))
            self._people[parts] = found
            self.new["person", found] = Author(kind="person", slug=found, name=name)
        return Author(kind="person", slug=self._people[parts], name=name)

    def near(self, name: Mapping[str, str]) -> list[str]:
        """Return the people of the graph whose given names agree with these in their initials."""
        same = self._families.get(plain(name.get("family", "")), ())
        return sorted(person for given, person in same if _agree(name.get("given", ""), given))

    def _body(self, label: str) -> Author:
        if label in self._known.named:
            return Author(kind="person", slug=self._known.named[label], name={"literal": label})
        wanted = plain(label)
        if wanted not in self._organisations:
            found = self._free("organisation", _numbered(to_slug(label) or "organisation"))
            self._organisations[wanted] = found
            author = Author(kind="organisation", slug=found, name={"literal": label})
            self.new["organisation", found] = author
        return Author(
            kind="organisation", slug=self._organisations[wanted], name={"literal": label}
        )

    def _free(self, kind: str, wanted: Iterator[str]) -> str:
        taken = self._known.slugs[kind]
        return next(one for one in wanted if one not in taken and (kind, one) not in self.new)


def full_name(name: Mapping[str, str]) -> str:
    """Return the name of a person as it is said.

    >>> full_name({"family": "Berg", "given": "Ada", "suffix": "Jr."})
    'Ada Berg Jr.'
    """
    return " ".join(name[part] for part in ("given", "family", "suffix") if name.get(part))


def _first_name(entry: Entry) -> str:
    authors = entry.record.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else {}
    named = to_slug(str(first.get("family") or first.get("literal") or ""))
    title = to_slug(str(entry.record["title"])).split("-")
    return named or "-".join(title[:4]) or "source"


def _person_slugs(parts: tuple[str, str, str]) -> Iterator[str]:
    family, given, suffix = map(to_slug, parts)
    first = given.split("-")[0]
    yield "-".join(part for part in (family, first) if part) or "person"
    whole = "-".join(part for part in (family, given, suffix) if part) or "person"
    yield from _numbered(whole)


def _lettered(text: str) -> Iterator[str]:
    yield text
    yield from (f"{text}{letter}" for letter in _LETTERS)
    yield from (f"{text}-{number}" for number in range(2, 1_000_000))


def _numbered(text: str) -> Iterator[str]:
    yield text
    yield from (f"{text}-{number}" for number in range(2, 1_000_000))


def _agree(given: str, other: str) -> bool:
    """Tell whether given names that differ may be those of one person.

    >>> _agree("S.", "Sharon"), _agree("S. M.", "Sharon"), _agree("Sam", "Sharon")
    (True, True, False)
    """
    pairs = zip(to_slug(given).split("-"), to_slug(other).split("-"), strict=False)
    return given != other and all(
        one == two or (min(len(one), len(two)) == 1 and one[:1] == two[:1]) for one, two in pairs
    )
