"""Right edits, as curators make them every day: a problem reported on one is a false alarm."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable

from fault_kinds import TEXT, Draft, Row, as_csv, edit, edit_row

from gliovasc.descriptor import DESCRIPTOR


def note_corrected(draft: Draft) -> None:
    """Another remark, in two languages."""
    edit_row(draft, draft.tables, lambda table, row: {"note": "Read again; 复核无误。"})


def statement_reworded(draft: Draft) -> None:
    """A word added to a text."""
    edit(draft, TEXT, lambda text: text + " (reworded)")


def search_added(draft: Draft) -> None:
    """One more search."""
    add_copy(draft, "searches", draft.rows("searches")[-1], query="one more search")


def reference_added(draft: Draft) -> None:
    """A reference that was found and screened out."""
    fields = dict.fromkeys(draft.rows("references")[0], "")
    key = {"reference_id": "zzexample2026", "kind": "journal_article", "year": "2026"}
    named = {"title": "An example", "container_title": "Journal of Examples", "pmid": "99999999"}
    draft.add("references", {**fields, **key, **named})
    screened = dict.fromkeys(draft.rows("screening")[0], "")
    why = {"question": "clinical", "decision": "exclude", "reason": "no results"}
    own = {"screening_id": "screening-zzexample2026-clinical", "reference_id": "zzexample2026"}
    draft.add("screening", {**screened, **own, **why})


def outcome_added(draft: Draft) -> None:
    """A number of another domain, not read twice yet."""
    row = draft.rng.choice(draft.rows("outcomes"))
    add_copy(draft, "outcomes", row, domain="another domain", verification="single")


def effect_added(draft: Draft) -> None:
    """A contrast in words."""
    row = draft.rng.choice([r for r in draft.rows("effects") if r["measure"] == "narrative"])
    add_copy(draft, "effects", row, domain="another domain", verification="single")


def second_source_added(draft: Draft) -> None:
    """Another report of a trial prints a slightly different median: no fault, a discrepancy."""
    trial = {r["arm_id"]: r["trial_id"] for r in draft.rows("arms")}
    kinds = {r["reference_id"]: r["kind"] for r in draft.rows("references")}
    for row in draft.shuffled(draft.rows("outcomes")):
        others = [
            r["reference_id"]
            for r in draft.rows("trial_references")
            if r["trial_id"] == trial[row["arm_id"]] and r["reference_id"] != row["reference_id"]
            if kinds[r["reference_id"]] == kinds[row["reference_id"]] == "journal_article"
            if not draft.find("outcomes", lambda o, r=r: o["reference_id"] == r["reference_id"])
        ]
        if others and row["statistic"] == "median" and row["value"] and not row["ci_lower"]:
            value = f"{float(row['value']) + 0.1:.1f}"
            stem, _, _ = row["outcome_id"].rpartition(f"-{row['reference_id']}")
            copy = {**row, "outcome_id": f"{stem}-{others[0]}", "reference_id": others[0]}
            draft.add("outcomes", {**copy, "value": value, "verification": "single"})
            return


def quoted_throughout(draft: Draft) -> None:
    """Saved by a program that quotes every cell."""
    table = draft.rng.choice(draft.tables)
    text = as_csv(draft.records(table), csv.QUOTE_ALL)
    draft.files[draft.path(table)] = text.encode("utf-8")


def key_renamed(draft: Draft) -> None:
    """A row gets another key, and with it another place in the order."""
    table = "searches"
    index = draft.rng.randrange(len(draft.rows(table)))
    row = draft.remove(table, index)
    draft.add(table, {**row, draft.key(table): "zz-" + row[draft.key(table)]})


def resources_reordered(draft: Draft) -> None:
    """The descriptor lists its tables in another order, with one more keyword."""
    old = draft.package.descriptor
    new = {"resources": draft.shuffled(old["resources"]), "keywords": [*old["keywords"], "example"]}
    text = json.dumps({**old, **new}, ensure_ascii=False)
    draft.files[DESCRIPTOR] = text.encode("utf-8")


def add_copy(draft: Draft, table: str, row: Row, **changed: str) -> None:
    """Add a row like another, with a key and a quantity of its own."""
    own = {draft.key(table): row[draft.key(table)] + "-99"}
    if "quantity_id" in row:
        own["quantity_id"] = row["quantity_id"] + "-b"
    draft.add(table, {**row, **own, **changed})


HARMLESS: list[Callable[[Draft], None]] = [
    note_corrected,
    statement_reworded,
    search_added,
    reference_added,
    outcome_added,
    effect_added,
    second_source_added,
    quoted_throughout,
    key_renamed,
    resources_reordered,
]
