"""The findings with their verdicts, and a page for each with the rows behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from gliovasc.findings import FINDINGS
from gliovasc.site.forest import Plots
from gliovasc.site.page import Page, World
from gliovasc.site.records import Records, Row

STANCES = ("supports", "context_dependent", "no_effect", "contradicts")
# Findings whose figure is a forest plot: endpoint and agent that they speak of.
POOLED = {
    "os-not-improved": ("overall_survival", "bevacizumab"),
    "pfs-prolonged": ("progression_free_survival", "bevacizumab"),
}
# Most bars that a figure shows; the table below it holds the rest.
MOST_BARS = 20


def finding_pages(world: World, plots: Plots) -> Iterator[Page]:
    """The overview, then one page per finding."""
    findings = [finding_of(world.records, row) for row in _in_order(world.records)]
    content: dict[str, Any] = {"findings": findings}
    yield Page("findings.html", "findings.html", ("Findings", "结论"), content, "findings")
    for finding in findings:
        key = finding["finding"]["finding_id"]
        title = (finding["finding"]["statement"], finding["finding"]["statement_zh"])
        content = {**finding, **_evidence(world, key), "plot": _plot(plots, key)}
        yield Page(f"findings/{key}.html", "finding.html", title, content, "findings")


def _in_order(records: Records) -> list[Row]:
    rows = records["findings"]
    return sorted(rows, key=lambda row: (row["review_sentence"], row["finding_id"]))


def finding_of(records: Records, finding: Row) -> dict[str, Any]:
    """A finding with its verdict, key figures and how its references stand."""
    key = finding["finding_id"]
    assessment = records.row("finding_assessments", key) or {}
    return {
        "finding": finding,
        "verdict": assessment.get("verdict", ""),
        "key_figures": assessment.get("key_figures", ""),
        "explanation": assessment.get("explanation", ""),
        "stances": stances_of(records, records.where("finding_evidence", "finding_id", key)),
    }


def stances_of(records: Records, evidence: list[Row]) -> list[tuple[str, int]]:
    """Number of rows by stance, in the fixed order of stances, absent ones left out."""
    counted = Counter(row["stance"] for row in evidence)
    return [(stance, counted[stance]) for stance in STANCES if counted[stance]]


def _plot(plots: Plots, key: str) -> str:
    return plots.key(*POOLED[key]) if key in POOLED else ""


def _evidence(world: World, finding: str) -> dict[str, Any]:
    """The rows behind a verdict by table, the stance of each, and bars that sum them up."""
    records = world.records
    rows: dict[str, list[Row]] = defaultdict(list)
    stance: dict[str, str] = {}
    for evidence in records.where("finding_evidence", "finding_id", finding):
        table, key = evidence["table_name"], evidence["row_id"]
        row = records.row(table, key)
        if row is not None:
            rows[table].append(row)
            stance[f"{table}:{key}"] = evidence["stance"]
    return {
        "rows": dict(rows),
        "stance": stance,
        "bars": bars(rows["mechanism_evidence"], "mechanism_id", "stance"),
        "attempts": bars(rows["strategies"], "approach", "direction"),
        "rule": (FINDINGS[finding].__doc__ or "") if finding in FINDINGS else "",
    }


def _place(part: tuple[str, int]) -> tuple[int, int, str]:
    """Stances in their order, other words by how many references they have."""
    word, count = part
    return STANCES.index(word) if word in STANCES else len(STANCES), -count, word


def bars(rows: list[Row], group: str, part: str) -> list[dict[str, Any]]:
    """Bars of a figure: references per group, divided by a column; longest first."""
    references: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        references[row[group]][row[part]].add(row["reference_id"])
    found: list[dict[str, Any]] = [
        {
            "key": key,
            "parts": sorted(((word, len(refs)) for word, refs in parts.items()), key=_place),
            "total": sum(map(len, parts.values())),
        }
        for key, parts in references.items()
    ]
    found.sort(key=lambda bar: (-bar["total"], bar["key"]))
    return found[:MOST_BARS]
