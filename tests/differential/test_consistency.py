"""HermiT over a tiny ontology: it needs Java, and starts it for every step."""

from __future__ import annotations

import shutil
import socket

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from barriergraph.consistency import Consistency, check

pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")

PREFIXES = """
PREFIX ex: <https://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
ONTOLOGY = """
ex:Cat a owl:Class ; owl:disjointWith ex:Dog .
ex:Dog a owl:Class .
ex:chases a owl:ObjectProperty ; rdfs:range ex:Cat .
"""


def quads(text: str) -> list[Quad]:
    graph = NamedNode("https://example.org/graph")
    found = parse(f"{PREFIXES}{text}", format=RdfFormat.TURTLE)
    return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found]


def test_statements_that_can_all_be_true_are_consistent() -> None:
    facts = quads('ex:tom a ex:Cat ; rdfs:label "a cat"@en . ex:rex a ex:Dog ; ex:chases ex:tom .')

    assert check(quads(ONTOLOGY), facts) == Consistency(True, (), ())


def test_the_few_statements_that_clash_are_named() -> None:
    facts = quads(
        "ex:tom a ex:Cat . ex:rex a ex:Dog ; ex:chases ex:tom . ex:tom ex:chases ex:rex ."
    )

    found = check(quads(ONTOLOGY), facts)

    assert not found.consistent
    assert set(found.clash) == set(quads("ex:rex a ex:Dog . ex:tom ex:chases ex:rex ."))


def test_a_class_that_can_have_no_member_is_named() -> None:
    found = check(
        quads(f"{ONTOLOGY} ex:Chimera a owl:Class ; rdfs:subClassOf ex:Cat, ex:Dog ."), []
    )

    assert found == Consistency(True, (), ("https://example.org/Chimera",))


def test_the_reasoner_fetches_nothing_that_is_imported() -> None:
    with socket.socket() as canary:
        canary.bind(("127.0.0.1", 0))
        canary.listen()
        canary.settimeout(0.2)
        url = f"http://127.0.0.1:{canary.getsockname()[1]}/other"
        imports = f"<https://example.org/o> a owl:Ontology ; owl:imports <{url}> ."

        found = check(quads(ONTOLOGY + imports), quads(imports))

        with pytest.raises(TimeoutError):
            canary.accept()
    assert found == Consistency(True, (), ())
