"""What a check is, and how it is run: on rows whose needed cells are filled, by true line."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from gliovasc.report import ERROR, WARNING, Problem
from gliovasc.tables import RawTable, Tables

SHOWN_CELLS = 6
OWN_ROWS = ("rows", "text")


@dataclass(frozen=True)
class Check:
    """A rule about one field of one table; `function` returns True for rows that break it."""

    table: str
    field: str
    needs: Sequence[str]
    rule: str
    mend: str
    severity: str
    function: Callable[..., pd.Series]

    @property
    def id(self) -> str:
        """Name of the check."""
        return self.function.__name__

    def can_run(self, tables: Tables) -> bool:
        """Whether every table that the check names is part of the package."""
        return all(name in (*OWN_ROWS, *tables) for name in _parameters(self, tables))


def check(
    *, table: str, field: str, rule: str, mend: str, needs: Sequence[str] = (), warn: bool = False
) -> Callable[[Callable[..., pd.Series]], Check]:
    """Make a function over tables a check.

    The function's parameters name what it gets: the checked table by its name (only rows in which
    all `needs` are filled; numbers as floats, all else as text), the same rows as printed as
    `text`, and other tables, whole, by their names. A function that needs the whole of the checked
    table too takes the checked rows as `rows`. It returns a boolean Series with the index of the
    checked rows, True where the rule is broken.
    """

    def decorate(function: Callable[..., pd.Series]) -> Check:
        return Check(table, field, needs, rule, mend, WARNING if warn else ERROR, function)

    return decorate


def run(one: Check, tables: Tables) -> tuple[list[Problem], int]:
    """Problems that a check finds, and the number of rows that it looked at.

    A schema that lacks a column, or gives it another type, is a problem too.
    """
    try:
        return _run(one, tables)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"{one.id} can't run, a column is missing or of another type: {error}"
        table = tables[one.table]
        return [table.problem("check_runs", message, "Restore the schema of the table")], 0


def _run(one: Check, tables: Tables) -> tuple[list[Problem], int]:
    table = tables[one.table]
    filled = (table.frame[list(one.needs)] != "").all(axis=1)
    rows = table.frame.index[filled]
    if rows.empty:
        return [], 0
    arguments = {name: _argument(name, one, tables, rows) for name in _parameters(one, tables)}
    broken = one.function(**arguments)
    return [_problem(one, table, int(line)) for line in rows[broken.to_numpy(bool)]], len(rows)


def _parameters(one: Check, tables: Tables) -> list[str]:
    """Names of the arguments; `**others` stands for every other table of the package."""
    names: list[str] = []
    for name, parameter in inspect.signature(one.function).parameters.items():
        every = parameter.kind is inspect.Parameter.VAR_KEYWORD
        names += [t for t in tables if t != one.table] if every else [name]
    return names


def _argument(name: str, one: Check, tables: Tables, rows: pd.Index) -> pd.DataFrame:
    own_name = one.table if "rows" not in _parameters(one, tables) else "rows"
    if name == own_name:
        return tables[one.table].plain.loc[rows]
    if name == "text":
        return tables[one.table].frame.loc[rows]
    return tables[name].plain


def _problem(one: Check, table: RawTable, line: int) -> Problem:
    row = table.frame.loc[line].to_dict()
    others = [n for n in one.needs if n != one.field][:SHOWN_CELLS]
    seen = ", ".join(f"{name} {row[name]}" for name in others if row[name])
    return Problem(
        check=one.id,
        severity=one.severity,
        path=table.path,
        message=f"{one.rule} ({seen})" if seen else one.rule,
        mend=one.mend[0].upper() + one.mend[1:],
        table=table.name,
        line=line,
        row=row[table.key],
        field=one.field,
        value=row[one.field],
    )


def lookup(frame: pd.DataFrame, key: str, field: str) -> pd.Series:
    """Series from key to field, for `.map()`, which keeps line numbers where a merge would not."""
    return frame.drop_duplicates(key).set_index(key)[field]
