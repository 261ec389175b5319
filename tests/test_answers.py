"""Each stored query gives exactly the answer worked out by hand, in two engines."""

from __future__ import annotations

import csv
import io
import shlex
import shutil
from pathlib import Path

import pytest
import rdflib

from barriergraph import KnowledgeGraph, Table, load

ANSWERS = sorted((Path(__file__).parent / "answers").glob("*.csv"))
QUERIES = sorted(path.stem for path in (Path(__file__).parent.parent / "queries").glob("*.rq"))


def expected(path: Path) -> tuple[dict[str, list[str]], list[list[str]]]:
    """Return the parameters of an answer file, from its first line, and its rows."""
    text = path.read_text(encoding="utf-8")
    parameters: dict[str, list[str]] = {}
    if text.startswith("#"):
        comment, _, text = text.partition("\n")
        for pair in shlex.split(comment.lstrip("# ")):
            name, _, value = pair.partition("=")
            parameters.setdefault(name, []).append(value)
    return parameters, list(csv.reader(io.StringIO(text)))


def rows(table: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.to_csv())))


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_a_query_gives_the_answer_worked_out_by_hand(path: Path, small: KnowledgeGraph) -> None:
    parameters, answer = expected(path)

    assert rows(small.run(path.stem.partition("--")[0], **parameters)) == answer


@pytest.fixture(scope="session")
def small_dataset(small: KnowledgeGraph) -> rdflib.Dataset:
    """The small graph in rdflib: use it as the second engine."""
    return small.to_rdflib()


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_rdflib_gives_the_same_answer(
    path: Path, small: KnowledgeGraph, small_dataset: rdflib.Dataset
) -> None:
    parameters, answer = expected(path)
    text = small.bind(path.stem.partition("--")[0], **parameters)

    found = small_dataset.query(text).serialize(format="csv")

    assert found is not None
    assert list(csv.reader(io.StringIO(found.decode()))) == answer


def test_every_query_has_an_answer_and_every_answer_a_query() -> None:
    assert {path.stem.partition("--")[0] for path in ANSWERS} == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_every_example_of_a_query_answers_on_the_shipped_graph(
    name: str, real: KnowledgeGraph
) -> None:
    for example in real.queries[name].examples:
        parameters: dict[str, list[str]] = {}
        for parameter, value in example:
            parameters.setdefault(parameter, []).append(value)

        assert len(real.run(name, **parameters)) > 0, example


#: What the work behind a key finding on shyness says: stage fright is narrower than shyness.
NO_EFFECT = """\
PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX finding: <https://w3id.org/barriergraph/id/finding/>
PREFIX source: <https://w3id.org/barriergraph/id/source/>
finding:gull1990-8 a bg:Finding ; bg:statement "No effect of shyness."@en ;
    bg:reportedIn source:gull1990 ; bg:findsNoEffectOf barrier:shyness .
finding:gull1990-9 a bg:Finding ; bg:statement "No effect of stage fright."@en ;
    bg:reportedIn source:gull1990 ; bg:findsNoEffectOf barrier:stage-fright .
"""


def test_no_effect_of_something_narrower_is_not_about_the_factor(tmp_path: Path) -> None:
    root = Path(__file__).parent
    shutil.copytree(root / "fixtures" / "small" / "data", tmp_path / "data")
    for part in ("ontology", "queries"):
        shutil.copytree(root.parent / part, tmp_path / part)
    (tmp_path / "data" / "no-effect.ttl").write_text(NO_EFFECT, encoding="utf-8")

    table = load(tmp_path, base=False).run("departures-from-sources")

    column = table.columns.index("statementOfSource")
    assert [row[column] for row in rows(table)[1:]] == [
        "Keepers dared not speak.", "Horns had rusted.", "No effect of shyness.",
    ]  # fmt: skip
