"""All checks, in the order in which they run, and the run itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from gliovasc.checks import (
    coverage,
    exceptions,
    identifiers,
    keys,
    provenance,
    relations,
    rows,
    statistics,
    structure,
    text,
)
from gliovasc.checks.contract import Check, run
from gliovasc.descriptor import Package
from gliovasc.report import ERROR, Problem, Report
from gliovasc.tables import Tables

CHECKS: list[Check] = [
    *identifiers.CHECKS,
    *rows.CHECKS,
    *relations.CHECKS,
    *keys.CHECKS,
    *statistics.CHECKS,
    *provenance.CHECKS,
    *coverage.CHECKS,
]
Progress = Callable[[str], None]
SAME_CELL = {"type-error", "number_format", "date_format"}


def silent(_: str) -> None:
    """Tell nobody."""


def validate(package: Package, progress: Progress = silent) -> Report:
    """Run the three layers on a package and report everything that is wrong.

    Frictionless checks the structure of tables, jsonschema the descriptor and table schemas, and
    this project's checks the text, identifiers, rows, relations, statistics, provenance and
    coverage. `progress` is told, in words, what is being looked at. Raises UnreadableError if a
    table schema can't be read.
    """
    tables = Tables(package)
    with package.on_disk() as folder, ProcessPoolExecutor(1) as other_core:
        # Frictionless takes as long as all the rest, so it runs beside it, from the beginning.
        look = partial(structure.frictionless_errors, str(folder))
        structural = other_core.submit(look, structure.without(package, set()))
        report = check_project_rules(tables, progress)
        progress("structure, by frictionless")
        unreadable = {name for name in tables if not tables[name].readable}
        if unreadable:
            # It may have stopped at one of these: what it says of the others counts.
            readable = structure.without(package, unreadable)
            structural = other_core.submit(look, readable)
        report.problems += [structure.translate(found, tables) for found in structural.result()]
    report.problems = exceptions.apply(_one_per_cell(report.problems), tables)
    return report


def check_project_rules(tables: Tables, progress: Progress = silent) -> Report:
    """What the readers, jsonschema and this project's own checks find, exceptions not applied."""
    report = Report(tables=sum(tables[name].readable for name in tables))
    report.rows = sum(len(tables[name].frame) for name in tables)
    report.problems += structure.schema_problems(tables.package)
    for name in tables:
        progress(f"text of {name}")
        report.problems += [*tables[name].problems, *text.problems(tables[name])]
    report.problems += structure.vocabulary_problems(tables)
    report.checks, report.rows_checked = text.NUMBER_OF_CHECKS, text.NUMBER_OF_CHECKS * report.rows
    for one in CHECKS:
        if one.table in tables and one.can_run(tables):
            progress(f"{one.table}: {one.rule}")
            found, looked_at = run(one, tables)
            report.problems += found
            report.checks += 1
            report.rows_checked += looked_at
    return report


def _one_per_cell(problems: list[Problem]) -> list[Problem]:
    """A malformed cell is one problem, whichever layer notices it first."""
    kept, seen = [], set()
    for problem in problems:
        cell = (problem.path, problem.line, problem.field)
        malformed = problem.severity == ERROR and problem.check in SAME_CELL and problem.line
        if not (malformed and cell in seen):
            kept.append(problem)
        if malformed:
            seen.add(cell)
    return kept
