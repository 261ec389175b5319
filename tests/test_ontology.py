"""The rules of construction of the ontology, each as a test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, URIRef

from barriergraph.namespaces import BASE, BG, ONTOLOGY

FOLDER = Path(__file__).parent.parent / "ontology"
CLASS_LIKE = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


@pytest.fixture(scope="module")
def core() -> Graph:
    """The core ontology alone: use it where a rule speaks of barriergraph.ttl."""
    return Graph().parse(FOLDER / "barriergraph.ttl")


def own_terms(graph: Graph) -> set[URIRef]:
    return {
        term
        for kind in CLASS_LIKE
        for term in graph.subjects(RDF.type, kind)
        if isinstance(term, URIRef) and term.startswith(BG)
    }


def test_every_term_has_a_label_a_sentence_and_its_ontology(core: Graph) -> None:
    faults = {
        term
        for term in own_terms(core)
        if [label.language for label in core.objects(term, RDFS.label)] != ["en"]
        or [str(home) for home in core.objects(term, RDFS.isDefinedBy)] != [ONTOLOGY]
        or not all(
            re.fullmatch(r"[A-Z][^.]*(?:\.ttl[^.]*)?\.", str(text))
            for text in core.objects(term, SKOS.definition)
        )
        or len(list(core.objects(term, SKOS.definition))) != 1
    }

    assert faults == set()


def test_names_follow_the_field(core: Graph) -> None:
    classes = {t.removeprefix(BG) for t in core.subjects(RDF.type, OWL.Class) if t.startswith(BG)}
    properties = {t.removeprefix(BG) for t in own_terms(core)} - classes

    assert {name for name in classes if not re.fullmatch(r"([A-Z][a-z]*)+", name)} == set()
    assert {name for name in properties if not re.fullmatch(r"[a-z]+([A-Z][a-z]*)*", name)} == set()


@pytest.mark.parametrize("name", ["barriergraph", "dl", "alignments"])
def test_an_ontology_file_says_what_it_is(name: str) -> None:
    graph = Graph().parse(FOLDER / f"{name}.ttl")
    (header,) = graph.subjects(RDF.type, OWL.Ontology)
    told = {str(predicate).rsplit("/", 1)[-1].rsplit("#", 1)[-1] for predicate in
            graph.predicates(header)}  # fmt: skip

    assert told == {
        "type", "title", "description", "creator", "license", "created", "modified", "versionIRI",
        "versionInfo", "preferredNamespacePrefix", "preferredNamespaceUri",
    }  # fmt: skip
    assert not list(graph.objects(None, OWL.imports))


@pytest.mark.parametrize("name", ["barriergraph", "dl", "alignments"])
def test_borrowed_terms_are_declared_there_or_in_the_core(name: str, core: Graph) -> None:
    graph = Graph().parse(FOLDER / f"{name}.ttl")
    builtin = tuple(str(space._NS) for space in (OWL, RDF, RDFS, XSD))
    used = {
        node
        for triple in graph
        for node in triple
        if isinstance(node, URIRef) and re.search(r"[#/][A-Za-z]+$", node)
    }
    undeclared = {
        node
        for node in used
        if not str(node).startswith((*builtin, BASE, "https://creativecommons.org/"))
        and not any((node, RDF.type, kind) in one for one in (graph, core) for kind in CLASS_LIKE)
    }

    assert undeclared == set()


def test_no_statement_stands_in_two_files(core: Graph) -> None:
    alignments = Graph().parse(FOLDER / "alignments.ttl")

    assert set(core) & set(alignments) == set()


def test_no_term_is_class_and_individual_at_once(core: Graph) -> None:
    data = Graph()
    for path in (FOLDER.parent / "data").rglob("*.ttl"):
        data.parse(path)

    assert set(data.subjects(RDF.type, None)) & own_terms(core) == set()
    assert not any(isinstance(node, BNode) for node in data.subjects())


def test_chained_properties_stay_out_of_axioms_that_need_simple_ones(core: Graph) -> None:
    both = core + Graph().parse(FOLDER / "dl.ttl")
    derived = set(both.subjects(OWL.propertyChainAxiom, None))
    grown = True
    while grown:  # what has a chained subproperty is not simple either
        above = {p for d in derived for p in both.objects(d, RDFS.subPropertyOf)} - derived
        above |= {p for d in derived for p in both.objects(d, OWL.inverseOf)} - derived
        above |= {p for d in derived for p in both.subjects(OWL.inverseOf, d)} - derived
        derived |= above
        grown = bool(above)
    simple_only = {
        term
        for predicate in (OWL.propertyDisjointWith,)
        for pair in both.subject_objects(predicate)
        for term in pair
    }
    for kind in (OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty,
                 OWL.AsymmetricProperty):  # fmt: skip
        simple_only |= set(both.subjects(RDF.type, kind))

    assert simple_only & derived == set()


def test_no_curated_link_is_functional(core: Graph) -> None:
    assert set(core.subjects(RDF.type, OWL.FunctionalProperty)) == set()


def test_no_data_property_uses_a_datatype_that_crashes_the_reasoner(core: Graph) -> None:
    ranges = {str(r) for p in core.subjects(RDF.type, OWL.DatatypeProperty) for r in
              core.objects(p, RDFS.range)}  # fmt: skip

    allowed = {XSD.string, XSD.integer, XSD.boolean, XSD.anyURI, RDFS.Literal}
    assert ranges <= {str(datatype) for datatype in allowed}
