"""What changed between versions is found, and demands the right number."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import validate

from conftest import ROOT, columns_of, path_of, read_rows, write_rows
from gliovasc.descriptor import open_package
from gliovasc.release.archive import release_zip
from gliovasc.release.changes import (
    FORMATS,
    Change,
    as_json,
    compare,
    last_release,
    raised,
    version_problems,
)


@pytest.fixture
def copy(minimal: Path, tmp_path: Path) -> Path:
    """The minimal package once more, for a test to change."""
    return Path(shutil.copytree(minimal, tmp_path / "copy"))


def edit_rows(package: Path, table: str, edit: Callable[[list[dict[str, str]]], object]) -> None:
    path = path_of(package, table)
    rows, columns = read_rows(path), columns_of(path)
    edit(rows)
    write_rows(path, rows, columns)


def edit_schema(package: Path, table: str, edit: Callable[[dict], object]) -> None:
    path = package / "schemas" / f"{table}.json"
    schema = json.loads(path.read_text("utf-8"))
    edit(schema)
    path.write_text(json.dumps(schema), encoding="utf-8")


def field(schema: dict, name: str) -> dict:
    return next(f for f in schema["fields"] if f["name"] == name)


def changes(old: Path, new: Path) -> list[tuple[str, str, str]]:
    found = compare(open_package(old), open_package(new))
    return [(c.what, c.table, c.level) for c in found.changes]


def test_same_package_has_no_changes(minimal: Path, copy: Path) -> None:
    """A list of changes that never ends up empty is noise."""
    found = compare(open_package(minimal), open_package(copy))
    assert found.changes == ()
    assert found.level == "none"
    assert found.risen_enough


def test_corrected_value_is_a_patch_with_both_values(minimal: Path, copy: Path) -> None:
    """A correction that users can't see."""
    before = read_rows(path_of(minimal, "effects"))[0]
    edit_rows(copy, "effects", lambda rows: rows[0].update(estimate="0.5000"))
    found = compare(open_package(minimal), open_package(copy))
    cells = ("estimate", before["estimate"], "0.5000")
    assert found.changes == (Change("value_changed", "effects", before["effect_id"], *cells),)
    assert found.level == "patch"
    assert not found.risen_enough


def test_rows_added_are_minor_and_removed_are_major(minimal: Path, copy: Path) -> None:
    """A key that vanished breaks whoever stored it."""
    edit_rows(copy, "searches", lambda rows: rows.append({**rows[0], "search_id": "search-new"}))
    assert changes(minimal, copy) == [("row_added", "searches", "minor")]
    assert changes(copy, minimal) == [("row_removed", "searches", "major")]


def test_rows_of_derived_tables_follow(minimal: Path, copy: Path) -> None:
    """A verdict that rests on other rows is no new column."""
    key = columns_of(path_of(copy, "discrepancies"))[0]
    edit_rows(copy, "discrepancies", lambda rows: rows.append({key: "new"}))
    assert changes(minimal, copy) == [("row_added", "discrepancies", "patch")]
    assert changes(copy, minimal) == [("row_removed", "discrepancies", "patch")]


SCHEMA_EDITS = {
    "column_removed": lambda s: s["fields"].pop(),
    "column_added": lambda s: s["fields"].append({**s["fields"][-1], "name": "new"}),
    "columns_moved": lambda s: s["fields"].reverse(),
    "type_changed": lambda s: field(s, "estimate").update(type="string"),
    "word_added": lambda s: field(s, "measure")["constraints"]["enum"].append("new"),
    "constraint_tightened": lambda s: field(s, "measure")["constraints"]["enum"].pop(),
    "constraint_loosened": lambda s: field(s, "measure")["constraints"].pop("required"),
    "description_changed": lambda s: field(s, "measure").update(description="other words"),
}


@pytest.mark.parametrize("what", SCHEMA_EDITS)
def test_changed_schema_is_found(minimal: Path, copy: Path, what: str) -> None:
    """A column that moved: R reads by position."""
    edit_schema(copy, "effects", SCHEMA_EDITS[what])
    assert {w for w, _, _ in changes(minimal, copy)} == {what}


def test_tables_added_and_removed_are_found(minimal: Path, copy: Path) -> None:
    """A table that is gone without a word."""
    path = copy / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    dropped = descriptor["resources"].pop()["name"]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    assert ("table_removed", dropped, "major") in changes(minimal, copy)
    assert ("table_added", dropped, "minor") in changes(copy, minimal)


@pytest.mark.parametrize(
    ("version", "level", "demanded"),
    [
        ("0.1.3", "major", "0.2.0"),
        ("0.1.3", "minor", "0.2.0"),
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "none", "1.2.3"),
    ],
)
def test_level_raises_the_right_number(version: str, level: str, demanded: str) -> None:
    """Below 1.0.0 a major change raises the minor number."""
    assert raised(version, level) == demanded


def test_version_that_did_not_rise_is_a_problem(minimal: Path) -> None:
    """Two different states of the data under one version."""
    releases = minimal / "releases"
    releases.mkdir()
    package = open_package(minimal)
    for document in ("README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE-DATA"):
        shutil.copy(ROOT / document, minimal)
    (minimal / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "codebook.md", minimal / "docs")
    (releases / f"gliovasc-{package.version}.zip").write_bytes(release_zip(package))
    assert version_problems(package) == []
    edit_rows(minimal, "searches", lambda rows: rows[0].update(records_seen="9"))
    (problem,) = version_problems(open_package(minimal))
    assert problem.field == "version"
    assert "1 value changed" in problem.message


def test_columns_stand_where_the_last_release_had_them() -> None:
    """R reads by position: the order is settled for 1.0.0, and only 2.0.0 could move a column."""
    released, package = last_release(ROOT / "releases"), open_package(ROOT)
    assert released is not None
    old = open_package(released)
    moved = [c.text for c in compare(old, package).changes if "column" in c.what]
    settled, major = (int(version.partition(".")[0]) for version in (old.version, package.version))
    assert moved == [] or major > max(settled, 1)


def test_highest_version_is_the_last_release(tmp_path: Path) -> None:
    """0.10.0 comes after 0.9.0, whatever the alphabet says."""
    for version in ("0.9.0", "0.10.0", "0.2.0"):
        (tmp_path / f"gliovasc-{version}.zip").touch()
    assert last_release(tmp_path) == tmp_path / "gliovasc-0.10.0.zip"


def test_every_form_says_the_same(minimal: Path, copy: Path) -> None:
    """A correction that only one of the forms shows."""
    edit_rows(copy, "effects", lambda rows: rows[0].update(estimate="0.5000"))
    found = compare(open_package(minimal), open_package(copy))
    for form in FORMATS.values():
        assert "0.5000" in form(found)
    schema = json.loads((ROOT / "schemas" / "meta" / "changes.json").read_text("utf-8"))
    validate(json.loads(as_json(found)), schema)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["0.1.0", "0.1.0"], 0, "no change"),
        (["9.9.9"], 2, "no such release; releases/ holds 0.1.0"),
        (["nowhere"], 2, "no such file or folder"),
    ],
)
def test_command_compares_released_versions(arguments: list[str], status: int, said: str) -> None:
    """Users name versions, not files."""
    command = [sys.executable, str(ROOT / "scripts" / "changes.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == status, done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
