"""Whoever breaks a file is told where, what duty it breaks and what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, SH

from barriergraph import sources
from barriergraph.checking import Checker, Outcome, formats
from barriergraph.checking.targets import targets
from barriergraph.errors import NotFoundError, SourceError
from barriergraph.namespaces import PREFIXES

Command = Callable[..., tuple[int, str, str]]

FAULTY = Path(__file__).parent / "fixtures" / "faulty"

#: Faults whose line cannot bear a mark, because the line is a query's header or there is none.
UNMARKED = {
    ("data/notes.csv", None, "file-name"),
    ("queries/no-slot.rq", 4, "query"),
    ("queries/lost-behind.rq", 4, "query-behind"),
    ("queries/odd-names.rq", 5, "query-example"),
}


def marked() -> set[tuple[str, int | None, str]]:
    """Return the faults that the files themselves announce, as '# ! duty' at the end of a line."""
    found: set[tuple[str, int | None, str]] = set(UNMARKED)
    for path in FAULTY.rglob("*"):
        for number, line in enumerate(path.read_text().splitlines() if path.is_file() else (), 1):
            mark = re.search(r"# ! (.+)$", line)
            for duty in mark[1].split() if mark else ():
                found.add((str(path.relative_to(FAULTY)), number, duty))
    return found


@pytest.fixture(scope="module")
def faulty() -> Outcome:
    """A check of a module with a fault of every kind on top of what ships."""
    found = targets([str(FAULTY)], [])
    return Checker(found.modules, wanted=found.wanted, reasoner=False).run()


@pytest.fixture(scope="module")
def shipped() -> Outcome:
    """A check of what ships, without the reasoner."""
    return Checker(sources.modules([]), reasoner=False).run()


def test_every_fault_is_told_at_its_line_and_no_other(faulty: Outcome) -> None:
    told = {
        (str(Path(fault.path).relative_to(FAULTY)), fault.line, fault.duty)
        for fault in faulty.faults
        if fault.severity != "info"
    }

    assert told == marked()


def test_what_was_perhaps_meant_is_told(faulty: Outcome) -> None:
    hints = {fault.duty: fault.hint for fault in faulty.faults if fault.hint}

    assert hints == {
        "bgs:FindingShape-kind": "did you mean kind:barrier?",
        "bgs:TypedShape-property": "did you mean bg:finds?",
    }


def test_a_name_in_a_query_is_compared_with_others_by_its_last_part(tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    text = (
        "#+ title: Odd names\n#+ question: Which?\n#+ tags: odd\n"
        "PREFIX bg: <https://w3id.org/barriergraph/ontology#>\n"
        "SELECT ?a WHERE { ?a bg:inDomian ?b ; bg:zebra ?c } ORDER BY ?a\n"
    )
    (tmp_path / "queries" / "odd.rq").write_text(text, encoding="utf-8")

    outcome = Checker(sources.modules([tmp_path]), reasoner=False).run()

    assert sorted(one.message for one in outcome.faults if one.duty == "query-name") == [
        "The query asks for bg:inDomian, of which the graph says nothing; did you mean "
        "bg:inDomain?",
        "The query asks for bg:zebra, of which the graph says nothing.",
    ]


def test_a_clash_names_all_that_clash_with_file_and_line(faulty: Outcome) -> None:
    (clash,) = [fault for fault in faulty.faults if fault.duty == "cax-adc"]

    assert re.fullmatch(
        r"These cannot all be true, because bg:Factor and bg:PolicyDomain share no member: "
        r"barrier:fear-of-sharing rdf:type bg:Barrier \[data/concepts/barriers\.ttl:\d+\]; "
        r"barrier:fear-of-sharing rdf:type bg:PolicyDomain \[.*data/clash\.ttl:\d+\]\. "
        r"Take one of them back\.",
        clash.message,
    )


def test_what_ships_is_sound_and_every_warning_is_meant(shipped: Outcome) -> None:
    warnings = {fault.duty for fault in shipped.faults if fault.severity == "warning"}

    assert shipped.sound
    assert warnings == {
        "bgs:FactorShape-use",  # three concepts of the taxonomy that no record names
        "bgs:FindingShape-factor-benefit",  # the records do not say which benefit
        "bgs:FindingShape-finds-enabler",  # two findings that name no enabler in the taxonomy
        "bgs:FindingShape-locator-fullText",  # the records have no page
        "bgs:SourceShape-studyBasis-missing",  # the evidence does not say who made the link
        "bgs:SourceShape-use",  # cited as candidates only
        "bgs:SourceShape-year-missing",  # the page is not dated
    }


def test_sarif_points_to_files_and_lines(faulty: Outcome) -> None:
    document = json.loads(formats.to_sarif(faulty, "1"))
    (run,) = document["runs"]

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert document["version"] == "2.1.0"
    assert [(rules[r["ruleIndex"]], r["level"]) for r in run["results"]] == [
        (f.duty, {"violation": "error", "warning": "warning", "info": "note"}[f.severity])
        for f in faulty.faults
    ]
    places = [r["locations"][0]["physicalLocation"] for r in run["results"]]
    assert [p.get("region", {}).get("startLine") for p in places] == [
        fault.line for fault in faulty.faults
    ]
    assert all(not p["artifactLocation"]["uri"].startswith("/") for p in places)


def test_turtle_is_a_shacl_report_of_every_fault(faulty: Outcome) -> None:
    graph = rdflib.Graph().parse(data=formats.to_turtle(faulty), format="turtle")
    at = rdflib.URIRef(PREFIXES["prov"] + "atLocation")

    assert graph.value(predicate=RDF.type, object=SH.ValidationReport) is not None
    assert sorted(str(place) for place in graph.objects(predicate=at)) == sorted(
        fault.place for fault in faulty.faults
    )
    assert len(list(graph.subjects(RDF.type, SH.ValidationResult))) == len(faulty.faults)


def test_json_has_every_field(faulty: Outcome) -> None:
    document = json.loads(formats.to_json(faulty))

    assert document["sound"] is False
    assert [(f["place"] if "place" in f else f["file"], f["line"]) for f in document["faults"]] == [
        (fault.file, fault.line) for fault in faulty.faults
    ]
    assert document["counts"] == dict(faulty.counts)


def test_text_counts_infos_and_lists_them_when_asked(shipped: Outcome) -> None:
    short, long = formats.to_text(shipped), formats.to_text(shipped, every=True)

    assert "273 places; --all lists them" in short
    assert "places; --all" not in long
    assert long.count("\n    data/") + long.count("\n    ontology/") >= 300
    assert short.endswith("sound: 0 violations, 86 warnings, 305 infos\n")


@pytest.mark.parametrize("name", ["data/duties.ttl", "queries/odd-names.rq", "shapes/misspelt.ttl"])
def test_a_file_of_a_module_is_told_of_by_itself(name: str) -> None:
    found = targets([str(FAULTY / name)], [])
    outcome = Checker(found.modules, wanted=found.wanted, reasoner=False).run()

    warned = {Path(f.path).name for f in outcome.faults if f.severity != "violation"}
    assert warned <= {Path(name).name}
    assert {
        (str(Path(fault.path).relative_to(FAULTY)), fault.line, fault.duty)
        for fault in outcome.faults
        if Path(fault.path) == FAULTY / name and fault.severity != "info"
    } == {one for one in marked() if one[0] == name}


def test_a_file_by_itself_is_read_on_top_of_what_ships(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    text = (FAULTY / "data" / "good.ttl").read_text()
    path.write_text(text.replace("kind:barrier", "kind:barier"))

    found = targets([str(path)], [])
    outcome = Checker(found.modules, wanted=found.wanted, reasoner=False).run()

    assert [(f.path, f.duty, f.hint) for f in outcome.faults] == [
        (str(path), "bgs:FindingShape-kind", "did you mean kind:barrier?")
    ]


def test_a_path_that_is_not_there_or_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_text("x")
    (tmp_path / "paper.ttl").write_text("")

    with pytest.raises(NotFoundError, match=r"paper\.tll.*did you mean .*paper\.ttl"):
        targets([str(tmp_path / "paper.tll")], [])
    with pytest.raises(SourceError, match=r"neither a Turtle file \(\.ttl\) nor a query"):
        targets([str(tmp_path / "notes.docx")], [])


def test_the_exit_code_says_whether_it_is_sound(tmp_path: Path, command: Command) -> None:
    good = tmp_path / "good.ttl"
    shutil.copy(FAULTY / "data" / "good.ttl", good)
    unread = tmp_path / "unread.ttl"
    text = good.read_text().replace('bg:locator "p. 3"@en ;\n', "")
    unread.write_text(text)

    code, out, err = command("check", str(good), "--no-reasoner", "--strict")
    assert (code, err) == (0, "")
    assert out.endswith("sound: 0 violations, 0 warnings, 0 infos\n")
    assert command("check", str(unread), "--no-reasoner")[0] == 0
    assert command("check", str(unread), "--no-reasoner", "--strict")[0] == 1
    assert command("check", str(FAULTY), "--no-reasoner")[0] == 1
    assert command("check", "nowhere")[0] == 2


def test_a_recheck_of_a_changed_file_tells_what_a_whole_check_does(tmp_path: Path) -> None:
    (tmp_path / "mine" / "data").mkdir(parents=True)
    path = tmp_path / "mine" / "data" / "good.ttl"
    text = (FAULTY / "data" / "good.ttl").read_text()
    path.write_text(text)
    found = targets([str(tmp_path / "mine")], [])
    checker = Checker(found.modules, wanted=found.wanted, reasoner=False)
    assert checker.recheck([str(path)]) is None
    assert checker.run().faults == ()

    for broken in (
        text.replace("kind:barrier", "kind:barier"),
        text.replace("bg:reportedIn my:paper ;", ""),
        text.replace(" bg:year 2026 ;", " bg:year 2026"),
        text.replace("bg:finds barrier", "bg:findss barrier"),
        text,
    ):
        path.write_text(broken)
        near = checker.recheck([str(path)])
        whole = Checker(found.modules, wanted=found.wanted, reasoner=False).run()
        assert near is not None
        assert near.faults == whole.faults
    assert near.faults == ()
    assert checker.recheck([str(tmp_path / "mine" / "data" / "new.ttl")]) is None


def test_watch_checks_again_when_a_file_changes(tmp_path: Path) -> None:
    (tmp_path / "mine" / "data").mkdir(parents=True)
    path = tmp_path / "mine" / "data" / "good.ttl"
    text = (FAULTY / "data" / "good.ttl").read_text()
    path.write_text(text)
    words = ["check", str(path), "--watch", "--no-reasoner", "--format", "json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "barriergraph", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        assert process.stderr is not None
        _until(process.stderr, "all checked")
        path.unlink()  # as an editor that saves by renaming does
        time.sleep(0.5)
        path.write_text(text.replace("kind:barrier", "kind:barier"))
        _until(process.stderr, "all checked")
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=60)
    decoder = json.JSONDecoder()
    first, end = decoder.raw_decode(out)
    second, _ = decoder.raw_decode(out[end:].lstrip())

    assert (first["sound"], first["faults"]) == (True, [])
    assert [fault["duty"] for fault in second["faults"]] == ["bgs:FindingShape-kind"]


def _until(lines: Iterable[str], words: str) -> None:
    told = []
    for line in lines:
        if words in line:
            return
        told.append(line)
    raise AssertionError(f"the process ended before it said {words!r}: {''.join(told)}")


def test_a_name_that_a_vocabulary_of_others_does_not_have_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine" / "data").mkdir(parents=True)
    (tmp_path / "mine" / "data" / "a.ttl").write_text(
        "PREFIX dcterms: <http://purl.org/dc/terms/>\n"
        "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
        "<https://example.org/a> dcterms:titel 'A'@en .\n"
        "<https://example.org/b> a foaf:Persn ; foaf:name 'B' .\n"
        "<https://example.org/c> rdf:_1 <https://example.org/a> .\n",
        encoding="utf-8",
    )
    found = targets([str(tmp_path / "mine")], [])

    outcome = Checker(found.modules, wanted=found.wanted, reasoner=False).run()

    told = {(one.line, one.value, one.message.partition("; ")[2])
            for one in outcome.faults if one.duty == "vocabulary"}  # fmt: skip
    assert told == {
        (4, "dcterms:titel", "did you mean dcterms:title?"),
        (5, "foaf:Persn", "did you mean foaf:Person?"),
    }
