"""The one table of prefixes, and the way between IRIs, CURIEs and slugs."""

from __future__ import annotations

BASE = "https://w3id.org/barriergraph/"
ONTOLOGY = f"{BASE}ontology"
BG = f"{ONTOLOGY}#"
ID = f"{BASE}id/"
GRAPH = f"{BASE}graph/"
INFERRED = f"{GRAPH}inferred/"
QUERY = f"{BASE}query/"

#: The kinds of individuals; each is a folder below `…/id/` and a prefix of the same name.
KINDS = (
    "authorship",
    "barrier",
    "basis",
    "bearer",
    "benefit",
    "category",
    "certainty",
    "citation",
    "classification",
    "condition",
    "domain",
    "effect",
    "enabler",
    "fact",
    "finding",
    "gap",
    "grant",
    "kind",
    "level",
    "method",
    "nature",
    "organisation",
    "panel",
    "person",
    "place",
    "pole",
    "programme",
    "risk",
    "role",
    "scheme",
    "seminar",
    "series",
    "setting",
    "source",
    "study",
    "tension",
)

PREFIXES: dict[str, str] = {
    "bg": BG,
    "bgs": f"{BASE}shapes#",
    "bibo": "http://purl.org/ontology/bibo/",
    "cito": "http://purl.org/spar/cito/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "formats": "http://www.w3.org/ns/formats/",
    "np": "http://www.nanopub.org/nschema#",
    "npx": "http://purl.org/nanopub/x/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pav": "http://purl.org/pav/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{kind: f"{ID}{kind}/" for kind in KINDS},
}


def expand(curie: str) -> str | None:
    """Return the IRI that a CURIE abbreviates, or None when its prefix is not in the table.

    >>> expand("barrier:fear-of-sharing")
    'https://w3id.org/barriergraph/id/barrier/fear-of-sharing'
    >>> expand("nobody:knows") is None
    True

    Source: CURIE Syntax 1.0, https://www.w3.org/TR/curie/
    """
    prefix, colon, local = curie.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else None


def compact(iri: str) -> str:
    """Return the CURIE of an IRI under the longest namespace that fits, or the IRI unchanged.

    >>> compact("https://w3id.org/barriergraph/id/barrier/fear-of-sharing")
    'barrier:fear-of-sharing'
    >>> compact("https://example.org/elsewhere")
    'https://example.org/elsewhere'
    """
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = _BY_NAMESPACE.get(iri[:cut])
    return f"{prefix}:{iri[cut:]}" if prefix and iri[cut:] else iri


def slug(iri: str) -> str:
    """Return the last part of an IRI, the short name that people type.

    >>> slug("https://w3id.org/barriergraph/id/domain/smart-cities")
    'smart-cities'
    """
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]


def namespace(iri: str) -> str:
    """Return an IRI without its last part.

    >>> namespace("https://w3id.org/barriergraph/id/domain/smart-cities")
    'https://w3id.org/barriergraph/id/domain/'
    """
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def rule_of(graph: str) -> str | None:
    """Return the W3C's name of the rule that writes a named graph, or None for any other graph.

    >>> rule_of("https://w3id.org/barriergraph/graph/inferred/prp-spo2-evidencedBy-c03dd85f")
    'prp-spo2'
    """
    if not graph.startswith(INFERRED):
        return None
    return "-".join(graph.removeprefix(INFERRED).split("-")[:2])


_BY_NAMESPACE = {namespace: prefix for prefix, namespace in PREFIXES.items()}
