"""What every export writes: the tables of a package with their types, and what to say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gliovasc.citation import cite
from gliovasc.descriptor import Package
from gliovasc.report import UnreadableError
from gliovasc.tables import Dataset, read_table, typed


@dataclass(frozen=True)
class TypedTable:
    """One table: its resource and schema, and a frame with the schema's columns and types."""

    resource: dict[str, Any]
    schema: dict[str, Any]
    frame: pd.DataFrame

    @property
    def name(self) -> str:
        """Name of the table."""
        return str(self.resource["name"])

    @property
    def fields(self) -> list[dict[str, Any]]:
        """Fields of the schema, in order."""
        return list(self.schema["fields"])

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Rows as plain Python values: str, int, float, bool, date, and None where empty."""
        columns = [_plain(self.frame[f["name"]], f["type"]) for f in self.fields]
        return zip(*columns, strict=True)


def _plain(column: pd.Series, kind: str) -> list[Any]:
    values = column.dt.date if kind == "date" else column
    return values.astype(object).where(column.notna(), None).tolist()


def typed_tables(package: Package) -> list[TypedTable]:
    """The tables in the descriptor's order.

    Raises UnreadableError at the first cell or file that is malformed: an export would lose it.
    """
    return [_typed_table(package, resource) for resource in package.resources]


def _typed_table(package: Package, resource: dict[str, Any]) -> TypedTable:
    raw = read_table(package, resource)
    frame, malformed = typed(raw)
    problems = [*raw.problems, *malformed]
    if problems:
        raise UnreadableError(problems[0].text)
    return TypedTable(resource, raw.schema, frame)


def how_to_cite(package: Package) -> str:
    """Citation of this version, in one line."""
    return cite(Dataset(package), [])


def licence(package: Package) -> str:
    """Title and address of the licence of the data."""
    return "; ".join(f"{item['title']}, {item['path']}" for item in package.descriptor["licenses"])
