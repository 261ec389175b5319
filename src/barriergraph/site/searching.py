"""Search over the names, synonyms, definitions and statements of all that has a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode

from barriergraph.namespaces import BG, ID, slug
from barriergraph.rdf import named
from barriergraph.site.addresses import PAGE
from barriergraph.site.reading import Reading
from barriergraph.values import Value

#: Things that only tie others together.
_LEFT_OUT = ("authorship",)

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


def entries(reading: Reading) -> tuple[Entry, ...]:
    """Return all that can be found, sorted by name."""
    found = []
    for iri in reading.things:
        if iri.startswith(ID) and iri.removeprefix(ID).partition("/")[0] in _LEFT_OUT:
            continue
        node = NamedNode(iri)
        definition = reading.definition(node)
        label, text = reading.name(node), "" if definition is None else definition.value
        found.append(
            Entry(
                label=label,
                kind=_kind(reading, node),
                address=f"{reading.path(iri)}{PAGE}",
                others=tuple(one.value for link in _OTHERS for one in reading.texts(node, link)),
                text="" if text == label else text,
            )
        )
    for kind in ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty"):
        nodes = reading.linked(named(kind), named("rdf:type"), back=True)
        ours = [one for one in nodes if one.value.startswith(BG) or one.value in reading.terms]
        noun = "class" if kind == "owl:Class" else "property"
        found.extend(_term(reading, node, noun) for node in ours)
    found.extend(
        Entry(label=query.title, kind="question", address=f"queries/{query.name}{PAGE}",
              others=query.tags, text=query.question)
        for query in reading.graph.queries.values()
    )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.label.casefold(), one.address)))


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


def index(found: Iterable[Entry]) -> dict[str, object]:
    """Return what a script in a browser searches: the kinds, and the entries as short lists."""
    entries_ = list(found)
    kinds = sorted({one.kind for one in entries_})
    return {
        "kinds": kinds,
        "entries": [
            [one.label, kinds.index(one.kind), one.address, list(one.others), one.text]
            for one in entries_
        ],
    }


def find(found: Sequence[Entry], words: str) -> list[Entry]:
    """Return the entries that have all words, those that are named so first.

    Capitals and accents do not count.

    >>> ferry = Entry(label="Ferry", kind="boat", address="", others=(), text="crosses the sea")
    >>> [one.label for one in find([ferry], "SEA ferr")]
    ['Ferry']
    """
    wanted = _WORD.findall(fold(words))
    if not wanted:
        return []
    ranked = []
    for place, entry in enumerate(found):
        ranks = [_rank(entry, word) for word in wanted]
        if all(rank is not None for rank in ranks):
            whole = fold(entry.label).startswith(" ".join(wanted))
            ranked.append(
                (not whole, sum(rank for rank in ranks if rank is not None), place, entry)
            )
    return [entry for *_, entry in sorted(ranked, key=lambda one: one[:3])]


def fold(text: str) -> str:
    """Return a text in small letters and without accents.

    >>> fold("Évaluation")
    'evaluation'
    """
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parted if not unicodedata.combining(char))


def _rank(entry: Entry, word: str) -> int | None:
    label = fold(entry.label)
    if label.startswith(word):
        return 0
    if any(part.startswith(word) for part in _WORD.findall(label)):
        return 1
    if any(word in fold(other) for other in entry.others):
        return 2
    return 3 if word in label or word in fold(entry.text) else None


def _kind(reading: Reading, node: NamedNode) -> str:
    kinds = reading.kinds(node)
    return reading.name(kinds[0]) if kinds else ""
