"""The list of references, with the pages that rest on each, and where sources disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from gliovasc.site.page import Page, World
from gliovasc.site.records import Records

# Tables that cite references, and the column that names the entity with the page to link to.
CITING = {
    "trial_references": ("trial_id", "trials"),
    "mechanism_evidence": ("mechanism_id", "mechanisms"),
    "strategies": ("mechanism_id", "mechanisms"),
    "agent_targets": ("agent_id", "agents"),
    "regulatory_decisions": ("agent_id", "agents"),
}


def reference_pages(world: World) -> Iterator[Page]:
    """References, then discrepancies."""
    records = world.records
    rows = records["references"]
    options = {
        "kind": sorted({row["kind"] for row in rows} - {""}),
        "year": sorted({int(row["year"]) for row in rows if row["year"]}),
    }
    content = {"rows": rows, "options": options, "cited": _cited(records)}
    title = ("References", "参考文献")
    yield Page("references.html", "references.html", title, content, "references")
    disputed = [
        {"row": row, "trial": world.addresses.trial_of(_own(records, row["row_id_a"]))}
        for row in records["discrepancies"]
    ]
    title = ("Where sources disagree", "来源不一致之处")
    yield Page("discrepancies.html", "discrepancies.html", title, {"rows": disputed}, "references")


def _own(records: Records, named: str) -> dict[str, str]:
    """The row that `table:key` names."""
    table, _, key = named.partition(":")
    return records.row(table, key) or {}


def _cited(records: Records) -> dict[str, list[tuple[str, str]]]:
    """Pages that rest on each reference: table and key of their entity."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for table, (column, target) in CITING.items():
        for row in records[table]:
            if row[column]:
                found[row["reference_id"]].add((target, row[column]))
    return {reference: sorted(pages) for reference, pages in found.items()}
