"""What a SPARQL endpoint says of itself when it is asked without a query."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from barriergraph.metadata.draft import Draft, Subject
from barriergraph.metadata.statistics import Statistics
from barriergraph.namespaces import PREFIXES
from barriergraph.rdf import named, to_bytes

#: media type -> its name among the formats of the W3C, https://www.w3.org/ns/formats/
NAMES = {
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


def description(endpoint: str, media_type: str, counts: Statistics) -> bytes:
    """Return the service description in an RDF format, with what the graph holds in VoID.

    `endpoint` is the address at which queries are asked.

    Source: SPARQL 1.1 Service Description, https://www.w3.org/TR/sparql11-service-description/,
    and VoID, https://www.w3.org/TR/void/
    """
    draft, where = Draft(), NamedNode(endpoint)
    service, dataset, union = draft.node(), draft.node(), draft.node()
    draft.say(service, "rdf:type", named("sd:Service"))
    draft.say(service, "sd:endpoint", where)
    draft.say(service, "sd:supportedLanguage", named("sd:SPARQL11Query"))
    draft.say(service, "sd:feature", named("sd:UnionDefaultGraph"))
    for name in NAMES.values():
        draft.say(service, "sd:resultFormat", NamedNode(PREFIXES["formats"] + name))
    draft.say(service, "sd:defaultDataset", dataset)
    draft.say(dataset, "rdf:type", named("sd:Dataset"))
    draft.say(dataset, "sd:defaultGraph", union)
    for graph, size in sorted(counts.graphs.items()):
        node, inside = draft.node(), draft.node()
        draft.say(dataset, "sd:namedGraph", node)
        draft.say(node, "sd:name", NamedNode(graph))
        draft.say(node, "sd:graph", inside)
        draft.say(inside, "void:triples", Literal(size))
    draft.say(union, "rdf:type", named("sd:Graph"), named("void:Dataset"))
    draft.say(union, "void:sparqlEndpoint", where)
    say_counts(draft, union, counts)
    return to_bytes(draft.triples, media_type)


def say_counts(draft: Draft, dataset: Subject, counts: Statistics) -> None:
    """Say how much a data set holds, in all and by class and property."""
    draft.say(dataset, "void:triples", Literal(counts.triples))
    draft.say(dataset, "void:distinctSubjects", Literal(counts.subjects))
    draft.say(dataset, "void:distinctObjects", Literal(counts.objects))
    draft.say(dataset, "void:classes", Literal(len(counts.classes)))
    draft.say(dataset, "void:properties", Literal(len(counts.properties)))
    for iri, number in sorted(counts.classes.items()):
        part = draft.node()
        draft.say(dataset, "void:classPartition", part)
        draft.say(part, "void:class", NamedNode(iri))
        draft.say(part, "void:entities", Literal(number))
    for iri, number in sorted(counts.properties.items()):
        part = draft.node()
        draft.say(dataset, "void:propertyPartition", part)
        draft.say(part, "void:property", NamedNode(iri))
        draft.say(part, "void:triples", Literal(number))
