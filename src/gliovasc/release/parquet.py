"""The Parquet export: one file per table, zipped."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from gliovasc.descriptor import Package
from gliovasc.release.archive import zip_bytes
from gliovasc.release.typed import TypedTable, how_to_cite, licence, typed_tables

TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
WORD = pa.dictionary(pa.int32(), pa.string())


def parquet_zip(package: Package) -> bytes:
    """A zip with `<table>.parquet` for each table of the package.

    Each file carries the title and description of its table, version, licence and citation as
    metadata, and each field its own; they also hold the types of pandas, so that an integer with
    empty cells stays an integer there. Raises UnreadableError for a malformed cell.
    """
    about = {
        "version": package.version,
        "licence": licence(package),
        "how_to_cite": how_to_cite(package),
    }
    tables = typed_tables(package)
    return zip_bytes({f"{table.name}.parquet": _file(table, about) for table in tables})


def _file(table: TypedTable, about: dict[str, str]) -> bytes:
    schema = pa.schema([_field(f) for f in table.fields], {**_explained(table.resource), **about})
    buffer = io.BytesIO()
    parquet.write_table(pa.Table.from_pandas(table.frame, schema, preserve_index=False), buffer)
    return buffer.getvalue()


def _field(field: dict[str, Any]) -> pa.Field:
    word = field["type"] == "string" and "enum" in field.get("constraints", {})
    kind = WORD if word else TYPES[field["type"]]
    return pa.field(field["name"], kind, metadata=_explained(field))


def _explained(thing: dict[str, Any]) -> dict[str, str]:
    return {"title": thing["title"], "description": thing["description"]}
