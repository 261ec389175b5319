"""What the database holds, as a Frictionless data package that datasette reads, too."""

from __future__ import annotations

import json
import os

from barriergraph.authoring.sqlite.tables import TABLES, VIEWS, Entities, Field, Links
from barriergraph.edition import DESCRIPTION, LICENSE, TITLE
from barriergraph.namespaces import BASE, ONTOLOGY, PREFIXES
from barriergraph.results import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.graph import KnowledgeGraph

#: The name of the package, by which a file that was written here is known again.
NAME = "barriergraph"

_LICENCE = "CC-BY-4.0"
_FACETS = {
    "factors": ["type"],
    "findings": ["kind", "certainty", "basis"],
    "sources": ["type", "setting", "method"],
}


def datapackage(graph: KnowledgeGraph, database: str = "barriergraph.db") -> str:
    """Return the description of the database as JSON, for `datasette --metadata` as well.

    `database` is the file's name. A column that holds a property of the graph is described as the
    ontology defines it.

    Source: https://datapackage.org/standard/data-package/
    Source: https://docs.datasette.io/en/stable/metadata.html
    """
    told = _Definitions(graph)
    version = told.version()
    stem = os.path.splitext(os.path.basename(database))[0]
    tables = {table.name: _datasette(table, told) for table in TABLES}
    tables |= {name: {"description": help} for name, (help, _) in VIEWS.items()}
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "id": BASE.rstrip("/"),
        "title": TITLE,
        "description": DESCRIPTION,
        **({"version": version} if version else {}),
        "licenses": [{"name": _LICENCE, "path": LICENSE,
                      "title": "Creative Commons Attribution 4.0 International"}],
        "license": _LICENCE,
        "license_url": LICENSE,
        "resources": [_resource(table, told, database) for table in TABLES],
        "databases": {stem: {"tables": tables}},
    }  # fmt: skip
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


class _Definitions:
    """What the ontology says of its properties."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._found = dict(
            self._asked(f"SELECT ?p ?text WHERE {{ ?p <{PREFIXES['skos']}definition> ?text ;"
                        f" <{PREFIXES['rdfs']}isDefinedBy> <{ONTOLOGY}> }} ORDER BY ?p ?text")
        )  # fmt: skip

    def of(self, field: Field) -> str:
        """Return what a column says."""
        if field.help:
            return field.help
        prefix, _, local = field.path.partition(":")
        found = self._found.get(f"{PREFIXES[prefix]}{local}") if local else None
        return found or f"Key of a row of {field.target}"

    def version(self) -> str:
        """Return the version of the ontology, or an empty text."""
        texts = self._asked(f"SELECT ?v WHERE {{ <{ONTOLOGY}> <{PREFIXES['owl']}versionInfo> ?v }}")
        return min((text for text, _ in texts), default="")

    def title(self, field: Field) -> str:
        """Return the name of a column for people."""
        if field.path.startswith("bg:"):
            found = self._graph.label(field.path)
            return found if found != field.path else field.name.replace("_", " ")
        return field.name.replace("_", " ")

    def _asked(self, text: str) -> list[tuple[str, str]]:
        table = self._graph.query(text)
        assert isinstance(table, Table)
        return [(_value(row[0]), _value(row[-1])) for row in table.rows]


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))


def _resource(table: Entities | Links, told: _Definitions, database: str) -> dict[str, object]:
    keys = [
        {"fields": [field.name], "reference": {"resource": field.target, "fields": ["id"]}}
        for field in table.fields
        if field.target
    ]
    primary = ["id"] if isinstance(table, Entities) else [field.name for field in table.fields]
    schema: dict[str, object] = {
        "fields": [_described(field, told) for field in table.fields],
        "primaryKey": primary,
        **({"foreignKeys": keys} if keys else {}),
    }
    return {
        "name": table.name,
        "title": table.name.replace("_", " ").capitalize(),
        "description": table.help,
        "path": os.path.basename(database),
        "format": "sqlite",
        "mediatype": "application/vnd.sqlite3",
        "dialect": {"table": table.name},
        "schema": schema,
    }


def _described(field: Field, told: _Definitions) -> dict[str, object]:
    of_kind: dict[str, object] = {"type": field.kind}
    if field.kind == "boolean":
        of_kind |= {"trueValues": ["1"], "falseValues": ["0"]}
    return {
        "name": field.name,
        **of_kind,
        "title": told.title(field),
        "description": told.of(field),
    }


def _datasette(table: Entities | Links, told: _Definitions) -> dict[str, object]:
    found: dict[str, object] = {
        "description": table.help,
        "columns": {field.name: told.of(field) for field in table.fields},
    }
    if isinstance(table, Entities):
        found["label_column"] = table.label
    if table.name in _FACETS:
        found["facets"] = _FACETS[table.name]
    return found
