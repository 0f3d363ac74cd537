"""Checks of the raw text: what frictionless, spreadsheets and eyes let pass."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from gliovasc.report import Problem
from gliovasc.tables import RawTable

NUMERIC = ("number", "integer")


@dataclass(frozen=True)
class TextRule:
    """A pattern that no cell may contain; `^` and `$` stand for the ends of the cell."""

    id: str
    pattern: re.Pattern[str]
    rule: str
    mend: str
    types: tuple[str, ...] = ()


RULES = [
    TextRule(
        "stray_space",
        re.compile(r"^ | $|  ", re.MULTILINE),
        "a cell has no space at its ends and no double space",
        "Delete the spaces",
    ),
    TextRule(
        "invisible_character",
        re.compile(
            "[\x00-\x09\x0b-\x1f\x7f\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff]"
        ),
        "a cell has no invisible or control character",
        "Type the cell anew",
    ),
    TextRule(
        "look_alike_letter",
        re.compile(r"[A-Za-z0-9][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z0-9]"),
        "Latin words have no Cyrillic look-alikes",
        "Type the word anew",
    ),
    TextRule(
        "full_width",
        re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"),
        "digits and Latin letters are not full-width",
        "Type them in half width",
    ),
    TextRule(
        "placeholder",
        re.compile(r"^(NA|N/A|n/a|None|null|NULL|NaN|nan|#N/A|TBD|-|–|—|\?)$", re.MULTILINE),
        "an unknown value is an empty cell, not a placeholder",
        "Empty the cell",
    ),
    TextRule(
        "number_format",
        re.compile(r"^(?!-?(0|[1-9][0-9]*)(\.[0-9]+)?(e-?[0-9]+)?$).+$", re.MULTILINE),
        "a number is digits with at most one decimal point",
        "Write it as 1234.5",
        NUMERIC,
    ),
    TextRule(
        "date_format",
        re.compile(r"^(?![0-9]{4}-[0-9]{2}-[0-9]{2}$).+$", re.MULTILINE),
        "a date is YYYY-MM-DD",
        "Write month and day with two digits",
        ("date",),
    ),
]
NUMBER_OF_CHECKS = len(RULES) + 2


def problems(table: RawTable) -> Iterator[Problem]:
    """Every cell of a table that breaks a text rule, then normal form and sort order."""
    for name in table.fields:
        cells = table.frame[name]
        together = "\n".join(cells.unique())
        for rule in RULES:
            applies = not rule.types or table.fields[name].get("type") in rule.types
            if applies and rule.pattern.search(together):
                broken = cells[cells.map(lambda cell, r=rule: bool(r.pattern.search(cell)))]
                yield from _cells(table, name, broken, rule.id, rule.rule, rule.mend)
        if not unicodedata.is_normalized("NFC", together):
            broken = cells[~cells.map(lambda cell: unicodedata.is_normalized("NFC", cell))]
            rule_text, mend = "text is in Unicode normal form C", "Save it in normal form NFC"
            yield from _cells(table, name, broken, "normal_form", rule_text, mend)
    yield from _sort_order(table)


def _cells(
    table: RawTable, name: str, broken: pd.Series, check: str, rule: str, mend: str
) -> Iterator[Problem]:
    for line, value in broken.items():
        row = str(table.frame.at[line, table.key])
        yield table.problem(check, rule, mend, int(str(line)), row=row, field=name, value=value)


def _sort_order(table: RawTable) -> Iterator[Problem]:
    """A stable order makes a changed fact one changed line."""
    keys = table.frame[table.key].tolist()
    for previous, key, line in zip(keys, keys[1:], table.frame.index[1:], strict=False):
        if key < previous:
            message, mend = (
                f"rows are sorted by key, {key} comes before {previous}",
                "Sort the file",
            )
            cell = {"row": key, "field": table.key, "value": key}
            yield table.problem("sort_order", message, mend, int(line), **cell)
            return
