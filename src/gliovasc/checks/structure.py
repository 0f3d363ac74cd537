"""The first two layers: frictionless on the tables, jsonschema on descriptor and table schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

from gliovasc.descriptor import Package, home, is_inside
from gliovasc.report import ERROR, Problem, UnreadableError
from gliovasc.tables import Tables

META = "schemas/meta"
# What frictionless calls an error, and how to mend it.
MENDS = {
    "type-error": "Write a value of the type that the schema says",
    "constraint-error": "Compare with the schema of the field",
    "unique-error": "Give the row a key of its own, or delete the duplicate",
    "foreign-key": "Correct the key, or add the row that it names",
    "extra-cell": "Quote cells that hold a comma",
    "missing-cell": "Complete the row",
    "extra-label": "Delete the column, or add it to the schema",
    "missing-label": "Restore the column",
    "incorrect-label": "Put the columns in the order of the schema",
    "duplicate-label": "Rename the column",
    "blank-label": "Name the column",
    "blank-row": "Delete the line",
    "hash-count": "Download the release again",
    "byte-count": "Download the release again",
}
# Said already: by the reader of the file, or by the uniqueness of the key column.
SAID_ELSEWHERE = {"source-error", "encoding-error", "scheme-error", "format-error", "primary-key"}


def schema_problems(package: Package) -> Iterator[Problem]:
    """What the closed JSON Schemas say of the descriptor and of each table schema."""
    yield from _against("datapackage.json", package.descriptor, "datapackage.json")
    for resource in package.resources:
        path = resource.get("schema")
        if isinstance(path, str) and is_inside(path):
            try:
                yield from _against("tableschema.json", package.schema(resource), path)
            except UnreadableError as error:
                yield Problem("schema_file", ERROR, path, str(error), "Restore the schema")


def _against(meta: str, content: Any, path: str) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator

    meta_schema = json.loads((home() / META / meta).read_bytes())
    errors = Draft202012Validator(meta_schema).iter_errors(content)
    for error in sorted(errors, key=lambda e: e.json_path):
        check = "descriptor" if meta == "datapackage.json" else "table_schema"
        mend = f"Compare with {META}/{meta}"
        message = f"{error.json_path}: {error.message[:200]}"
        yield Problem(check, ERROR, path, message, mend)


def vocabulary_problems(tables: Tables) -> Iterator[Problem]:
    """Words of enums and rows of `terms` are the same."""
    if "terms" not in tables:
        return
    terms = tables["terms"]
    explained = set(zip(terms.frame["vocabulary"], terms.frame["code"], strict=True))
    used: set[tuple[str, str]] = set()
    for name in tables:
        table = tables[name]
        for field in table.fields.values():
            vocabulary = field.get("vocabulary", "")
            words = [str(w) for w in field.get("constraints", {}).get("enum", [])]
            used |= {(vocabulary, word) for word in words}
            for word in words:
                if (vocabulary, word) not in explained:
                    path = str(tables.package.resources[list(tables).index(name)].get("schema"))
                    message = f"{field['name']} allows a word that terms does not explain"
                    mend = f"Add {vocabulary}:{word} to data/terms.csv"
                    yield Problem("enum_explained", ERROR, path, message, mend, name, value=word)
    for line, row in terms.frame.iterrows():
        if (row["vocabulary"], row["code"]) not in used:
            message, mend = "a term is a word of an enum", "Delete the term, or allow the word"
            cell = {"row": row["term_id"], "field": "code", "value": row["code"]}
            yield terms.problem("term_used", message, mend, int(str(line)), **cell)


class Found(NamedTuple):
    """An error of frictionless, as plain text that can cross from one process to another."""

    table: str
    type: str
    note: str
    record: int
    field: str
    value: str


def frictionless_errors(folder: str, descriptor: dict[str, Any]) -> list[Found]:
    """Validate a descriptor's tables below `folder` with frictionless."""
    from frictionless import FrictionlessException, system
    from frictionless import Package as FrictionlessPackage

    try:
        with system.use_context(trusted=False):
            report = FrictionlessPackage.from_descriptor(descriptor, basepath=folder).validate()
    except FrictionlessException as exception:
        # A schema that frictionless can't use stops it before the first table.
        return [Found("", "package", _sentence(exception.error), 0, "", "")]
    except (AttributeError, KeyError, TypeError, ValueError) as exception:
        # So does one that it does not expect; where it is wrong, the closed JSON Schemas say.
        note = f"frictionless can't use it ({type(exception).__name__}: {exception})"
        return [Found("", "package", " ".join(note.split()), 0, "", "")]
    errors = [("", error) for error in report.errors]
    errors += [(task.name, error) for task in report.tasks for error in task.errors]
    return [_found(table, error) for table, error in errors if error.type not in SAID_ELSEWHERE]


def _found(table: str, error: Any) -> Found:
    field = getattr(error, "field_name", "") or getattr(error, "label", "") or ""
    value = str(getattr(error, "cell", "") or "")
    if error.type == "foreign-key":
        field, value = error.field_names[0], error.field_cells[0]
    return Found(table, error.type, _sentence(error), getattr(error, "row_number", 0), field, value)


def without(package: Package, unreadable: set[str]) -> dict[str, Any]:
    """The descriptor without the tables that are problems already, or whose path is not safe."""
    resources = [
        r for r in package.resources if r["name"] not in unreadable and package.is_safe(r["path"])
    ]
    return {**package.descriptor, "resources": resources}


def translate(found: Found, tables: Tables) -> Problem:
    """A frictionless error as a problem: record numbers become line numbers."""
    mend = MENDS.get(found.type, "Compare with the schema of the table")
    if not found.table:
        return Problem("package", ERROR, "datapackage.json", found.note, "Mend the descriptor")
    table = tables[found.table]
    lines = table.frame.index
    inside = 0 <= found.record - 2 < len(lines)
    line = int(lines[found.record - 2]) if inside else int("label" in found.type)
    row = str(table.frame.at[line, table.key]) if inside else ""
    cell = {"row": row, "field": found.field, "value": found.value}
    near = nearest(found, tables)
    mend = f"{mend}; did you mean {near}?" if near else mend
    return table.problem(found.type, found.note, mend, line, **cell)


def nearest(found: Found, tables: Tables) -> str:
    """The word of the vocabulary, or the key of the other table, that a wrong one is most like."""
    table = tables[found.table]
    words: list[str] = []
    if found.type == "constraint-error":
        words = table.fields.get(found.field, {}).get("constraints", {}).get("enum", [])
    elif found.type == "foreign-key":
        target = next(
            (
                key["reference"]["resource"] or found.table
                for key in table.schema.get("foreignKeys", [])
                if key["fields"] == [found.field]
            ),
            "",
        )
        words = list(tables[target].frame[tables[target].key]) if target in tables else []
    close = get_close_matches(found.value, map(str, words), n=1)
    return close[0] if close else ""


def _sentence(error: Any) -> str:
    return " ".join(str(error.note or error.message).split()).rstrip(".")
