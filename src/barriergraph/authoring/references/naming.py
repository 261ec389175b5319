"""Names for what a bibliography adds: keys of sources, slugs of people and organisations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from pyoxigraph import NamedNode

from barriergraph.authoring.columns import fold
from barriergraph.authoring.earlier import Earlier
from barriergraph.authoring.people import People
from barriergraph.authoring.references.entry import Entry
from barriergraph.authoring.references.known import Known, plain
from barriergraph.authoring.slugs import to_slug
from barriergraph.namespaces import slug
from barriergraph.rdf import named

_TYPE, _ORGANISATION = named("rdf:type"), named("bg:Organisation")
_LABEL = named("skos:prefLabel")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def key(entry: Entry, taken: Collection[str]) -> str:
    """Return the key of a new source: its own, or family name and year, with a letter if taken."""
    own = "" if "/" in entry.key else to_slug(entry.key)  # an address is no name
    if not re.search("[a-z]", own):
        own = f"{_first_name(entry)}{entry.record.get('year', '')}"
    return next(name for name in _lettered(own) if name not in taken)


class Names:
    """Finds the person or organisation that an author is, and names the new ones.

    `organisations` are the new ones, by address.
    """

    def __init__(self, known: Known, people: People, earlier: Earlier) -> None:
        self.people = people
        self.organisations: dict[NamedNode, str] = {}
        self._known = dict(known.organisations)
        self._space = f"{earlier.space}organisation/"
        self._families: dict[str, list[tuple[str, NamedNode]]] = {}
        for family, given, person in people.everyone():
            self._families.setdefault(plain(family), []).append((given, person))
        self._used = {slug(node.value) for node in self._known.values()}
        self._earlier = {
            plain(value.value): node
            for node, pairs in earlier.said.items()
            for name, value in pairs
            if (_TYPE, _ORGANISATION) in pairs and name == _LABEL
            if slug(node.value) not in self._used
        }
        self._used |= {slug(node.value) for node in self._earlier.values()}

    def author(self, name: Mapping[str, str]) -> NamedNode:
        """Return an author by name: one that is known by it, or a new one."""
        if "family" not in name:
            return self._body(name["literal"])
        return self.people.person(name["family"], name.get("given", ""), name.get("suffix", ""))

    def doubt(self, name: Mapping[str, str], author: NamedNode) -> Sequence[NamedNode]:
        """Return the people of the graph that an author may be beside or instead of the one taken.

        They have the same name or, where the one taken is new, a given name with the same initials.
        """
        if "family" not in name:
            return [one for one in self.people.called(name["literal"]) if one != author]
        if author not in self.people.made:
            parts = name["family"], name.get("given", ""), name.get("suffix", "")
            return [one for one in self.people.find(*parts) if one != author]
        same = self._families.get(plain(name["family"]), ())
        agreeing = {one for given, one in same if _agree(fold(name.get("given", "")), given)}
        return sorted(agreeing, key=str)

    def _body(self, label: str) -> NamedNode:
        if self.people.called(label):
            return self.people.called(label)[0]
        wanted = plain(label)
        if wanted not in self._known:
            node = self._earlier.get(wanted)
            if node is None:
                names = _numbered(to_slug(label) or "organisation")
                found = next(one for one in names if one not in self._used)
                self._used.add(found)
                node = NamedNode(f"{self._space}{found}")
            self._known[wanted] = node
            self.organisations[node] = label
        return self._known[wanted]


def _first_name(entry: Entry) -> str:
    authors = entry.record.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else {}
    named = to_slug(str(first.get("family") or first.get("literal") or ""))
    title = to_slug(str(entry.record["title"])).split("-")
    return named or "-".join(title[:4]) or "source"


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
