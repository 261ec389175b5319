"""What scripts add: answers without a server, search as one types, the editor, a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from barriergraph import KnowledgeGraph
from barriergraph.site import Site

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

both = pytest.mark.parametrize("door", ["static", "server"])


@pytest.mark.parametrize(
    ("path", "query", "values"),
    [
        ("map.html", "evidence-map", {"profession": "health-professional"}),
        ("map/evidence-map.html", "evidence-map", {"within": "legal-barriers", "since": "2010"}),
        ("map/evidence-map-by-level.html", "evidence-map-by-level", {"basis": "abstract"}),
        ("queries/findings-about/results.html", "findings-about", {"factor": "fear-of-sharing"}),
        ("queries/evidence-by-year/results.html", "evidence-by-year", {"factor": "lack-of-trust"}),
        ("queries/evidence-map/results.html", "evidence-map", {"domain": "smart-cities"}),
    ],
)
def test_a_copy_without_a_server_answers_as_the_server_does(
    visit: Any, real: KnowledgeGraph, path: str, query: str, values: dict[str, str]
) -> None:
    asked = "&".join(f"{name}={value}" for name, value in values.items())
    static, server = visit("static"), visit("server")

    static.open(f"{path}?{asked}").wait_for_selector("p.state")
    server.open(f"{path}?{asked}")

    assert static.rows() == server.rows()
    assert static.saved("a[data-taken]").decode() == real.run(query, **values).to_csv()
    assert (static.errors, static.strangers) == ([], [])


def test_a_form_is_answered_on_its_page_and_has_an_address(
    visit: Any, real: KnowledgeGraph
) -> None:
    window = visit("static")
    page = window.open("queries/findings-about.html")

    page.select_option("[name=factor]", "fear-of-sharing")
    page.click("form.ask button")
    page.wait_for_selector("p.state")

    table = real.run("findings-about", factor="fear-of-sharing")
    assert page.url == f"{window.root}queries/findings-about.html?factor=fear-of-sharing"
    assert page.inner_text("#told") == f"{len(table)} rows"
    assert window.saved("a[data-taken]").decode() == table.to_csv()
    page.go_back()
    page.wait_for_selector("p.state", state="detached")


def test_a_form_on_a_server_is_an_ordinary_request(visit: Any) -> None:
    window = visit("server")
    page = window.open("queries/findings-about.html")

    page.select_option("[name=factor]", "fear-of-sharing")
    page.click("form.ask button")
    page.wait_for_url("**/results.html?*")

    wanted = f"{window.root}queries/findings-about/results.html?factor=fear-of-sharing&since=1900"
    assert page.url == wanted


@pytest.mark.parametrize("value", ["fear-of-sharing> } #", '" } DROP ALL #', "nothing-such"])
def test_a_value_that_is_none_is_refused(visit: Any, value: str) -> None:
    from urllib.parse import urlencode

    window = visit("static")

    window.open(f"queries/findings-about.html?{urlencode({'factor': value})}")

    said = f"This cannot be answered: 'factor' takes a bg:Factor, not '{value}'"
    assert window.told("This") == said


@both
def test_search_offers_things_while_one_types(visit: Any, real: KnowledgeGraph, door: str) -> None:
    window = visit(door)
    page = window.open("id/domain/troubled-families.html")

    wanted = [one.label for one in Site(real).index.find("fear shar")[1]]

    page.locator("#find").press_sequentially("fear shar")
    page.locator(".find [role=status]", has_text=f"{len(wanted)} things found").wait_for()
    offered = page.locator("#find-offers li span").all_inner_texts()
    page.keyboard.press("ArrowDown")
    active = page.get_attribute("#find", "aria-activedescendant")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fear-of-sharing.html")

    assert offered == wanted[:8]
    assert (offered[0], active) == ("Fear of sharing", "find-offers-0")
    assert (page.url, window.errors) == (f"{window.root}id/barrier/fear-of-sharing.html", [])


@both
@pytest.mark.parametrize("words", ["trust", "Data sharing ACT", "évaluation"])
def test_a_search_has_its_page_in_the_order_of_python(
    visit: Any, real: KnowledgeGraph, door: str, words: str
) -> None:
    window = visit(door)

    page = window.open(f"search.html?q={words}")
    page.wait_for_selector("#answer ul.found")

    found = page.locator("ul.found a").evaluate_all("(all) => all.map((one) => one.href)")
    assert [one.removeprefix(window.root) for one in found] == [
        one.address for one in Site(real).index.find(words)[1]
    ][:200]


@both
def test_the_editor_asks_a_stored_query(visit: Any, real: KnowledgeGraph, door: str) -> None:
    window = visit(door)
    page = window.open("sparql.html?stored=evidence-by-year")
    page.wait_for_selector("form[data-ready]")

    page.click("button:text-is('Run')")
    page.wait_for_selector("#answer table")

    assert window.saved("#answer a[download]").decode() == real.run("evidence-by-year").to_csv()
    assert (window.errors, window.strangers) == ([], [])


def _ask(window: Visit, query: str) -> None:
    write = "(text) => document.querySelector('.CodeMirror').CodeMirror.setValue(text)"
    window.page.evaluate(write, query)
    window.page.click("button:text-is('Run')")


@both
def test_the_editor_shows_a_graph_a_truth_and_what_is_wrong(visit: Any, door: str) -> None:
    window = visit(door)
    page = window.open("sparql.html")
    page.wait_for_selector("form[data-ready]")

    _ask(window, "CONSTRUCT { <https://example.org/a> a <https://example.org/b> } {}")
    page.wait_for_selector("#answer pre")
    graph = page.inner_text("#answer pre").strip()
    _ask(window, "ASK { ?one a <https://w3id.org/barriergraph/ontology#Barrier> }")
    truth = window.told("Yes").partition(",")[0]
    _ask(window, "SELECT nonsense")

    assert (graph, truth) == ("<https://example.org/a> a <https://example.org/b> .", "Yes")
    # Each engine has its own words for it.
    assert "1" in window.told("(.*expected|Line 1: SPARQL has no word 'nonsense')")


def test_a_query_can_be_stopped_and_another_asked(visit: Any) -> None:
    window = visit("static")
    page = window.open("sparql.html")
    page.wait_for_selector("form[data-ready]")

    _ask(window, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.wait_for_timeout(300)
    page.click("button:text-is('Stop')")
    window.told("Stopped")
    _ask(window, "SELECT (1 AS ?one) {}")
    page.wait_for_selector("#answer table")

    assert page.locator("#answer td").all_inner_texts() == ["1"]


@both
def test_the_editor_completes_and_lets_the_keyboard_out(visit: Any, door: str) -> None:
    window = visit(door)
    page = window.open("sparql.html")
    page.wait_for_selector("form[data-ready]")

    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('')")
    page.click(".CodeMirror")
    page.keyboard.type("SELECT * { ?a a bg:PolicyD")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints li", has_text="bg:PolicyDomain").wait_for()
    page.keyboard.press("Enter")
    page.locator(".CodeMirror-line", has_text="bg:PolicyDomain").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Run"
    assert (window.errors, window.strangers) == ([], [])


@both
def test_a_map_is_had_as_a_picture(visit: Any, door: str) -> None:
    window = visit(door)
    window.open("map.html").wait_for_selector("a[download='map.png']")

    assert window.saved("a[download='map.png']")[:8] == b"\x89PNG\r\n\x1a\n"
    assert (window.errors, window.strangers) == ([], [])
