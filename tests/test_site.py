"""The pages: what they say, that links lead somewhere, and that nothing said escapes its place."""

from __future__ import annotations

import json
import re
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, normpath
from threading import Barrier
from urllib.parse import unquote, urldefrag

import pytest
import rdflib
import rdflib.compare
from pyoxigraph import NamedNode

from barriergraph import KnowledgeGraph, NotFoundError, load
from barriergraph.site import Site, forms, listing, maps, things, vocabulary
from barriergraph.site.once import once

ID = "https://w3id.org/barriergraph/id/"

#: Elements that have no end.
VOID = {"area", "br", "circle", "hr", "img", "input", "link", "meta", "path", "rect"}


class Page(HTMLParser):
    """A page taken apart: its links, anchors, headings, tables, and whether its tags match."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.headings: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.scripts: list[dict[str, object]] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self._text: str | None = None
        self._script: str | None = None
        self.feed(body.decode())
        self.faults += [f"never closed: {tag}" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        for name in ("href", "src", "action"):
            if name in given and not (tag == "link" and name == "href" and "data:" in given[name]):
                self.links.append(given[name] or "")
        if "id" in given:
            self.anchors.append(given["id"] or "")
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th", "h1"):
            self._text = ""
        elif tag == "script" and given.get("type") == "application/ld+json":
            self._script = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script += data
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"closed in the wrong place: {tag} at {self.getpos()}")
        if tag in ("td", "th"):
            self.tables[-1][-1].append(" ".join((self._text or "").split()))
            self._text = None
        elif tag == "h1":
            self.headings.append(" ".join((self._text or "").split()))
            self._text = None
        elif tag == "script" and self._script is not None:
            self.scripts.append(json.loads(self._script))
            self._script = None


@pytest.fixture(scope="module")
def site(small: KnowledgeGraph) -> Site:
    """The site of the small graph: small enough for every page of it to be made."""
    return Site(small)


@pytest.fixture(scope="module")
def pages(site: Site) -> dict[str, Page]:
    """Every page of the small site, taken apart."""
    return {path: Page(site.render(path)) for path in site.paths() if path.endswith(".html")}


@pytest.fixture(scope="module")
def shown(real: KnowledgeGraph) -> Site:
    """The site of the shipped graph: use it for what users see."""
    return Site(real)


def test_every_page_is_well_formed(pages: dict[str, Page]) -> None:
    faults = {path: page.faults for path, page in pages.items() if page.faults}

    assert faults == {}


def test_every_page_has_one_heading_and_each_anchor_once(pages: dict[str, Page]) -> None:
    assert {path for path, page in pages.items() if len(page.headings) != 1} == set()
    twice = {
        path: anchor
        for path, page in pages.items()
        for anchor in page.anchors
        if page.anchors.count(anchor) > 1
    }
    assert twice == {}


#: What `publish` and the server add to what a site renders.
ADDED = re.compile(r"dumps/.+|void\.ttl|dcat\.ttl|sparql$|id/finding/.*\.nanopub\.trig$")

#: The front page and others name things of the shipped graph.
SHIPPED = {"id/source/ceis2015-academic-report.html"}


def broken(site: Site, pages: dict[str, Page]) -> Iterator[tuple[str, str]]:
    paths = set(site.paths())
    for path, page in pages.items():
        for link in page.links:
            if link.startswith(("https://", "http://")):
                continue
            address, anchor = urldefrag(link)
            target = unquote(normpath(f"{dirname(path)}/{address.partition('?')[0]}"))
            target = path if not address else target.lstrip("/").removeprefix("./")
            if ADDED.match(target) or target in SHIPPED or target == "static/site.js":
                continue
            page_there = pages.get(target)
            if target not in paths or (
                anchor and page_there and unquote(anchor) not in page_there.anchors
            ):
                yield path, link


def test_every_link_leads_to_a_page_and_a_place_on_it(site: Site, pages: dict[str, Page]) -> None:
    assert set(broken(site, pages)) == set()


def test_the_map_has_top_rows_leading_columns_and_each_study_once_in_a_total(
    pages: dict[str, Page],
) -> None:
    # The sea is left out: it stands for lighthouses and ferries. A study that names no domain
    # counts in the last column only.
    expected = [
        ["Barrier", "Ferries", "Lighthouses", "Libraries", "In all, these or not"],
        ["Harbour rules", "1", "·", "·", "1"],
        ["Mood", "1", "1", "1", "4"],
        ["Rumour of rules", "1", "·", "·", "1"],
        ["Tools", "·", "1", "·", "2"],
        ["Any of these rows", "1", "1", "1", ""],
    ]

    assert pages["map.html"].tables == [expected]
    assert pages["index.html"].tables == [expected]
    assert pages["map/evidence-map.html"].tables == [expected]


def test_a_map_of_too_many_findings_has_no_totals_and_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "Totals are left out: there are too many findings to count"
    query = site.graph.queries["evidence-map"]
    findings = len(site.reading.members("https://w3id.org/barriergraph/ontology#Finding"))

    for most, there in ((findings, True), (findings - 1, False)):
        monkeypatch.setattr("barriergraph.site.maps._SUMMED", most)
        text = site.map(query, (), "map.html").decode()
        assert ("In all, these or not" in text, said in text) == (there, not there)


def test_a_map_can_be_narrowed_and_its_cells_lead_to_the_findings(site: Site) -> None:
    query = site.graph.stored_query("evidence-map")
    page = Page(site.map(query, (("profession", "captain"), ("show", "all"))))

    rows = {row[0]: row[1:] for row in page.tables[0]}
    assert rows["Barrier"] == ["Ferries", "Libraries", "Lighthouses", "Sea", "In all, these or not"]
    assert rows["Shyness"] == ["1", "·", "·", "1", "1"]
    assert rows["Rust"] == ["·", "·", "·", "·", "0"]
    address = "../queries/findings-behind-the-map/results.html?factor=shyness&domain=ferries"
    assert f"{address}&role=captain" in page.links


def test_the_page_of_a_row_has_the_findings_of_each_cell_and_the_gaps(
    site: Site, pages: dict[str, Page]
) -> None:
    page = pages["map/evidence-map/rust.html"]

    assert page.headings == ["Rust, by policy domain"]
    statements = [[row[0] for row in table[1:]] for table in page.tables[1:]]
    assert statements == [["Horns had rusted."], ["Horns had rusted."]]  # lighthouses, the sea
    gaps = re.findall(rb'<li id="([^"]+)">', site.render("map/evidence-map/rust.html"))
    assert gaps == [b"ferries", b"libraries"]


def test_every_cell_of_the_map_counts_the_studies_of_the_findings_behind_it(
    real: KnowledgeGraph,
) -> None:
    wrong = []
    for row in real.run("evidence-map").to_dicts():
        if row["studies"]:
            behind = real.run(
                "findings-behind-the-map", factor=row["barrier"], domain=row["domain"]
            )
            studies = {found["study"] for found in behind.to_dicts()}
            if len(studies) != row["studies"]:
                wrong.append((row["barrier"], row["domain"], row["studies"], len(studies)))

    assert wrong == []


def test_the_page_of_a_finding_is_its_chain(site: Site) -> None:
    body = site.render("id/finding/skua2010-3.html").decode()

    chain = body.partition('<ol class="chain">')[2].partition("</ol>")[0]
    steps = re.findall(r'class="step">([^<]+)</span> <a href="([^"]+)">([^<]+)', chain)
    assert steps == [
        ("statement", "../../id/finding/skua2010-3.html", "Librarians are shy."),
        ("read as", "../../id/basis/title.html", "Title"),
        ("reported in", "../../id/source/skua2010.html", "Tea in the library"),
        ("cited by the 2015 report as", "../../id/citation/skua-2010.html", "Skua 2010"),
        ("bears on the key finding", "../../id/finding/albatross2015-key-2.html", "Loud or quiet."),
    ]


def test_what_follows_says_why(site: Site) -> None:
    body = site.render("id/finding/gull1990-1.html").decode()

    told = re.sub(r"<[^>]+>", "", body.partition("What follows from it")[2])
    assert "Keepers dared not speak. concerns Stage fright" in " ".join(told.split())
    assert "prp-spo1: bg:finds is a subproperty of bg:concerns" in told


def test_every_thing_that_the_graph_speaks_of_has_a_page(real: KnowledgeGraph, shown: Site) -> None:
    named = set(re.findall(rf"<{ID}([^>]+)>", real.export("nquads").decode()))

    assert {name for name in named if f"id/{name}.html" not in shown.addresses} == set()
    assert len(named) > 2500


def test_no_page_of_a_thing_names_a_blank_node(shown: Site) -> None:
    # Kinds of risk are defined by who bears them, in classes without a name.
    for name in ("programme", "organisation", "professional"):
        page = shown.render(f"id/bearer/{name}.html").decode()
        assert "_:" not in page
        assert "hasValue" not in page


def parsed(data: bytes, form: str) -> rdflib.Graph:
    """Return a document as rdflib reads it, which warns of itself when that is JSON-LD."""
    graph = rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        graph.parse(data=data.decode(), format=form)
    return graph


def test_what_a_thing_gives_is_the_same_in_every_form(site: Site) -> None:
    for name in ("barrier/shyness", "source/gull1990", "finding/albatross2015-key-1", "pole/loud"):
        graphs = []
        for ending, form in (
            ("ttl", "turtle"),
            ("nt", "nt"),
            ("rdf", "xml"),
            ("jsonld", "json-ld"),
        ):
            graphs.append(parsed(site.render(f"id/{name}.{ending}"), form))
        iri = rdflib.URIRef(ID + name)
        assert len(list(graphs[0].predicate_objects(iri))) > 2
        for other in graphs[1:]:
            assert rdflib.compare.isomorphic(graphs[0], other)


def test_a_page_says_of_its_thing_to_machines(pages: dict[str, Page]) -> None:
    [told, own] = pages["id/source/gull1990.html"].scripts

    assert told == {
        "@context": "https://schema.org",
        "@id": f"{ID}source/gull1990",
        "@type": "ScholarlyArticle",
        "name": "Shy keepers",
        "isPartOf": {"@type": "CreativeWork", "name": "Journal of Foghorns"},
        "datePublished": "1990",
        "identifier": "https://doi.org/10.1000/gull",
        "author": [
            {"@type": "Person", "name": "Greta Gull"},
            {"@type": "Person", "name": "Tom Tern"},
        ],
    }
    graph = parsed(json.dumps(own).encode(), "json-ld")
    assert (rdflib.URIRef(f"{ID}source/gull1990"), None, rdflib.Literal(1990)) in graph


def test_references_are_those_behind_what_the_page_shows(site: Site) -> None:
    for name in ("domain/libraries", "source/skua2010"):
        listed = json.loads(site.render(f"id/{name}.csl.json"))
        assert [item["id"] for item in listed] == ["skua2010"]
    assert b"Shy keepers" in site.render("id/domain/lighthouses.bib")
    assert b"TY  - JOUR" in site.render("id/domain/lighthouses.ris")


def test_answers_are_the_bytes_of_the_command_line(site: Site) -> None:
    for query in site.graph.queries.values():
        path = f"queries/{query.name}/results.csv"
        if query.name != "evidence-chain":  # its finding is one of the shipped graph
            assert site.render(path).decode() == site.graph.run(query.name).to_csv()


def test_search_finds_by_name_synonym_and_text_in_that_order(site: Site) -> None:
    body = site.search("shy").decode().partition('class="found"')[2]

    found = re.findall(r'<li><a href="([^"]+)">', body)
    assert found[:3] == [
        "id/source/gull1990.html",  # Shy keepers
        "id/barrier/shyness.html",  # Shyness
        "id/finding/albatross2015-1.html",  # Shyness is listed.
    ]
    assert "id/barrier/stage-fright.html" in found  # defined as shyness before a crowd
    synonym = site.search("bashful").decode().partition('class="found"')[2]
    assert re.findall(r'<li><a href="([^"]+)">', synonym) == ["id/barrier/shyness.html"]


def test_the_index_of_the_search_has_what_the_search_has(site: Site) -> None:
    index = json.loads(site.render("search.json"))

    assert [
        "Tea",
        index["kinds"].index("enabler"),
        "id/enabler/tea.html",
        [],
        "A cup together.",
    ] in (index["entries"])
    assert len(index["entries"]) == len(list(site.index))


MODULE = """
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX my: <https://example.org/mine/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
my:imp a bg:Barrier ; skos:prefLabel "<script>alert(1)</script>"@en, "Kobold & Co"@de ;
    skos:definition "\\" onload=\\"x"@en ;
    skos:broader <https://w3id.org/barriergraph/id/barrier/attitudinal-barriers> ;
    bg:level <https://w3id.org/barriergraph/id/level/individual> ; bg:url "javascript:alert(1)" .
"""


def test_a_module_has_pages_and_nothing_that_it_says_becomes_markup(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "imp.ttl").write_text(MODULE, encoding="utf-8")
    site = Site(load(tmp_path))

    body = site.render("at/example.org/mine/imp.html")
    page = Page(body)

    assert page.headings == ["<script>alert(1)</script>"]
    assert page.faults == []
    assert b"<script>alert" not in body
    assert not [link for link in page.links if link.startswith("javascript:")]
    rows = [row[0] for row in Page(site.render("map/evidence-map/all.html")).tables[0]]
    assert "<script>alert(1)</script>" in rows
    assert b"prefLabel" in site.render("at/example.org/mine/imp.ttl")


def test_a_path_that_leads_nowhere_names_the_nearest(site: Site) -> None:
    with pytest.raises(NotFoundError) as caught:
        site.render("id/barrier/shynes.html")

    assert caught.value.near[0] == "id/barrier/shyness.html"


def test_the_same_graph_gives_the_same_pages(small: KnowledgeGraph, site: Site) -> None:
    other = Site(small)

    for path in (
        "index.html",
        "id/barrier/shyness.html",
        "ontology.html",
        "id/barrier/shyness.ttl",
    ):
        assert other.render(path) == site.render(path)


def test_the_documentation_has_every_term_with_its_axioms_duties_and_use(shown: Site) -> None:
    body = shown.render("ontology.html").decode()

    part = body.partition('id="evidencedBy"')[2].partition("</div>")[0]
    told = " ".join(re.sub(r"<[^>]+>", " ", part).split())
    assert "Derived: rules write it, no file does." in told
    assert "bg:foundBy followed by bg:reportedIn is bg:evidencedBy" in told
    declared = {
        quad.subject.value.rpartition("#")[2]
        for quad in shown.reading.store.quads_for_pattern(
            None,
            NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy"),
            NamedNode("https://w3id.org/barriergraph/ontology"),
        )
        if isinstance(quad.subject, NamedNode)
    }
    assert declared <= set(re.findall(r'<div class="term" id="([^"]+)"', body))
    assert len(declared) > 150


def beside(paths: set[str]) -> set[str]:
    """Return paths like those of a site, most of which are none."""
    found = {"", "/", "id/", "id/.html", "id/nobody.html", "id/barrier-2.html", "at/.html",
             "at/example.org/x.html", "graph/x.html", "map/x/y.html"}  # fmt: skip
    for path in paths:
        stem, _, ending = path.rpartition(".")
        found |= {f"{path}x", f"{stem}x.{ending}", f"{stem}-2.{ending}", stem, f"{stem}/.{ending}"}
        found |= {f"{stem}.{other}" for other in ("html", "ttl", "bib", "csl.json", "csv", "svg")}
        found |= {f"{path[:1].upper()}{path[1:]}", unquote(path), path.replace("-", "%2D")}
        found |= {path.replace("example-1.", "example-9."), path.replace("/", "//", 1)}
    return found


def test_a_path_is_found_without_all_others_just_when_it_is_one_of_them(
    site: Site, shown: Site
) -> None:
    for whole in (site, shown):
        paths = set(whole.paths())
        alone = Site(whole.graph)

        found = {path for path in paths | beside(paths) if alone.maker(path) is not None}

        assert found == paths


def test_a_page_has_the_same_bytes_however_it_was_found(site: Site) -> None:
    alone = Site(site.graph)

    paths = site.paths()

    assert {path for path in paths if alone.render(path) != site.render(path)} == set()


def test_the_things_of_a_graph_are_all_that_its_statements_name(real: KnowledgeGraph) -> None:
    named = {
        node.value
        for quad in real.store
        for node in (quad.subject, quad.object)
        if isinstance(node, NamedNode) and node.value.startswith(ID)
    }

    assert set(Site(real).reading.things) == named


SPELT = """
<https://example.org/a#b> a <https://example.org/Imp> .
<https://example.org/a~c> a <https://example.org/Imp> .
<http://example.org/a#b> a <https://example.org/Imp> .
<http://example.org/d> a <https://example.org/Imp> .
<urn:isbn:1> a <https://example.org/Imp> .
<tag:e> a <https://example.org/Imp> ; <https://example.org/of> <https://example.org/not> .
<https://example.org/Imp> a <http://www.w3.org/2002/07/owl#Class> .
"""


def test_a_thing_elsewhere_is_found_by_its_path_however_its_iri_begins(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "imps.ttl").write_text(SPELT, encoding="utf-8")

    things = Site(load(tmp_path, base=False)).reading.things

    assert {path: things.at(path) for path in {things.path(iri) or "" for iri in things}} == {
        "at/example.org/a~b": "https://example.org/a#b",
        "at/example.org/a~c": "https://example.org/a~c",
        "at/example.org/d": "http://example.org/d",
        "at/urn:isbn:1": "urn:isbn:1",
        "at/tag:e": "tag:e",
    }
    nowhere = ("at/example.org/not", "at/example.org/Imp", "at/example.org/a", "at/x", "id/x", "x")
    assert [things.at(path) for path in nowhere] == [None] * 6


def test_a_long_list_stands_on_several_pages(
    small: KnowledgeGraph, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = re.compile(r'<li><a href="([^"]+/finding/[^"]+)"')
    whole = item.findall(site.render("id/finding.html").decode())
    monkeypatch.setattr(listing, "LISTED", 4)
    paged = Site(small)

    pages = [path for path in paged.paths() if re.match(r"id/finding(-\d+)?\.html$", path)]
    pages.sort(key=lambda path: (len(path), path))
    bodies = [paged.render(path).decode() for path in pages]

    listed = [item.findall(body) for body in bodies]
    assert [one for page in listed for one in page] == whole
    assert [len(page) for page in listed[:-1]] == [4] * (len(pages) - 1)
    assert f"1 to 4 of {len(whole)}, by name; search finds each" in bodies[0]
    assert '<a href="../id/finding-2.html" rel="next">next page</a>' in bodies[0]
    assert re.findall(r">(\w+) page</a>", bodies[1])[:2] == ["first", "previous"]
    assert Site(small).maker(f"id/finding-{len(pages) + 1}.html") is None


def test_of_many_things_that_point_to_one_some_are_named(
    small: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(things, "POINTING", 5)

    body = Site(small).render("id/basis/page.html").decode()

    amount = int(re.findall(r"basis</a> <small>(\d+)</small>", body)[0])
    folded = body.partition(f"<summary>{amount} things</summary>")[2].partition("</details>")[0]
    assert folded.count("<li>") == 5
    assert "The first 5 things, by IRI; the Turtle file has all." in folded


def test_a_parameter_of_many_values_is_written(
    small: KnowledgeGraph, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert '<select id="p-finding"' in site.render("queries/evidence-chain.html").decode()
    monkeypatch.setattr(forms, "_OFFERED", 2)
    many = Site(small)

    assert '<input id="p-finding"' in many.render("queries/evidence-chain.html").decode()
    told = {one["name"]: one for one in json.loads(many.render("queries.json"))["queries"]}
    assert told["evidence-chain"]["parameters"][0]["values"] is None


def test_what_comes_near_a_path_is_looked_for_beside_it_among_many_things(
    small: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barriergraph.site.site._COMPARED", 0)
    many = Site(small)

    assert many.near("id/finding/gull1990-11.ttl")[0] == "id/finding/gull1990-1.ttl"
    assert many.near("id/barrier/shynes")[0] == "id/barrier/shyness.html"
    assert many.near("inde.html")[0] == "index.html"


def test_a_row_of_a_map_is_the_same_when_its_cells_are_asked_for_by_themselves(
    real: KnowledgeGraph, shown: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [f"map/{name}.html" for name in (
        "evidence-map/fear-of-sharing", "evidence-map/technical-barriers",
        "evidence-map-by-level/fear-of-sharing", "evidence-map-by-profession/fear-of-sharing",
    )]  # fmt: skip
    rows = [shown.render(path) for path in paths]
    monkeypatch.setattr(maps, "_SUMMED", 0)
    many = Site(real)

    assert [many.render(path) for path in paths] == rows


def test_uses_of_a_term_are_counted_alike_however_many_there_are(
    real: KnowledgeGraph, shown: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = re.compile(r"<dt>In the data</dt><dd>([\w,]+ times?)")
    few = counted.findall(shown.render("ontology.html").decode())
    monkeypatch.setattr(vocabulary, "_ORDERED", -1)

    assert counted.findall(Site(real).render("ontology.html").decode()) == few
    assert len(few) > 100


def test_what_several_threads_ask_for_at_a_time_is_worked_out_by_one() -> None:
    start = Barrier(8)

    class Counted:
        made = 0

        @once
        def number(self) -> int:
            time.sleep(0.05)
            self.made += 1
            return self.made

    counted = Counted()

    def asked(_: int) -> int:
        start.wait()
        return counted.number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(asked, range(8))) == [1] * 8
