"""Each kind of page: no fault in the console, nothing asked of others, room at any width."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

PAGES = (
    "index.html",
    "map.html",
    "map/evidence-map/fear-of-sharing.html",
    "id/barrier/fear-of-sharing.html",
    "id/domain/troubled-families.html",
    "id/finding/key-finding-1.html",
    "id/source/dawes1996.html",
    "id/citation/wilks2014.html",
    "id/barrier.html",
    "queries.html",
    "queries/evidence-map.html",
    "queries/findings-about/example-1.html",
    "queries/evidence-by-year/results.html",
    "ontology.html",
    "shapes.html",
    "search.html",
    "sparql.html",
    "about.html",
    "graph/data/report.html",
    "404.html",
)

WIDTHS = (1280, 320)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("door", "scripts"),
    # Without scripts the two doors are the same bytes.
    [("static", True), ("server", True), ("server", False)],
    ids=["static", "server", "no-scripts"],
)
def test_a_page_fits_and_asks_nothing_of_others(
    visit: Any, door: str, path: str, scripts: bool
) -> None:
    window = visit(door, java_script_enabled=scripts)

    page = window.open(path)
    if scripts and path == "sparql.html":
        page.wait_for_selector("form[data-ready]")
    over = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        measure = "() => Math.max(0, document.scrollingElement.scrollWidth - innerWidth)"
        over[width] = page.locator("html").evaluate(measure)

    headings = page.locator("h1").count()
    assert (window.errors, window.strangers, headings) == ([], [], 1)
    assert over == dict.fromkeys(WIDTHS, 0)


def _axe() -> str:
    named = os.environ.get("AXE")
    spec = find_spec("axe_core_python")
    if not named and (spec is None or spec.origin is None):
        pytest.skip("axe-core is not there: install axe-core-python, or name its file in AXE")
    file = Path(named) if named else Path(spec.origin).parent / "axe.min.js"  # type: ignore[union-attr, arg-type]
    return file.read_text()


@pytest.mark.parametrize("path", [*PAGES, "map.html?profession=health-professional"])
def test_a_page_has_no_fault_that_axe_finds_in_light_and_dark(visit: Any, path: str) -> None:
    axe = _axe()
    window = visit("static")

    window.page.emulate_media(color_scheme="light")
    page = window.open(path)
    if path == "sparql.html":
        page.wait_for_selector("form[data-ready]")
    if "?" in path:
        page.wait_for_selector("p.state")
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations")
    page.emulate_media(color_scheme="dark")
    # Nothing but the colours differs.
    again = "{runOnly: ['color-contrast'], resultTypes: ['violations']}"
    found += page.evaluate(f"async () => (await axe.run({again})).violations")

    assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == []
