"""A difference as Turtle in the terms of PROV: what was done between one version and the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from barriergraph.comparing.changes import ADDED, REMOVED, Change, Difference
from barriergraph.namespaces import QUERY, compact
from barriergraph.rdf import named, to_bytes

_A, _TITLE, _SUBJECT = named("rdf:type"), named("dcterms:title"), named("dcterms:subject")
_PART, _TYPE, _TEXT = named("dcterms:isPartOf"), named("dcterms:type"), named("dcterms:description")
_ENTITY, _ACTIVITY, _USED = named("prov:Entity"), named("prov:Activity"), named("prov:used")
_GENERATED, _INVALIDATED = named("prov:wasGeneratedBy"), named("prov:wasInvalidatedBy")

_BEFORE, _AFTER, _REVISION = BlankNode("before"), BlankNode("after"), BlankNode("revision")


def to_turtle(difference: Difference) -> str:
    """Return a difference as Turtle.

    The later version is a prov:Entity that prov:wasRevisionOf the earlier one, each with its name
    as dcterms:title, and prov:wasGeneratedBy one prov:Activity. Each change is a prov:Activity that
    is dcterms:isPartOf it: dcterms:subject is the thing or stored query, dcterms:type one of
    "added", "removed", "changed", "deprecated", "restored" and "moved", and dcterms:description
    says for each property what it was and is. A thing that was added prov:wasGeneratedBy the
    change, one that was removed prov:wasInvalidatedBy it, and any other was prov:used by it.

    Source: PROV-O, https://www.w3.org/TR/prov-o/
    """
    triples = [
        Triple(_BEFORE, _A, _ENTITY),
        Triple(_BEFORE, _TITLE, Literal(difference.before)),
        Triple(_AFTER, _A, _ENTITY),
        Triple(_AFTER, _TITLE, Literal(difference.after)),
    ]
    if difference:
        triples += [
            Triple(_AFTER, named("prov:wasRevisionOf"), _BEFORE),
            Triple(_AFTER, _GENERATED, _REVISION),
            Triple(_REVISION, _A, _ACTIVITY),
            Triple(_REVISION, _USED, _BEFORE),
        ]
    told: list[tuple[str, str, list[str], list[str]]] = [
        (one.iri, one.what, _types(one), _texts(one)) for one in difference.changes
    ]
    told += [(QUERY + one.name, one.what, [one.what], []) for one in difference.queries]
    for number, (iri, what, types, texts) in enumerate(told, 1):
        triples += _activity(BlankNode(f"change{number}"), NamedNode(iri), what, types, texts)
    return to_bytes(triples, "turtle").decode()


def _activity(
    node: BlankNode, thing: NamedNode, what: str, types: Iterable[str], texts: Iterable[str]
) -> Iterator[Triple]:
    yield Triple(node, _A, _ACTIVITY)
    yield Triple(node, _PART, _REVISION)
    yield Triple(node, _SUBJECT, thing)
    yield from (Triple(node, _TYPE, Literal(one)) for one in types)
    yield from (Triple(node, _TEXT, Literal(one)) for one in texts)
    if what not in (ADDED, REMOVED):
        yield Triple(node, _USED, thing)
    else:
        yield Triple(thing, _GENERATED if what == ADDED else _INVALIDATED, node)


def _types(change: Change) -> list[str]:
    more = (
        ("deprecated", change.retired), ("restored", change.restored), ("moved", bool(change.moved))
    )  # fmt: skip
    return [change.what, *(word for word, holds in more if holds)]


def _texts(change: Change) -> list[str]:
    texts = []
    for one in change.details:
        before, after = (", ".join(map(str, side)) for side in (one.before, one.after))
        texts.append(f"{compact(one.property)}: {before or 'nothing'} -> {after or 'nothing'}")
    return texts
