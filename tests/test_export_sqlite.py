"""The graph as an SQLite database, and the data package beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from barriergraph import KnowledgeGraph, load
from barriergraph.authoring.sqlite import datapackage, write_sqlite
from barriergraph.authoring.sqlite.tables import TABLES, VIEWS
from barriergraph.errors import BarrierGraphError

BG = "PREFIX bg: <https://w3id.org/barriergraph/ontology#>\n"
BG += "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
BG += "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"


@pytest.fixture
def database(small: KnowledgeGraph, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "sea.db"
    assert write_sqlite(path, small) == [str(path), str(tmp_path / "datapackage.json")]
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def rows(connection: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


def test_the_rows_of_a_small_graph(database: sqlite3.Connection) -> None:
    assert {
        table.name: rows(database, f'SELECT COUNT(*) FROM "{table.name}"')[0][0] for table in TABLES
    } == {
        "kinds": 7, "effects": 4, "bases": 4, "certainties": 4, "settings": 3, "methods": 2,
        "levels": 6, "domains": 4, "roles": 5, "places": 2, "factors": 17, "studies": 2,
        "authors": 5, "sources": 8, "findings": 18,
        "source_author": 3, "source_study": 3, "source_domain": 0, "source_role": 0,
        "source_place": 1, "finding_factor": 20, "finding_remedy": 4, "finding_domain": 12,
        "finding_role": 8, "finding_place": 3, "factor_level": 17, "factor_counterpart": 2,
        "factor_broader": 4, "domain_broader": 2, "role_broader": 3, "place_broader": 1,
    }  # fmt: skip


def test_a_source_and_its_authors_in_order(database: sqlite3.Connection) -> None:
    base = "https://w3id.org/barriergraph/id"
    assert rows(database, "SELECT * FROM sources WHERE id = 'gull1990'") == [
        ("gull1990", f"{base}/source/gull1990", "journal article", "Shy keepers", 1990,
         "Journal of Foghorns", None, None, "1-9", "10.1000/gull", None, None, None, None,
         "between-agencies", "stated", "interviews", "9 keepers", "confirmed"),
    ]  # fmt: skip
    assert rows(database, "SELECT * FROM source_author ORDER BY source, position") == [
        ("gull1990", "gull-greta", 1), ("gull1990", "tern-tom", 2), ("tern1995", "tern-tom", 1),
    ]  # fmt: skip
    assert rows(database, "SELECT * FROM authors WHERE id IN ('perch-house', 'tern-tom')") == [
        ("perch-house", f"{base}/organisation/perch-house", "organisation", "Perch House", None,
         None),
        ("tern-tom", f"{base}/person/tern-tom", "person", "Tom Tern", "Tern", "Tom"),
    ]  # fmt: skip


def test_concepts_have_names_meanings_and_kinds(database: sqlite3.Connection) -> None:
    base = "https://w3id.org/barriergraph/id"
    assert rows(database, "SELECT * FROM factors WHERE id IN ('shyness', 'wreck')") == [
        ("shyness", f"{base}/barrier/shyness", "barrier", "Shyness", "bashfulness; timid folk",
         "Not daring to speak.", None),
        ("wreck", f"{base}/risk/wreck", "risk", "Wreck", None, "A ship lost.", None),
    ]  # fmt: skip
    assert rows(database, "SELECT id, type FROM roles") == [
        ("captain", "profession"), ("keeper", "profession"), ("librarian", "profession"),
        ("passenger", "service user"), ("worker", "profession"),
    ]  # fmt: skip


def test_links_say_whose_they_are(database: sqlite3.Connection) -> None:
    assert rows(database, "SELECT * FROM finding_remedy") == [
        ("auk2015-5", "rust", "may counter"), ("gull1990-1", "tea", "addressed by"),
        ("gull1990-2", "oil", "may be addressed by"), ("puffin2001-3", "pride", "against"),
    ]  # fmt: skip
    assert rows(database, "SELECT * FROM finding_factor WHERE factor IN ('tea', 'rust')") == [
        ("albatross2015-key-1", "rust", "yes"), ("gull1990-2", "rust", "yes"),
        ("puffin2001-3", "tea", "yes"), ("skua2010-1", "tea", "no"),
    ]  # fmt: skip


def test_findings_wide_has_names_instead_of_keys(database: sqlite3.Connection) -> None:
    assert rows(database, "SELECT * FROM findings_wide WHERE id = 'gull1990-1'") == [
        ("gull1990-1", "Keepers dared not speak.", "Barrier", "Stage fright", "Hinders",
         "Lighthouses", "Keeper", "North Head", "gull1990", "Shy keepers", "Greta Gull; Tom Tern",
         1990, "journal article", "Between agencies", "Interviews", "Full text", "Confirmed",
         None, "p. 3", None, "10.1000/gull"),
    ]  # fmt: skip
    several = (
        "SELECT factors, roles FROM findings_wide WHERE id IN ('puffin2001-2', 'puffin2001-4')"
    )
    assert rows(database, several) == [
        ("Pride", "Captain; Passenger"), ("Harbour rules; Rumour of rules", None),
    ]  # fmt: skip
    assert rows(database, "SELECT id FROM findings_wide WHERE second_hand = 1") == [("auk2015-3",)]


def test_sources_of_one_study_count_once(database: sqlite3.Connection) -> None:
    assert rows(
        database, "SELECT id, findings, sources, studies FROM factor_evidence ORDER BY id"
    ) == [
        ("calm", 1, 1, 1), ("flags", 1, 1, 1), ("fog", 1, 1, 1), ("goodwill", 0, 0, 0),
        ("loud-vs-quiet", 2, 2, 2), ("mood", 0, 0, 0), ("oil", 0, 0, 0), ("pride", 1, 1, 1),
        ("rules", 1, 1, 1), ("rumour", 1, 1, 1), ("rust", 2, 2, 2), ("scolding", 1, 1, 1),
        ("shyness", 5, 4, 4), ("stage-fright", 1, 1, 1), ("tea", 1, 1, 1), ("tools", 0, 0, 0),
        ("wreck", 1, 1, 1),
    ]  # fmt: skip
    database.execute("UPDATE finding_factor SET factor = 'shyness' WHERE factor = 'stage-fright'")
    assert rows(
        database, "SELECT findings, sources, studies FROM factor_evidence WHERE id = 'shyness'"
    ) == [(6, 5, 4)]  # two sources of the storm are one study


def test_full_text_is_searched_by_stem(database: sqlite3.Connection) -> None:
    found = "SELECT id FROM findings JOIN findings_fts x ON x.rowid = findings.rowid WHERE x.{}"
    assert rows(database, found.format("statement MATCH 'keeper' ORDER BY id")) == [
        ("auk2015-2",), ("gull1990-1",), ("tern1995-1",),
    ]  # fmt: skip
    titles = "SELECT title FROM sources_fts WHERE sources_fts MATCH 'rusting'"
    assert rows(database, titles) == [("Rust and rest",)]
    labels = "SELECT label FROM factors_fts WHERE factors_fts MATCH 'timid'"
    assert rows(database, labels) == [("Shyness",)]


def test_the_database_is_sound(real: KnowledgeGraph, tmp_path: Path) -> None:
    write_sqlite(tmp_path / "a.db", real)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert rows(connection, "PRAGMA integrity_check") == [("ok",)]
        assert rows(connection, "PRAGMA foreign_key_check") == []
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE findings SET source = 'nobody'")


@pytest.mark.parametrize(
    ("sql", "sparql"),
    [
        ("SELECT COUNT(*) FROM findings", "?x a/rdfs:subClassOf* bg:Finding"),
        ("SELECT COUNT(*) FROM sources", "?x a/rdfs:subClassOf* bg:Source"),
        ("SELECT COUNT(*) FROM factors WHERE type = 'barrier'", "?x a bg:Barrier"),
        ("SELECT COUNT(*) FROM factors WHERE type = 'enabler'", "?x a bg:Enabler"),
        ("SELECT COUNT(*) FROM authors WHERE type = 'person'", "?x a bg:Person"),
        ("SELECT COUNT(*) FROM sources WHERE type = 'journal article'", "?x a bg:JournalArticle"),
        ("SELECT COUNT(*) FROM sources WHERE doi IS NOT NULL", "?x bg:doi ?doi"),
        ("SELECT COUNT(DISTINCT finding) FROM finding_domain", "?x bg:inDomain ?domain"),
        ("SELECT COUNT(DISTINCT finding) FROM finding_role", "?x bg:aboutRole ?role"),
        ("SELECT COUNT(DISTINCT finding) FROM finding_factor WHERE at_work = 'no'",
         "?x bg:findsNoEffectOf ?factor"),
        ("SELECT COUNT(DISTINCT finding) FROM finding_remedy WHERE link = 'may counter'",
         "?x bg:mayCounter ?factor"),
        ("SELECT COUNT(DISTINCT source) FROM source_study", "?x bg:reportsOn ?study"),
        ("SELECT COUNT(*) FROM source_author", "?s bg:hasAuthorship ?x"),
        ("SELECT COUNT(*) FROM findings_wide WHERE kind = 'Risk'",
         "?x bg:kind/skos:prefLabel 'Risk'@en"),
        ("SELECT studies FROM factor_evidence WHERE id = 'incompatible-systems'",
         "?f bg:finds <https://w3id.org/barriergraph/id/barrier/incompatible-systems> ;"
         " bg:reportedIn ?s OPTIONAL { ?s bg:reportsOn ?t } BIND(COALESCE(?t, ?s) AS ?x)"),
    ],
)  # fmt: skip
def test_counts_are_those_of_the_graph(
    real: KnowledgeGraph, shipped: sqlite3.Connection, sql: str, sparql: str
) -> None:
    table = real.query(f"{BG}SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {sparql} }}")
    count = int(table.rows[0][0].value)
    assert count > 0
    assert rows(shipped, sql) == [(count,)]


@pytest.fixture(scope="module")
def shipped(
    real: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("sqlite") / "a.db"
    write_sqlite(path, real)
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def test_the_same_graph_gives_the_same_bytes(real: KnowledgeGraph, tmp_path: Path) -> None:
    write_sqlite(tmp_path / "a.db", real)
    first = (tmp_path / "a.db").read_bytes(), (tmp_path / "datapackage.json").read_bytes()
    write_sqlite(tmp_path / "a.db", load())  # over the first, which is ours
    assert ((tmp_path / "a.db").read_bytes(), (tmp_path / "datapackage.json").read_bytes()) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "datapackage.json"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("text", "this is not an SQLite database, and is not overwritten; choose another name"),
        ("empty", "this is not an SQLite database, and is not overwritten; choose another name"),
        ("folder", "this is not an SQLite database, and is not overwritten; choose another name"),
        ("other.db", "this database was not written by barriergraph, and is not overwritten;"
         " choose another name"),
    ],
)  # fmt: skip
def test_what_is_there_is_not_overwritten(
    small: KnowledgeGraph, tmp_path: Path, name: str, reason: str
) -> None:
    path = tmp_path / name
    (tmp_path / "text").write_text("a text")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE a (b)")
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(BarrierGraphError) as caught:
        write_sqlite(path, small)
    assert str(caught.value) == f"{path}: {reason}"
    assert before is None or path.read_bytes() == before
    assert not (tmp_path / "datapackage.json").exists()


@pytest.mark.parametrize("text", ['{"name": "ships"}', "[]", "no JSON"])
def test_the_package_of_other_data_is_not_overwritten(
    small: KnowledgeGraph, tmp_path: Path, text: str
) -> None:
    (tmp_path / "datapackage.json").write_text(text)
    with pytest.raises(BarrierGraphError, match="describes other data, and is not overwritten"):
        write_sqlite(tmp_path / "a.db", small)
    assert (tmp_path / "datapackage.json").read_text() == text
    assert not (tmp_path / "a.db").exists()


def test_a_folder_that_does_not_exist_is_told(small: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.db"
    with pytest.raises(BarrierGraphError) as caught:
        write_sqlite(path, small)
    assert str(caught.value) == f"{path}: cannot be written: no such file or directory"


def test_the_package_describes_each_table(
    small: KnowledgeGraph, database: sqlite3.Connection
) -> None:
    package = json.loads(datapackage(small, "sea.db"))
    names = [resource["name"] for resource in package["resources"]]
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%!_fts%' ESCAPE '!'"
    )
    assert sorted(names) == sorted(row[0] for row in rows(database, tables))
    kinds = {"TEXT": {"string"}, "INTEGER": {"integer", "boolean"}}
    for resource in package["resources"]:
        name, schema = resource["name"], resource["schema"]
        columns = rows(database, f'PRAGMA table_info("{name}")')
        assert [field["name"] for field in schema["fields"]] == [column[1] for column in columns]
        for field, column in zip(schema["fields"], columns, strict=True):
            assert field["type"] in kinds[str(column[2])]
            assert field["description"]
        keys = sorted((column for column in columns if column[5]), key=lambda one: one[5])
        assert schema["primaryKey"] == [column[1] for column in keys]
        references = rows(database, f'PRAGMA foreign_key_list("{name}")')
        assert sorted(
            (key["fields"], key["reference"]) for key in schema.get("foreignKeys", ())
        ) == sorted(([row[3]], {"resource": row[2], "fields": [row[4]]}) for row in references)
    assert list(package["databases"]) == ["sea"]
    assert sorted(package["databases"]["sea"]["tables"]) == sorted([*names, *VIEWS])


def test_a_package_says_what_it_is(small: KnowledgeGraph) -> None:
    package = json.loads(datapackage(small))
    assert package["licenses"] == [
        {
            "name": "CC-BY-4.0",
            "path": "https://creativecommons.org/licenses/by/4.0/",
            "title": "Creative Commons Attribution 4.0 International",
        }
    ]
    assert package["version"] == "0.1.0"
    (link,) = [one for one in package["resources"] if one["name"] == "finding_role"]
    assert link == {
        "name": "finding_role",
        "title": "Finding role",
        "description": "Professions and service users that the source names for a finding",
        "path": "barriergraph.db",
        "format": "sqlite",
        "mediatype": "application/vnd.sqlite3",
        "dialect": {"table": "finding_role"},
        "schema": {
            "fields": [
                {"name": "finding", "type": "string", "title": "finding",
                 "description": "Key of a row of findings"},
                {"name": "role", "type": "string", "title": "role",
                 "description": "Key of a row of roles"},
            ],
            "primaryKey": ["finding", "role"],
            "foreignKeys": [
                {"fields": ["finding"], "reference": {"resource": "findings", "fields": ["id"]}},
                {"fields": ["role"], "reference": {"resource": "roles", "fields": ["id"]}},
            ],
        },
    }  # fmt: skip
    (sources,) = [one for one in package["resources"] if one["name"] == "sources"]
    assert sources["schema"]["fields"][9] == {
        "name": "doi", "type": "string", "title": "DOI",
        "description": "Gives the DOI of a source, without a resolver's address.",
    }  # fmt: skip


def test_things_of_one_slug_are_told_apart(tmp_path: Path) -> None:
    module = tmp_path / "mine"
    (module / "data").mkdir(parents=True)
    (module / "data" / "a.ttl").write_text(
        """\
PREFIX barrier: <https://w3id.org/barriergraph/id/barrier/>
PREFIX bg: <https://w3id.org/barriergraph/ontology#>
PREFIX enabler: <https://w3id.org/barriergraph/id/enabler/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
barrier:fog a bg:Factor ; skos:prefLabel "Fog"@en ; bg:counterpart enabler:fog .
enabler:fog a bg:Factor ; skos:prefLabel "Mist"@en, "Brume"@fr .
barrier:oil a bg:Factor ; bg:counterpart barrier:nowhere .
"""
    )
    write_sqlite(tmp_path / "a.db", load(module, base=False))
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert rows(connection, "SELECT id, label FROM factors") == [
            ("barrier:fog", "Fog"), ("enabler:fog", "Mist"), ("oil", "barrier:oil"),
        ]  # fmt: skip
        assert rows(connection, "SELECT * FROM factor_counterpart") == [
            ("barrier:fog", "enabler:fog")
        ]
