"""The JSON Schema of records in YAML."""

from __future__ import annotations

from copy import deepcopy

import pytest
from ruamel.yaml import YAML

from barriergraph import KnowledgeGraph
from barriergraph.authoring.schema import record_schema
from barriergraph.authoring.sheets.records import FINDING, RECORD

jsonschema = pytest.importorskip("jsonschema")

GOOD = """\
- id: gull2003
  type: JournalArticle
  title: On fog
  authors:
  - {family: Gull, given: Greta}
  - organisation: Harbour School
  year: 2003
  container: Journal of Foghorns
  volume: 4
  issue: '2'
  pages: 12-19
  doi: 10.5555/abc.1
  url: https://example.org/fog
  publisher: Horn Press
  setting: between-agencies
  setting_basis: inferred
  method: survey
  sample: nine keepers
  confidence: probable
  policy_domains: [lighthouses, ferries]
  places: North Head
  findings:
  - statement: Keepers dared not speak.
    kind: barrier
    barrier: shyness
    addressed_by: [tea]
    link_basis: inferred
    policy_domains: [lighthouses]
    applies_to: [keeper]
    basis: full-text
    certainty: confirmed
    locator: 3
    url: https://example.org/fog/3
    second_hand: true
    effect: hinders
  - statement: Fog altered how goodwill bears on shyness.
    kind: moderator
    barrier: fog
    moderator: fog
    antecedent: goodwill
    outcome: shyness
    applies_to: {policy_domains: [sea], profession: captain}
    basis: title
    stated_as: harm-of-not-sharing
- {id: mist1998, type: Report, title: Mist, setting: several, confidence: confirmed}
"""


def good() -> list[dict[str, object]]:
    records = YAML(typ="safe").load(GOOD)
    assert isinstance(records, list)
    return records


def errors(graph: KnowledgeGraph, records: object) -> list[str]:
    validator = jsonschema.Draft202012Validator(record_schema(graph))
    found = validator.iter_errors(records)
    return sorted(f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in found)


def test_the_schema_is_one(real: KnowledgeGraph, small: KnowledgeGraph) -> None:
    for graph in (real, small):
        jsonschema.Draft202012Validator.check_schema(record_schema(graph))


def test_a_good_record_is_let_through(small: KnowledgeGraph) -> None:
    assert errors(small, good()) == []
    assert errors(small, []) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("type", "Poem", "0/type: 'Poem' is not one of ['Book', 'BookChapter', 'CaseStudy', "
         "'ConferencePaper', 'EventRecord', 'JournalArticle', 'Report', 'Thesis', 'WebPage']"),
        ("id", "Gull 2003", "0/id: 'Gull 2003' does not match '^[a-z0-9]+(-[a-z0-9]+)*$'"),
        ("title", " ", r"0/title: ' ' does not match '\\S'"),
        ("year", "2003", "0/year: '2003' is not of type 'integer'"),
        ("year", 1799, "0/year: 1799 is less than the minimum of 1800"),
        ("pages", "1-4, 9", "0/pages: '1-4, 9' does not match "
         "'^[A-Za-z]*[0-9]+(-[A-Za-z]*[0-9]+)?$'"),
        ("doi", "https://doi.org/10.5555/a", "0/doi: 'https://doi.org/10.5555/a' does not match "
         r"'^10\\.[0-9]{4,9}(\\.[0-9]+)*/\\S+$'"),
        ("url", "example.org", r"0/url: 'example.org' does not match '^https?://[^\\s/]+\\S*$'"),
        ("setting", "unstated", "0/setting: 'unstated' is not one of "
         "['between-agencies', 'inside-one-organisation', 'several']"),
        ("setting_basis", "guessed", "0/setting_basis: 'guessed' is not one of "
         "['stated', 'inferred']"),
        ("authors", [{"given": "Greta"}], "0/authors/0: 'family' is a dependency of 'given'"),
        ("colour", "grey", "0: Additional properties are not allowed ('colour' was unexpected)"),
        ("policy_domains", ["moon"], "0/policy_domains: ['moon'] is not valid under any of the "
         "given schemas"),
        ("policy_domains", ["sea", "sea"], "0/policy_domains: ['sea', 'sea'] is not valid under "
         "any of the given schemas"),
        ("findings.kind", "rumour", "0/findings/0/kind: 'rumour' is not one of ['barrier', "
         "'benefit', 'enabler', 'mitigation', 'moderator', 'risk', 'tension']"),
        ("findings.basis", "hearsay", "0/findings/0/basis: 'hearsay' is not one of ['abstract', "
         "'full-text', 'page', 'title']"),
        ("findings.link_basis", "suggested", "0/findings/0/link_basis: 'suggested' is not one of "
         "['stated', 'inferred']"),
        ("findings.addressed_by", ["shyness"], "0/findings/0/addressed_by: ['shyness'] is not "
         "valid under any of the given schemas"),
        ("findings.second_hand", "yes", "0/findings/0/second_hand: 'yes' is not of type 'boolean'"),
        ("findings.moderator", "fog", "0/findings/0: 'antecedent' is a dependency of 'moderator'"),
        ("findings.colour", "grey", "0/findings/0: Additional properties are not allowed "
         "('colour' was unexpected)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_marked(
    small: KnowledgeGraph, path: str, value: object, told: str
) -> None:
    records = deepcopy(good())
    place = records[0]
    if path.startswith("findings."):
        place = place["findings"][0]  # type: ignore[index]
    place[path.removeprefix("findings.")] = value
    assert told in errors(small, records)


@pytest.mark.parametrize("key", ["id", "type", "title", "setting", "confidence"])
def test_what_a_record_needs(small: KnowledgeGraph, key: str) -> None:
    records = good()
    del records[0][key]
    assert errors(small, records) == [f"0: {key!r} is a required property"]


@pytest.mark.parametrize("key", ["statement", "kind", "basis"])
def test_what_a_finding_needs(small: KnowledgeGraph, key: str) -> None:
    records = good()
    del records[0]["findings"][0][key]  # type: ignore[attr-defined, index]
    assert errors(small, records) == [f"0/findings/0: {key!r} is a required property"]


def test_a_finding_is_about_something_and_a_link_goes_somewhere(small: KnowledgeGraph) -> None:
    finding = {"statement": "a", "kind": "barrier", "basis": "page", "link_basis": "stated"}
    record = {**good()[1], "findings": [finding]}
    told = errors(small, [record])
    assert told == [f"0/findings/0: {finding!r} is not valid under any of the given schemas"] * 2
    finding["addressed_by"] = "tea"
    assert errors(small, [record]) == []


def test_each_value_has_its_name_and_meaning(small: KnowledgeGraph) -> None:
    definitions = record_schema(small)["$defs"]
    assert isinstance(definitions, dict)
    assert definitions["enabler"] == {
        "enum": ["flags", "oil", "tea"],
        "enumDescriptions": [
            "Flags: Signals that all know.", "Oil: Care of tools.", "Tea: A cup together.",
        ],
    }  # fmt: skip
    assert definitions["method"] == {
        "enum": ["interviews", "survey"], "enumDescriptions": ["Interviews", "Survey"],
    }  # fmt: skip


def test_the_keys_are_those_that_are_read(small: KnowledgeGraph) -> None:
    schema = record_schema(small)
    items, definitions = schema["items"], schema["$defs"]
    assert isinstance(items, dict)
    assert isinstance(definitions, dict)
    assert sorted(items["properties"]) == sorted(RECORD)
    assert sorted(definitions["finding"]["properties"]) == sorted(FINDING)
