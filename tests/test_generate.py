"""The invented graphs of the benchmarks: the same each time, and wrong only where they say."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from barriergraph import load
from barriergraph.validation import prepare
from benchmarks.faults import FINDING_FAULTS, SOURCE_FAULTS
from benchmarks.generate import Graph, generate, ontology, stream, write
from benchmarks.vocabulary import iri

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def invented() -> Graph:
    """A graph in which every third finding after the first of each factor may have a fault."""
    return generate(10_000, faulty=0.3)


def found(graph: Graph) -> set[tuple[str, str]]:
    """Return what the shapes find beyond what they find in the ontology."""
    store, shapes = Store(), Store()
    store.extend(Quad(*triple, NamedNode("urn:invented")) for triple in graph.triples)
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        shapes.load(path=path, format=RdfFormat.TURTLE)
    own = {str(triple.subject) for triple in ontology()}
    return {
        (result.focus_node.value, result.shape.value)
        for result in prepare(store, shapes).validate().results
        if str(result.focus_node) not in own
    }


def test_a_graph_is_the_same_each_time_and_has_the_size_asked_for(invented: Graph) -> None:
    again = generate(10_000, faulty=0.3)

    assert again == invented
    assert 10_000 <= len(set(invented.triples)) == len(invented.triples) < 10_200


def test_another_seed_gives_another_graph(invented: Graph) -> None:
    assert generate(10_000, faulty=0.3, seed=1).triples != invented.triples


def test_a_graph_is_wrong_only_where_it_says(invented: Graph) -> None:
    assert found(invented) == invented.faults


def test_every_fault_is_made(invented: Graph) -> None:
    made = {shape.partition("#")[2] for _, shape in invented.faults}

    assert made == {*FINDING_FAULTS, *SOURCE_FAULTS}


def test_a_graph_without_faults_keeps_every_shape() -> None:
    graph = generate(5_000, faulty=0)

    assert (graph.faults, found(graph)) == (set(), set())


def test_a_graph_is_written_as_a_module(invented: Graph, tmp_path: Path) -> None:
    write(invented, tmp_path / "module")

    assert len(load(tmp_path / "module", base=False, infer=False).store) == len(invented.triples)


@pytest.fixture(scope="module")
def streamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of 200,000 statements in which one in ten has a fault."""
    folder = tmp_path_factory.mktemp("streamed") / "module"
    stream(200_000, folder, faulty=0.1)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*.*"))
        if path.is_file()
    }


def triples(folder: Path) -> list[Triple]:
    """Return the statements of a folder in the order in which they were written."""
    paths = sorted(folder.glob("data/*"), key=lambda path: int(path.stem.partition("-")[2]))
    return [quad.triple for path in paths for quad in parse(path=path)]


def test_the_same_seed_streams_the_same_bytes(streamed: Path, tmp_path: Path) -> None:
    stream(200_000, tmp_path / "again", faulty=0.1)
    stream(200_000, tmp_path / "other", faulty=0.1, seed=1)

    assert files(tmp_path / "again") == files(streamed)
    assert files(tmp_path / "other")["data/part-3.ttl"] != files(streamed)["data/part-3.ttl"]


@pytest.mark.parametrize("form", ["ttl", "nt"])
def test_a_streamed_graph_is_the_generated_one(form: str, tmp_path: Path) -> None:
    """Of the ontology, whose blank nodes a parser names anew, only the amount is compared."""
    count = stream(60_000, tmp_path / "module", form=form, seed=3)
    graph = generate(60_000, seed=3)
    head = len(list(ontology()))
    said = (tmp_path / "module" / "faults.tsv").read_text().splitlines()

    found = triples(tmp_path / "module")
    assert len(found) == count == len(graph.triples)
    assert found[head:] == graph.triples[head:]
    assert {tuple(line.split("\t")) for line in said} == graph.faults
    assert all(path.endswith((f".{form}", ".tsv")) for path in files(tmp_path / "module"))


def test_a_streamed_graph_loads_as_a_module(tmp_path: Path) -> None:
    count = stream(30_000, tmp_path / "module")

    assert len(load(tmp_path / "module", base=False, infer=False).store) == count


def test_each_fault_has_its_share(streamed: Path) -> None:
    """A share of 1 in 10, within four standard deviations of what chance makes of it."""
    of = Counter(statement.object.value for statement in triples(streamed)
                 if statement.predicate == iri("rdf:type"))  # fmt: skip
    lines = (streamed / "faults.tsv").read_text().splitlines()
    names = Counter(line.rpartition("#")[2] for line in lines)
    twice = sum("-again\t" in line for line in lines)
    findings, sources = of[iri("bg:Finding").value], of[iri("bg:JournalArticle").value] - twice
    # The first finding of each factor has none.
    findings -= sum(of[iri(f"bg:{kind}").value] for kind in
                    ("Barrier", "Enabler", "Risk", "Condition"))  # fmt: skip

    def near(count: int, expected: float) -> bool:
        return abs(count - expected) < 4 * expected**0.5

    wrong = sum(names[name] for name in FINDING_FAULTS)
    assert near(wrong, findings / 10)
    assert all(near(names[name], findings / 10 / 10) for name in FINDING_FAULTS)
    assert near(twice, sources * 0.9 / 10)  # of those that have no other fault
    spoilt = names - Counter({"SourceShape-doi": twice})
    assert all(near(spoilt[name], sources / 10 / 4) for name in SOURCE_FAULTS)


def test_a_source_entered_twice_has_its_doi_in_capitals(streamed: Path) -> None:
    dois = {
        statement.subject.value: statement.object.value
        for statement in triples(streamed)
        if statement.predicate == iri("bg:doi")
    }
    again = {node: doi for node, doi in dois.items() if node.endswith("-again")}

    assert again
    for node, doi in again.items():
        assert doi != doi.lower() == dois[node.removesuffix("-again")]


def test_barriers_are_used_as_the_law_of_zipf_has_it() -> None:
    """At 10,000 statements there are 60 barriers: 0.4 of 1.5 times the root of the size.

    The sum of 1/k to 60 is 4.68, so that a fifth of what is not by turns finds the first.
    """
    graph = generate(10_000, faulty=0)
    found = Counter(
        statement.object.value
        for statement in graph.triples
        if statement.predicate == iri("bg:finds")
    )
    barriers = [found[iri(f"barrier:barrier-{rank}").value] - 1 for rank in range(1, 61)]

    assert iri("barrier:barrier-61").value not in found
    assert min(barriers) >= 0
    expected = sum(barriers) / 4.68
    assert abs(barriers[0] - expected) < 4 * expected**0.5
    assert sum(barriers[:6]) > sum(barriers[30:])  # 2.45 of 4.68 against 0.68


def test_several_sources_report_on_one_study() -> None:
    """The sizes are drawn from eight of which the mean is 20/8; two in five sources have one."""
    graph = generate(10_000, faulty=0)
    studies = Counter(
        statement.object.value
        for statement in graph.triples
        if statement.predicate == iri("bg:reportsOn")
    )
    sources = sum(t.object == iri("bg:JournalArticle") for t in graph.triples)

    assert max(studies.values()) > 2
    assert 1.5 < sum(studies.values()) / len(studies) < 3.5
    assert abs(sum(studies.values()) - 0.4 * sources) < 4 * (0.24 * sources) ** 0.5


def test_unresolved_citations_have_candidates() -> None:
    graph = generate(30_000, faulty=0)
    said: dict[NamedNode, list[Triple]] = {}
    for statement in graph.triples:
        said.setdefault(statement.predicate, []).append(statement)  # type: ignore[arg-type]
    settled = {t.subject for t in said[iri("bg:identifiedAs")]}
    possible = {t.subject: t.object for t in said[iri("bg:possiblyIdentifiedAs")]}
    candidates = {
        t.subject for t in said[iri("bg:confidence")] if t.object == iri("certainty:candidate")
    }

    assert settled
    assert possible
    assert settled.isdisjoint(possible)
    assert set(possible.values()) <= candidates


def test_the_command_writes_a_module(tmp_path: Path) -> None:
    words = ["-m", "benchmarks.generate", "10000", str(tmp_path / "module"), "--seed", "7",
             "--format", "nt", "--faulty", "0.2"]  # fmt: skip
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True)
    stream(10_000, tmp_path / "same", seed=7, form="nt", faulty=0.2)

    assert files(tmp_path / "module") == files(tmp_path / "same")


def test_a_share_of_faults_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(ValueError, match=r"faulty: between 0 and 0\.45"):
        generate(5_000, faulty=0.5)
