"""The SQLite export: all tables with declared keys, their explanations, and some views."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

from gliovasc.descriptor import Package
from gliovasc.release.typed import TypedTable, how_to_cite, licence, typed_tables
from gliovasc.release.views import VIEWS
from gliovasc.report import UnreadableError

# SQLite stores booleans as 0 and 1 and dates as text; the declared type tells clients which.
TYPES = {
    "string": "TEXT",
    "integer": "INTEGER",
    "number": "REAL",
    "boolean": "BOOLEAN",
    "date": "DATE",
}
COMMENTS = 'CREATE TABLE "_comments" ("table" TEXT, "column" TEXT, title TEXT, description TEXT)'
INSERT_COMMENT = 'INSERT INTO "_comments" VALUES (?, ?, ?, ?)'

Comment = tuple[str | None, str | None, str, str]


def sqlite_file(package: Package) -> bytes:
    """An SQLite database of all tables, the views of `gliovasc.release.views`, and `_comments`.

    `_comments` explains the dataset (table and column NULL), each table and view (column NULL) and
    each column. Raises UnreadableError for a malformed cell, a repeated or unknown key, or a
    required cell that is empty.
    """
    tables = typed_tables(package)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        for table in tables:
            database.execute(_create(table))
        database.execute(COMMENTS)
        for view in VIEWS:
            database.execute(f'CREATE VIEW "{view.name}" AS {view.query.strip()}')
        database.execute("PRAGMA foreign_keys = ON")
        try:
            _fill(database, tables)
        except sqlite3.IntegrityError as error:
            message = f"SQLite export: {error}; run scripts/validate.py to find the rows"
            raise UnreadableError(message) from error
        database.executemany(INSERT_COMMENT, _comments(package, tables))
        database.execute("VACUUM")
        return database.serialize()


def _fill(database: sqlite3.Connection, tables: list[TypedTable]) -> None:
    database.execute("BEGIN")
    # A row may name one that comes later: keys are looked up when all rows are in.
    database.execute("PRAGMA defer_foreign_keys = ON")
    for table in tables:
        places = ", ".join("?" * len(table.fields))
        rows = (tuple(_stored(value) for value in row) for row in table.rows())
        database.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', rows)
    database.execute("COMMIT")


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _create(table: TypedTable) -> str:
    lines = [_column(f) for f in table.fields]
    lines.append(f"PRIMARY KEY ({_names(table.schema['primaryKey'])})")
    lines += [_foreign_key(table.name, key) for key in table.schema.get("foreignKeys", [])]
    return f'CREATE TABLE "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def _column(field: dict[str, Any]) -> str:
    required = " NOT NULL" if field.get("constraints", {}).get("required") else ""
    return f'"{field["name"]}" {TYPES[field["type"]]}{required}'


def _foreign_key(table: str, key: dict[str, Any]) -> str:
    reference = key["reference"]
    target = reference["resource"] or table
    target_fields = _names(reference["fields"])
    return f'FOREIGN KEY ({_names(key["fields"])}) REFERENCES "{target}" ({target_fields})'


def _names(fields: list[str]) -> str:
    return ", ".join(f'"{field}"' for field in fields)


def _comments(package: Package, tables: list[TypedTable]) -> Iterator[Comment]:
    about = package.descriptor
    description = f"{about['description']} {licence(package)}. Cite as: {how_to_cite(package)}"
    yield None, None, f"{about['title']}, version {package.version}", description
    for table in tables:
        yield table.name, None, table.resource["title"], table.resource["description"]
        for field in table.fields:
            yield table.name, field["name"], field["title"], field["description"]
    for view in VIEWS:
        yield view.name, None, view.title, view.description
