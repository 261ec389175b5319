"""The data set and its files as an entry of a catalogue: DCAT, and schema.org for a page."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from barriergraph.edition import CONTRIBUTORS, DATASET, DESCRIPTION, LICENSE, TITLE, Edition
from barriergraph.metadata.distributions import Distribution
from barriergraph.metadata.draft import HERE, Draft, english, typed
from barriergraph.metadata.void import say_edition
from barriergraph.namespaces import BASE, ONTOLOGY
from barriergraph.rdf import named

DOCUMENT = f"{BASE}dcat"

#: What the data set is about, in the words of `CITATION.cff`.
KEYWORDS = (
    "OWL", "SPARQL", "information sharing", "knowledge graph", "linked data", "public services",
)  # fmt: skip

_IANA = "https://www.iana.org/assignments/media-types/"
_ENGLISH = "http://publications.europa.eu/resource/authority/language/ENG"


def dcat(
    told: Edition,
    files: Iterable[Distribution],
    *,
    base: str | None = None,
    endpoint: str | None = None,
) -> bytes:
    """Return the catalogue, its one data set and the data set's distributions in Turtle.

    `base` and `endpoint` are those of `void`.

    Source: Data Catalog Vocabulary 3, https://www.w3.org/TR/vocab-dcat-3/
    """
    draft, here = Draft(), base or HERE
    dataset, catalogue = NamedNode(DATASET), NamedNode(f"{DOCUMENT}#catalogue")
    draft.say(catalogue, "rdf:type", named("dcat:Catalog"))
    draft.say(catalogue, "dcterms:title", english("The catalogue of barriergraph"))
    draft.say(catalogue, "dcterms:publisher", NamedNode(CONTRIBUTORS))
    draft.say(catalogue, "dcat:dataset", dataset)
    draft.say(catalogue, "foaf:homepage", NamedNode(f"{here}index.html"))
    draft.say(dataset, "rdf:type", named("dcat:Dataset"))
    say_edition(draft, dataset, told)
    draft.say(dataset, "dcat:version", Literal(told.version))
    draft.say(dataset, "dcat:keyword", *(english(word) for word in KEYWORDS))
    draft.say(dataset, "dcat:landingPage", NamedNode(f"{here}index.html"))
    draft.say(dataset, "dcterms:conformsTo", NamedNode(ONTOLOGY))
    draft.say(dataset, "dcterms:language", NamedNode(_ENGLISH))
    for file in files:
        draft.say(dataset, "dcat:distribution", _say_file(draft, file, told, here))
    if endpoint is not None:
        service = NamedNode(f"{DOCUMENT}#sparql")
        draft.say(catalogue, "dcat:service", service)
        draft.say(service, "rdf:type", named("dcat:DataService"))
        draft.say(service, "dcterms:title", english("SPARQL endpoint"))
        draft.say(service, "dcat:endpointURL", NamedNode(endpoint))
        draft.say(service, "dcat:servesDataset", dataset)
    return draft.to_turtle()


def _say_file(draft: Draft, file: Distribution, told: Edition, here: str) -> NamedNode:
    node = NamedNode(f"{DOCUMENT}#{file.name}")
    draft.say(node, "rdf:type", named("dcat:Distribution"))
    draft.say(node, "dcterms:title", english(file.title))
    draft.say(node, "dcterms:license", NamedNode(LICENSE))
    draft.say(node, "dcat:version", Literal(told.version))
    draft.say(node, "dcat:downloadURL", NamedNode(here + file.path))
    draft.say(node, "dcat:mediaType", NamedNode(_IANA + file.media_type))
    if file.packed:
        draft.say(node, "dcat:compressFormat", NamedNode(f"{_IANA}application/gzip"))
    if file.written is not None:
        checksum = NamedNode(f"{node.value}-sha256")
        draft.say(node, "dcat:byteSize", typed(file.written.size, "xsd:nonNegativeInteger"))
        draft.say(node, "spdx:checksum", checksum)
        draft.say(checksum, "rdf:type", named("spdx:Checksum"))
        draft.say(checksum, "spdx:algorithm", named("spdx:checksumAlgorithm_sha256"))
        draft.say(checksum, "spdx:checksumValue", typed(file.written.sha256, "xsd:hexBinary"))
    return node


def schema_org(
    told: Edition, files: Iterable[Distribution], *, base: str | None = None
) -> dict[str, object]:
    """Return the data set as JSON-LD in the terms of schema.org, to be embedded in a page.

    `base` is the address of the site, ending in '/'; without it, addresses are relative to it.

    Source: https://schema.org/Dataset
    """
    here = base or ""
    document: dict[str, object | None] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": DATASET,
        "name": TITLE,
        "description": DESCRIPTION,
        "url": f"{here}index.html",
        "identifier": BASE.rstrip("/"),
        "version": told.version,
        "license": LICENSE,
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "keywords": list(KEYWORDS),
        "creator": {"@type": "Organization", "@id": CONTRIBUTORS, "name": told.creator},
        "datePublished": told.created,
        "dateModified": told.modified,
        "distribution": [_download(file, here) for file in files],
    }
    return {name: value for name, value in document.items() if value is not None}


def _download(file: Distribution, here: str) -> dict[str, object]:
    packed = ["application/gzip", file.media_type]
    found: dict[str, object] = {
        "@type": "DataDownload",
        "name": file.title,
        "contentUrl": here + file.path,
        "encodingFormat": packed if file.packed else file.media_type,
    }
    if file.written is not None:
        found |= {"contentSize": f"{file.written.size} B", "sha256": file.written.sha256}
    return found
