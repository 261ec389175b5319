"""The whole of what Spark answers, against the embedded engine on the same statements."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Store

from barriergraph import Table, load, sources
from barriergraph.errors import NotFoundError, ParameterError
from barriergraph.inference import close
from barriergraph.validation import Report, prepare
from benchmarks.generate import generate, write

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install '.[spark]'")

from barriergraph import spark
from barriergraph.spark.__main__ import main
from barriergraph.spark.terms import encode
from barriergraph.spark.triples import as_triples

#: What the fixtures of conftest hold: the graph in both engines.
Both = Any

#: All stored queries translate, and one that is added must, too.
QUERIES = sorted(load().queries)


@pytest.mark.parametrize("name", QUERIES)
def test_a_stored_query_has_the_rows_of_the_embedded_engine(name: str, shipped: Both) -> None:
    assert Counter(shipped.statements.table(name).rows) == Counter(shipped.graph.run(name).rows)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("evidence-map", {"domain": "health-and-social-care"}),
        ("remedies-of-a-barrier", {"barrier": "fear-of-sharing"}),
        ("search", {"words": "fear"}),
    ],
)
def test_parameters_are_bound_as_the_embedded_engine_binds_them(
    name: str, values: dict[str, object], shipped: Both
) -> None:
    expected = shipped.graph.run(name, **values)

    found = shipped.statements.table(name, **values)

    assert Counter(found.rows) == Counter(expected.rows)
    assert 0 < len(found) < len(shipped.graph.run(name)) or name == "search"


@pytest.mark.parametrize("name", ["evidence-map"])
def test_many_statements_are_joined_another_way_with_the_same_answer(
    name: str, shipped: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above a size rows are moved around; this has the graph taken for one of that size."""
    monkeypatch.setattr("barriergraph.spark.triples.FEW", 0)
    moved = spark.Statements(shipped.statements.frame)

    assert not moved.triples.few
    assert Counter(moved.table(name).rows) == Counter(shipped.graph.run(name).rows)


def test_an_unknown_value_is_refused(shipped: Both) -> None:
    with pytest.raises((ParameterError, NotFoundError), match="nothing-like-it"):
        shipped.statements.run("remedies-of-a-barrier", barrier="nothing-like-it")


@pytest.mark.parametrize("graph", ["asserted", "invented"])
def test_checks_find_what_the_embedded_engine_finds(
    graph: str, request: pytest.FixtureRequest
) -> None:
    both: Both = request.getfixturevalue(graph)
    shapes = list(sources.shapes(sources.base_module()))
    expected = prepare(both.graph.store, shapes).validate()

    found = both.statements.validate()

    assert faults(found) == faults(expected)
    assert len(found) > 10


def test_inference_derives_what_the_embedded_engine_derives(
    session: object, tmp_path: Path
) -> None:
    write(generate(1), tmp_path / "module")
    graph = load(tmp_path / "module", base=False, infer=False)
    graph.snapshot(tmp_path / "all.nq")
    store: Store = graph.store
    derived = close(store)

    found = spark.read(tmp_path / "all.nq", whole=True).infer()

    assert derived > 100
    assert {tuple(row) for row in as_triples(found.frame).collect()} == {
        tuple(map(encode, (quad.subject, quad.predicate, quad.object)))  # type: ignore[arg-type]
        for quad in store
    }


SOURCES = """\
<x:a> <BGdoi> "10.1000/ABC" .
<x:b> <BGdoi> "https://doi.org/10.1000/abc" .
<x:c> <DCtitle> "The Café: sharing"@en .
<x:c> <BGyear> "1999"^^<XSDinteger> .
<x:c> <BGhasAuthorship> <x:c1> .
<x:c1> <BGposition> "1"^^<XSDinteger> .
<x:c1> <BGauthor> <x:p> .
<x:p> <FOAFfamilyName> "Roe" .
<x:d> <DCtitle> "cafe -- Sharing"@en .
<x:d> <BGyear> "1999"^^<XSDinteger> .
<x:d> <BGhasAuthorship> <x:c1> .
<x:f> <BGreportedIn> <x:c> .
<x:f> <BGreportedIn> <x:d> .
"""


def sources_of(text: str, folder: Path) -> spark.Statements:
    for short, iri in {
        "BG": "https://w3id.org/barriergraph/ontology#",
        "DC": "http://purl.org/dc/terms/",
        "XSD": "http://www.w3.org/2001/XMLSchema#",
        "FOAF": "http://xmlns.com/foaf/0.1/",
    }.items():
        text = text.replace(f"<{short}", f"<{iri}")
    (folder / "sources.nt").write_text(text, encoding="utf-8")
    return spark.read(folder / "sources.nt")


def test_sources_with_one_doi_or_one_title_year_and_author_are_one(
    session: object, tmp_path: Path
) -> None:
    found = sources_of(SOURCES, tmp_path)

    assert [tuple(row) for row in found.same_sources().collect()] == [
        ("x:b", "x:a", "the same DOI, 10.1000/abc"),
        ("x:d", "x:c", "the same title, year and first author"),
    ]
    merged = {tuple(row) for row in found.merged().triples.frame.collect()}
    assert not any("<x:b>" in row or "<x:d>" in row for row in merged)
    bg = "https://w3id.org/barriergraph/ontology#"
    assert ("<x:f>", f"<{bg}reportedIn>", "<x:c>") in merged


@pytest.mark.parametrize(
    "more",
    [
        '<x:c> <BGdoi> "10.1000/1" .\n<x:d> <BGdoi> "10.1000/2" .\n',
        '<x:c> <BGvolume> "1" .\n<x:d> <BGvolume> "2" .\n',
    ],
    ids=["different DOIs", "different volumes"],
)
def test_sources_that_contradict_each_other_are_left_apart(
    more: str, session: object, tmp_path: Path
) -> None:
    found = sources_of(SOURCES + more, tmp_path)

    assert [row.source for row in found.same_sources().collect()] == ["x:b"]


def test_the_closure_of_a_chain_is_all_its_pairs(session: object, tmp_path: Path) -> None:
    lines = [f"<x:{n}> <x:next> <x:{n + 1}> ." for n in range(5)]
    (tmp_path / "chain.nt").write_text("\n".join(lines))

    pairs = spark.read(tmp_path / "chain.nt").closure("<x:next>").collect()

    assert sorted(map(tuple, pairs)) == [
        (f"<x:{a}>", f"<x:{b}>") for a in range(6) for b in range(a + 1, 6)
    ]


def test_a_path_to_a_constant_is_compiled(session: object, tmp_path: Path) -> None:
    """The hash of this class is below zero, which Spark cannot compile in a Bloom filter."""
    enabler = "https://w3id.org/barriergraph/ontology#Enabler"
    lines = [f"<x:a> <x:is> <{enabler}> .", "<x:b> <x:is> <x:c> .", f"<x:c> <x:in> <{enabler}> ."]
    (tmp_path / "few.nt").write_text("\n".join(lines))
    statements = spark.read(tmp_path / "few.nt")
    statements.triples.session.conf.set("spark.sql.codegen.factoryMode", "CODEGEN_ONLY")

    found = statements.select(f"SELECT DISTINCT ?x {{ ?x <x:is>/<x:in>* <{enabler}> }}").collect()

    assert {row.x for row in found} == {"<x:a>", "<x:b>"}


def test_jobs_answer_and_write(
    session: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "chain.nt").write_text("<x:a> <x:p> <x:b> .\n<x:b> <x:p> <x:c> .\nwrong\n")
    path = str(tmp_path / "chain.nt")

    assert main(["closure", "<x:p>", path]) == 2
    assert "chain.nt:3: no statement: 'wrong'" in capsys.readouterr().err

    assert main(["--keep-going", "closure", "<x:p>", path]) == 0
    lines = sorted(capsys.readouterr().out.splitlines())
    assert lines == ["<x:a>\t<x:b>", "<x:a>\t<x:c>", "<x:b>\t<x:c>"]

    out = str(tmp_path / "out.parquet")
    assert main(["--keep-going", "write", "--output", out, path]) == 0
    assert main(["answer", "gaps", out]) == 0
    assert capsys.readouterr().out.splitlines() == [",".join(load().queries["gaps"].columns)]


def test_what_spark_cannot_do_is_not_taken_for_faults(
    session: object,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "one.nt").write_text("<x:a> <x:p> <x:b> .\n")
    monkeypatch.setattr("barriergraph.spark.triples._ROUNDS", 2)

    assert main(["check", str(tmp_path / "one.nt")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: Spark could not do it: ")
    assert "Max iterations (2) reached" in told.err
    assert "\tat " not in told.err


@pytest.mark.skipif("BARRIERGRAPH_LARGE" not in os.environ, reason="BARRIERGRAPH_LARGE is not set")
def test_a_million_statements_have_the_same_answers(session: object, tmp_path: Path) -> None:
    write(generate(1_000_000), tmp_path / "module")
    graph = load(tmp_path / "module")
    graph.snapshot(tmp_path / "all.nq")
    statements = spark.read(tmp_path / "all.nq", whole=True)

    for name in QUERIES:
        assert Counter(statements.table(name).rows) == Counter(graph.run(name).rows), name


@pytest.mark.skipif("BARRIERGRAPH_LARGE" not in os.environ, reason="BARRIERGRAPH_LARGE is not set")
def test_a_million_statements_are_closed_and_checked_alike(session: object, tmp_path: Path) -> None:
    write(generate(1_000_000), tmp_path / "module")
    graph = load(tmp_path / "module", base=False, infer=False)
    graph.snapshot(tmp_path / "all.nq")
    statements = spark.read(tmp_path / "all.nq", whole=True)

    found = graph.query(
        "SELECT DISTINCT ?x ?y { ?x <http://www.w3.org/2004/02/skos/core#broader>+ ?y }"
    )
    assert isinstance(found, Table)
    assert len(found) > 2_000
    assert {tuple(row) for row in statements.closure("skos:broader").collect()} == {
        (str(x), str(y)) for x, y in found.rows
    }

    report = prepare(graph.store, list(sources.shapes(sources.base_module()))).validate()
    assert faults(statements.validate()) == faults(report)

    store: Store = graph.store
    assert close(store) > 500_000
    derived = {
        tuple(map(encode, (quad.subject, quad.predicate, quad.object)))  # type: ignore[arg-type]
        for quad in store
    }
    rows = as_triples(statements.infer().frame).collect()
    assert len(rows) == len(derived)
    assert {tuple(row) for row in rows} == derived


def faults(report: Report) -> Counter[tuple[str, ...]]:
    """Count the faults of a report; a blank node, such as a path of several steps, has no name."""

    def told(term: object) -> str:
        return "_" if isinstance(term, BlankNode) else str(term)

    return Counter(
        tuple(map(told, (r.focus_node, r.path, r.value, r.component, r.shape, r.message)))
        for r in report.results
    )
