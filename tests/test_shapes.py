"""The duties of the data: each shape is broken by a file of its own, and by nothing else."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store
from rdflib import RDF, RDFS, SH, Graph, URIRef

from barriergraph import KnowledgeGraph
from barriergraph.namespaces import PREFIXES, compact
from barriergraph.validation import lint, prepare
from barriergraph.validation.stores import Prepared

ROOT = Path(__file__).parent.parent
BROKEN = sorted((ROOT / "tests" / "shapes").glob("*.ttl"))
BGS = PREFIXES["bgs"]
HOME = URIRef("https://w3id.org/barriergraph/shapes")
ADDED = NamedNode("https://example.org/added")
SEVERITIES = {SH.Violation, SH.Warning, SH.Info}
#: What makes a shape one that can be broken, rather than one that only gathers others.
CONSTRAINTS = {
    SH["class"], SH["in"], SH.datatype, SH.disjoint, SH.maxCount, SH.maxInclusive, SH.minCount,
    SH.minInclusive, SH.nodeKind, SH.pattern, SH.sparql, SH.uniqueLang, SH["not"],
}  # fmt: skip

Fault = tuple[str, str]


@cache
def shapes() -> Graph:
    """All shapes that ship: use it wherever a test speaks of the duties."""
    graph = Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


@cache
def ontology() -> Graph:
    """The ontology that shapes see: use it beneath invented data."""
    graph = Graph()
    for name in ("alignments", "barriergraph"):
        graph.parse(ROOT / "ontology" / f"{name}.ttl")
    return graph


@cache
def ground() -> tuple[Store, Prepared, set[Fault]]:
    """The ontology in a store, the shapes made ready for it, and what is found in it alone."""
    store, shapes = Store(), Store()
    for name in ("alignments", "barriergraph"):
        store.load((ROOT / "ontology" / f"{name}.ttl").read_bytes(), RdfFormat.TURTLE)
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        shapes.load(path.read_bytes(), RdfFormat.TURTLE)
    ready = prepare(store, shapes)
    return store, ready, faults(ready)


def faults(ready: Prepared) -> set[Fault]:
    """Return the pairs of focus node and shape that are found, as CURIEs."""
    results = ready.validate().results
    return {(compact(r.focus_node.value), compact(r.shape.value)) for r in results}


def faults_of(path: Path) -> set[Fault]:
    """Return what a file adds to the faults of the ontology: use it for data that is invented."""
    store, ready, before = ground()
    text = path.read_bytes()
    store.load(text, RdfFormat.TURTLE, to_graph=ADDED)
    try:
        if b"rdfs:subClassOf" in text:  # shapes are made ready for one hierarchy of classes
            ready = prepare(store, ready.shapes)
        return faults(ready) - before
    finally:
        store.remove_graph(ADDED)


def named_shapes() -> set[str]:
    """Return the names of the shapes that can be broken."""
    return {
        str(shape).removeprefix(BGS)
        for shape in shapes().subjects()
        if str(shape).startswith(BGS) and CONSTRAINTS & set(shapes().predicates(shape))
    }


def told_focus(path: Path) -> set[str]:
    """Return the focus nodes that a broken file says it breaks the duty at."""
    line = re.search(r"^# Focus: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert line, f"{path.name} has no line '# Focus: …'"
    return {name.strip("<>") if name.startswith("<") else name for name in line[1].split()}


def test_every_shape_has_a_broken_file_and_every_broken_file_a_shape() -> None:
    assert {path.stem for path in BROKEN} == named_shapes()


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_yields_exactly_its_fault(path: Path) -> None:
    assert faults_of(path) == {(focus, f"bgs:{path.stem}") for focus in told_focus(path)}


def test_the_ontology_has_no_fault_but_open_domains_and_ranges() -> None:
    _, _, found = ground()

    assert {shape for _, shape in found} <= {
        "bgs:PropertyTermShape-domain-missing",
        "bgs:PropertyTermShape-range-missing",
    }


def test_the_shipped_graph_breaks_no_duty(real: KnowledgeGraph) -> None:
    _, ready, _ = ground()
    asserted = [NamedNode(graph) for graph in real.files]
    results = prepare(real.store, ready.shapes, graphs=asserted).validate().results

    assert {
        (compact(result.focus_node.value), compact(result.shape.value))
        for result in results
        if result.severity.value == str(SH.Violation)
    } == set()


def test_every_shape_states_one_duty_in_words_with_its_severity_and_home() -> None:
    graph = shapes()
    badly = {
        name
        for name in named_shapes()
        for shape in [URIRef(BGS + name)]
        if [message.language for message in graph.objects(shape, SH.message)] != ["en"]
        or len(set(graph.objects(shape, SH.severity)) & SEVERITIES) != 1
        or list(graph.objects(shape, RDFS.isDefinedBy)) != [HOME]
        or re.search(r"\d", str(graph.value(shape, SH.message)))
        or not str(graph.value(shape, SH.message)).endswith(".")
    }

    assert badly == set()


def test_every_property_shape_is_named_after_its_node_shape() -> None:
    pairs = shapes().subject_objects(SH.property)

    astray = {(str(node), str(shape)) for node, shape in pairs if not shape.startswith(f"{node}-")}

    assert astray == set()


def test_every_property_shape_belongs_to_a_node_shape_with_a_target() -> None:
    graph = shapes()
    aimed = set(graph.subjects(SH.targetClass)) | set(graph.subjects(SH.targetSubjectsOf))
    reached = {shape for node in aimed for shape in graph.objects(node, SH.property)}

    assert {compact(str(s)) for s in graph.subjects(RDF.type, SH.PropertyShape)} == {
        compact(str(s)) for s in reached
    }
    assert set(graph.subjects(RDF.type, SH.NodeShape)) == aimed


def test_the_linter_has_nothing_to_say_of_the_shapes() -> None:
    assert [str(remark) for remark in lint(shapes(), ontology())] == []


def test_the_linter_sees_a_borrowed_term_that_is_misspelt() -> None:
    text = shapes().serialize(format="nt").replace("skos/core#exactMatch>", "skos/core#exactmatch>")
    misspelt = Graph().parse(data=text, format="nt")

    (remark,) = lint(misspelt, ontology())
    assert "did you mean 'skos:exactMatch'?" in str(remark)


def test_shapes_name_only_terms_that_the_ontology_declares() -> None:
    text = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "shapes").glob("*.ttl"))
    used = set(re.findall(r"(?<![\w/#])bg:\w+", text))

    assert {name for name in used if (URIRef(PREFIXES["bg"] + name[3:]), RDF.type, None)
            not in ontology()} == set()  # fmt: skip


def test_a_message_names_the_property_to_mend() -> None:
    graph = shapes()
    silent = {
        compact(str(shape))
        for shape, path in graph.subject_objects(SH.path)
        if isinstance(path, URIRef)
        and path != RDF.type
        and compact(str(path)) not in str(graph.value(shape, SH.message))
    }

    assert silent == set()


# The errors that curators make, each with the layer that sees it
# ---------------------------------------------------------------


class Error(NamedTuple):
    """A curator's error: the broken file whose shape sees it, or statements that clash."""

    shape: str | None = None
    statements: str | None = None


ERRORS = {
    "a barrier that is also a policy domain": Error(
        statements="barrier:fog a bg:Barrier, bg:PolicyDomain ."
    ),
    "a finding that concerns a work": Error(
        "FindingShape-finds", "finding:fog-1 bg:finds source:fog . source:fog a bg:Report ."
    ),
    "two settled works for one citation": Error("CitationShape-identifiedAs"),
    "no source": Error("FindingShape-reportedIn"),
    "no basis": Error("FindingShape-basis"),
    "no locator": Error("FindingShape-locator-fullText"),
    "a misspelt property": Error("TypedShape-property"),
    "a hierarchy cycle": Error("ConceptShape-broader-cycle"),
    "a tension with equal poles": Error(
        "TensionShape-secondPole",
        "tension:fog a bg:Tension ; bg:firstPole pole:wet ; bg:secondPole pole:wet .",
    ),
    "a profession used as an organisation": Error(
        statements="role:keeper a bg:Profession . person:gull bg:affiliation role:keeper ."
    ),
    "a reference to nothing": Error("FindingShape-atPlace"),
    "a duplicate label": Error("ConceptShape-prefLabel-unique"),
    "text where a node is expected": Error("SourceShape-hasAuthorship"),
}


@pytest.mark.parametrize("error", [name for name, error in ERRORS.items() if error.shape])
def test_a_curators_error_is_seen_by_a_shape(error: str) -> None:
    path = ROOT / "tests" / "shapes" / f"{ERRORS[error].shape}.ttl"

    assert {shape for _, shape in faults_of(path)} == {f"bgs:{path.stem}"}


@pytest.mark.parametrize("error", [name for name, error in ERRORS.items() if error.statements])
def test_a_curators_error_is_seen_by_the_reasoner(error: str) -> None:
    assert not consistent(ERRORS[error].statements or "")


def test_the_reasoner_is_silent_where_nothing_is_wrong() -> None:
    assert consistent("barrier:fog a bg:Barrier . finding:fog-1 bg:finds barrier:fog .")


def consistent(statements: str) -> bool:
    """Ask HermiT whether some statements agree with the ontology; skip when there is no Java."""
    if not shutil.which("java"):
        pytest.skip("HermiT needs Java, and this machine has none: install Java")
    import io

    owlready2 = pytest.importorskip("owlready2", reason="HermiT comes with owlready2")
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    graph = ontology() + Graph().parse(data=head + statements, format="turtle")
    graph.parse(ROOT / "ontology" / "dl.ttl")
    world = owlready2.World()
    triples = graph.serialize(format="nt", encoding="utf-8")
    world.get_ontology("https://example.org/").load(fileobj=io.BytesIO(triples))
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return False
    return True
