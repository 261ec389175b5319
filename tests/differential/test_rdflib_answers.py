"""rdflib answers the stored queries on the shipped graph with the same rows; some minutes long."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import rdflib

from barriergraph import KnowledgeGraph

QUERIES = sorted(path.stem for path in (Path(__file__).parents[2] / "queries").glob("*.rq"))

#: rdflib takes long for a whole map, so a map is compared on one of its columns.
NARROWED = {
    "evidence-map": {"domain": "smart-cities"},
    "evidence-map-by-level": {"column": "legal"},
    "evidence-map-by-profession": {"role": "doctor"},
    "evidence-map-by-setting": {"setting": "several"},
    "evidence-map-of-enablers": {"domain": "smart-cities"},
}


@pytest.fixture(scope="module")
def dataset(real: KnowledgeGraph) -> rdflib.Dataset:
    """The shipped graph in rdflib: use it as the second engine on the real content."""
    return real.to_rdflib()


@pytest.mark.parametrize("name", QUERIES)
def test_rdflib_agrees_on_the_shipped_graph(
    name: str, real: KnowledgeGraph, dataset: rdflib.Dataset
) -> None:
    parameters = NARROWED.get(name, {})
    found = dataset.query(real.bind(name, **parameters)).serialize(format="csv")

    assert found is not None
    answer = list(csv.reader(io.StringIO(real.run(name, **parameters).to_csv())))
    assert list(csv.reader(io.StringIO(found.decode()))) == answer
