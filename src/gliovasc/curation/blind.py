"""Forms for the second, blind reading: what to look for, without any value of the first."""

from __future__ import annotations

import re

from gliovasc.curation.merge import Tables
from gliovasc.curation.plan import PLANS
from gliovasc.curation.raw import Row

# Notes and statements may repeat a value; verification and quantity say nothing to a reader.
HIDDEN = {"note", "statement", "outcome", "regimen", "schedule", "verification", "quantity_id"}
# Words that a reader needs, but that may hold a number: their digits are masked.
MASKED = {"cohort", "source_detail"}
ABOUT_REFERENCE = (
    "title",
    "authors",
    "container_title",
    "year",
    "pmid",
    "doi",
    "registry_id",
    "url",
)


def forms(tables: Tables, second: dict[str, dict[str, Row]]) -> dict[str, dict]:
    """One form per source: what the source is, and the rows to fill, by table and key.

    A row shows what is asked for (`about`) and names the cells to `fill`. Rows that the `second`
    reading holds already are left out.
    """
    references = {row["reference_id"]: row for row in tables["references"]}
    result: dict[str, dict] = {}
    for table, plan in PLANS.items():
        for row in tables[table] if plan.twice else []:
            key = row.get("reference_id")
            if key is None or row[plan.key] in second.get(table, {}):
                continue
            source = {k: references[key][k] for k in ABOUT_REFERENCE if k in references[key]}
            form = result.setdefault(key, {"source": source, "rows": {}})
            entry = {"about": _about(row, plan.twice), "fill": list(plan.twice)}
            form["rows"].setdefault(table, {})[row[plan.key]] = entry
    return result


def _about(row: Row, twice: tuple[str, ...]) -> Row:
    shown = {k: v for k, v in row.items() if k not in HIDDEN and k not in twice}
    return {k: re.sub(r"[0-9]", "#", v) if k in MASKED else v for k, v in shown.items()}
