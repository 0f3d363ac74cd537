"""Exceptions: problems that are right as they stand, each with the very value that it excuses."""

from __future__ import annotations

from gliovasc.report import Problem
from gliovasc.tables import Tables

Excused = tuple[str, str, str, str, str]


def apply(problems: list[Problem], tables: Tables) -> list[Problem]:
    """Problems without the excused ones; an exception that excuses nothing is a problem itself."""
    if "exceptions" not in tables:
        return problems
    table = tables["exceptions"]
    columns = ["check_id", "table_name", "row_id", "field", "value"]
    excused = {tuple(row): line for line, *row in table.frame[columns].itertuples(name=None)}
    kept = [p for p in problems if _signature(p) not in excused]
    used = {_signature(p) for p in problems}
    return kept + [
        _idle(tables, signature, int(line))
        for signature, line in excused.items()
        if signature not in used
    ]


def _signature(problem: Problem) -> Excused:
    return (problem.check, problem.table, problem.row, problem.field, problem.value)


def _idle(tables: Tables, signature: tuple[str, ...], line: int) -> Problem:
    message = f"the exception excuses nothing: {' '.join(signature)} is no problem"
    table = tables["exceptions"]
    row = str(table.frame.at[line, table.key])
    return table.problem("exception_used", message, "Delete the exception", line, row=row)
