"""The example module is sound, answers, and shows on the map; the notebook runs."""

import json
from pathlib import Path

import pytest

from barriergraph import load
from barriergraph.checking.checker import Checker
from barriergraph.site import Site
from barriergraph.sources import modules

EXAMPLES = Path(__file__).parent.parent / "examples"
MODULE = EXAMPLES / "domestic-abuse"
MINE = "https://example.org/domestic-abuse/"


def test_the_example_module_is_sound_without_a_warning() -> None:
    outcome = Checker(modules([MODULE]), wanted=frozenset([str(MODULE)]), reasoner=False).run()

    assert [f.message for f in outcome.faults if f.severity != "info"] == []


def test_the_example_module_answers_its_own_and_the_shipped_questions() -> None:
    graph = load(MODULE)

    own = graph.run("undone-checks", domain="domestic-abuse").to_dicts()
    assert [row["finding"] for row in own] == [f"{MINE}finding/hmip2023-checks"]
    wider = graph.run("findings-about", factor="lack-of-process").to_dicts()
    assert f"{MINE}finding/hmip2023-checks" in {row["finding"] for row in wider}


def test_the_example_module_shows_on_the_map_and_has_pages() -> None:
    site = Site(load(MODULE))
    paths = set(site.paths())

    row = site.render("map/evidence-map/checks-left-undone.html").decode()
    assert "Conferences on victims in great danger" in row
    own = [path for path in paths if path.startswith("at/example.org/domestic-abuse/")]
    assert "at/example.org/domestic-abuse/barrier/checks-left-undone.html" in own
    assert "queries/undone-checks.html" in paths


def test_every_cell_of_the_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = json.loads((EXAMPLES / "first-steps.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    monkeypatch.chdir(EXAMPLES)
    space: dict[str, object] = {}

    for text in code:
        exec(compile(text, "first-steps.ipynb", "exec"), space)

    assert len(code) == 7
    assert space["mine"] is not space["graph"]
