"""A scaffold is what was asked for, passes the check, and disturbs nothing that is there."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from barriergraph import load
from barriergraph.authoring.asking import answers
from barriergraph.authoring.kinds import KINDS
from barriergraph.checking.checker import Checker
from barriergraph.cli import main
from barriergraph.sources import modules

Command = Callable[..., tuple[int, str, str]]

STEPS = [
    ("domain", "Dog walking", "--definition", "Walking dogs for others."),
    ("barrier", "Fear of dogs", "--definition", "Dread of what a dog may do.", "--broader",
     "fear of sharing", "--level", "individual", "--alt", "cynophobia; dread of dogs"),
    ("enabler", "Leash", "--definition", "A line that holds a dog.", "--level", "technical"),
    ("profession", "Dog walker", "--definition", "Who walks dogs.", "--alt", "walker"),
    ("source", "woof2020", "--title", "Dogs talk", "--author", "Barker, Ann; Dawes, Sharon S.",
     "--year", "2020", "--type", "JournalArticle", "--container", "Journal of Dogs",
     "--doi", "https://doi.org/10.1000/WOOF"),
    ("finding", "woof2020-1", "--source", "woof2020", "--statement", "Walkers dread dogs.",
     "--kind", "barrier", "--factor", "fear of dogs; workload", "--domain", "dog walking",
     "--role", "dog walker", "--basis", "full-text", "--locator", "p. 2"),
    ("finding", "woof2020-2", "--source", "woof2020", "--statement", "A leash helps.",
     "--kind", "enabler", "--factor", "leash", "--basis", "full-text", "--locator", "p. 3"),
    ("query", "dog-barriers", "--question", "What hinders dog walkers?"),
    ("class", "Kennel", "--definition", "A place for dogs.", "--under", "Place"),
    ("property", "guards", "--definition", "Relates a kennel to a place that it guards.",
     "--domain-class", "Kennel", "--range", "bg:Place"),
]  # fmt: skip

CONCEPTS = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX my-domain: <https://example.org/dogs/domain/>
PREFIX scheme: <https://w3id.org/barriergraph/id/scheme/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

# A concept: one name, other names, what it is, and where it stands among others.

my-domain:dog-walking
    a bg:PolicyDomain ;
    skos:prefLabel "Dog walking"@en ;
    skos:definition "Walking dogs for others."@en ;
    skos:inScheme scheme:policy-domains ;
    skos:topConceptOf scheme:policy-domains ;
.

PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>
PREFIX level: <https://w3id.org/barriergraph/id/level/>
PREFIX my-barrier: <https://example.org/dogs/barrier/>

my-barrier:fear-of-dogs
    a bg:Barrier ;
    skos:prefLabel "Fear of dogs"@en ;
    skos:altLabel "cynophobia"@en, "dread of dogs"@en ;
    skos:definition "Dread of what a dog may do."@en ;
    skos:inScheme scheme:barriers ;
    skos:broader barrier:fear-of-sharing ;
    bg:level level:individual ;
.
"""

SOURCES = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX certainty: <https://w3id.org/barriergraph/id/certainty/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX my-authorship: <https://example.org/dogs/authorship/>
PREFIX my-person: <https://example.org/dogs/person/>
PREFIX my-source: <https://example.org/dogs/source/>
PREFIX person: <https://w3id.org/barriergraph/id/person/>
PREFIX setting: <https://w3id.org/barriergraph/id/setting/>

# A source: what is known of it. Leave out what is not known; never guess a field.

my-source:woof2020
    a bg:JournalArticle ;
    dcterms:title "Dogs talk"@en ;
    bg:hasAuthorship my-authorship:woof2020-1, my-authorship:woof2020-2 ;
    bg:year 2020 ;
    bg:containerTitle "Journal of Dogs"@en ;
    bg:doi "10.1000/woof" ;
    bg:setting setting:unstated ;
    bg:settingBasis "inferred" ;
    bg:confidence certainty:probable ;
.

my-authorship:woof2020-1
    a bg:Authorship ;
    bg:author my-person:barker-ann ;
    bg:position 1 ;
.

my-authorship:woof2020-2
    a bg:Authorship ;
    bg:author person:dawes-sharon ;
    bg:position 2 ;
.

my-person:barker-ann
    a bg:Person ;
    foaf:name "Ann Barker" ;
    foaf:givenName "Ann" ;
    foaf:familyName "Barker" ;
.
"""


def new(*words: str) -> int:
    return main(["new", *words])


@pytest.fixture(scope="module")
def dogs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module in which a thing of each kind was started, one after another."""
    folder = tmp_path_factory.mktemp("new") / "dogs"
    made = ["module", str(folder), "--description", "Dogs at work.", "--creator", "A. Person"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO())
        assert new(*made) == 0
        for kind, name, *flags in STEPS:
            assert new(kind, name, *flags, "--module", str(folder)) == 0, (kind, name)
    return folder


def test_a_thing_of_each_kind_passes_the_check(dogs: Path) -> None:
    outcome = Checker(modules([dogs]), wanted=frozenset([str(dogs)]), reasoner=False).run()

    assert [(fault.severity, fault.message) for fault in outcome.faults] == []


def test_a_concept_is_written_as_a_person_would(dogs: Path) -> None:
    text = (dogs / "data" / "concepts.ttl").read_text(encoding="utf-8")

    assert text.startswith(CONCEPTS)
    assert text.count("# A concept") == 1


def test_a_source_has_its_authors_in_order_and_known_ones_once(dogs: Path) -> None:
    assert (dogs / "data" / "sources.ttl").read_text(encoding="utf-8") == SOURCES


def test_what_was_started_is_answered_with_the_rest(dogs: Path) -> None:
    graph = load(dogs)

    table = graph.run("findings-about", factor="fear-of-dogs").to_dicts()
    assert [row["statement"] for row in table] == ["Walkers dread dogs."]
    cells = graph.run("evidence-map", within="fear-of-dogs").to_dicts()
    assert [row["domainLabel"] for row in cells if row["studies"]] == ["Dog walking"]
    mine = graph.run("dog-barriers", domain="dog-walking").to_dicts()
    assert [row["factorLabel"] for row in mine] == ["Fear of dogs", "Workload"]
    assert graph.resolve("Kennel").value == "https://example.org/dogs/Kennel"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["barrier", "Fear of dogs", "--definition", "X.", "--level", "individual"],
         "https://example.org/dogs/barrier/fear-of-dogs is there already; choose another name"),
        (["barrier", "Noise", "--definition", "X.", "--level", "indivdual"],
         "--level: no level named 'indivdual'; did you mean 'individual'?"),
        (["barrier", "lack of TRUST", "--definition", "X.", "--level", "individual"],
         "barrier:lack-of-trust is called 'lack of TRUST' already; use it, or choose another name"),
        (["source", "x", "--title", "T", "--doi", "10.1000/WOOF"],
         "https://example.org/dogs/source/woof2020 has that DOI already; use it"),
        (["barrier", "犬", "--definition", "X.", "--level", "individual"],
         "'犬' is no name; begin it with a letter from a to z"),
        (["barrier", "Noise"],
         "a new barrier needs --definition, --level; see 'barriergraph new --help'"),
        (["barrier", "Noise", "--year", "1"],
         "a barrier takes no --year; see 'barriergraph new --help'"),
        (["source", "x", "--title", "T", "--doi", "none"],
         "parameter 'doi' takes a DOI such as 10.1000/182, not 'none'"),
        (["source", "x", "--title", "T", "--year", "in press"],
         "parameter 'year' takes an xsd:integer, not 'in press'"),
        (["source", "x", "--title", "T", "--type", "Rport"],
         "parameter 'type' takes JournalArticle or Report or Book or BookChapter or "
         "ConferencePaper or Thesis or WebPage, not 'Rport'; did you mean 'Report'?"),
        (["query", "dog-barriers", "--question", "Q?"],
         "a query named 'dog-barriers' is there already; choose another name"),
        (["barier", "x"], "no kind of thing named 'barier'; did you mean 'barrier'?"),
    ],
)  # fmt: skip
def test_what_cannot_be_started_is_told_and_nothing_is_written(
    dogs: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    expected: str,
) -> None:
    before = {path: path.read_bytes() for path in dogs.rglob("*") if path.is_file()}
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    assert new(*words, "--module", str(dogs)) == 2

    assert capsys.readouterr().err == f"barriergraph: {expected}\n"
    assert {path: path.read_bytes() for path in dogs.rglob("*") if path.is_file()} == before


def test_a_module_is_made_in_an_empty_place_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    told = ["--description", "D", "--creator", "C"]

    assert new("module", str(tmp_path), *told) == 2
    assert new("module", str(tmp_path / "a"), *told, "--namespace", "dogs") == 2
    ours = "https://w3id.org/barriergraph/id/"
    assert new("module", str(tmp_path / "a"), *told, "--namespace", ours) == 2
    assert new("module", str(tmp_path / "犬"), *told) == 2

    assert capsys.readouterr().err == (
        f"barriergraph: {tmp_path} is there and not empty; name a new folder\n"
        "barriergraph: parameter 'namespace' takes a web address that ends with / or #, "
        "not 'dogs'\n"
        f"barriergraph: parameter 'namespace' takes an address of your own, not '{ours}'\n"
        "barriergraph: no address can be made of '犬'; add --namespace, or choose another name\n"
    )
    assert not (tmp_path / "a").exists()


def test_a_person_at_the_terminal_is_asked_for_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("\n\nDread of dogs.\n\n"))

    found = answers(KINDS["domain"], {"alt": "hounds"}, None)

    assert found == {"label": "", "definition": "Dread of dogs.", "broader": "", "alt": "hounds"}
    assert "there has to be an answer" in capsys.readouterr().err


def test_without_a_module_the_one_that_one_stands_in_is_meant(
    dogs: Path, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, told = command("new", "query", "kennels", "--question", "Which?")
    assert (code, out) == (2, "")
    assert told == (
        "barriergraph: which module is meant? Add --module DIR; 'barriergraph new module DIR' "
        "makes one\n"
    )


def test_modules_of_habit_are_loaded_by_every_verb(
    dogs: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARRIERGRAPH_MODULES", str(dogs))

    code, out, _ = command("run", "dog-barriers", "domain=dog-walking", "--format", "csv")

    assert code == 0
    assert [line.split(",")[3] for line in out.splitlines()] == [
        "factorLabel", "Fear of dogs", "Workload",
    ]  # fmt: skip
