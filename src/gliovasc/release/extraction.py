"""Extraction in figures: what was read, what was read twice, and how often it differed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from gliovasc.checks.provenance import AUDITED
from gliovasc.tables import Dataset

HEAD = """# Extraction in figures

Counted in the tables by `python scripts/docs.py`; don't edit it. How evidence is chosen and read
stands in [protocol.md](protocol.md).
"""
NUMBERS = (
    "value",
    "comparator_value",
    "estimate",
    "ci_lower",
    "ci_upper",
    "p_value",
    "percent",
    "n_events",
    "n_affected",
)


def extraction(ds: Dataset) -> str:
    """Markdown text of docs/extraction.md."""
    parts = [HEAD, *_sources(ds), *_parts(ds), *_verification(ds), *_disagreement(ds)]
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    for row in rows:
        cells = [f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _counts(column: pd.Series) -> list[tuple[str, int]]:
    return [(str(word), int(n)) for word, n in column.value_counts().items() if n]


def _sources(ds: Dataset) -> list[str]:
    seen = int(ds.searches.records_seen.sum())
    text = f"{len(ds.searches):,} searches returned {seen:,} records, repeats included."
    return [
        "## Searches, records, references\n",
        text + "\n",
        _table(["record assessed", "records"], _counts(ds.screening.decision)),
        _table(["kind of reference", "references"], _counts(ds.references.kind)),
    ]


def _parts(ds: Dataset) -> list[str]:
    tables = ("outcomes", "effects", "adverse_events", "biomarkers", "mechanism_evidence")
    counts = pd.DataFrame({name: ds[name].source_part.value_counts() for name in tables})
    counts = counts[counts.sum(axis=1) > 0].fillna(0).astype(int)
    rows = [(str(part), *map(int, line)) for part, *line in counts.itertuples()]
    return ["## Part of the source that was read, in rows\n", _table(["part", *tables], rows)]


def _verification(ds: Dataset) -> list[str]:
    rows = []
    for name in AUDITED:
        count = ds[name].verification.value_counts()
        states = [int(count.get(word, 0)) for word in ("double", "resolved", "single")]
        rows.append((name, len(ds[name]), *states))
    head = ["table", "rows", "double", "resolved", "single"]
    return ["## Rows read twice\n", _table(head, rows)]


def _disagreement(ds: Dataset) -> list[str]:
    audit = ds.extraction_audit
    differed = audit.resolution != "agreed"
    numbers = audit.field.isin(NUMBERS)
    rows = []
    for name, mask in (("all", numbers | True), ("printed numbers", numbers), ("others", ~numbers)):
        total, apart = int(mask.sum()), int((mask & differed).sum())
        rows.append((name, total, apart, f"{apart / total:.1%}" if total else "–"))
    return [
        "## Cells read twice, and how often the readings differed\n",
        _table(["cells", "read twice", "differed", "rate"], rows),
        f"Printed numbers are {', '.join(NUMBERS)}.\n",
        _table(["field that differed", "cells"], _counts(audit.field[differed])),
        _table(["who was right", "cells"], _counts(audit.resolution[differed])),
    ]
