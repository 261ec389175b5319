"""What the endpoint says of itself when it is asked without a query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from barriergraph.namespaces import PREFIXES
from barriergraph.rdf import to_bytes
from barriergraph.values import Value
from barriergraph.web.worker import GRAPHS, RESULTS

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
_NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
}


VOID = PREFIXES["void"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")


class Statistics(Value):
    """What a graph holds: statements, things spoken of, and statements by class and by property."""

    __slots__ = ("triples", "subjects", "classes", "properties", "graphs")

    triples: int
    subjects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    graphs: Mapping[str, int]


def statistics(store: Store) -> Statistics:
    """Count what the union of a store's named graphs holds."""
    seen = set()
    graphs: Counter[str] = Counter()
    for quad in store:
        seen.add(quad.triple)
        graphs[str(quad.graph_name).strip("<>")] += 1
    return Statistics(
        triples=len(seen),
        subjects=len({triple.subject for triple in seen}),
        classes=Counter(
            t.object.value for t in seen if t.predicate == _TYPE and isinstance(t.object, NamedNode)
        ),
        properties=Counter(triple.predicate.value for triple in seen),
        graphs=graphs,
    )


def description(base: str, media_type: str, counts: Statistics) -> bytes:
    """Return the service description in an RDF format, with what the graph holds in VoID.

    `base` is the address of the server.

    Source: SPARQL 1.1 Service Description, https://www.w3.org/TR/sparql11-service-description/,
    and VoID, https://www.w3.org/TR/void/
    """
    triples: list[Triple] = []

    def say(
        subject: NamedNode | BlankNode, iri: str, value: NamedNode | BlankNode | Literal
    ) -> None:
        triples.append(Triple(subject, NamedNode(iri), value))

    def part(of: BlankNode, link: str, name: str, iri: str, count: str, number: int) -> None:
        node = BlankNode()
        say(of, VOID + link, node)
        say(node, VOID + name, NamedNode(iri))
        say(node, VOID + count, Literal(number))

    service, dataset, union = BlankNode("service"), BlankNode("dataset"), BlankNode("union")
    endpoint = NamedNode(f"{base}sparql")
    say(service, _TYPE.value, NamedNode(SD + "Service"))
    say(service, SD + "endpoint", endpoint)
    say(service, SD + "supportedLanguage", NamedNode(SD + "SPARQL11Query"))
    say(service, SD + "feature", NamedNode(SD + "UnionDefaultGraph"))
    for kind in (*RESULTS, *GRAPHS):
        say(service, SD + "resultFormat", NamedNode(FORMATS + _NAMES[kind]))
    say(service, SD + "defaultDataset", dataset)
    say(dataset, _TYPE.value, NamedNode(SD + "Dataset"))
    say(dataset, SD + "defaultGraph", union)
    for graph, size in sorted(counts.graphs.items()):
        node, inside = BlankNode(), BlankNode()
        say(dataset, SD + "namedGraph", node)
        say(node, SD + "name", NamedNode(graph))
        say(node, SD + "graph", inside)
        say(inside, VOID + "triples", Literal(size))
    say(union, _TYPE.value, NamedNode(SD + "Graph"))
    say(union, _TYPE.value, NamedNode(VOID + "Dataset"))
    say(union, VOID + "sparqlEndpoint", endpoint)
    say(union, VOID + "triples", Literal(counts.triples))
    say(union, VOID + "distinctSubjects", Literal(counts.subjects))
    for iri, number in sorted(counts.classes.items()):
        part(union, "classPartition", "class", iri, "entities", number)
    for iri, number in sorted(counts.properties.items()):
        part(union, "propertyPartition", "property", iri, "triples", number)
    return to_bytes(triples, media_type)
