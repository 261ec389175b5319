"""Sources, authorships, people and organisations as blocks of Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from barriergraph.authoring.references.entry import Entry
from barriergraph.authoring.references.naming import Author, full_name
from barriergraph.authoring.turtle import Block, Term, block, document
from barriergraph.namespaces import PREFIXES
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


def written(
    origin: str, sources: Iterable[tuple[str, Entry, Sequence[Author]]], new: Iterable[Author]
) -> str:
    """Return a Turtle file of new sources, sorted by key, and of new people and organisations."""
    blocks = [one for key, entry, authors in sorted(sources, key=lambda source: source[0])
              for one in _source(key, entry, authors)]  # fmt: skip
    blocks += [_author(one) for one in sorted(new, key=lambda one: (one.kind, one.slug))]
    heading = f"Sources of {origin}. What they study is not known from a bibliography."
    return document(blocks, heading)


def _source(key: str, entry: Entry, authors: Sequence[Author]) -> Iterator[Block]:
    record = entry.record
    places = [named(f"authorship:{key}-{place}") for place in range(1, len(authors) + 1)]

    def texts(name: str, language: str | None = None) -> list[Term]:
        return [Literal(str(record[name]), language=language)] if record.get(name) else []

    year = [Literal(str(record["year"]), datatype=_INTEGER)] if record.get("year") else []
    url = [Literal(str(record["url"]), datatype=_ANY_URI)] if record.get("url") else []
    yield block(named(f"source:{key}"), [
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
    for place, (node, author) in enumerate(zip(places, authors, strict=True), 1):
        yield block(node, [
            (_A, [named("bg:Authorship")]),
            (named("bg:author"), [named(f"{author.kind}:{author.slug}")]),
            (named("bg:position"), [Literal(str(place), datatype=_INTEGER)]),
        ])  # fmt: skip


def _author(author: Author) -> Block:
    node, name = named(f"{author.kind}:{author.slug}"), author.name
    if author.kind == "organisation":
        label = Literal(name["literal"], language="en")
        return block(node, [
            (_A, [named("bg:Organisation")]), (named("skos:prefLabel"), [label]),
        ])  # fmt: skip
    parts = [
        ("foaf:name", full_name(name)), ("foaf:familyName", name["family"]),
        ("foaf:givenName", name.get("given", "")), ("bg:nameSuffix", name.get("suffix", "")),
    ]  # fmt: skip
    return block(node, [
        (_A, [named("bg:Person")]),
        *((named(prop), [Literal(text)] if text else []) for prop, text in parts),
    ])  # fmt: skip
