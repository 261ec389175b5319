"""What is asserted can be checked where what follows stands beside it, in however many graphs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from barriergraph import EndpointError, connect
from barriergraph.cli import main
from barriergraph.gathering import gathered
from barriergraph.inferring import infer
from barriergraph.namespaces import GRAPH, rule_of
from barriergraph.opening import load
from barriergraph.pushing import push, target
from barriergraph.remote import update
from barriergraph.soundness import NAMED
from tests.differential.test_elsewhere import ENGINES, engine

#: A person where a role should be: what follows makes a role of her, and hides the mistake.
WRONG = """\
@prefix bg: <https://w3id.org/barriergraph/ontology#> .
<x:finding> a bg:Finding ; bg:aboutRole <x:ada> .
<x:ada> a bg:Person .
"""
MISTAKE = ("x:finding", "bgs:FindingShape-aboutRole")


def content() -> Store:
    """The graph that ships with a mistake, in more named graphs than a query may name."""
    store = Store()
    store.extend(load(infer=False).store)
    graph = NamedNode(f"{GRAPH}module/wrong/data/all")
    for one in parse(WRONG, RdfFormat.TURTLE):
        store.add(Quad(one.subject, one.predicate, one.object, graph))
    return store


def faults(written: str) -> set[tuple[str, str]]:
    return {(one["focus"], one["duty"]) for one in json.loads(written)["faults"]}


@pytest.mark.parametrize("name", ENGINES)
def test_a_mistake_is_found_behind_what_follows_from_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with engine(name, tmp_path) as address:
        where = target(address)
        push(content(), where, tell=lambda step: None)
        infer(where)
        names = connect(address).named_graphs()
        assert sum(rule_of(one) is None for one in names) > NAMED
        asked = ["check", "--endpoint", address]

        assert main(asked) == 2
        assert "give the address that takes updates with --update" in capsys.readouterr().err
        assert main([*asked, "--inferred", "--format", "json"]) == 1
        assert MISTAKE not in faults(capsys.readouterr().out)
        assert main([*asked, "--update", where.update.url, "--format", "json"]) == 1
        assert MISTAKE in faults(capsys.readouterr().out)
        assert connect(address).named_graphs() == names


def test_a_copy_that_does_not_last_proves_nothing(tmp_path: Path) -> None:
    small = load(Path(__file__).parent.parent / "fixtures" / "small", infer=False)
    with engine("oxigraph", tmp_path) as address:
        where = target(address)
        push(small.store, where, tell=lambda step: None)
        with (
            pytest.raises(EndpointError, match="it was changed while it was checked"),
            gathered(where) as graph,
        ):
            update(where.at(where.update, 30), f"DROP GRAPH {graph}", "")
        with pytest.raises(ZeroDivisionError), gathered(where):
            raise ZeroDivisionError

        assert not [one for one in connect(address).named_graphs() if rule_of(one)]


def test_a_copy_that_is_made_elsewhere_proves_nothing(tmp_path: Path) -> None:
    """Two engines, one of them empty: what was given to write to is not what is asked."""
    small = load(Path(__file__).parent.parent / "fixtures" / "small", infer=False)
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    with (
        engine("oxigraph", tmp_path / "one") as full,
        engine("oxigraph", tmp_path / "other") as empty,
    ):
        push(small.store, target(full), tell=lambda step: None)
        where = target(full, update=target(empty).update.url)
        with pytest.raises(EndpointError, match="is not whole there"), gathered(where):
            pass


def test_an_endpoint_that_takes_no_updates_says_so(tmp_path: Path) -> None:
    with engine("oxigraph", tmp_path) as address:
        where = target(address, update=address)
        with pytest.raises(EndpointError, match="nothing was checked"), gathered(where):
            pass


def test_where_updates_are_taken_is_of_use_for_an_endpoint_only(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "--update", "http://127.0.0.1:9/update"]) == 2
    assert "add --endpoint URL" in capsys.readouterr().err
