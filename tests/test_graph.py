from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode

from barriergraph import (
    ForbiddenError,
    Graph,
    KnowledgeGraph,
    NotFoundError,
    ParameterError,
    QueryError,
    SourceErrors,
    Table,
    load,
)
from barriergraph.namespaces import ID, expand, rule_of

QUERY = """\
#+ title: Sorts
#+ question: Which things are of a sort?
#+ parameter sort: ex:Sort  The sort
#+ parameter least: xsd:integer = 0  The least size
#+ example: sort=round
PREFIX ex: <https://example.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?thing ?sort ?size
WHERE {
  VALUES ?sort { UNDEF }
  VALUES ?least { 0 }
  ?thing ex:sort ?sort ; ex:size ?size .
  FILTER(?size >= ?least)
}
ORDER BY ?thing
"""
DATA = """\
PREFIX ex: <https://example.org/>
PREFIX id: <https://w3id.org/barriergraph/id/sort/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
ex:Round rdfs:subClassOf ex:Sort .
id:round a ex:Round ; skos:prefLabel "Round"@en ; skos:altLabel "like a ball"@en .
id:square a ex:Sort ; skos:prefLabel "Square"@en .
ex:ball ex:sort id:round ; ex:size 3 .
ex:moon ex:sort id:round ; ex:size 9 .
ex:box ex:sort id:square ; ex:size 5 .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A module of three things and one query: use it where the test changes files."""
    folder = tmp_path / "mine"
    (folder / "data").mkdir(parents=True)
    (folder / "queries").mkdir()
    (folder / "data" / "things.ttl").write_text(DATA, encoding="utf-8")
    (folder / "queries" / "sorts.rq").write_text(QUERY, encoding="utf-8")
    return folder


def things(table: Table) -> list[str]:
    return [str(row["thing"]).rsplit("/", 1)[1] for row in table.to_dicts()]


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("round", ["ball", "moon"]),
        ("Round", ["ball", "moon"]),
        ("like a ball", ["ball", "moon"]),
        (f"{ID}sort/square", ["box"]),
        (f"<{ID}sort/square>", ["box"]),
        (NamedNode(f"{ID}sort/square"), ["box"]),
        (rdflib.URIRef(f"{ID}sort/square"), ["box"]),
        (["round", "square"], ["ball", "box", "moon"]),
        (None, ["ball", "box", "moon"]),
    ],
)
def test_a_value_may_be_given_in_many_ways(folder: Path, value: object, answer: list[str]) -> None:
    assert things(load(folder, base=False).run("sorts", sort=value)) == answer


@pytest.mark.parametrize("value", [4, "4", Literal(4), rdflib.Literal(4)])
def test_a_number_may_be_given_in_many_ways(folder: Path, value: object) -> None:
    assert things(load(folder, base=False).run("sorts", least=value)) == ["box", "moon"]


def test_what_is_unknown_is_answered_with_the_nearest_names(folder: Path) -> None:
    graph = load(folder, base=False)

    with pytest.raises(NotFoundError, match=r"no query named 'sort'; did you mean 'sorts'"):
        graph.run("sort")
    with pytest.raises(NotFoundError, match=r"'srot'; did you mean 'sort'"):
        graph.run("sorts", srot="round")
    with pytest.raises(ParameterError, match=r"'sort' takes .*, not 'rund'; did you mean 'round'"):
        graph.run("sorts", sort="rund")
    with pytest.raises(ParameterError, match=r"'least' takes a whole number .*, not 'many'"):
        graph.run("sorts", least="many")


def test_an_individual_of_another_class_is_refused(small: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match=r"takes .*PolicyDomain.*, not 'shyness'"):
        small.run("evidence-map", domain="shyness")


def test_every_fault_in_a_module_is_told_and_nothing_is_loaded(folder: Path) -> None:
    (folder / "data" / "bad.ttl").write_text("PREFIX ex: <https://e.org/>\nex:a ex:b .\n")
    (folder / "queries" / "bad.rq").write_text("#+ titel: x\nSELECT ?a { ?a ?b ?c }\n")

    with pytest.raises(SourceErrors) as caught:
        load(folder, base=False)

    assert [(error.path.name, error.line) for error in caught.value.errors] == [
        ("bad.ttl", 2),
        ("bad.rq", 1),
    ]


def test_two_modules_may_speak_of_one_thing_and_show_says_which_says_what(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder / "data", other / "data")
    with (other / "data" / "things.ttl").open("a", encoding="utf-8") as file:
        file.write(f"\n<{ID}sort/round> <http://www.w3.org/2004/02/skos/core#note> 'Too.' .\n")

    resource = load(folder, other, base=False, infer=False).describe(f"{ID}sort/round")

    first = [(name, folder) for name in ("type", "prefLabel", "altLabel")]
    assert sorted((s.predicate.value.rsplit("#")[-1], s.file) for s in resource.outgoing) == sorted(
        (name, str(where / "data" / "things.ttl")) for name, where in (*first, ("note", other))
    )


def test_two_modules_may_not_have_a_query_of_one_name(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)

    with pytest.raises(Exception, match=r"sorts\.rq.*a query of this name stands in .*mine"):
        load(folder, other, base=False)


def test_a_slug_of_several_kinds_is_answered_with_their_curies(real: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match=r"bearer:professional.*role:professional"):
        real.resolve("professional")
    assert real.resolve("role:professional").value == expand("role:professional")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://localhost:9/> { ?a ?b ?c } }",
        "ASK { { SELECT ?a { OPTIONAL { SERVICE SILENT ?x { ?a ?b ?c } } } } }",
        "SELECT * FROM <file:///etc/passwd> { ?a ?b ?c }",
        "SELECT * FROM NAMED <http://localhost:9/> { GRAPH ?g { ?a ?b ?c } }",
        "LOAD <http://localhost:9/>",
        "DELETE WHERE { ?a ?b ?c }",
        "PREFIX ex: <http://x/> INSERT DATA { ex:a ex:b ex:c }",
    ],
)
def test_a_query_can_only_read_this_graph(folder: Path, text: str) -> None:
    with pytest.raises(ForbiddenError):
        load(folder, base=False).query(text)


def test_from_a_loaded_graph_asks_that_graph_only(small: KnowledgeGraph) -> None:
    name = next(iri for iri, file in small.files.items() if file.endswith("report.ttl"))
    count = "SELECT (COUNT(*) AS ?n) FROM <{}> {{ ?a ?b ?c }}"

    (row,) = small.query(count.format(name)).to_dicts()  # type: ignore[union-attr]

    assert row == {"n": len(list(small.store.quads_for_pattern(None, None, None, NamedNode(name))))}


def test_query_answers_each_form_in_its_kind(folder: Path) -> None:
    graph = load(folder, base=False)

    assert graph.query("ASK { <https://example.org/ball> ?p ?o }") is True
    assert graph.query("ASK { <https://example.org/none> ?p ?o }") is False
    made = graph.query("CONSTRUCT WHERE { ?thing <https://example.org/size> 3 }")
    assert isinstance(made, Graph)
    assert [triple.subject.value for triple in made] == ["https://example.org/ball"]
    with pytest.raises(QueryError, match=r"line 1, column 17: '{' is never closed"):
        graph.query("SELECT ?a WHERE { ?a")


def test_rdflib_gets_the_same_statements_in_the_same_graphs(small: KnowledgeGraph) -> None:
    dataset = small.to_rdflib()

    names = {str(graph.identifier) for graph in dataset.graphs() if len(graph)}
    assert {name for name in names if rule_of(name) is None} == set(small.files)
    assert sum(len(graph) for graph in dataset.graphs()) == len(small.store)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib
@pytest.mark.parametrize(
    "format", ["turtle", "ttl", "ntriples", "nt", "nquads", "nq", "trig", "rdfxml", "xml", "jsonld"]
)
def test_an_export_is_read_back_by_rdflib_as_the_same_graph(folder: Path, format: str) -> None:
    graph = load(folder, base=False)
    names = {
        "ttl": "turtle",
        "ntriples": "nt",
        "rdfxml": "xml",
        "jsonld": "json-ld",
        "nq": "nquads",
    }

    read = rdflib.Dataset(default_union=True)
    read.parse(data=graph.export(format), format=names.get(format, format))

    expected = {(s, p, o) for s, p, o, _ in graph.to_rdflib().quads()}
    assert {(s, p, o) for s, p, o, _ in read.quads()} == expected


def test_references_are_the_sources_behind_the_rows(small: KnowledgeGraph) -> None:
    named = small.run("findings-about", factor="pride").references()
    behind = small.run("evidence-map", domain="libraries").references()

    assert sorted(str(item["id"]) for item in named) == ["puffin2001"]
    assert sorted(str(item["id"]) for item in behind) == ["skua2010"]


def test_authors_are_cited_in_their_order(small: KnowledgeGraph) -> None:
    bibtex = (
        small.run("findings-about", factor="rust", domain="lighthouses").references().to_bibtex()
    )

    assert "author = {Gull, Greta and Tern, Tom}" in bibtex
    assert "pages" in bibtex.partition("note = ")[2]
