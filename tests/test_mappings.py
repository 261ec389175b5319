"""Mappings to published classifications as SSSOM."""

from __future__ import annotations

import csv
from pathlib import Path

from ruamel.yaml import YAML

from barriergraph import KnowledgeGraph, load
from barriergraph.authoring.mappings import COLUMNS, sssom

PROPOSED = "Proposed by barriergraph; the authors of the classification have not made it."


def parts(text: str) -> tuple[dict[str, object], list[dict[str, str]]]:
    """Return the header and the rows of an SSSOM file, as other software would read them."""
    lines = text.splitlines()
    head = [line[1:] for line in lines if line.startswith("#")]
    rows = csv.DictReader(lines[len(head) :], delimiter="\t")
    return YAML(typ="safe").load("\n".join(head)), list(rows)


def test_the_whole_file_of_a_small_graph(small: KnowledgeGraph) -> None:
    head = """\
#mapping_set_id: https://w3id.org/barriergraph/mappings
#mapping_set_title: "barriergraph: mappings to published classifications"
#mapping_set_version: "0.1.0"
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  barrier: https://w3id.org/barriergraph/id/barrier/
#  category: https://w3id.org/barriergraph/id/category/
#  classification: https://w3id.org/barriergraph/id/classification/
#  scheme: https://w3id.org/barriergraph/id/scheme/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
"""
    rows = [
        COLUMNS,
        ("barrier:pride", "Pride", "skos:broadMatch", "category:winds-south", "South",
         "semapv:ManualMappingCuration", "scheme:barriers", "classification:winds", PROPOSED),
        ("barrier:shyness", "Shyness", "skos:closeMatch", "category:winds-north", "North",
         "semapv:ManualMappingCuration", "scheme:barriers", "classification:winds", PROPOSED),
    ]  # fmt: skip
    assert sssom(small) == head + "".join("\t".join(row) + "\n" for row in rows)


def test_what_is_asserted_outright_is_no_proposal(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text(
        """\
PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
barrier:fog skos:prefLabel "The \\"fog\\"\\tof war"@en ;
    skos:exactMatch <https://example.org/a/1> ;
    bg:proposedCloseMatch <https://example.org/a/2> ;
    skos:closeMatch <https://example.org/a/2> .
""",
        "utf-8",
    )
    head, rows = parts(sssom(load(tmp_path, base=False)))
    assert head == {
        "mapping_set_id": "https://w3id.org/barriergraph/mappings",
        "mapping_set_title": "barriergraph: mappings to published classifications",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "curie_map": {
            "barrier": "https://w3id.org/barriergraph/id/barrier/",
            "semapv": "https://w3id.org/semapv/vocab/",
            "skos": "http://www.w3.org/2004/02/skos/core#",
        },
    }
    told = [(row["predicate_id"], row["object_id"], row["comment"]) for row in rows]
    assert told == [
        ("skos:closeMatch", "https://example.org/a/2", ""),
        ("skos:exactMatch", "https://example.org/a/1", ""),
    ]
    assert {row["subject_label"] for row in rows} == {'The "fog"\tof war'}
    assert {row["object_label"] for row in rows} == {""}


def test_a_graph_without_mappings_gives_a_file_without_rows(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert sssom(load(tmp_path, base=False)) == (
        "#mapping_set_id: https://w3id.org/barriergraph/mappings\n"
        '#mapping_set_title: "barriergraph: mappings to published classifications"\n'
        "#license: https://creativecommons.org/licenses/by/4.0/\n" + "\t".join(COLUMNS) + "\n"
    )


def test_every_mapping_of_the_shipped_graph_is_there_once(real: KnowledgeGraph) -> None:
    _, rows = parts(sssom(real))
    table = real.query(
        "PREFIX bg: <https://w3id.org/barriergraph/ontology#> SELECT (COUNT(*) AS ?n) WHERE "
        "{ ?s bg:proposedCloseMatch|bg:proposedBroadMatch|bg:proposedNarrowMatch"
        "|bg:proposedRelatedMatch ?o }"
    )
    assert len(rows) == int(table.rows[0][0].value)
    keys = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in rows]
    assert sorted(set(keys)) == keys
    assert {row["comment"] for row in rows} == {PROPOSED}
    assert all(
        row["subject_label"] and row["object_label"] and row["object_source"] for row in rows
    )
