"""Findings as nanopublications: what was found, on what evidence, and who says so, in TriG.

The IRI of a nanopublication is that of its finding with `/nanopub` behind it; its four graphs are
fragments of it (`#head`, `#assertion`, `#provenance`, `#pubinfo`), so that they are found where
it is. A finding whose own IRI ends in a fragment has them as `…/nanopub/head` and so on.

The assertion is what the source says, in the project's words. What only a curator adds (pairs that
"may" hold, an effect that is implied) is left out: it would be laid at the source's door.

Source: Nanopublication Guidelines, https://nanopub.net/guidelines/working_draft/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from barriergraph.edition import CONTRIBUTORS, LICENSE, Edition, edition
from barriergraph.errors import NotFoundError
from barriergraph.namespaces import INFERRED, compact
from barriergraph.rdf import named, to_bytes
from barriergraph.values import Value

Term = NamedNode | BlankNode | Literal | Triple

#: What is said of a finding about how it is known. Any other property says what was found.
PROVENANCE = (
    "bg:attributedTo", "bg:basis", "bg:certainty", "bg:departsFromSource", "bg:locator",
    "bg:mappingNote", "bg:reportedIn", "bg:restsOn", "bg:secondHand", "bg:url",
)  # fmt: skip

#: What is the curator's, and not the source's.
LEFT_OUT = ("bg:impliedEffect", "bg:mayBeAddressedBy", "bg:mayCounter")

#: What is repeated of a source, so that a nanopublication can be read by itself.
_OF_SOURCE = (
    "bg:confidence", "bg:doi", "bg:recollectedField", "bg:url", "bg:year", "dcterms:title",
    "rdf:type",
)  # fmt: skip

_FINDINGS = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?finding WHERE {
  ?class rdfs:subClassOf* bg:Finding .
  ?finding a ?class .
  FILTER(isIRI(?finding))
}
ORDER BY ?finding"""


class Nanopub(Value):
    """The IRIs of a nanopublication and of its four graphs."""

    __slots__ = ("assertion", "head", "iri", "provenance", "pubinfo")

    iri: NamedNode
    head: NamedNode
    assertion: NamedNode
    provenance: NamedNode
    pubinfo: NamedNode


def nanopub(finding: str) -> Nanopub:
    """Return the IRIs of the nanopublication of a finding.

    >>> nanopub("https://example.org/f").pubinfo.value
    'https://example.org/f/nanopub#pubinfo'
    >>> nanopub("https://example.org/all#f").head.value
    'https://example.org/all#f/nanopub/head'
    """
    iri = f"{finding}/nanopub"
    mark = "/" if "#" in finding else "#"
    graphs = ("head", "assertion", "provenance", "pubinfo")
    return Nanopub(iri=NamedNode(iri), **{part: NamedNode(iri + mark + part) for part in graphs})


def findings(store: Store) -> tuple[NamedNode, ...]:
    """Return every finding that a store holds, sorted by IRI."""
    rows = store.query(_FINDINGS, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    return tuple(row[0] for row in rows)


def nanopublication(store: Store, finding: NamedNode, *, of: Edition | None = None) -> bytes:
    """Return a finding as a nanopublication in TriG.

    `of` is the edition that the store holds; without it, the store is asked.

    Raises: NotFoundError for what is no finding.
    """
    return nanopublications(store, [finding], of=of)


def nanopublications(
    store: Store, chosen: Iterable[NamedNode] | None = None, *, of: Edition | None = None
) -> bytes:
    """Return findings (without any named: all) as nanopublications, one stream of TriG.

    Each has its prefixes before it, `this` and `sub` among them, and can be cut out as it is.

    Raises: NotFoundError for what is no finding.
    """
    told = of or edition(store)
    parts = []
    for finding in findings(store) if chosen is None else dict.fromkeys(chosen):
        names = nanopub(finding.value)
        own = {"this": names.iri.value, "sub": names.head.value.removesuffix("head")}
        parts.append(to_bytes(quads_of(store, finding, told), "trig", prefixes=own))
    return b"\n".join(parts)


def quads_of(store: Store, finding: NamedNode, told: Edition) -> list[Quad]:
    """Return the statements of a nanopublication: head, assertion, provenance, publication info.

    Raises: NotFoundError for what is no finding.
    """
    names = nanopub(finding.value)
    asserted = list(_asserted(store, finding))
    skipped = {named(curie) for curie in (*PROVENANCE, *LEFT_OUT)}
    said = [quad.triple for quad in asserted if quad.predicate not in skipped]
    if not any(quad.predicate == named("bg:reportedIn") for quad in asserted) or not said:
        raise NotFoundError("finding", compact(finding.value))
    graphs = (
        (names.head, _head(names)),
        (names.assertion, said),
        (names.provenance, _provenance(store, names, asserted)),
        (names.pubinfo, _pubinfo(names, finding, told, {quad.graph_name for quad in asserted})),
    )
    return [
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for graph, triples in graphs
        for triple in sorted(set(triples), key=_key)
    ]


def _head(names: Nanopub) -> Iterator[Triple]:
    yield Triple(names.iri, named("rdf:type"), named("np:Nanopublication"))
    yield Triple(names.iri, named("np:hasAssertion"), names.assertion)
    yield Triple(names.iri, named("np:hasProvenance"), names.provenance)
    yield Triple(names.iri, named("np:hasPublicationInfo"), names.pubinfo)


def _provenance(store: Store, names: Nanopub, asserted: Iterable[Quad]) -> Iterator[Triple]:
    """Yield how the assertion is known, and what is needed to find its source.

    The words of the assertion are the project's; the source is attributed to its authors.
    """
    for quad in asserted:
        if quad.predicate in {named(curie) for curie in PROVENANCE}:
            yield quad.triple
        if quad.predicate == named("bg:reportedIn") and isinstance(quad.object, NamedNode):
            yield Triple(names.assertion, named("prov:wasDerivedFrom"), quad.object)
            yield from _source(store, quad.object)


def _source(store: Store, source: NamedNode) -> Iterator[Triple]:
    for curie in _OF_SOURCE:
        for value in _objects(store, source, curie):
            yield Triple(source, named(curie), value)
            if curie == "bg:doi" and isinstance(value, Literal):
                yield Triple(source, named("rdfs:seeAlso"), doi(value.value))
    for authorship in _objects(store, source, "bg:hasAuthorship"):
        for author in _objects(store, authorship, "bg:author"):
            yield Triple(source, named("prov:wasAttributedTo"), author)
            for name in ("foaf:name", "skos:prefLabel"):
                for value in _objects(store, author, name):
                    yield Triple(author, named(name), value)  # type: ignore[arg-type]


def _pubinfo(
    names: Nanopub, finding: NamedNode, told: Edition, graphs: Iterable[object]
) -> Iterator[Triple]:
    contributors, when = NamedNode(CONTRIBUTORS), told.when()
    yield Triple(names.iri, named("dcterms:creator"), contributors)
    yield Triple(names.iri, named("dcterms:license"), NamedNode(LICENSE))
    yield Triple(names.iri, named("npx:introduces"), finding)
    yield Triple(names.iri, named("pav:version"), Literal(told.version))
    if when is not None:
        yield Triple(names.iri, named("dcterms:created"), when)
    for graph in graphs:
        if isinstance(graph, NamedNode):
            yield Triple(names.iri, named("prov:wasDerivedFrom"), graph)
    yield Triple(contributors, named("foaf:name"), Literal(told.creator))


def doi(text: str) -> NamedNode:
    """Return the address of a DOI.

    >>> doi("10.1002/(sici)1<3::aid>3").value
    'https://doi.org/10.1002/(sici)1%3C3::aid%3E3'
    """
    return NamedNode(f"https://doi.org/{quote(text, safe='/:;()')}")


def _asserted(store: Store, subject: Term, predicate: NamedNode | None = None) -> Iterator[Quad]:
    if isinstance(subject, NamedNode | BlankNode):
        for quad in store.quads_for_pattern(subject, predicate, None, None):
            if not str(quad.graph_name).startswith(f"<{INFERRED}"):
                yield quad


def _objects(store: Store, subject: Term, curie: str) -> list[Term]:
    return [quad.object for quad in _asserted(store, subject, named(curie))]


def _key(triple: Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate
    return str(triple.subject), predicate != named("rdf:type"), str(predicate), str(triple.object)
