"""What is said of the graph as a whole, read by rdflib and counted by other means."""

from __future__ import annotations

import re
from pathlib import Path

import rdflib
from rdflib.namespace import DCAT, DCTERMS, PROV, RDF, VOID

from barriergraph import KnowledgeGraph
from barriergraph.edition import DATASET, TITLE, edition
from barriergraph.metadata.dcat import KEYWORDS, dcat, schema_org
from barriergraph.metadata.distributions import Written, distributions
from barriergraph.metadata.inputs import inputs
from barriergraph.metadata.provenance import provenance
from barriergraph.metadata.service import description
from barriergraph.metadata.statistics import statistics
from barriergraph.metadata.void import void

ROOT = Path(__file__).parent.parent
BASE = "https://example.org/graph/"
HERE = "https://here.example/"
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
dataset = rdflib.URIRef(DATASET)


def read(text: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle", publicID=HERE)


def described(graph: KnowledgeGraph, **where: str) -> rdflib.Graph:
    return read(void(edition(graph.store), statistics(graph.store), graph.files, **where))


def test_void_counts_what_rdflib_counts(small: KnowledgeGraph) -> None:
    triples = set(small.to_rdflib().triples((None, None, None)))
    classes = {value for _, predicate, value in triples if predicate == RDF.type}

    found = described(small)

    counts = {
        name: found.value(dataset, VOID[name]).toPython()
        for name in ("triples", "distinctSubjects", "distinctObjects", "properties", "classes")
    }
    assert counts == {
        "triples": len(triples),
        "distinctSubjects": len({subject for subject, _, _ in triples}),
        "distinctObjects": len({value for _, _, value in triples}),
        "properties": len({predicate for _, predicate, _ in triples}),
        "classes": len(classes),
    }


def test_void_parts_the_data_set_by_class(small: KnowledgeGraph) -> None:
    found = described(small)

    sizes = {
        str(found.value(part, VOID["class"])): found.value(part, VOID.entities).toPython()
        for part in found.objects(dataset, VOID.classPartition)
    }

    bg = "https://w3id.org/barriergraph/ontology#"
    assert {name: sizes[bg + name] for name in ("Barrier", "KeyFinding", "Gap", "Tension")} == {
        "Barrier": 8, "KeyFinding": 2, "Gap": 3, "Tension": 1,
    }  # fmt: skip


def test_void_counts_the_links_to_other_vocabularies(real: KnowledgeGraph) -> None:
    found = described(real)

    links = {
        (str(found.value(one, VOID.linkPredicate)).rpartition("#")[2],
         str(found.value(found.value(one, VOID.objectsTarget), VOID.uriSpace))):
        found.value(one, VOID.triples).toPython()
        for one in found.subjects(RDF.type, VOID.Linkset)
    }  # fmt: skip

    alignments = (ROOT / "ontology" / "alignments.ttl").read_text(encoding="utf-8")
    fabio = len(re.findall(r"rdfs:subClassOf fabio:", alignments))
    cito = len(re.findall(r"rdfs:seeAlso cito:", alignments))
    assert links["subClassOf", "http://purl.org/spar/fabio/"] == fabio
    assert links["seeAlso", "http://purl.org/spar/cito/"] == cito


def test_addresses_are_relative_without_a_base(small: KnowledgeGraph) -> None:
    near, far = described(small), described(small, base=BASE, endpoint=f"{BASE}sparql")

    dump = "dumps/barriergraph.nq.gz"
    assert (dataset, VOID.dataDump, rdflib.URIRef(HERE + dump)) in near
    assert (dataset, VOID.dataDump, rdflib.URIRef(BASE + dump)) in far
    assert (dataset, VOID.sparqlEndpoint, None) not in near
    assert far.value(dataset, VOID.sparqlEndpoint) == rdflib.URIRef(f"{BASE}sparql")


def test_a_distribution_says_its_form_size_and_sum(small: KnowledgeGraph) -> None:
    written = {"dumps/barriergraph.ttl.gz": Written(size=7, sha256="ab" * 32)}

    found = read(dcat(edition(small.store), distributions(written), base=BASE))

    node = found.value(None, DCAT.downloadURL, rdflib.URIRef(f"{BASE}dumps/barriergraph.ttl.gz"))
    said = {
        (str(predicate).rpartition("#")[2].rpartition("/")[2], str(value))
        for predicate, value in found.predicate_objects(node)
    }
    types = "https://www.iana.org/assignments/media-types/"
    assert said == {
        ("type", str(DCAT.Distribution)),
        ("title", "The graph as one graph: what is asserted and what follows"),
        ("license", "https://creativecommons.org/licenses/by/4.0/"),
        ("version", "0.1.0"),
        ("downloadURL", f"{BASE}dumps/barriergraph.ttl.gz"),
        ("mediaType", f"{types}text/turtle"),
        ("compressFormat", f"{types}application/gzip"),
        ("byteSize", "7"),
        ("checksum", f"{node}-sha256"),
    }
    assert str(found.value(found.value(node, SPDX.checksum), SPDX.checksumValue)) == "ab" * 32


def test_the_catalogue_has_the_data_set_with_its_day(small: KnowledgeGraph) -> None:
    found = read(dcat(edition(small.store), distributions(), base=BASE))

    catalogue = found.value(None, RDF.type, DCAT.Catalog)
    assert found.value(catalogue, DCAT.dataset) == dataset
    assert str(found.value(dataset, DCTERMS.modified)) == "2026-11-25"
    assert len(list(found.objects(dataset, DCAT.distribution))) == 26


def test_a_page_may_embed_the_data_set(small: KnowledgeGraph) -> None:
    found = schema_org(edition(small.store), distributions()[:1], base=BASE)

    assert (found["@type"], found["version"], found["url"]) == (
        "Dataset", "0.1.0", f"{BASE}index.html",
    )  # fmt: skip
    assert found["distribution"] == [
        {
            "@type": "DataDownload",
            "name": "The graph as one graph: what is asserted and what follows",
            "contentUrl": f"{BASE}dumps/barriergraph.ttl",
            "encodingFormat": "text/turtle",
        }
    ]


def test_the_data_set_is_called_as_in_the_citation_file() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    listed = re.findall(r"^  - ([^:\n]+)$", text.partition("keywords:")[2], re.MULTILINE)
    assert f'title: "{TITLE}"' in text
    assert sorted(listed) == sorted(KEYWORDS)


def test_the_provenance_names_every_file_with_its_sum(real: KnowledgeGraph) -> None:
    from hashlib import sha256

    found = read(provenance(edition(real.store), inputs(real.modules)))

    sums = {
        str(found.value(node, DCTERMS.title)):
        str(found.value(found.value(node, SPDX.checksum), SPDX.checksumValue))
        for node in found.objects(None, PROV.used)
    }  # fmt: skip
    left_out = ROOT / "ontology" / "dl.ttl"
    assert sums == {
        str(path.relative_to(ROOT)): sha256(path.read_bytes()).hexdigest()
        for part, ending in (
            ("ontology", "ttl"), ("data", "ttl"), ("shapes", "ttl"), ("queries", "rq"),
        )
        for path in (ROOT / part).rglob(f"*.{ending}")
        if path != left_out
    }  # fmt: skip


def test_the_files_of_a_module_are_named_without_where_it_lies(small: KnowledgeGraph) -> None:
    names = [one.name for one in inputs(small.modules)]

    assert [name for name in names if name.startswith("/")] == []


def test_the_same_graph_is_described_in_the_same_bytes(small: KnowledgeGraph) -> None:
    counts = statistics(small.store)

    texts = {description(f"{BASE}sparql", "turtle", counts) for _ in range(2)}

    assert len(texts) == 1
    assert (None, SD.endpoint, rdflib.URIRef(f"{BASE}sparql")) in read(texts.pop())
