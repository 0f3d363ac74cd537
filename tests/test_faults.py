"""Every check catches its mistake, names the place, and lets the minimal valid package through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import FAULTS, columns_of, path_of, read_rows, write_rows
from gliovasc.checks import CHECKS, check_project_rules, text, validate
from gliovasc.descriptor import open_package
from gliovasc.report import Problem
from gliovasc.tables import Tables

FILES = sorted(FAULTS.glob("*.json"))
WHOLE_RUN = {"exception_used"}


def plant(package: Path, fault: dict) -> None:
    """Change, add and remove rows of a package as a fault says."""
    for edit in fault.get("set", []):
        change(package, edit["table"], edit["row"], {edit["field"]: edit["value"]})
    for table, rows in fault.get("add", {}).items():
        path = path_of(package, table)
        write_rows(path, read_rows(path) + rows, columns_of(path))
    for gone in fault.get("remove", []):
        path = path_of(package, gone["table"])
        columns = columns_of(path)
        kept = [row for row in read_rows(path) if row[columns[0]] != gone["row"]]
        assert len(kept) < len(read_rows(path)), f"no row {gone['row']} to remove"
        write_rows(path, kept, columns)


def change(package: Path, table: str, key: str, cells: dict[str, str]) -> None:
    path = path_of(package, table)
    columns = columns_of(path)
    rows = read_rows(path)
    hit = [row for row in rows if row[columns[0]] == key]
    assert len(hit) == 1, f"{table} has no row {key}"
    assert set(cells) <= set(columns)
    hit[0].update(cells)
    write_rows(path, rows, columns)


def true_lines(package: Path, table: str, key: str) -> set[int]:
    """Lines of the rows with this key; the header is line 1."""
    path = path_of(package, table)
    keys = [row[columns_of(path)[0]] for row in read_rows(path)]
    return {line for line, found in enumerate(keys, start=2) if found == key}


def test_minimal_package_is_valid(minimal: Path) -> None:
    """A check that fires here cries wolf."""
    assert [p.text for p in validate(open_package(minimal)).problems] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_fault_is_caught(minimal: Path, file: Path) -> None:
    """The mistake that the fault describes would otherwise reach the users."""
    fault = json.loads(file.read_text("utf-8"))
    plant(minimal, fault)
    found = [p for p in problems(minimal, file.stem) if p.check == file.stem]
    caught = fault["caught"]
    assert any(_names(problem, caught) for problem in found), [p.text for p in found]
    if caught["row"]:
        assert true_lines(minimal, caught["table"], caught["row"]) & {p.line for p in found}


def problems(package: Path, check: str) -> list[Problem]:
    """Problems of a package; faults of frictionless and of exceptions need the full run."""
    if check in WHOLE_RUN or "-" in check:
        return validate(open_package(package)).problems
    return check_project_rules(Tables(open_package(package))).problems


def _names(problem: Problem, caught: dict[str, str]) -> bool:
    same_row = not caught["row"] or problem.row == caught["row"]
    same_field = not caught["field"] or problem.field == caught["field"]
    return problem.table == caught["table"] and same_row and same_field


def test_every_check_has_its_fault() -> None:
    """A check without a realistic fault is deleted."""
    checks = {check.id for check in CHECKS} | {rule.id for rule in text.RULES} | {"normal_form"}
    assert checks - {file.stem for file in FILES} == set()


def test_check_names_are_unique() -> None:
    """Two checks of one name would share exceptions and faults."""
    names = [check.id for check in CHECKS]
    assert len(names) == len(set(names))
