"""Sources, authorships, people and organisations as blocks of Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.people import authorship
from barriergraph.authoring.references.entry import Entry
from barriergraph.authoring.turtle import Block, Term, block
from barriergraph.namespaces import PREFIXES, slug
from barriergraph.rdf import named

_INTEGER = NamedNode(f"{PREFIXES['xsd']}integer")
_ANY_URI = NamedNode(f"{PREFIXES['xsd']}anyURI")
_FALSE = Literal("false", datatype=NamedNode(f"{PREFIXES['xsd']}boolean"))
_A = named("rdf:type")

#: What a bibliography cannot tell: where the work looks is not known, and nobody checked the entry.
_UNKNOWN: tuple[tuple[NamedNode, tuple[Term, ...]], ...] = (
    (named("bg:setting"), (named("setting:unstated"),)),
    (named("bg:confidence"), (named("certainty:probable"),)),
)


def blocks(
    sources: Iterable[tuple[NamedNode, Entry, Sequence[NamedNode]]],
    people: Mapping[NamedNode, Block],
    organisations: Mapping[NamedNode, str],
    space: str,
) -> list[Block]:
    """Return new sources with their authorships, and new organisations and people, by address."""
    found = [one for node, entry, authors in sorted(sources, key=lambda source: source[0].value)
             for one in _source(node, entry, authors, space)]  # fmt: skip
    found += [_organisation(one, organisations[one]) for one in sorted(organisations, key=str)]
    return found + [people[one] for one in sorted(people, key=str)]


def _source(
    node: NamedNode, entry: Entry, authors: Sequence[NamedNode], space: str
) -> Iterator[Block]:
    record = entry.record
    stem = f"{space}authorship/{slug(node.value)}"
    places = [NamedNode(f"{stem}-{place}") for place in range(1, len(authors) + 1)]

    def texts(name: str, language: str | None = None) -> list[Term]:
        return [Literal(str(record[name]), language=language)] if record.get(name) else []

    year = [Literal(str(record["year"]), datatype=_INTEGER)] if record.get("year") else []
    url = [Literal(str(record["url"]), datatype=_ANY_URI)] if record.get("url") else []
    yield block(node, [
        (_A, [named(f"bg:{entry.kind}")]),
        (named("dcterms:title"), texts("title", entry.language)),
        (named("bg:hasAuthorship"), places),
        (named("bg:authorsComplete"), [] if entry.complete else [_FALSE]),
        (named("bg:year"), year),
        (named("bg:containerTitle"), texts("containerTitle", entry.language)),
        (named("bg:volume"), texts("volume")),
        (named("bg:issue"), texts("issue")),
        (named("bg:pages"), texts("pages")),
        (named("bg:doi"), texts("doi")),
        (named("bg:isbn"), texts("isbn")),
        (named("bg:url"), url),
        (named("bg:publisherName"), texts("publisherName", entry.language)),
        *_UNKNOWN,
    ])  # fmt: skip
    for position, (place, author) in enumerate(zip(places, authors, strict=True), 1):
        yield authorship(place, author, position)


def _organisation(node: NamedNode, name: str) -> Block:
    return block(node, [
        (_A, [named("bg:Organisation")]), (named("skos:prefLabel"), [Literal(name, language="en")]),
    ])  # fmt: skip
