"""Why a statement holds, told in full, and what is told when it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal

from barriergraph import KnowledgeGraph, NotFoundError, QueryError, load

Command = Callable[..., tuple[int, str, str]]

MODULE = """\
PREFIX ex: <https://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

ex:keeps rdfs:domain ex:Keeper .
ex:Keeper rdfs:subClassOf ex:Person .
ex:keeps owl:inverseOf ex:keptBy .
[] a owl:Class ; owl:unionOf ( ex:Keeper ex:Pilot ) ; rdfs:subClassOf ex:Seafarer .

ex:ada
    ex:keeps ex:lamp ;
    rdfs:label "Ada" ;
.

ex:keptBy a owl:ObjectProperty .
"""


@pytest.fixture(scope="module")
def keepers(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """Six statements and the rules of four axioms: use it for whole derivations."""
    folder = tmp_path_factory.mktemp("keepers")
    (folder / "data").mkdir()
    (folder / "data" / "all.ttl").write_text(MODULE)
    return load(folder, base=False)


def test_a_derivation_is_a_tree_down_to_file_and_line(keepers: KnowledgeGraph) -> None:
    file = keepers.files[next(iter(keepers.files))]

    found = keepers.why("ada", "a", "Person")

    assert found.holds
    assert found.to_text() == (
        "https://example.org/ada a https://example.org/Person\n"
        "│ by cax-sco: https://example.org/Keeper is a subclass of https://example.org/Person"
        f"  [{file}:6]\n"
        "└─ https://example.org/ada a https://example.org/Keeper\n"
        "   │ by prp-dom: the subject of https://example.org/keeps is a https://example.org/Keeper"
        f"  [{file}:5]\n"
        "   └─ https://example.org/ada https://example.org/keeps https://example.org/lamp"
        f"  [{file}:11]\n"
    )


def test_an_axiom_in_brackets_has_its_line_too(keepers: KnowledgeGraph) -> None:
    found = keepers.why("ada", "a", "Seafarer")

    assert [place["line"] for place in found.to_dict()["axiomAt"]] == [8]  # type: ignore[attr-defined]


def test_an_asserted_statement_is_told_with_its_place(keepers: KnowledgeGraph) -> None:
    file = keepers.files[next(iter(keepers.files))]

    for value in ("Ada", Literal("Ada")):
        found = keepers.why("ada", "rdfs:label", value)
        assert found.to_text() == f'https://example.org/ada rdfs:label "Ada"  [{file}:12]\n'


def test_a_statement_that_does_not_hold_names_the_closest(keepers: KnowledgeGraph) -> None:
    found = keepers.why("lamp", "keeps", "ada")

    assert not found.holds
    assert found.to_text() == (
        "does not hold: https://example.org/lamp https://example.org/keeps https://example.org/ada\n"
        "\n"
        "the closest that hold:\n"
        "    https://example.org/ada https://example.org/keeps https://example.org/lamp\n"
        "    https://example.org/lamp https://example.org/keptBy https://example.org/ada\n"
    )


def test_a_derivation_is_json_with_every_step(keepers: KnowledgeGraph) -> None:
    (graph,) = keepers.files
    file = keepers.files[graph]

    assert keepers.why("lamp", "keptBy", "ada").to_dict() == {
        "holds": True,
        "subject": "<https://example.org/lamp>",
        "predicate": "<https://example.org/keptBy>",
        "object": "<https://example.org/ada>",
        "rule": "prp-inv1",
        "uses": [],
        "axiom": "https://example.org/keeps is the inverse of https://example.org/keptBy",
        "axiomAt": [{"file": file, "line": 7}],
        "premises": [
            {
                "subject": "<https://example.org/ada>",
                "predicate": "<https://example.org/keeps>",
                "object": "<https://example.org/lamp>",
                "assertedIn": [{"graph": graph, "file": file, "line": 11}],
            }
        ],
        "near": [],
    }


def test_a_derivation_is_turtle_that_rdflib_reads(keepers: KnowledgeGraph) -> None:
    turtle = keepers.why("ada", "a", "Person").to_turtle()
    graph = rdflib.Graph().parse(data=turtle, format="turtle")

    derived = graph.query("""
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?what { ?a rdf:object ?what ; prov:wasDerivedFrom ?b } ORDER BY ?what""")
    assert [str(row[0]) for row in derived] == [  # type: ignore[index]
        "https://example.org/Keeper",
        "https://example.org/Person",
    ]
    (source,) = graph.objects(predicate=rdflib.PROV.hadPrimarySource)
    assert str(source) in keepers.files


def test_a_term_that_is_not_there_is_refused_with_the_nearest(keepers: KnowledgeGraph) -> None:
    with pytest.raises(NotFoundError, match=r"no term named 'adda'; did you mean 'ada'"):
        keepers.why("adda", "a", "Person")


def test_nothing_is_explained_where_nothing_was_derived(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.ttl").write_text(MODULE)

    with pytest.raises(QueryError, match="load it with infer=True"):
        load(tmp_path, base=False, infer=False).why("ada", "a", "Person")


def test_the_terms_that_only_rules_write_are_named(keepers: KnowledgeGraph) -> None:
    query = """PREFIX ex: <https://example.org/> # ex:Seafarer
        SELECT ?a { ?a a ex:Keeper ; ex:keeps ?b . ?b ex:keptBy ?a . ?a ex:unknown "ex:Person" }"""

    assert keepers.derived_terms(query) == (
        "https://example.org/Keeper",
        "https://example.org/keptBy",
    )


def test_why_exits_with_whether_it_holds(command: Command) -> None:
    code, out, err = command("why", "fear-of-sharing", "a", "bg:Factor", "--format", "json")
    assert (code, err, json.loads(out)["rule"]) == (0, "", "cax-sco")

    code, out, err = command("why", "fear-of-sharing", "a", "bg:Enabler")
    assert (code, err) == (1, "")
    assert out.startswith("does not hold: barrier:fear-of-sharing a bg:Enabler\n")
    assert command("why", "fear-of-sharing", "a", "bg:Enablr")[0] == 2


def test_asserted_only_leaves_out_what_follows_and_warns(command: Command) -> None:
    code, out, err = command("run", "findings-about", "factor=fear-of-sharing", "--asserted-only")

    assert (code, len(out.splitlines())) == (0, 1)
    assert err == (
        "barriergraph: warning: the query asks for bg:concerns, which only rules write; "
        "leave out --asserted-only to have it\n"
    )
    assert "inferred" in command("show", "fear-of-sharing", "--format", "table")[1]
    assert "inferred" not in command(
        "show", "fear-of-sharing", "--format", "table", "--asserted-only"
    )[1]  # fmt: skip
