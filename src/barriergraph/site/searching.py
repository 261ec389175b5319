"""Search over the names, synonyms, definitions and statements of all that has a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode

from barriergraph.namespaces import BG, ID, slug
from barriergraph.rdf import named
from barriergraph.site.addresses import PAGE
from barriergraph.site.inventory import TYPE
from barriergraph.site.once import once
from barriergraph.site.reading import Reading
from barriergraph.values import Value

#: Things that only tie others together.
_LEFT_OUT = (f"{ID}authorship/",)

#: What kinds of term can be found, and what one is called.
_TERMS = {
    "owl:Class": "class",
    "owl:ObjectProperty": "property",
    "owl:DatatypeProperty": "property",
}

_OTHERS = tuple(named(name) for name in ("skos:altLabel", "skos:hiddenLabel", "bg:mergedFrom"))
_WORD = re.compile(r"\w+")


class Entry(Value):
    """Something that can be found: its name, kind and address, other names, and a text."""

    __slots__ = ("label", "kind", "address", "others", "text")
    label: str
    kind: str
    address: str
    others: tuple[str, ...]
    text: str


class Index:
    """All that can be found, sorted by name: of each only what is searched is held."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def __iter__(self) -> Iterator[Entry]:
        for key, _ in self._texts:
            yield self._entry(key)

    def find(self, words: str, limit: int | None = None) -> tuple[int, list[Entry]]:
        """Return how many entries have all words, and the first of them, as `ranked` has them.

        Without a `limit` they are all returned.
        """
        found = ranked([text for _, text in self._texts], words)
        return len(found), [self._entry(self._texts[place][0]) for place in found[:limit]]

    @once
    def _texts(self) -> list[tuple[str, str]]:
        """What gives each entry, with the text that is searched."""
        found = []
        for key in self._keys():
            entry = self._entry(key)
            found.append((entry.label.casefold(), entry.address, key, searched(entry)))
        return [(key, text) for _, _, key, text in sorted(found)]

    def _keys(self) -> Iterator[str]:
        reading = self._reading
        for iri in reading.things:
            if not iri.startswith(_LEFT_OUT):
                yield iri
        for kind in _TERMS:
            for node in reading.linked(named(kind), TYPE, back=True):
                if node.value.startswith(BG) or node.value in reading.terms:
                    yield f"{kind} {node.value}"
        yield from reading.graph.queries

    def _entry(self, key: str) -> Entry:
        reading = self._reading
        query = reading.graph.queries.get(key)
        if query is not None:
            return Entry(label=query.title, kind="question", address=f"queries/{query.name}{PAGE}",
                         others=query.tags, text=query.question)  # fmt: skip
        kind, _, iri = key.rpartition(" ")
        if kind:
            return _term(reading, NamedNode(iri), _TERMS[kind])
        node = NamedNode(iri)
        definition = reading.definition(node)
        label, text = reading.name(node), "" if definition is None else definition.value
        return Entry(
            label=label,
            kind=_kind(reading, node),
            address=f"{reading.path(iri)}{PAGE}",
            others=tuple(one.value for link in _OTHERS for one in reading.texts(node, link)),
            text="" if text == label else text,
        )


def _term(reading: Reading, node: NamedNode, kind: str) -> Entry:
    page, _, anchor = (reading.path(node.value) or "ontology").partition("#")
    definition = reading.definition(node)
    return Entry(
        label=reading.name(node),
        kind=kind,
        address=f"{page}{PAGE}#{anchor}",
        others=(slug(node.value),),
        text="" if definition is None else definition.value,
    )


def as_lists(found: Iterable[Entry]) -> dict[str, object]:
    """Return what a script in a browser searches: the kinds, and the entries as short lists."""
    entries = list(found)
    kinds = sorted({one.kind for one in entries})
    return {
        "kinds": kinds,
        "entries": [
            [one.label, kinds.index(one.kind), one.address, list(one.others), one.text]
            for one in entries
        ],
    }


def searched(entry: Entry) -> str:
    """Return all of an entry that is searched: a line of its name, of each other name, its text.

    >>> searched(Entry(label="Ferry", kind="boat", address="", others=("Boat",), text="At sea."))
    'ferry\\nboat\\nat sea.'
    """
    return "\n".join(
        fold(" ".join(one.split())) for one in (entry.label, *entry.others, entry.text)
    )


def ranked(texts: Sequence[str], words: str) -> list[int]:
    """Return the places of the texts that have all words, those that are named so first.

    A text is what `searched` returns. Capitals and accents do not count.

    >>> ranked(["bridge\\ncrosses the river", "ferry\\nboat\\ncrosses the sea"], "SEA ferr")
    [1]
    """
    wanted = _WORD.findall(fold(words))
    if not wanted:
        return []
    found = []
    for place, text in enumerate(texts):
        if all(word in text for word in wanted):
            lines = text.split("\n")
            whole = lines[0].startswith(" ".join(wanted))
            found.append((not whole, sum(_rank(lines, word) for word in wanted), place))
    return [place for *_, place in sorted(found)]


def fold(text: str) -> str:
    """Return a text in small letters and without accents.

    >>> fold("Évaluation")
    'evaluation'
    """
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parted if not unicodedata.combining(char))


def _rank(lines: Sequence[str], word: str) -> int:
    """Return how far from the front what is found by a word stands, of those found by it."""
    label, *others, _ = lines
    if label.startswith(word):
        return 0
    if any(part.startswith(word) for part in _WORD.findall(label)):
        return 1
    return 2 if any(word in other for other in others) else 3


def _kind(reading: Reading, node: NamedNode) -> str:
    kinds = reading.kinds(node)
    return reading.name(kinds[0]) if kinds else ""
