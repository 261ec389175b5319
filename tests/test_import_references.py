"""Bibliographies in: BibTeX, RIS and CSL-JSON to sources of a module."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from barriergraph import KnowledgeGraph, load
from barriergraph.authoring.drafts import NEW, SAME, Draft, put
from barriergraph.authoring.references import read_references
from barriergraph.errors import SourceError

HERE = Path(__file__).parent / "fixtures" / "references"

BODY = """\
source:gull-2003
    a bg:JournalArticle ;
    dcterms:title "The NHS and the café: 5% of Übel & more"@en ;
    bg:hasAuthorship authorship:gull-2003-1, authorship:gull-2003-2, authorship:gull-2003-3 ;
    bg:authorsComplete false ;
    bg:year 2003 ;
    bg:containerTitle "Journal of Foghorns"@en ;
    bg:volume "4" ;
    bg:issue "2" ;
    bg:pages "12-19" ;
    bg:doi "10.5555/abc.1" ;
    bg:publisherName "Horn Press"@en ;
    bg:setting setting:unstated ;
    bg:confidence certainty:probable ;
.

authorship:gull-2003-1
    a bg:Authorship ;
    bg:author person:gull-greta ;
    bg:position 1 ;
.

authorship:gull-2003-2
    a bg:Authorship ;
    bg:author organisation:home-office-and-sons ;
    bg:position 2 ;
.

authorship:gull-2003-3
    a bg:Authorship ;
    bg:author person:von-der-tern-tom ;
    bg:position 3 ;
.

source:mist
    a bg:Book ;
    dcterms:title "On Mist"@en ;
    bg:hasAuthorship authorship:mist-1 ;
    bg:isbn "9780306406157" ;
    bg:url "https://example.org/mist_1"^^xsd:anyURI ;
    bg:publisherName "Horn Press"@en ;
    bg:setting setting:unstated ;
    bg:confidence certainty:probable ;
.

authorship:mist-1
    a bg:Authorship ;
    bg:author person:mist-ada ;
    bg:position 1 ;
.

source:mist1998
    a bg:Source ;
    dcterms:title "Notes of a keeper"@fr ;
    bg:hasAuthorship authorship:mist1998-1 ;
    bg:year 1998 ;
    bg:setting setting:unstated ;
    bg:confidence certainty:probable ;
.

authorship:mist1998-1
    a bg:Authorship ;
    bg:author person:mist-a ;
    bg:position 1 ;
.

organisation:home-office-and-sons
    a bg:Organisation ;
    skos:prefLabel "Home Office and Sons"@en ;
.

person:mist-a
    a bg:Person ;
    foaf:name "A. Mist" ;
    foaf:givenName "A." ;
    foaf:familyName "Mist" ;
.

person:mist-ada
    a bg:Person ;
    foaf:name "Ada Mist" ;
    foaf:givenName "Ada" ;
    foaf:familyName "Mist" ;
.

person:von-der-tern-tom
    a bg:Person ;
    foaf:name "Tom von der Tern Jr." ;
    foaf:givenName "Tom" ;
    foaf:familyName "von der Tern" ;
    bg:nameSuffix "Jr." ;
.
"""

NOT_A_CLASS = "its type fits no class of sources; it is written as a bg:Source"
IN_PRESS = "year 'in press' is left out: write a year of four digits"


def body(draft: Draft) -> str:
    """Return the only file of a draft from its first source on."""
    (text,) = draft.files.values()
    return text[text.index("\nsource:") + 1 :]


def bib(folder: Path, text: str, name: str = "a.bib") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("works.bib", [f"line 17: {IN_PRESS}", f"line 26: {NOT_A_CLASS}"]),
        ("works.ris", [
            "line 22: the address https://example.org/mist_2 is not taken over beside the first",
            f"line 22: {IN_PRESS}", f"line 34: {NOT_A_CLASS}",
        ]),
        ("works.json", [f"line 20: {IN_PRESS}", f"line 28: {NOT_A_CLASS}"]),
    ],
)  # fmt: skip
def test_three_formats_give_the_same_sources(
    small: KnowledgeGraph, name: str, notes: list[str]
) -> None:
    draft = read_references(HERE / name, small)
    assert list(draft.files) == ["data/imported/works-references.ttl"]
    assert (
        f"\n# Sources of {name}. What they study is not known"
        in draft.files["data/imported/works-references.ttl"]
    )
    assert body(draft) == BODY
    assert draft.accepted == {"sources": 3, "people": 3, "organisations": 1}
    assert draft.refusals == ()
    assert draft.notes == tuple(f"{name}, {note}" for note in notes)
    assert draft.origin == name


def test_whatever_is_wrong_is_refused_with_its_line(small: KnowledgeGraph) -> None:
    draft = read_references(HERE / "faulty.bib", small)
    differ = "correct the one that is wrong, or tell the two works apart by their titles"
    assert list(map(str, draft.refusals)) == [
        "faulty.bib, row 1: untitled: the entry has no title; give it one",
        "faulty.bib, row 3: the entry has title more than once; keep one of them",
        "faulty.bib, row 7: the entry cannot be read; look for a brace, quote or comma that is"
        " missing",
        "faulty.bib, row 8: junk: 'see the web' is not a DOI; write it as 10.1000/xyz, or leave it"
        " out",
        "faulty.bib, row 9: another entry has the key 'junk'; give this one its own key",
        "faulty.bib, row 10: digits: '978-0-306-40615-8' is not an ISBN; correct its digits, or"
        " leave it out",
        "faulty.bib, row 11: 'nowhere' stands for nothing; put it in braces, or define it with"
        " @string",
        f"faulty.bib, row 12: gull1990 contradicts source:gull1990: year 1991, not 1990; {differ}",
        f"faulty.bib, row 17: mist3 contradicts source:mist1: year 2002, not 2001; {differ}",
    ]
    assert draft.notes == (
        "faulty.bib, line 13: already there as source:gull1990; not taken over: its publisher",
        "faulty.bib, line 15: pages '1-4, 9' is left out: write a page or a range such as 12-34",
        "faulty.bib, line 15: url 'ftp://example.org' is left out: write an address that begins"
        " with http:// or https://",
    )
    assert (
        body(draft)
        == """\
source:mist1
    a bg:Report ;
    dcterms:title "Mist"@en ;
    bg:year 2001 ;
    bg:setting setting:unstated ;
    bg:confidence certainty:probable ;
.

source:mist2
    a bg:Report ;
    dcterms:title "The mist: a report"@en ;
    bg:year 2001 ;
    bg:setting setting:unstated ;
    bg:confidence certainty:probable ;
.
"""
    )


@pytest.mark.parametrize("name", ["works.bib", "works.ris", "works.json"])
def test_an_import_is_sound_and_gives_the_same_bytes_again(tmp_path: Path, name: str) -> None:
    module = tmp_path / "mine"
    (module / "data").mkdir(parents=True)
    first = read_references(HERE / name, load())
    assert put(str(module), first) == {"data/imported/works-references.ttl": NEW}
    loaded = load(module)
    assert [str(node) for node in loaded.validate().of_severity("Violation")] == []
    assert loaded.references(["source:mist"]).items == (
        {
            "id": "mist", "type": "book", "author": [{"family": "Mist", "given": "Ada"}],
            "title": "On Mist", "ISBN": "9780306406157", "URL": "https://example.org/mist_1",
            "publisher": "Horn Press",
        },
    )  # fmt: skip
    again = read_references(HERE / name, loaded)
    assert again == first
    assert put(str(module), again) == {"data/imported/works-references.ttl": SAME}


def test_what_stands_in_another_import_counts(tmp_path: Path, small: KnowledgeGraph) -> None:
    module = tmp_path / "mine"
    (module / "data").mkdir(parents=True)
    put(str(module), read_references(HERE / "works.bib", small))
    copy = shutil.copy(HERE / "works.bib", tmp_path / "other.bib")
    draft = read_references(copy, load(module))
    assert draft.files == {}
    assert draft.notes == (
        "other.bib, line 5: already there as source:gull-2003",
        "other.bib, line 17: already there as source:mist",
        "other.bib, line 26: already there as source:mist1998",
    )


@pytest.mark.parametrize("form", ["bib", "ris", "json"])
def test_what_the_graph_exports_it_knows_again(
    real: KnowledgeGraph, tmp_path: Path, form: str
) -> None:
    references = real.references(real.instances("bg:Source"))
    text = {"bib": references.to_bibtex, "ris": references.to_ris, "json": references.to_csl_json}
    draft = read_references(bib(tmp_path, text[form](), f"all.{form}"), real)
    assert draft.files == {}
    assert draft.refusals == ()
    told = [note.partition(": ")[2] for note in draft.notes]
    assert told == [f"already there as source:{item['id']}" for item in references.items]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("doi = {10.1000/other}, year = 1990", "DOI 10.1000/other, not 10.1000/gull"),
        ("volume = 3, year = 1990, pages = {2--9}", "pages 2-9, not 1-9"),
        ("author = {Tern, T.}, doi = {10.1000/gull}", "first author Tern, not Gull"),
    ],
)
def test_a_field_that_contradicts_the_graph_is_told(
    small: KnowledgeGraph, tmp_path: Path, entry: str, reason: str
) -> None:
    draft = read_references(
        bib(tmp_path, f"@article{{x, title = {{Shy keepers}}, {entry}}}"), small
    )
    assert [one.reason for one in draft.refusals] == [f"x contradicts source:gull1990: {reason}"]
    assert draft.files == {}


def test_a_doi_of_another_title_is_a_contradiction(small: KnowledgeGraph, tmp_path: Path) -> None:
    text = "@article{x, title = {Bold captains}, doi = {doi:10.1000/Gull}}"
    draft = read_references(bib(tmp_path, text), small)
    assert [one.reason for one in draft.refusals] == [
        "x contradicts source:gull1990: title 'Bold captains', not 'Shy keepers'"
    ]


def test_a_work_with_the_same_title_and_another_author_is_another_work(
    small: KnowledgeGraph, tmp_path: Path
) -> None:
    text = "@article{gull1990, title = {Shy keepers}, author = {Kite, Kit}, year = 2020}"
    draft = read_references(bib(tmp_path, text), small)
    assert body(draft).startswith("source:gull1990a\n")  # the key itself is taken
    assert draft.refusals == ()


def test_the_same_work_twice_in_a_file_is_one(small: KnowledgeGraph, tmp_path: Path) -> None:
    text = (
        "@article{a, title = {The Fog}, year = 2001}\n"
        "@article{b, title = {Fog}, year = 2001, volume = 3}\n"
    )
    draft = read_references(bib(tmp_path, text), small)
    assert draft.accepted["sources"] == 1
    assert draft.notes == (
        "a.bib, line 2: the same as source:a of this file; not taken over: its volume",
    )


def test_keys_come_from_the_first_author_where_the_entry_has_none(
    small: KnowledgeGraph, tmp_path: Path
) -> None:
    record = "TY  - JOUR\nAU  - Gull, Greta\nTI  - {}\nPY  - 1990\nER  - \n"
    text = "".join(map(record.format, ("On oil", "On tea")))
    text += "TY  - JOUR\nAU  - Fire, and Sons\nTI  - On flags\nER  - \n"
    text += "TY  - JOUR\nTI  - The Høje Fyr at Skagen, again\nPY  - 2001\nER  - \n"
    draft = read_references(bib(tmp_path, text, "a.ris"), small)
    found = [line for line in body(draft).splitlines() if line.startswith("source:")]
    assert found == [
        "source:fire", "source:gull1990a", "source:gull1990b", "source:the-hoje-fyr-at2001",
    ]  # fmt: skip


def test_a_new_person_who_may_be_one_of_the_graph_is_told(
    small: KnowledgeGraph, tmp_path: Path
) -> None:
    text = "@article{x, title = {On oil}, author = {Gull, G. and Gull, Greta and Gull, Anna}}"
    draft = read_references(bib(tmp_path, text), small)
    assert draft.notes == ("a.bib, line 1: person:gull-g is new, and may be person:gull-greta",)
    assert "bg:author person:gull-g ;" in body(draft)
    assert "bg:author person:gull-greta ;" in body(draft)
    assert "bg:author person:gull-anna ;" in body(draft)
    assert draft.accepted == {"sources": 1, "people": 2, "organisations": 0}


def test_two_people_of_one_short_name_are_told_apart(small: KnowledgeGraph, tmp_path: Path) -> None:
    text = "@article{x, title = {On oil}, author = {Kite, J. A. and Kite, J. B. and Kite, J. A.}}"
    draft = read_references(bib(tmp_path, text), small)
    authors = [line.split()[1] for line in body(draft).splitlines() if "bg:author " in line]
    assert authors == ["person:kite-j", "person:kite-j-b", "person:kite-j"]


def test_organisations_of_the_graph_are_known_by_their_labels(
    small: KnowledgeGraph, tmp_path: Path
) -> None:
    text = "@report{x, title = {On oil}, author = {{the harbour school} and {Sam Skua}}}"
    draft = read_references(bib(tmp_path, text), small)
    authors = [line.split()[1] for line in body(draft).splitlines() if "bg:author " in line]
    assert authors == ["organisation:harbour-school", "person:skua-sam"]
    assert draft.accepted == {"sources": 1, "people": 0, "organisations": 0}


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.ris", "TY  - JOUR\nTI  - Open\n", "the record does not end"),
        ("a.json", '[\n\n {"title": ["a"]}]', "title is not a text"),
        ("a.json", "[\n\n 1]", "not an item"),
        ("a.json", '[\n\n {"title": "a", "author": "b"}]', "author is not a list of names"),
        ("a.ris", "nothing\n", "no entry is in the file"),
        ("a.bib", "", "no entry is in the file"),
        ("a.json", "[]", "no entry is in the file"),
    ],
)
def test_faults_of_the_other_formats(
    small: KnowledgeGraph, tmp_path: Path, name: str, text: str, reason: str
) -> None:
    draft = read_references(bib(tmp_path, text, name), small)
    assert [one.reason for one in draft.refusals] == [reason]
    row = None if reason.startswith("no entry") else 1 if name == "a.ris" else 3
    assert draft.refusals[0].row == row
    assert draft.files == {}


def test_ids_that_stand_twice_are_refused(small: KnowledgeGraph, tmp_path: Path) -> None:
    ris = "TY  - JOUR\nID  - a\nTI  - On oil\nER  - \nTY  - JOUR\nID  - a\nTI  - On tea\nER  - \n"
    json = '[{"id": "a", "title": "On oil"},\n{"id": "a", "title": "On tea"}]'
    told = [
        str(refusal)
        for path in (bib(tmp_path, ris, "a.ris"), bib(tmp_path, json, "a.json"))
        for refusal in read_references(path, small).refusals
    ]
    assert told == [
        "a.ris, row 5: another record has the ID 'a'; give this one its own ID",
        "a.json, row 2: another item has the id 'a'; give this one its own id",
    ]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.bib", "@book{a,\n title = {Café}}".encode("latin-1"),
         ":2:14: not UTF-8: byte 0xe9; save the file in UTF-8"),
        ("a.json", b'[{"title":\n "a"', ":2:5: not JSON: Expecting ',' delimiter"),
        ("a.json", b"{}", ": not a list of items; save it as CSL-JSON, which is a list"),
        ("a.json", b"[" * 100_000, ": nested too deeply"),
        ("a.doc", b"", ": not a bibliography: it ends with none of .bib, .bibtex, .ris, .json"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_an_error(
    small: KnowledgeGraph, tmp_path: Path, name: str, data: bytes, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        read_references(path, small)
    assert str(caught.value) == f"{path}{told}"


@pytest.mark.parametrize("name", ["works.bib", "works.ris", "works.json"])
def test_a_mark_and_the_line_ends_of_windows_change_nothing(
    small: KnowledgeGraph, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    text = (HERE / name).read_text("utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_references(path, small) == read_references(HERE / name, small)


def test_nothing_is_said_on_stderr(
    small: KnowledgeGraph, capfd: pytest.CaptureFixture[str]
) -> None:
    read_references(HERE / "faulty.bib", small)
    assert capfd.readouterr() == ("", "")


def test_what_is_not_taken_over_is_told(small: KnowledgeGraph, tmp_path: Path) -> None:
    text = (
        "@book{a, title = {Lights}, editor = {Gull, Greta}}\n"
        "@inbook{b, title = {On oil}, author = {{}, Ada}, crossref = {a}, isbn = {0306406152}}\n"
        "@article{c, title = {On tea}, language = {Elvish, high}}\n"
    )
    draft = read_references(bib(tmp_path, text), small)
    assert draft.notes == (
        "a.bib, line 1: its editors are not taken over",
        "a.bib, line 2: what it has from the entry 'a' is not taken over",
        "a.bib, line 3: language 'Elvish, high' is not known; the title is tagged as English",
    )
    assert draft.accepted == {"sources": 3, "people": 0, "organisations": 1}
    assert "bg:isbn" not in body(draft)  # it is the book's


@pytest.mark.parametrize(
    ("entry", "year"),
    [
        ("year = {1998}", "1998"),
        ("year = 1998", "1998"),
        ("date = {1998-05}", "1998"),
        ("year = {c. 1998}", ""),
        ("year = {1998a}", ""),
        ("date = {1998/2001}", ""),
        ("year = {98}", ""),
        ("year = {2998}", ""),
    ],
)
def test_only_a_plain_year_is_a_year(
    small: KnowledgeGraph, tmp_path: Path, entry: str, year: str
) -> None:
    draft = read_references(bib(tmp_path, f"@article{{a, title = {{On oil}}, {entry}}}"), small)
    found = [line.split()[1] for line in body(draft).splitlines() if "bg:year" in line]
    assert found == ([year] if year else [])
    assert len(draft.notes) == (0 if year else 1)


@pytest.mark.parametrize(
    ("ris", "doi"),
    [
        ("DO  - 10.5555/A(1)<2>;x", "10.5555/a(1)<2>;x"),
        ("DO  - https://dx.doi.org/10.5555/a", "10.5555/a"),
        ("DO  - DOI: 10.5555/a", "10.5555/a"),
        ("UR  - https://doi.org/10.5555/A", "10.5555/a"),
        ("UR  - https://example.org/10.5555/A", ""),
    ],
)
def test_a_doi_loses_what_is_before_it(
    small: KnowledgeGraph, tmp_path: Path, ris: str, doi: str
) -> None:
    text = f"TY  - JOUR\nTI  - On oil\n{ris}\nER  - \n"
    draft = read_references(bib(tmp_path, text, "a.ris"), small)
    found = [line.split()[1] for line in body(draft).splitlines() if "bg:doi" in line]
    assert found == ([f'"{doi}"'] if doi else [])


DOGS = "https://example.org/dogs/"
ENTRY = (
    "@article{{{}, title = {{{}}}, author = {{Gull, Gunnar and {{The Kennel}}}}, year = 2001}}\n"
)


@pytest.fixture
def dogs(tmp_path: Path) -> Path:
    """An empty module with a namespace of its own."""
    module = tmp_path / "dogs"
    (module / "data").mkdir(parents=True)
    owl = "PREFIX owl: <http://www.w3.org/2002/07/owl#>"
    (module / "module.ttl").write_text(f"{owl}\n<{DOGS}> a owl:Ontology .\n", "utf-8")
    return module


def taken(folder: Path, module: Path, text: str, name: str = "a.bib") -> Draft:
    """Import a bibliography into a module, and return the draft."""
    draft = read_references(bib(folder, text, name), load(module), into=module)
    put(str(module), draft)
    return draft


def body_of_module(draft: Draft) -> str:
    (text,) = draft.files.values()
    return text[text.index("\nmy-source:") + 1 :]


def names(draft: Draft) -> list[str]:
    return [line for line in body_of_module(draft).splitlines() if line.startswith("my-")]


def test_what_is_new_has_addresses_of_the_module(dogs: Path, tmp_path: Path) -> None:
    first = taken(tmp_path, dogs, ENTRY.format("kite", "On oil"))
    assert names(first) == [
        "my-source:kite", "my-authorship:kite-1", "my-authorship:kite-2",
        "my-organisation:the-kennel", "my-person:gull-gunnar",
    ]  # fmt: skip
    second = taken(tmp_path, dogs, ENTRY.format("kite", "On tea"), "b.bib")
    assert names(second) == ["my-source:kitea", "my-authorship:kitea-1", "my-authorship:kitea-2"]
    assert load(dogs).validate().of_severity("Violation") == ()
    for turn in range(2):
        assert taken(tmp_path, dogs, ENTRY.format("kite", "On tea"), "b.bib") == second, turn
        third = taken(tmp_path, dogs, ENTRY.format("kite", "On oil"))
        assert names(third) == names(first)
    again = taken(tmp_path, dogs, ENTRY.format("other", "On oil"), "c.bib")
    assert again.notes == ("c.bib, line 1: already there as my-source:kite",)


def test_a_work_keeps_its_address_and_what_is_gone_is_told(dogs: Path, tmp_path: Path) -> None:
    records = [f"TY  - JOUR\nAU  - Gull, Gunnar\nTI  - {title}\nPY  - 2001\nER  - \n"
               for title in ("On oil", "On tea", "On fog")]  # fmt: skip
    first = taken(tmp_path, dogs, records[0] + records[1], "a.ris")
    sources = [name for name in names(first) if "source:" in name]
    assert sources == ["my-source:gull2001", "my-source:gull2001a"]
    second = taken(tmp_path, dogs, records[2] + records[1] + records[0], "a.ris")
    texts = {line for line in body_of_module(second).splitlines() if "dcterms:title" in line}
    assert len(texts) == 3
    at = body_of_module(second).index
    assert at("my-source:gull2001\n") < at("On oil") < at("my-source:gull2001a\n") < at("On tea")
    assert at("On tea") < at("my-source:gull2001b\n") < at("On fog")
    faulty = "TY  - JOUR\nAU  - Gull, Gunnar\nPY  - 2001\nER  - \n"
    third = taken(tmp_path, dogs, records[1] + records[2] + faulty, "a.ris")
    assert third.notes == (
        "kept 1 source of the earlier import, because rows were refused: my-source:gull2001",
    )
    assert sorted(names(third)) == sorted(names(second))
    fourth = taken(tmp_path, dogs, records[1] + records[2], "a.ris")
    assert fourth.notes == ("1 source of the earlier import is gone: my-source:gull2001",)
    assert "On oil" not in body_of_module(fourth)


def test_an_author_whom_another_file_needs_stays(dogs: Path, tmp_path: Path) -> None:
    skua = "@book{skua, title = {On fog}, year = 2001}\n"
    taken(tmp_path, dogs, ENTRY.format("kite", "On oil") + skua)
    taken(tmp_path, dogs, ENTRY.format("tern", "On tea"), "b.bib")
    third = taken(tmp_path, dogs, skua)
    assert third.notes == ("1 source of the earlier import is gone: my-source:kite",)
    assert names(third) == ["my-source:skua", "my-organisation:the-kennel", "my-person:gull-gunnar"]
    assert load(dogs).validate().of_severity("Violation") == ()
