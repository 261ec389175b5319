"""What the endpoint says of itself when it is asked without a query."""

from __future__ import annotations

from pyoxigraph import BlankNode, NamedNode, Triple

from barriergraph.namespaces import PREFIXES
from barriergraph.rdf import to_bytes
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


def description(base: str, media_type: str) -> bytes:
    """Return the service description in an RDF format; `base` is the address of the server.

    Source: SPARQL 1.1 Service Description, https://www.w3.org/TR/sparql11-service-description/
    """
    service, dataset, graph = (BlankNode(name) for name in ("service", "dataset", "graph"))
    a = NamedNode(PREFIXES["rdf"] + "type")
    triples = [
        Triple(service, a, NamedNode(SD + "Service")),
        Triple(service, NamedNode(SD + "endpoint"), NamedNode(f"{base}sparql")),
        Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query")),
        Triple(service, NamedNode(SD + "feature"), NamedNode(SD + "UnionDefaultGraph")),
        Triple(service, NamedNode(SD + "defaultDataset"), dataset),
        Triple(dataset, a, NamedNode(SD + "Dataset")),
        Triple(dataset, NamedNode(SD + "defaultGraph"), graph),
        Triple(graph, a, NamedNode(SD + "Graph")),
    ]
    triples += [
        Triple(service, NamedNode(SD + "resultFormat"), NamedNode(FORMATS + _NAMES[kind]))
        for kind in (*RESULTS, *GRAPHS)
    ]
    return to_bytes(triples, media_type)
