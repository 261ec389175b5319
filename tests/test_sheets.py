"""Findings in sheets and records: what is taken, what is refused and why, and the way back."""

from __future__ import annotations

import datetime
import io
import shutil
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from barriergraph import KnowledgeGraph, load
from barriergraph.authoring.columns import COLUMNS
from barriergraph.authoring.drafts import Draft, put
from barriergraph.authoring.people import authorships
from barriergraph.authoring.sheets import (
    read_sheet,
    reading,
    sheet_csv,
    template,
    to_sheet,
    write_sheet,
)
from barriergraph.cli import main
from barriergraph.errors import BarrierGraphError, NotFoundError, SourceError
from barriergraph.namespaces import compact, rule_of, slug
from barriergraph.rdf import to_bytes

ROOT = Path(__file__).parent.parent
FIXTURES = Path(__file__).parent / "fixtures" / "sheets"
HEAD = "source,statement,kind,factor,basis"
ROW = "dawes1996,Keepers fear fog.,barrier,fear-of-sharing,title"


def read(
    folder: Path, graph: KnowledgeGraph, text: str | bytes, name: str = "a.csv", **more: object
) -> Draft:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sheet(path, graph, **more)  # type: ignore[arg-type]


def refused(draft: Draft) -> list[str]:
    return [str(one) for one in draft.refusals]


def said(text: str) -> dict[str, dict[str, list[str]]]:
    """What a Turtle file says, in short: subject, property, values."""
    found: dict[str, dict[str, list[str]]] = {}
    for quad in parse(text.encode(), RdfFormat.TURTLE):
        value = compact(quad.object.value) if isinstance(quad.object, NamedNode) else None
        values = found.setdefault(compact(quad.subject.value), {})
        values.setdefault(compact(quad.predicate.value), []).append(value or quad.object.value)
    return found


def one(draft: Draft) -> dict[str, list[str]]:
    """What is said of the only finding of a draft."""
    assert refused(draft) == []
    told = {k: v for k, v in said(draft.files["data/imported/a.ttl"]).items() if "finding:" in k}
    assert len(told) == 1
    return next(iter(told.values()))


def row(**cells: str) -> str:
    """A sheet with one row: the usual cells, changed."""
    usual = dict(zip(HEAD.split(","), ROW.split(","), strict=True))
    usual.update(cells)
    quoted = ('"' + text.replace('"', '""') + '"' for text in usual.values())
    return f"{','.join(usual)}\n{','.join(quoted)}\n"


def book(rows: Sequence[Sequence[object]], title: str = "findings") -> bytes:
    made = openpyxl.Workbook()
    made.active.title = title
    for cells in rows:
        made.active.append(cells)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


@pytest.fixture(scope="module")
def mine(real: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The shipped graph with both fixtures imported into a module."""
    module = tmp_path_factory.mktemp("sheets") / "mine"
    (module / "data").mkdir(parents=True)
    for name in ("findings.csv", "records.yaml"):
        put(str(module), read_sheet(FIXTURES / name, real))
    return load(module)


def test_a_row_is_a_finding_as_a_person_writes_it(real: KnowledgeGraph) -> None:
    draft = read_sheet(FIXTURES / "findings.csv", real)
    assert refused(draft) == []
    assert draft.notes == []
    assert draft.accepted == {"findings": 4}
    assert draft.origin == "findings.csv"
    assert list(draft.files) == ["data/imported/findings.ttl"]
    text = draft.files["data/imported/findings.ttl"]
    assert (
        text[text.index("# Findings") : text.index("finding:dawes1996-10\n")]
        == """\
# Findings of findings.csv.

finding:dawes1996-9
    a bg:Finding ;
    bg:statement "Keepers of the invented lamp fear blame."@en ;
    bg:reportedIn source:dawes1996 ;
    bg:kind kind:barrier ;
    bg:finds barrier:fear-of-sharing ;
    bg:mayBeAddressedBy enabler:data-minimisation, enabler:information-sharing-agreement ;
    bg:inDomain domain:early-help ;
    bg:aboutRole role:commissioner, role:manager ;
    bg:atPlace place:united-kingdom ;
    bg:effectOnSharing effect:hinders ;
    bg:basis basis:full-text ;
    bg:certainty certainty:confirmed ;
    bg:locator "p. 7"@en ;
    skos:note "Read on the quay."@en ;
.

"""
    )
    told = said(text)
    assert list(told) == [
        "finding:dawes1996-9", "finding:dawes1996-10", "finding:dawes1996-11", "finding:lamp-a",
    ]  # fmt: skip
    assert told["finding:dawes1996-10"] == {
        "rdf:type": ["bg:Finding"],
        "bg:statement": ["A form eased doubts in the invented office."],
        "bg:reportedIn": ["source:dawes1996"],
        "bg:kind": ["kind:mitigation"],
        "bg:finds": ["enabler:information-sharing-agreement"],
        "bg:against": ["barrier:legal-uncertainty"],
        "bg:effectOnSharing": ["effect:helps"],
        "bg:basis": ["basis:abstract"],
        "bg:certainty": ["certainty:probable"],
        "bg:secondHand": ["true"],
    }
    null = told["finding:dawes1996-11"]
    assert "bg:finds" not in null
    assert null["bg:findsNoEffectOf"] == ["enabler:information-sharing-agreement"]
    assert null["bg:effectOnSharing"] == ["effect:none-found"]
    assert null["bg:secondHand"] == ["false"]
    assert told["finding:lamp-a"]["bg:moderator"] == ["condition:gender"]
    assert told["finding:lamp-a"]["bg:effectOnSharing"] == ["effect:unstated"]


def test_what_was_imported_conforms_to_the_shapes(mine: KnowledgeGraph) -> None:
    report = mine.validate()
    imported = {iri for iri, file in mine.files.items() if "/imported/" in file}
    ours = {
        quad.subject for name in imported for quad in mine.store.quads_for_pattern(
            None, None, None, NamedNode(name))
    }  # fmt: skip
    assert len(imported) == 2
    found = Counter(
        (slug(r.shape.value), slug(r.severity.value))
        for r in report.results
        if r.focus_node in ours
    )
    assert found == {("FindingShape-locator-abstract", "Info"): 14}
    assert report.of_severity("Violation") == ()


def test_the_same_sheet_gives_the_same_bytes_when_it_is_loaded(
    real: KnowledgeGraph, mine: KnowledgeGraph, tmp_path: Path
) -> None:
    for name in ("findings.csv", "records.yaml"):
        before, after = read_sheet(FIXTURES / name, real), read_sheet(FIXTURES / name, mine)
        assert after == before
    shutil.copy(FIXTURES / "findings.csv", tmp_path / "other.csv")
    other = read_sheet(tmp_path / "other.csv", mine)
    assert other.files == {}
    assert [(r.row, r.column) for r in other.refusals] == [
        (2, "statement"), (3, "statement"), (4, "statement"), (5, "id"),
    ]  # fmt: skip
    assert refused(other)[0] == (
        "other.csv, row 2, column statement: the same statement of the same source stands in "
        "finding:dawes1996-9; leave this row out"
    )
    assert refused(other)[3] == (
        "other.csv, row 5, column id: the id 'lamp-a' is used elsewhere in the graph; "
        "choose another, or leave it empty"
    )


def test_only_the_module_that_it_goes_into_is_left_out_of_account(
    real: KnowledgeGraph, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        (folder / "data").mkdir(parents=True)
    put(str(first), read(tmp_path, real, row()))
    graph = load(first, second)
    path = tmp_path / "a.csv"
    assert read_sheet(path, graph, into=first).accepted == {"findings": 1}
    assert read_sheet(path, graph).accepted == {"findings": 1}
    assert refused(read_sheet(path, graph, into=second)) == [
        "a.csv, row 2, column statement: the same statement of the same source stands in "
        "finding:dawes1996-9; leave this row out"
    ]


def test_numbers_go_on_from_those_of_the_graph_and_of_the_sheet(
    real: KnowledgeGraph, tmp_path: Path
) -> None:
    text = (
        f"id,{HEAD}\n,dawes1996,First.,barrier,fear-of-sharing,title\n"
        ",dawes1996,Second.,barrier,no such thing at all,title\n"
        "dawes1996-20,dawes1996,Third.,barrier,fear-of-sharing,title\n"
        ",dawes1996,Fourth.,barrier,fear-of-sharing,title\n"
    )
    draft = read(tmp_path, real, text)
    told = said(draft.files["data/imported/a.ttl"])
    assert {name: values["bg:statement"] for name, values in told.items()} == {
        "finding:dawes1996-20": ["Third."],
        "finding:dawes1996-21": ["First."],
        "finding:dawes1996-23": ["Fourth."],
    }
    assert draft.accepted == {"findings": 3}
    assert [r.row for r in draft.refusals] == [3]


@pytest.mark.parametrize(
    ("id", "reason"),
    [
        ("dawes1996-2", "the id 'dawes1996-2' is used elsewhere in the graph"),
        ("Two words", "'Two words' is no id: small letters, digits and single hyphens make one"),
        ("1.0", "'1.0' is no id: small letters, digits and single hyphens make one"),
    ],
)
def test_an_id_that_cannot_be(real: KnowledgeGraph, tmp_path: Path, id: str, reason: str) -> None:
    draft = read(tmp_path, real, row(id=id))
    assert draft.files == {}
    assert [(r.row, r.column, r.reason) for r in draft.refusals] == [(2, "id", reason)]


def test_an_id_and_a_statement_stand_once_in_a_sheet(real: KnowledgeGraph, tmp_path: Path) -> None:
    text = (
        f"id,{HEAD}\nlamp,dawes1996,First.,barrier,fear-of-sharing,title\n"
        "lamp,dawes1996,Second.,barrier,fear-of-sharing,title\n"
        ",dawes1996,FIRST.,barrier,fear-of-sharing,title\n"
    )
    assert refused(read(tmp_path, real, text)) == [
        "a.csv, row 3, column id: the id 'lamp' stands in row 2 already; "
        "choose another, or leave it empty",
        "a.csv, row 4, column statement: the same statement of the same source stands in row 2; "
        "leave this row out",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "dawes1996",
        "source:dawes1996",
        "https://w3id.org/barriergraph/id/source/dawes1996",
        "10.1002/(sici)1520-6688(199622)15:3<377::aid-pam3>3.0.co;2-f",
        "https://doi.org/10.1002/(SICI)1520-6688(199622)15:3<377::AID-PAM3>3.0.CO;2-F",
        "DOI: 10.1002/(sici)1520-6688(199622)15:3<377::aid-pam3>3.0.co;2-f",
        "interagency  information sharing \u2013 expected benefits; manageable risks",
    ],
)
def test_how_a_source_is_named(real: KnowledgeGraph, tmp_path: Path, source: str) -> None:
    assert one(read(tmp_path, real, row(source=source)))["bg:reportedIn"] == ["source:dawes1996"]


@pytest.mark.parametrize(
    ("source", "reason", "remedy"),
    [
        ("dawes1966", "no source is called 'dawes1966'",
         "did you mean source:dawes1996?"),
        ("information sharing to support troubled families",
         "'information sharing to support troubled families' stands for 2 things",
         "write one of source:centre-policy-families, source:centre-policy-tfs"),
        ("10.99999/nowhere", "no source is called '10.99999/nowhere'", "add the source first"),
    ],
)  # fmt: skip
def test_a_source_that_is_not_there_or_is_several(
    real: KnowledgeGraph, tmp_path: Path, source: str, reason: str, remedy: str
) -> None:
    (only,) = read(tmp_path, real, row(source=source)).refusals
    assert (only.row, only.column, only.reason, only.remedy) == (2, "source", reason, remedy)


@pytest.mark.parametrize(
    "domain",
    [
        "children-and-young-people-services",
        "domain:children-and-young-people-services",
        "https://w3id.org/barriergraph/id/domain/children-and-young-people-services",
        "Children and young people's services",
        "children and  young PEOPLE\u2019s services",
        "Children's services",
    ],
)
def test_how_a_concept_is_named(real: KnowledgeGraph, tmp_path: Path, domain: str) -> None:
    found = one(read(tmp_path, real, row(domain=domain)))
    assert found["bg:inDomain"] == ["domain:children-and-young-people-services"]


def test_several_values_and_the_old_name_of_a_merged_concept(
    real: KnowledgeGraph, tmp_path: Path
) -> None:
    found = one(read(tmp_path, real, row(domain="early-years; early-intervention ;; early-years")))
    assert found["bg:inDomain"] == ["domain:early-help", "domain:early-years"]


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"factor": "fear of sharin"},
         "factor: no factor is called 'fear of sharin'; "
         "did you mean barrier:fear-of-sharing or barrier:lack-of-process?"),
        ({"kind": "barier"}, "kind: no kind is called 'barier'; did you mean kind:barrier?"),
        ({"statement": "1.0"},
         "statement: '1.0' is a number where a text is expected; write a sentence"),
        ({"statement": "a\x07b"},
         "statement: holds the control character U+0007; take it out"),
        ({"second_hand": "perhaps"},
         "second_hand: 'perhaps' is not a choice; write yes or no"),
        ({"effect": "no effect"},
         "effect: 'no effect' is not a choice; write none-found or hinders or helps or unstated"),
        ({"certainty": "candidate"},
         "certainty: candidate is for the record of a work; choose another"),
        ({"url": "www.lamp.example"},
         "url: 'www.lamp.example' is no web address; begin it with http:// or https://"),
        ({"against": "legal-uncertainty"},
         "against: a finding of kind barrier is against nothing; "
         "name its remedy in the column addressed_by"),
        ({"kind": "enabler", "factor": "data-minimisation", "addressed_by": "data-minimisation"},
         "addressed_by: a finding of kind enabler is not addressed by anything; "
         "name what it counters in the column against"),
        ({"kind": "mitigation", "factor": "data-minimisation"},
         "against: the cell is empty, and a mitigation counters something; "
         "name it, and write suggested in link if the pairing is yours"),
        ({"kind": "mitigation", "against": "legal-uncertainty"},
         "factor: a mitigation is of an enabler, and this names none; "
         "name the enabler here, and what it counters in against"),
        ({"link": "suggested"},
         "link: there is no link; fill addressed_by or against, or empty this"),
        ({"moderator": "gender", "outcome": "perceived-knowledge-sharing-culture"},
         "antecedent: the cell is empty, though others of the three are filled; "
         "moderator, antecedent and outcome go together"),
        ({"effect": "none-found", "no_effect_of": "fear-of-sharing"},
         "no_effect_of: 'fear-of-sharing' stands in factor, too; take it out of one of them"),
        ({"effect": "hinders", "no_effect_of": "data-minimisation"},
         "effect: does not fit no_effect_of; write none-found, or empty one"),
        ({"stated_as": "harm-of-not-sharing"},
         "kind: what is stated as a harm of not sharing is a risk; write risk"),
        ({"stated_as": "A harm"},
         "stated_as: 'A harm' is not in small letters with hyphens; such as harm-of-not-sharing"),
    ],
)  # fmt: skip
def test_a_cell_that_is_wrong(
    real: KnowledgeGraph, tmp_path: Path, cells: Mapping[str, str], wrong: str
) -> None:
    draft = read(tmp_path, real, row(**cells))
    assert refused(draft) == [f"a.csv, row 2, column {wrong}"]
    assert (draft.files, draft.accepted) == ({}, {})


@pytest.mark.parametrize(
    ("cells", "effect"),
    [
        ({}, "hinders"),
        ({"kind": "risk", "factor": "failure-to-share"}, "hinders"),
        ({"kind": "risk", "factor": "failure-to-share", "stated_as": "harm-of-not-sharing"},
         "unstated"),
        ({"kind": "enabler", "factor": "data-minimisation"}, "helps"),
        ({"kind": "Moderator", "factor": "gender"}, "unstated"),
        ({"kind": "tension", "factor": "stewardship-vs-usefulness"}, "unstated"),
        ({"effect": "Unstated"}, "unstated"),
        ({"no_effect_of": "none"}, "none-found"),
    ],
)  # fmt: skip
def test_the_effect_follows_the_kind_unless_it_is_said(
    real: KnowledgeGraph, tmp_path: Path, cells: Mapping[str, str], effect: str
) -> None:
    found = one(read(tmp_path, real, row(**cells)))
    assert found["bg:effectOnSharing"] == [f"effect:{effect}"]
    assert len(found["bg:finds"]) == 1


def test_a_row_that_is_half_filled_names_each_cell(real: KnowledgeGraph, tmp_path: Path) -> None:
    draft = read(tmp_path, real, f"{HEAD}\n\n,Something.,,,\n,,,,\n{ROW}\n")
    assert refused(draft) == [
        "a.csv, row 3, column source: the cell is empty; the source: its key, DOI or title",
        "a.csv, row 3, column kind: the cell is empty; what kind of finding it is",
        "a.csv, row 3, column factor: the cell is empty; "
        "the barrier, enabler, risk, … that it is about",
        "a.csv, row 3, column basis: the cell is empty; what was read of the source",
    ]
    assert draft.accepted == {"findings": 1}


def test_a_benefit_may_be_without_a_factor_and_that_is_told(
    real: KnowledgeGraph, tmp_path: Path
) -> None:
    draft = read(tmp_path, real, row(kind="benefit", factor=""))
    assert "bg:finds" not in one(draft)
    assert draft.notes == ["a.csv, row 2: names no benefit, so no answer about factors has it"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_kind_of_csv(
    real: KnowledgeGraph, tmp_path: Path, separator: str, end: str, mark: bytes
) -> None:
    lines = (HEAD, ROW)
    text = end.join(line.replace(",", separator) for line in lines) + end
    draft = read(tmp_path, real, mark + text.encode())
    assert refused(draft) == []
    assert draft.files == read(tmp_path, real, row()).files


def test_headings_in_any_form_and_unknown_columns(real: KnowledgeGraph, tmp_path: Path) -> None:
    text = (
        "SOURCE, State ment ,Kind,Factor,\u201cBasis\u201d,Addressed by,"
        "second-hand,lokator,Colour\n"
        f"{ROW},data-minimisation,YES,p. 3,green\n"
    )
    draft = read(tmp_path, real, text)
    found = one(draft)
    assert found["bg:addressedBy"] == ["enabler:data-minimisation"]
    assert found["bg:secondHand"] == ["true"]
    assert draft.notes == [
        "the column 'lokator' is unknown and left out; did you mean 'locator'?",
        "the column 'Colour' is unknown and left out",
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (b"", "a.csv: is empty; write the headings in the first row"),
        (b"\n,,\n", "a.csv: is empty; write the headings in the first row"),
        (b"source,statement,factor\n",
         "a.csv, row 1: without the needed column kind and basis; "
         "write all headings in the first row, as 'barriergraph new sheet' does"),
        (b"source,statement,kind,factor,basis,Kind\n",
         "a.csv, row 1: the column kind stands twice; take one out"),
        (b"source,statement\na,Caf\xe9\n",
         "a.csv, row 2: not UTF-8: byte 0xe9, at column 6; save the file as CSV UTF-8"),
        (b"source\n\na\0b\n",
         "a.csv, row 3: holds a NUL byte, so it is no text in UTF-8; save it as UTF-8 CSV"),
        (HEAD.encode() + b'\ndawes1996,"Not closed,barrier\n',
         "a.csv, row 2: is not CSV: unexpected end of data; "
         "look for a quotation mark that is not closed, here or above"),
    ],
)  # fmt: skip
def test_a_csv_file_of_which_nothing_is_taken(
    real: KnowledgeGraph, tmp_path: Path, text: bytes, wrong: str
) -> None:
    draft = read(tmp_path, real, text)
    assert refused(draft) == [wrong]
    assert (draft.files, draft.accepted, draft.notes) == ({}, {}, [])


def test_a_row_with_more_cells_than_headings(real: KnowledgeGraph, tmp_path: Path) -> None:
    draft = read(tmp_path, real, f"{HEAD}\n{ROW},,\n{ROW.replace('fog', 'ice')},extra\n")
    assert refused(draft) == [
        "a.csv, row 3: has a value in column number 6, which has no heading; give it a heading, "
        "or put a text with separators in it in quotation marks"
    ]
    assert draft.accepted == {"findings": 1}


def test_what_a_spreadsheet_made_of_a_page_is_taken_and_told(
    real: KnowledgeGraph, tmp_path: Path
) -> None:
    draft = read(tmp_path, real, row(locator="03-May"))
    assert one(draft)["bg:locator"] == ["03-May"]
    assert draft.notes == [
        "a.csv, row 2, column locator: '03-May' is taken as it is; "
        "look whether Excel made a date of it"
    ]


@pytest.mark.parametrize("text", ["=1+1", "+44 is the code.", "-", "@all", "'=a", "''+a"])
def test_what_looks_like_a_formula_goes_in_as_text_and_out_guarded(
    real: KnowledgeGraph, tmp_path: Path, text: str
) -> None:
    guarded = "'" + text
    draft = read(tmp_path, real, row(statement=guarded))
    assert one(draft)["bg:statement"] == [text]
    if not text.startswith("'"):
        assert read(tmp_path, real, row(statement=text)).files == draft.files
    module = tmp_path / "module"
    (module / "data").mkdir(parents=True)
    put(str(module), draft)
    graph = load(module)
    assert f",{guarded},Barrier," in sheet_csv(graph, ["dawes1996-9"])
    (tmp_path / "a.csv").write_text(sheet_csv(graph, ["dawes1996-9"]), encoding="utf-8")
    assert read_sheet(tmp_path / "a.csv", graph).files == draft.files
    write_sheet(tmp_path / "a.xlsx", graph, ["dawes1996-9"])
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx")["findings"]
    assert (cells["C2"].value, cells["C2"].data_type) == (text, "s")
    back = read_sheet(tmp_path / "a.xlsx", graph)
    assert refused(back) == []
    assert said(back.files["data/imported/a.ttl"]) == said(draft.files["data/imported/a.ttl"])


def test_a_missing_file_a_folder_and_another_ending(real: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "findings.csv").write_text("", encoding="utf-8")
    with pytest.raises(NotFoundError) as missing:
        read_sheet(tmp_path / "finding.csv", real)
    assert missing.value.near == (str(tmp_path / "findings.csv"),)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(SourceError, match="is a folder; give the file of findings in it"):
        read_sheet(tmp_path / "folder.csv", real)
    assert refused(read(tmp_path, real, "a", "a.docx")) == [
        "a.docx: is neither a sheet nor records; save it as .csv, .xlsx or .yaml"
    ]


def test_a_file_that_is_too_large(
    real: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST", 2**20)
    assert refused(read(tmp_path, real, b"a" * (2**20 + 1))) == [
        "a.csv: is larger than 1 MB; divide it into several files"
    ]


def test_a_workbook_says_what_a_csv_file_says(real: KnowledgeGraph, tmp_path: Path) -> None:
    cells = [HEAD.split(","), [], ROW.split(",")]
    wanted = read(tmp_path, real, row()).files
    assert read(tmp_path, real, book(cells), "a.xlsx").files == {
        name: text.replace("a.csv", "a.xlsx") for name, text in wanted.items()
    }
    several = openpyxl.Workbook()
    several.active.append(["nothing here"])
    sheet = several.create_sheet("Findings")
    sheet.append([*HEAD.split(","), "locator", "second_hand"])
    sheet.append([*ROW.split(","), 12.0, True])
    several.save(tmp_path / "a.xlsx")
    found = one(read_sheet(tmp_path / "a.xlsx", real))
    assert (found["bg:locator"], found["bg:secondHand"]) == (["12"], ["true"])


def test_a_cell_of_a_workbook_that_is_wrong(real: KnowledgeGraph, tmp_path: Path) -> None:
    head = [*HEAD.split(","), "locator"]
    dates = [*ROW.split(","), datetime.date(2026, 5, 3)]
    formula = [*ROW.split(","), "=1+1"]
    error = [*ROW.split(","), "#REF!"]
    assert refused(read(tmp_path, real, book([head, dates, formula, error], "one"), "a.xlsx")) == [
        "a.xlsx, sheet one, row 2, column locator: holds a date where text is expected; "
        "format the cell as text and type it again",
        "a.xlsx, sheet one, row 3, column locator: holds a formula; paste its value",
        "a.xlsx, sheet one, row 4, column locator: holds the error #REF!; write a value",
    ]


def torn() -> bytes:
    """An archive whose first part does not unpack: three bits that begin no block."""
    data = bytearray(archive(a=b"<a/>" * 100))
    data[35:40] = b"\xff" * 5
    return bytes(data)


def archive(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(f"{name}.xml", content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"source,statement\n",
         "a.xlsx: is not a workbook, or only a part of one; "
         "save it as .xlsx, without a password"),
        (book([["a"]])[:900],
         "a.xlsx: is not a workbook, or only a part of one; "
         "save it as .xlsx, without a password"),
        (torn(),
         "a.xlsx: is not a workbook, or only a part of one; "
         "save it as .xlsx, without a password"),
        (archive(bomb=b" " * 30_000_000),
         "a.xlsx: unpacks to 28 MB, which no sheet of findings needs; "
         "copy its cells into a new workbook"),
        (archive(a=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
         "a.xlsx: its part a.xml holds a DOCTYPE; copy its cells into a new workbook"),
        (archive(a=b"<a/>"),
         "a.xlsx: is no workbook that can be read: \"There is no item named "
         "'[Content_Types].xml' in the archive\"; "
         "open it in a spreadsheet and save it again as .xlsx"),
    ],
    ids=["text", "cut", "torn", "bomb", "entities", "other"],
)  # fmt: skip
def test_a_workbook_of_which_nothing_is_taken(
    real: KnowledgeGraph, tmp_path: Path, data: bytes, wrong: str
) -> None:
    draft = read(tmp_path, real, data, "a.xlsx")
    assert refused(draft) == [wrong]
    assert draft.files == {}


PROPOSED = {
    "factor": "Fear of fog", "level": "individual", "definition": "Unease at what is not seen.",
}  # fmt: skip


def test_a_new_concept_is_proposed_and_conforms(real: KnowledgeGraph, tmp_path: Path) -> None:
    text = row(**PROPOSED) + "dawes1996,Fog is feared again.,barrier,fear of FOG,title,,\n"
    module = tmp_path / "module"
    (module / "data").mkdir(parents=True)
    draft = read(tmp_path, real, text, propose=True)
    assert refused(draft) == []
    assert draft.accepted == {"findings": 2, "concepts": 1}
    assert draft.notes == ["a.csv, row 2: 'Fear of fog' is proposed as 'fear-of-fog'"]
    told = said(draft.files["data/imported/a.ttl"])
    assert told["barrier:fear-of-fog"] == {
        "rdf:type": ["bg:Barrier"],
        "skos:prefLabel": ["Fear of fog"],
        "skos:definition": ["Unease at what is not seen."],
        "skos:inScheme": ["scheme:barriers"],
        "skos:topConceptOf": ["scheme:barriers"],
        "bg:level": ["level:individual"],
        "skos:note": ["Proposed in a.csv; not yet reviewed."],
    }
    assert told["finding:dawes1996-10"]["bg:finds"] == ["barrier:fear-of-fog"]
    put(str(module), draft)
    graph = load(module)
    assert read(tmp_path, graph, text, propose=True) == draft
    results = graph.validate(["barrier:fear-of-fog", "dawes1996-9", "dawes1996-10"]).results
    assert {
        slug(r.shape.value) for r in results if str(r.severity.value).endswith("Violation")
    } == (set())


@pytest.mark.parametrize(
    ("kind", "column", "wanted", "cls"),
    [
        ("enabler", "factor", "enabler:fog-horn", "bg:Enabler"),
        ("risk", "factor", "risk:fog-horn", "bg:Risk"),
        ("benefit", "factor", "benefit:fog-horn", "bg:Benefit"),
        ("moderator", "factor", "condition:fog-horn", "bg:Condition"),
        ("barrier", "addressed_by", "enabler:fog-horn", "bg:Enabler"),
        ("barrier", "domain", "domain:fog-horn", "bg:PolicyDomain"),
        ("barrier", "role", "role:fog-horn", "bg:Role"),
    ],
)
def test_what_is_proposed_follows_the_column_and_the_kind(
    real: KnowledgeGraph, tmp_path: Path, kind: str, column: str, wanted: str, cls: str
) -> None:
    cells = {"kind": kind, "level": "technical", "definition": "A horn.", column: "Fog horn"}
    draft = read(tmp_path, real, row(**cells), propose=True)
    assert refused(draft) == []
    made = said(draft.files["data/imported/a.ttl"])[wanted]
    assert made["rdf:type"] == [cls]
    assert ("bg:level" in made) == (column not in ("domain", "role"))


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"factor": "Fear of fog"},
         "factor: the level of a new factor is not known; write one of individual, "
         "interorganisational, interprofessional, legal, organisational, political-economic, "
         "technical in the column level of this row"),
        ({"factor": "Fear of fog", "level": "technical"},
         "factor: the new barrier 'Fear of fog' has no definition; "
         "write one sentence in the column definition of this row"),
        ({**PROPOSED, "kind": "tension"},
         "factor: a new tension 'Fear of fog' needs two poles; add it to data/ by hand"),
        ({**PROPOSED, "factor": "Fear, of sharing"},
         "factor: a new barrier 'Fear, of sharing' would have an address that is in use, or none; "
         "choose another name"),
        ({**PROPOSED, "domain": "Fog"},
         "domain: 'Fog' and 'Fear of fog' are both new in one row; "
         "give one of them a row of its own before, with its definition"),
    ],
)  # fmt: skip
def test_a_concept_that_cannot_be_proposed(
    real: KnowledgeGraph, tmp_path: Path, cells: Mapping[str, str], wrong: str
) -> None:
    draft = read(tmp_path, real, row(**cells), propose=True)
    assert refused(draft) == [f"a.csv, row 2, column {wrong}"]
    assert draft.files == {}


def test_twenty_records(real: KnowledgeGraph) -> None:
    draft = read_sheet(FIXTURES / "records.yaml", real)
    assert refused(draft) == []
    assert draft.notes == []
    assert draft.accepted == {"findings": 21, "sources": 20, "persons": 12}
    told = said(draft.files["data/imported/records-records.ttl"])
    assert told["source:harbour1991"] == {
        "rdf:type": ["bg:JournalArticle"],
        "dcterms:title": ["Ferry crossings and the paperwork between two harbours"],
        "bg:hasAuthorship": ["authorship:harbour1991-1", "authorship:harbour1991-2"],
        "bg:year": ["1991"],
        "bg:containerTitle": ["Journal of Invented Harbours"],
        "bg:volume": ["1"],
        "bg:issue": ["1"],
        "bg:pages": ["10-19"],
        "bg:doi": ["10.99999/harbour.1"],
        "bg:setting": ["setting:between-agencies"],
        "bg:settingBasis": ["stated"],
        "bg:coversDomain": ["domain:early-help"],
        "bg:confidence": ["certainty:confirmed"],
    }
    assert told["authorship:harbour1991-2"] == {
        "rdf:type": ["bg:Authorship"],
        "bg:author": ["person:lampwright-odo"],
        "bg:position": ["2"],
    }
    assert told["person:lampwright-odo"] == {
        "rdf:type": ["bg:Person"],
        "foaf:name": ["Odo B. Lampwright"],
        "foaf:familyName": ["Lampwright"],
        "foaf:givenName": ["Odo B."],
    }
    finding = told["finding:harbour1991-1"]
    assert finding["bg:mayBeAddressedBy"] == ["enabler:information-sharing-agreement"]
    assert finding["bg:aboutRole"] == ["role:manager"]
    mitigation = told["finding:harbour1992-1"]
    assert mitigation["bg:finds"] == ["enabler:information-sharing-agreement"]
    assert mitigation["bg:mayCounter"] == ["barrier:legal-uncertainty"]
    assert told["finding:harbour1994-1"]["bg:statedAs"] == ["harm-of-not-sharing"]
    assert told["finding:harbour1994-1"]["bg:effectOnSharing"] == ["effect:unstated"]
    assert "bg:finds" not in told["finding:harbour1995-1"]
    assert told["finding:harbour1997-1"]["bg:secondHand"] == ["true"]


RECORD = """\
- id: lamp2001
  type: Report
  title: The lamp
  setting: unstated
  confidence: confirmed
  authors:
  - family: Dawes
    given: Sharon S.
  findings:
  - statement: Keepers fear fog.
    kind: barrier
    barrier: fear-of-sharing
    basis: title
"""


def test_a_person_of_the_graph_is_used(real: KnowledgeGraph, tmp_path: Path) -> None:
    names = {
        quad.predicate.value.rpartition("/")[2]: quad.object.value
        for quad in real.store.quads_for_pattern(real.resolve("person:dawes-sharon"), None, None)
    }
    text = RECORD.replace("Sharon S.", names["givenName"].upper())
    draft = read(tmp_path, real, text, "a.yaml")
    assert draft.accepted == {"findings": 1, "sources": 1}
    told = said(draft.files["data/imported/a-records.ttl"])
    assert told["authorship:lamp2001-1"]["bg:author"] == ["person:dawes-sharon"]
    other = read(tmp_path, real, RECORD.replace("Sharon S.", "Sharon Quay"), "a.yaml")
    told = said(other.files["data/imported/a-records.ttl"])
    assert told["authorship:lamp2001-1"]["bg:author"] == ["person:dawes-sharon-quay"]


def test_an_organisation_may_be_the_author(real: KnowledgeGraph, tmp_path: Path) -> None:
    one_of = sorted(slug(node.value) for node in real.instances("bg:Organisation"))[0]
    text = RECORD.replace("- family: Dawes\n    given: Sharon S.", f"- organisation: {one_of}")
    draft = read(tmp_path, real, text, "a.yml")
    told = said(draft.files["data/imported/a-records.ttl"])
    assert told["authorship:lamp2001-1"]["bg:author"] == [f"organisation:{one_of}"]
    assert draft.accepted == {"findings": 1, "sources": 1}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: lamp2001", "id: dawes1996"),
        ("title: The lamp",
         "title: The lamp\n  doi: 10.1002/(SICI)1520-6688(199622)15:3<377::AID-PAM3>3.0.CO;2-F"),
    ],
)  # fmt: skip
def test_a_record_that_the_graph_has(
    real: KnowledgeGraph, tmp_path: Path, old: str, new: str
) -> None:
    draft = read(tmp_path, real, RECORD.replace(old, new), "a.yaml")
    assert draft.accepted == {"findings": 1}
    assert draft.notes == [
        "a.yaml, row 1: source:dawes1996 is in the graph; only the findings are taken"
    ]
    told = said(draft.files["data/imported/a-records.ttl"])
    assert list(told) == ["finding:dawes1996-9"]


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("type: Report", "typ: Report",
         ["row 1, column type: the key is missing; write it",
          "row 2, column typ: the key is unknown; did you mean 'type'?"]),
        ("title: The lamp", "type: Book",
         ["row 3: the key 'type' stands twice, first in line 2; take one out"]),
        ("    kind: barrier", "    kind: barrier\n    kind: risk",
         ["row 12: the key 'kind' stands twice, first in line 11; take one out"]),
        ("type: Report", "type: Poem",
         ["row 2, column type: 'Poem' is no type; known are Book, BookChapter, CaseStudy, "
          "ConferencePaper, EventRecord, JournalArticle, Report, Source, Thesis, WebPage"]),
        ("title: The lamp", "title: The lamp\n  year: soon\n  pages: all of it\n  doi: x\n  url: y",
         ["row 4, column year: 'soon' is no year; write four digits, or nothing",
          "row 5, column pages: 'allofit' is no range of pages; write it such as 12-34",
          "row 6, column doi: 'x' is no DOI; write it such as 10.1000/182",
          "row 7, column url: 'y' is no web address; begin it with https://"]),
        ("- family: Dawes\n    given: Sharon S.", "- given: Sharon",
         ["row 7, column authors 1: the family name is missing; "
          "write family, or organisation"]),
        ("barrier: fear-of-sharing", "barrier: fear of sharin",
         ["row 12, column findings 1. barrier: no factor is called 'fear of sharin'; "
          "did you mean barrier:fear-of-sharing or barrier:lack-of-process?"]),
        ("basis: title", "basis:",
         ["row 10, column findings 1. basis: the cell is empty; what was read of the source"]),
        ("basis: title", "bases: title",
         ["row 13, column findings 1. bases: the key is unknown; did you mean 'basis'?"]),
        ("kind: barrier", "kind: [barrier, risk]",
         ["row 11, column findings 1. kind: holds a list where one text is expected; write one"]),
        ("title: The lamp", "title: {a: b}",
         ["row 3, column title: holds keys where a text or a list of texts is expected"]),
        ("basis: title", "basis: &a title\n    locator: *a",
         ["row 13: an alias (*) points here; write the text out at both places"]),
        ("basis: title", "basis: [title",
         ["row 14: is not YAML: expected ',' or ']', but got '<stream end>'; correct this line"]),
        ("id: lamp2001", "id: Lamp 2001",
         ["row 1, column id: 'Lamp 2001' is no id; "
          "use small letters, digits and single hyphens"]),
    ],
)  # fmt: skip
def test_a_record_that_is_wrong(
    real: KnowledgeGraph, tmp_path: Path, old: str, new: str, wrong: list[str]
) -> None:
    assert old in RECORD
    draft = read(tmp_path, real, RECORD.replace(old, new, 1), "a.yaml")
    assert refused(draft) == [f"a.yaml, {text}" for text in wrong]


def test_a_record_is_refused_with_its_findings(real: KnowledgeGraph, tmp_path: Path) -> None:
    other = RECORD.replace("lamp2001", "lamp2002").replace("Report", "Poem")
    draft = read(tmp_path, real, RECORD + other, "a.yaml")
    assert draft.accepted == {"findings": 1, "sources": 1}
    assert [r.row for r in draft.refusals] == [15]
    assert draft.notes == ["a.yaml, row 14: the record is refused, and its findings (1) with it"]
    twice = read(tmp_path, real, RECORD + RECORD, "a.yaml")
    assert refused(twice) == [
        "a.yaml, row 14, column id: 'lamp2001' stands in row 1 already; merge the two"
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "a.yaml: is empty; write a list of records"),
        ("id: lamp", "a.yaml, row 1: is not a list of records; begin each record with '- id: '"),
        ("- lamp", "a.yaml, row 1: is not a mapping of keys to values; write 'key: value' lines"),
        ("- ? [a, b]\n  : c", "a.yaml, row 1: a key is not a text; write 'key: value' lines"),
        (
            "- a\n--- \n- b",
            "a.yaml, row 2: is not YAML: but found another document; correct this line",
        ),
        ("[" * 5000, "a.yaml: is nested too deeply; write a flat list"),
    ],
    ids=["empty", "mapping", "text", "key", "two", "deep"],
)
def test_a_yaml_file_that_is_no_list_of_records(
    real: KnowledgeGraph, tmp_path: Path, text: str, wrong: str
) -> None:
    draft = read(tmp_path, real, text, "a.yaml")
    assert refused(draft) == [wrong]
    assert draft.files == {}


MORE = """\
PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX enabler: <https://w3id.org/barriergraph/id/enabler/>
PREFIX finding: <https://w3id.org/barriergraph/id/finding/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX kind: <https://w3id.org/barriergraph/id/kind/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX person: <https://w3id.org/barriergraph/id/person/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

barrier:fog a bg:Barrier ; skos:prefLabel "Fog"@en ;
    owl:deprecated true ; dcterms:isReplacedBy barrier:fear-of-sharing .
barrier:semi a bg:Barrier ; skos:prefLabel "Wind; rain"@en .
barrier:twin-a a bg:Barrier ; skos:prefLabel "Twin"@en .
barrier:twin-b a bg:Barrier ; skos:altLabel "twin"@en .
person:quay-a a bg:Person ; foaf:familyName "Quay" ; foaf:givenName "Ada" .
person:quay-b a bg:Person ; foaf:familyName "Quay" ; foaf:givenName "Ada" .
finding:both a bg:Finding ; bg:kind kind:barrier ;
    bg:addressedBy enabler:data-minimisation ; bg:mayBeAddressedBy enabler:audit-trail .
finding:names a bg:Finding ; bg:kind kind:barrier ;
    bg:finds barrier:semi, barrier:twin-a, barrier:fear-of-sharing .
"""


def test_what_is_retired_ambiguous_or_awkwardly_named(tmp_path: Path) -> None:
    module = tmp_path / "more"
    (module / "data").mkdir(parents=True)
    (module / "data" / "more.ttl").write_text(MORE, encoding="utf-8")
    graph = load(module)
    assert refused(read(tmp_path, graph, row(factor="fog; TWIN"))) == [
        "a.csv, row 2, column factor: barrier:fog is retired; use barrier:fear-of-sharing",
        "a.csv, row 2, column factor: 'TWIN' stands for 2 things; "
        "write one of barrier:twin-a, barrier:twin-b",
    ]
    text = RECORD.replace("Dawes", "Quay").replace("Sharon S.", "ADA")
    assert refused(read(tmp_path, graph, text, "a.yaml")) == [
        "a.yaml, row 7, column authors 1: 'ADA Quay' stands for 2 persons: "
        "person:quay-a, person:quay-b; tell them apart by their given names in data/"
    ]
    with pytest.raises(BarrierGraphError, match="both has a link that is stated and one that is"):
        to_sheet(graph, ["finding:both"])
    heads, cells = to_sheet(graph, ["finding:names"])
    told = dict(zip(heads, cells, strict=True))
    assert told["factor"] == "Fear of sharing; semi; twin-a"


def test_out_and_in_again_gives_the_same_bytes(mine: KnowledgeGraph, tmp_path: Path) -> None:
    wanted = read_sheet(FIXTURES / "findings.csv", mine).files
    chosen = ["dawes1996-9", "dawes1996-10", "dawes1996-11", "lamp-a"]
    (tmp_path / "findings.csv").write_text(sheet_csv(mine, chosen), encoding="utf-8")
    assert read_sheet(tmp_path / "findings.csv", mine).files == wanted
    write_sheet(tmp_path / "findings.xlsx", mine, reversed(chosen))
    again = read_sheet(tmp_path / "findings.xlsx", mine)
    assert {name: text.replace(".xlsx", ".csv") for name, text in again.files.items()} == wanted
    write_sheet(tmp_path / "findings.csv", mine, chosen)
    assert (tmp_path / "findings.csv").read_text(encoding="utf-8") == sheet_csv(mine, chosen)


def test_a_row_on_the_way_out(mine: KnowledgeGraph) -> None:
    heads, found = to_sheet(mine, ["dawes1996-9"])
    assert heads == tuple(column.name for column in COLUMNS)
    assert {head: cell for head, cell in zip(heads, found, strict=True) if cell} == {
        "id": "dawes1996-9",
        "source": "dawes1996",
        "statement": "Keepers of the invented lamp fear blame.",
        "kind": "Barrier",
        "factor": "Fear of sharing",
        "addressed_by": "Data minimisation; Information sharing agreement",
        "link": "suggested",
        "domain": "Early help and early intervention",
        "role": "Commissioner; Manager",
        "place": "United Kingdom",
        "basis": "Full text",
        "certainty": "Confirmed",
        "locator": "p. 7",
        "note": "Read on the quay.",
    }
    with pytest.raises(BarrierGraphError, match="key-finding-1 is a key finding, which says"):
        to_sheet(mine, ["key-finding-1"])
    with pytest.raises(BarrierGraphError, match="a sheet ends in"):
        write_sheet("a.ods", mine, [])


def test_every_shipped_finding_goes_out_and_comes_back(
    real: KnowledgeGraph, tmp_path: Path
) -> None:
    """Into a graph that has all but the findings, so that no id is in use."""
    findings = set(real.instances("bg:Finding")) - set(real.instances("bg:KeyFinding"))
    asserted = [
        quad for quad in real.store
        if isinstance(quad.graph_name, NamedNode) and not rule_of(quad.graph_name.value)
    ]  # fmt: skip
    bare = tmp_path / "bare"
    (bare / "data").mkdir(parents=True)
    others = [quad.triple for quad in asserted if quad.subject not in findings]
    (bare / "data" / "all.ttl").write_bytes(to_bytes(others, "turtle"))
    (tmp_path / "all.csv").write_text(sheet_csv(real), encoding="utf-8")
    draft = read_sheet(tmp_path / "all.csv", load(bare, base=False, infer=False))
    assert [(r.column, r.reason) for r in draft.refusals] == [
        ("statement", "the same statement of the same source stands in row 637")
    ]
    text = draft.files["data/imported/all.ttl"]
    got = {(q.subject, q.predicate, q.object) for q in parse(text.encode(), RdfFormat.TURTLE)}
    twin = real.resolve("finding:wilson2011b-1")
    wanted = {
        (quad.subject, quad.predicate, quad.object)
        for quad in asserted
        if quad.subject in findings and quad.subject != twin
    }
    assert got - wanted == set()
    lost = Counter(compact(predicate.value) for _, predicate, _ in wanted - got)
    assert set(lost) == {"bg:attributedTo", "bg:partOfKeyFinding"}
    assert draft.accepted == {"findings": len(findings) - 1}


def test_an_empty_sheet(real: KnowledgeGraph, tmp_path: Path) -> None:
    template(tmp_path / "new.csv", real)
    text = (tmp_path / "new.csv").read_text(encoding="utf-8")
    assert text == ",".join(column.name for column in COLUMNS) + "\n"
    draft = read_sheet(tmp_path / "new.csv", real)
    assert (refused(draft), draft.files, draft.accepted) == ([], {}, {})
    with pytest.raises(BarrierGraphError, match="exists already; choose another name"):
        template(tmp_path / "new.csv", real)
    with pytest.raises(BarrierGraphError, match="a sheet ends in"):
        template(tmp_path / "new.txt", real)


def test_an_empty_workbook_offers_what_the_graph_has(real: KnowledgeGraph, tmp_path: Path) -> None:
    template(tmp_path / "new.xlsx", real)
    made = openpyxl.load_workbook(tmp_path / "new.xlsx")
    assert made.sheetnames == ["findings", "help", "lists"]
    assert made["lists"].sheet_state == "hidden"
    sheet = made["findings"]
    assert [cell.value for cell in sheet[1]] == [column.name for column in COLUMNS]
    assert sheet.freeze_panes == "A2"
    assert made["help"]["D4"].value == "What the source says, in your own words"
    offers = {str(one.sqref): one for one in sheet.data_validations.dataValidation}
    kinds = offers["D2:D5000"]
    assert (kinds.formula1, kinds.showErrorMessage) == ("lists!$D$2:$D$8", True)
    assert [cell.value for cell in made["lists"]["D"]][:8] == [
        "kind", "Barrier", "Benefit", "Enabler", "Mitigation", "Moderator", "Risk", "Tension",
    ]  # fmt: skip
    assert offers["E2:E5000"].showErrorMessage is False
    wanted = {column.name for column in COLUMNS if column.cls or column.choices}
    assert {one.promptTitle for one in offers.values()} == wanted
    assert refused(read_sheet(tmp_path / "new.xlsx", real)) == []


def test_what_is_offered_is_understood(real: KnowledgeGraph, tmp_path: Path) -> None:
    template(tmp_path / "new.xlsx", real)
    lists = openpyxl.load_workbook(tmp_path / "new.xlsx")["lists"]
    domains = [cell.value for cell in lists["N"] if cell.value]
    assert domains[0] == "domain"
    assert len(domains) == 1 + len(real.instances("bg:PolicyDomain"))
    found = one(read(tmp_path, real, row(domain="; ".join(domains[1:]))))
    assert set(found["bg:inDomain"]) == {
        compact(node.value) for node in real.instances("bg:PolicyDomain")
    }


OWL = "PREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
DOGS = "https://example.org/dogs/"
KENNEL = """\
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX certainty: <https://w3id.org/barriergraph/id/certainty/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX setting: <https://w3id.org/barriergraph/id/setting/>

<https://example.org/dogs/source/kennel2019> a bg:Report ;
    dcterms:title "Kennels"@en ; bg:year 2019 ;
    bg:setting setting:unstated ; bg:confidence certainty:probable .
"""


@pytest.fixture
def dogs(tmp_path: Path) -> Path:
    """A module with a namespace and a source of its own."""
    folder = tmp_path / "dogs"
    (folder / "data").mkdir(parents=True)
    (folder / "module.ttl").write_text(f"{OWL}<{DOGS}> a owl:Ontology .\n", encoding="utf-8")
    (folder / "data" / "sources.ttl").write_text(KENNEL, encoding="utf-8")
    return folder


def sheet(*rows: tuple[str, str] | tuple[str, str, str]) -> str:
    """A sheet of findings about fear of sharing: source, statement and perhaps the kind."""
    cells = [(*one, "barrier")[:3] for one in rows]
    return HEAD + "".join(f"\n{a},{b},{kind},fear-of-sharing,title" for a, b, kind in cells)


def told(folder: Path, file: str) -> dict[str, str]:
    """The address of each statement in an imported file of a module, without its namespace."""
    things = said((folder / "data" / "imported" / file).read_text(encoding="utf-8"))
    return {
        values["bg:statement"][0]: name.removeprefix(DOGS)
        for name, values in things.items()
        if "bg:statement" in values
    }


def test_two_sheets_about_the_same_sources_share_no_address(dogs: Path, tmp_path: Path) -> None:
    texts = {
        name: sheet(("aldari2018", f"Dogs fear {name}."), ("kennel2019", f"Cats fear {name}."))
        for name in ("a", "b")
    }
    first = {}
    for turn in range(3):
        for name, text in texts.items():
            draft = read(tmp_path, load(dogs), text, f"{name}.csv", into=dogs)
            assert (draft.refusals, draft.notes) == ([], [])
            done = put(str(dogs), draft)
            assert done == {f"data/imported/{name}.ttl": "same" if turn else "new"}
            first[name] = told(dogs, f"{name}.ttl")
    assert first == {
        "a": {
            "Dogs fear a.": "finding/aldari2018-3", "Cats fear a.": "finding/kennel2019-1",
        },
        "b": {
            "Dogs fear b.": "finding/aldari2018-4", "Cats fear b.": "finding/kennel2019-2",
        },
    }  # fmt: skip
    assert load(dogs).validate().of_severity("Violation") == ()


def test_a_row_that_says_the_same_keeps_its_address(dogs: Path, tmp_path: Path) -> None:
    rows = [("kennel2019", "One barks."), ("kennel2019", "Two howl."), ("kennel2019", "Three run.")]
    put(str(dogs), read(tmp_path, load(dogs), sheet(*rows), into=dogs))
    new = sheet(("kennel2019", "None came before."), rows[2], ("kennel2019", "TWO  howl."))
    draft = read(tmp_path, load(dogs), new, into=dogs)
    assert draft.notes == ["1 finding of the earlier import is gone: my-finding:kennel2019-1"]
    put(str(dogs), draft)
    assert told(dogs, "a.ttl") == {
        "None came before.": "finding/kennel2019-4",
        "TWO howl.": "finding/kennel2019-2",
        "Three run.": "finding/kennel2019-3",
    }
    draft = read(tmp_path, load(dogs), sheet(("kennel2019", "A fourth."), *rows[1:]), into=dogs)
    put(str(dogs), draft)
    assert told(dogs, "a.ttl") == {
        "A fourth.": "finding/kennel2019-1",  # which the sheet as it was no longer had
        "Two howl.": "finding/kennel2019-2",
        "Three run.": "finding/kennel2019-3",
    }


def test_what_is_gone_is_told_and_kept_while_rows_are_refused(dogs: Path, tmp_path: Path) -> None:
    rows = [("kennel2019", f"Statement number {number}.") for number in range(1, 8)]
    put(str(dogs), read(tmp_path, load(dogs), sheet(*rows), into=dogs))
    draft = read(tmp_path, load(dogs), sheet(rows[0]), into=dogs)
    names = ", ".join(f"my-finding:kennel2019-{number}" for number in range(2, 7))
    assert draft.notes == [f"6 findings of the earlier import are gone: {names}, …"]

    faulty = sheet(("kennel2019", "A new one."), ("kennel2019", rows[1][1], "barier"), *rows[2:])
    draft = read(tmp_path, load(dogs), faulty, into=dogs)
    assert [(one.row, one.column) for one in draft.refusals] == [(3, "kind")]
    assert draft.accepted == {"findings": 6}
    assert draft.notes == [
        "kept 2 findings of the earlier import, because rows were refused: "
        "my-finding:kennel2019-1, my-finding:kennel2019-2"
    ]
    put(str(dogs), draft)
    wanted = {text: f"finding/kennel2019-{n}" for n, (_, text) in enumerate(rows, 1)}
    assert told(dogs, "a.ttl") == wanted | {"A new one.": "finding/kennel2019-8"}
    again = read(tmp_path, load(dogs), faulty, into=dogs)
    assert again.files == draft.files
    assert put(str(dogs), again) == {"data/imported/a.ttl": "same"}

    empty = read(tmp_path, load(dogs), HEAD + "\n", into=dogs)
    assert empty.files == {}
    assert empty.notes == [
        "nothing is in it, so what an earlier import of it made is left as it is"
    ]


def test_a_record_that_is_refused_keeps_its_source_and_authors(dogs: Path, tmp_path: Path) -> None:
    lamp = RECORD.replace("Sharon S.", "Ada")
    other = lamp.replace("lamp2001", "wick2002").replace("The lamp", "A wick")
    draft = read(tmp_path, load(dogs), lamp + other, "a.yaml", into=dogs)
    assert draft.accepted == {"findings": 2, "sources": 2, "persons": 1}
    put(str(dogs), draft)
    faulty = lamp.replace("type: Report", "type: Poem") + other
    again = read(tmp_path, load(dogs), faulty, "a.yaml", into=dogs)
    assert again.notes[-2:] == [
        "kept 1 finding of the earlier import, because rows were refused: my-finding:lamp2001-1",
        "kept 1 source of the earlier import, because rows were refused: my-source:lamp2001",
    ]
    (before,), (after,) = draft.files.values(), again.files.values()
    assert said(after) == said(before)
    put(str(dogs), again)
    assert load(dogs).validate().of_severity("Violation") == ()


@pytest.mark.parametrize(
    "id", ["x-1", "finding:x-1", f"{DOGS}finding/x-1",
           "https://w3id.org/barriergraph/id/finding/x-1"],
)  # fmt: skip
def test_how_an_id_is_written(dogs: Path, tmp_path: Path, id: str) -> None:
    draft = read(tmp_path, load(dogs), row(id=id), into=dogs)
    assert list(said(draft.files["data/imported/a.ttl"])) == [f"{DOGS}finding/x-1"]


@pytest.mark.parametrize("id", ["https://example.org/cats/finding/x-1", "source:x-1", "x/y"])
def test_an_id_of_elsewhere_is_refused(dogs: Path, tmp_path: Path, id: str) -> None:
    assert refused(read(tmp_path, load(dogs), row(id=id), into=dogs)) == [
        f"a.csv, row 2, column id: {id!r} is no id: small letters, digits and single hyphens "
        "make one; correct it, or leave it empty"
    ]


def test_an_id_of_ours_or_of_the_module_is_taken(dogs: Path, tmp_path: Path) -> None:
    put(str(dogs), read(tmp_path, load(dogs), row(id="x-1"), into=dogs))
    graph = load(dogs)
    for id in ("dawes1996-2", "x-1"):
        assert refused(read(tmp_path, graph, row(id=id, statement="B."), "b.csv", into=dogs)) == [
            f"b.csv, row 2, column id: the id {id!r} is used elsewhere in the graph; "
            "choose another, or leave it empty"
        ]


def test_persons_are_matched_by_folded_names_everywhere(dogs: Path, tmp_path: Path) -> None:
    authors = "".join(
        f"  - family: {family}\n    given: {given}\n"
        for family, given in (("DAWES", "sharon s."), ("Dawes", "Sharon Q."), ("\u7814", "\u7a76"))
    )
    text = RECORD.replace("  - family: Dawes\n    given: Sharon S.\n", authors)
    graph = load(dogs)
    (made,) = read(tmp_path, graph, text, "a.yaml", into=dogs).files.values()
    things = said(made)
    wanted = ["person:dawes-sharon", f"{DOGS}person/dawes-sharon-q", f"{DOGS}person/person-1"]
    assert [things[f"{DOGS}authorship/lamp2001-{n}"]["bg:author"] for n in (1, 2, 3)] == [
        [one] for one in wanted
    ]
    _, blocks = authorships(
        NamedNode(f"{DOGS}source/lamp2001"),
        ["DAWES, sharon s.", "Dawes, Sharon Q.", "\u7814, \u7a76"], DOGS, graph,
    )  # fmt: skip
    found = [
        compact(values[0].value)
        for one in blocks
        for predicate, values in one.statements
        if compact(predicate.value) == "bg:author"
    ]
    assert found == wanted


def imports(*words: str | Path) -> int:
    return main(["import", *map(str, words)])


def test_what_the_command_tells(
    dogs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, file = tmp_path / "a.csv", dogs / "data" / "imported" / "a.ttl"
    path.write_text(sheet(("kennel2019", "One barks.")), encoding="utf-8")
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "a.csv"
    other.write_text(sheet(("aldari2018", "Nobody pays the ferry.")), encoding="utf-8")
    bad = tmp_path / "bad.csv"
    bad.write_text(sheet(("nowhere", "One barks.", "barier")), encoding="utf-8")

    def run(*words: str | Path) -> tuple[int, list[str]]:
        code = imports(*words, "--module", dogs)
        return code, capsys.readouterr().err.splitlines()

    assert run(path) == (0, [
        f"barriergraph: {file} would be: new",
        "barriergraph: 1 finding taken over; nothing is written yet: add --write",
    ])  # fmt: skip
    assert run(path, "--write") == (0, ["barriergraph: 1 finding taken over"])
    assert run(path, "--write") == (0, ["barriergraph: nothing has changed"])
    assert run(path) == (0, [
        f"barriergraph: {file} would be: same", "barriergraph: nothing has changed",
    ])  # fmt: skip
    told_other = f"barriergraph: {file} was made from another a.csv; give one of them another name"
    assert run(other, "--write") == (1, [told_other])
    assert run(other) == (1, [
        f"barriergraph: {file} would be: made from another file", told_other,
    ])  # fmt: skip
    code, lines = run(bad, "--write")
    assert (code, len(lines)) == (1, 3)
    assert lines[-1] == "barriergraph: nothing taken over; 1 row refused"
    file.write_text(file.read_text(encoding="utf-8") + "# Mine.\n", encoding="utf-8")
    edited = (
        f"barriergraph: {file} was edited by hand and is left as it is; move your changes to a "
        "file of their own and delete it, then import again"
    )
    assert run(path, "--write") == (1, [edited])
    assert run(path) == (1, [f"barriergraph: {file} would be: edited by hand", edited])


def test_the_line_by_which_excel_knows_the_separator(real: KnowledgeGraph, tmp_path: Path) -> None:
    text = row(kind="barier").replace('","', '";"').replace(",", ";")
    draft = read(tmp_path, real, f"sep=;\r\n{text}")
    assert [(one.row, one.column) for one in draft.refusals] == [(2, "kind")]


@pytest.mark.parametrize("source", ["Dawes 1996", "Dawes (1996)", "Dawes, S. S., 1996"])
def test_a_source_cited_by_author_and_year(
    real: KnowledgeGraph, tmp_path: Path, source: str
) -> None:
    (only,) = read(tmp_path, real, row(source=source)).refusals
    assert only.remedy == "did you mean source:dawes1996?"


def test_a_missing_column_that_is_named_otherwise(real: KnowledgeGraph, tmp_path: Path) -> None:
    assert refused(read(tmp_path, real, f"{HEAD.replace('statement', 'statment')}\n{ROW}\n")) == [
        "a.csv, row 1: without the needed column statement; if 'statment' is statement, call it "
        "so; write all headings in the first row, as 'barriergraph new sheet' does"
    ]


def test_a_concept_that_is_proposed_stays_while_its_rows_are_refused(
    dogs: Path, tmp_path: Path
) -> None:
    text = row(**PROPOSED)
    first = read(tmp_path, load(dogs), text, propose=True, into=dogs)
    put(str(dogs), first)
    things = said(first.files["data/imported/a.ttl"])
    assert list(things) == [f"{DOGS}barrier/fear-of-fog", f"{DOGS}finding/dawes1996-9"]
    assert things[f"{DOGS}finding/dawes1996-9"]["bg:finds"] == [f"{DOGS}barrier/fear-of-fog"]
    assert read(tmp_path, load(dogs), text, propose=True, into=dogs) == first
    second = read(tmp_path, load(dogs), text, into=dogs)
    assert [(one.row, one.column) for one in second.refusals] == [(2, "factor")]
    assert second.notes[-2:] == [
        "kept 1 finding of the earlier import, because rows were refused: my-finding:dawes1996-9",
        "kept 1 concept of the earlier import, because rows were refused: my-barrier:fear-of-fog",
    ]
    assert second.files == first.files


def test_a_record_whose_id_two_sources_have(dogs: Path, tmp_path: Path) -> None:
    (dogs / "data" / "more.ttl").write_text(
        KENNEL.replace("dogs/source/kennel2019", "cats/source/kennel2019").replace(
            '"Kennels"', '"Catteries"'
        ),
        encoding="utf-8",
    )
    text = RECORD.replace("lamp2001", "kennel2019")
    own = read(tmp_path, load(dogs), text, "a.yaml", into=dogs)
    assert own.notes == [
        f"a.yaml, row 1: {DOGS}source/kennel2019 is in the graph; only the findings are taken"
    ]
    assert refused(read(tmp_path, load(dogs), text, "a.yaml")) == [
        "a.yaml, row 1, column id: 'kennel2019' stands for "
        "https://example.org/cats/source/kennel2019 and "
        "https://example.org/dogs/source/kennel2019; choose another"
    ]


def test_a_name_of_several_persons_is_not_guessed(dogs: Path) -> None:
    (dogs / "data" / "more.ttl").write_text(MORE, encoding="utf-8")
    with pytest.raises(BarrierGraphError, match="'Ada Quay' stands for 2 persons: person:quay-a, "):
        authorships(NamedNode(f"{DOGS}source/x"), ["Quay, Ada"], DOGS, load(dogs))
