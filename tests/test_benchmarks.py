"""The invented graphs of the benchmarks: the same each time, and wrong only where they say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pyoxigraph import NamedNode, Quad, RdfFormat, Store  # noqa: E402

from barriergraph import load  # noqa: E402
from barriergraph.validation import prepare  # noqa: E402
from benchmarks.generate import FINDING_FAULTS, Graph, generate, ontology, write  # noqa: E402


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


def test_every_fault_of_a_finding_is_made(invented: Graph) -> None:
    assert set(FINDING_FAULTS) <= {shape.partition("#")[2] for _, shape in invented.faults}


def test_a_graph_without_faults_keeps_every_shape() -> None:
    graph = generate(5_000, faulty=0)

    assert (graph.faults, found(graph)) == (set(), set())


def test_a_graph_is_written_as_a_module(invented: Graph, tmp_path: Path) -> None:
    write(invented, tmp_path / "module")

    assert len(load(tmp_path / "module", base=False, infer=False).store) == len(invented.triples)
