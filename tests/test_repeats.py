"""A statement that several files make stands once in the graph, so that it counts once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Triple

from barriergraph import KnowledgeGraph, load
from barriergraph.sources import base_module

HEAD = """@prefix my: <https://example.org/mine/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A module that holds the ontology once more, as merging tools leave it, and repeats itself."""
    place = tmp_path / "mine"
    (place / "data").mkdir(parents=True)
    (place / "ontology").mkdir()
    base = base_module()
    merged = [base.locate(file) for file in base.files("ontology")]
    (place / "ontology" / "merged.ttl").write_text(
        "\n".join(Path(file).read_text(encoding="utf-8") for file in merged), encoding="utf-8"
    )
    for name, text in (
        ("a", "my:a skos:note 'one', 'two' ."),
        ("b", "my:a skos:note 'two', 'three' ."),
        ("c", "my:a skos:note 'three', 'three'@en ; skos:exactMatch my:b . my:b skos:note 'one' ."),
    ):
        (place / "data" / f"{name}.ttl").write_text(HEAD + text, encoding="utf-8")
    return place


def notes(graph: KnowledgeGraph) -> set[tuple[str, str]]:
    """What files say of my:a, each with the name of the file whose named graph says it."""
    rows = graph.query("SELECT ?g ?o { GRAPH ?g { <https://example.org/mine/a> ?p ?o } }")
    told = [(graph.files.get(name.value), str(value)) for name, value in rows]
    return {(Path(file).name, value) for file, value in told if file is not None}


def met_twice(graph: KnowledgeGraph) -> set[Triple]:
    """The statements that the engine meets more than once."""
    counted = Counter(quad.triple for quad in graph.store)
    return {one for one, times in counted.items() if times > 1}


FIRST = {
    ("a.ttl", '"one"'),
    ("a.ttl", '"two"'),
    ("b.ttl", '"three"'),
    ("c.ttl", '"three"@en'),
    ("c.ttl", "<https://example.org/mine/b>"),
}


def test_each_statement_counts_once_and_none_is_lost(module: Path) -> None:
    graph = load(module, infer=False)
    merged = rdflib.Graph()
    for one in graph.modules:
        for file in (*one.files("ontology"), *one.files("data")):
            merged.parse(one.locate(file), format="turtle")

    ((counted,),) = graph.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    assert int(counted.value) == len(merged)
    assert notes(graph) == FIRST


@pytest.mark.parametrize("way", ["memory", "disk", "disk alone"])
def test_a_module_that_holds_the_ontology_again_changes_no_row(
    module: Path, tmp_path: Path, real: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    if way == "disk alone":
        monkeypatch.setattr("barriergraph.ondisk.filling._LARGE_TO_DERIVE", 1)

    graph = load(module, store=None if way == "memory" else tmp_path / "store")

    assert met_twice(graph) == set()
    assert notes(graph) == FIRST
    for name in real.queries:
        assert graph.run(name) == real.run(name), name


def test_files_of_many_bytes_are_compared_with_what_ships(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barriergraph.ondisk.filling._LARGE_TO_DERIVE", 1)
    monkeypatch.setattr("barriergraph.ondisk.filling._COMPARED", 1)

    graph = load(module, store=tmp_path / "store")

    said = {str(one.subject) for one in met_twice(graph)}
    assert said == {"<https://example.org/mine/a>"}
    assert {one.triple for one in graph.store} == {one.triple for one in load(module).store}


def test_what_is_added_says_nothing_again(module: Path, tmp_path: Path) -> None:
    load(module, store=tmp_path / "store")
    # The first follows from what c.ttl says, the last ships, and b.ttl says 'three'.
    (module / "data" / "d.ttl").write_text(
        f"{HEAD}my:b skos:exactMatch my:a . my:a skos:note 'three', 'four' .\n"
        "skos:note a <http://www.w3.org/2002/07/owl#AnnotationProperty> .",
        encoding="utf-8",
    )
    told: list[str] = []

    graph = load(module, store=tmp_path / "store", tell=told.append)

    assert told[0] == "loading 1 files that are new"
    assert met_twice(graph) == set()
    assert notes(graph) == {*FIRST, ("d.ttl", '"four"')}
    assert {quad.triple for quad in graph.store} == {quad.triple for quad in load(module).store}


def test_a_file_that_only_repeats_others_has_no_named_graph(module: Path) -> None:
    (module / "data" / "d.ttl").write_text(f"{HEAD}my:a skos:note 'two' .", encoding="utf-8")

    read, kept = load(module), load(module)

    names = {name.rpartition("/")[2] for name in read.named_graphs() if "/mine/data/" in name}
    assert names == {"a", "b", "c"}
    assert kept.named_graphs() == read.named_graphs()
    assert load(module, infer=False).named_graphs() == {
        name for name in read.named_graphs() if "/inferred/" not in name
    }


def test_what_an_added_file_repeats_stays_where_it_is(module: Path, tmp_path: Path) -> None:
    load(module, store=tmp_path / "store")
    (module / "data" / "0.ttl").write_text(f"{HEAD}my:a skos:note 'one', 'zero' .")

    grown = load(module, store=tmp_path / "store")

    assert notes(grown) == {*FIRST, ("0.ttl", '"zero"')}
    assert met_twice(grown) == set()
