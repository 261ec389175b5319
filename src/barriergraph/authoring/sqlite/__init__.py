"""The graph as an SQLite database, for SQL and for datasette."""

from __future__ import annotations

import json
import os
import sqlite3

from barriergraph.authoring.sqlite.package import NAME, datapackage
from barriergraph.authoring.sqlite.rows import Rows
from barriergraph.authoring.sqlite.tables import SEARCHED, VIEWS, Entities, Field, Links
from barriergraph.errors import BarrierGraphError
from barriergraph.output import CannotWriteError, write_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barriergraph.graph import KnowledgeGraph

__all__ = ["datapackage", "write_sqlite"]

#: What marks a database as ours in its header.
APPLICATION = 0x42475248

_MAGIC = b"SQLite format 3\0"
_TYPES = {"string": "TEXT", "integer": "INTEGER", "boolean": "INTEGER"}


def write_sqlite(path: str | os.PathLike[str], graph: KnowledgeGraph) -> list[str]:
    """Write a database of the graph, and `datapackage.json` beside it; return their paths.

    The same graph gives the same bytes under the same SQLite. Each file is written in one move.

    Raises: BarrierGraphError, before anything is written, for a path or a datapackage.json beside
        it that exists and was not written from here; CannotWriteError.
    """
    place = os.fspath(path)
    package = os.path.join(os.path.dirname(place), "datapackage.json")
    try:
        _check_database(place)
        _check_package(package)
    except OSError as error:
        raise CannotWriteError.of(error) from None
    database, told = _database(graph), datapackage(graph, os.path.basename(place))
    write_file(place, database)
    write_file(package, told.encode())
    return [place, package]


def _database(graph: KnowledgeGraph) -> bytes:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("PRAGMA foreign_keys = ON")
        with connection:
            for table, rows in Rows(graph).all():
                connection.execute(_create(table))
                places = ", ".join("?" * len(table.fields))
                connection.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', rows)
                for statement in _indexes(table):
                    connection.execute(statement)
            for name, (_, sql) in VIEWS.items():
                connection.execute(f'CREATE VIEW "{name}" AS {sql}')
        _search(connection)
        return connection.serialize()
    finally:
        connection.close()


def _create(table: Entities | Links) -> str:
    key = '"id"' if isinstance(table, Entities) else ", ".join(f'"{f.name}"' for f in table.fields)
    lines = [_declared(field, table) for field in table.fields]
    lines.append(f"PRIMARY KEY ({key})")
    lines += [
        f'FOREIGN KEY ("{field.name}") REFERENCES "{field.target}" ("id")'
        for field in table.fields
        if field.target
    ]
    return f'CREATE TABLE "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def _declared(field: Field, table: Entities | Links) -> str:
    needed = isinstance(table, Links) or field.path in ("id", "iri")
    check = f' CHECK ("{field.name}" IN (0, 1))' if field.kind == "boolean" else ""
    return f'"{field.name}" {_TYPES[field.kind]}{" NOT NULL" if needed else ""}{check}'


def _indexes(table: Entities | Links) -> list[str]:
    """Return indexes of what points elsewhere; the first column of a pair has its key already."""
    fields = table.fields if isinstance(table, Entities) else table.fields[1:]
    return [
        f'CREATE INDEX "{table.name}_{field.name}" ON "{table.name}" ("{field.name}")'
        for field in fields
        if field.target
    ]


def _search(connection: sqlite3.Connection) -> None:
    """Add the full text indexes, where this SQLite has them."""
    options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    if "ENABLE_FTS5" not in options:
        return
    with connection:
        for table, columns in SEARCHED.items():
            listed = ", ".join(f'"{column}"' for column in columns)
            connection.execute(
                f'CREATE VIRTUAL TABLE "{table}_fts" USING fts5'
                f'({listed}, content="{table}", tokenize="porter unicode61")'
            )
            connection.execute(f"""INSERT INTO "{table}_fts" ("{table}_fts") VALUES ('rebuild')""")


def _check_database(path: str) -> None:
    if not os.path.lexists(path):
        return
    head = b""
    if os.path.isfile(path):
        with open(path, "rb") as file:
            head = file.read(72)
    if not head.startswith(_MAGIC):
        reason = "this is not an SQLite database, and is not overwritten; choose another name"
        raise BarrierGraphError(f"{path}: {reason}")
    if head[68:72] != APPLICATION.to_bytes(4, "big"):
        reason = "this database was not written by barriergraph, and is not overwritten"
        raise BarrierGraphError(f"{path}: {reason}; choose another name")


def _check_package(path: str) -> None:
    if not os.path.lexists(path):
        return
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("name") != NAME:
        reason = "this describes other data, and is not overwritten; choose another folder"
        raise BarrierGraphError(f"{path}: {reason}")
