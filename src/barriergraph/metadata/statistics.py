"""How much a graph holds: statements in all, by class, by property, by named graph, and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pyoxigraph import NamedNode, Store

from barriergraph.namespaces import INFERRED, PREFIXES, namespace
from barriergraph.rdf import named
from barriergraph.values import Value

#: The properties by which a thing of ours is linked to one of another's.
LINKS = frozenset(
    named(curie).value
    for curie in (
        "owl:equivalentClass", "owl:equivalentProperty", "owl:sameAs", "rdfs:seeAlso",
        "rdfs:subClassOf", "rdfs:subPropertyOf", "skos:broadMatch", "skos:closeMatch",
        "skos:exactMatch", "skos:narrowMatch", "skos:relatedMatch",
    )
)  # fmt: skip

_BUILT_IN = tuple(PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))


class Statistics(Value):
    """What a graph holds: statements, things spoken of, and statements by class and by property.

    `graphs` counts the statements of each named graph; `links` the asserted ones that lead, by one
    of `LINKS`, to the namespace of another project, by property and namespace.
    """

    __slots__ = ("classes", "graphs", "links", "objects", "properties", "subjects", "triples")

    triples: int
    subjects: int
    objects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    graphs: Mapping[str, int]
    links: Mapping[tuple[str, str], int]


def statistics(store: Store) -> Statistics:
    """Count what the union of a store's named graphs holds."""
    seen = set()
    graphs: Counter[str] = Counter()
    asserted = set()
    for quad in store:
        seen.add(quad.triple)
        name = str(quad.graph_name).strip("<>")
        graphs[name] += 1
        if quad.predicate.value in LINKS and not name.startswith(INFERRED):
            asserted.add(quad.triple)
    a = named("rdf:type")
    return Statistics(
        triples=len(seen),
        subjects=len({triple.subject for triple in seen}),
        objects=len({triple.object for triple in seen}),
        classes=Counter(
            t.object.value for t in seen if t.predicate == a and isinstance(t.object, NamedNode)
        ),
        properties=Counter(triple.predicate.value for triple in seen),
        graphs=graphs,
        links=Counter(
            (triple.predicate.value, there)
            for triple in asserted
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode)
            and (there := namespace(triple.object.value)) not in _BUILT_IN
            and _site(there) != _site(triple.subject.value)
        ),
    )  # fmt: skip


def _site(iri: str) -> str:
    """Return the scheme, the host and the first folder of an IRI: what one project has."""
    return "/".join(iri.split("/")[:4])
