"""Merge the raw readings of curation/ into the tables of data/ and build the extraction audit."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path
from typing import Any

from gliovasc.checks.rows import EVIDENCE_LEVEL
from gliovasc.curation.keys import (
    fullest,
    handles,
    mint_references,
    mint_rows,
    name_quantities,
    names_in_use,
    slug,
)
from gliovasc.curation.plan import PLANS, SCOPE
from gliovasc.curation.raw import Extraction, Row, read_first, read_second, second_searches
from gliovasc.descriptor import Package
from gliovasc.report import UnreadableError

Tables = dict[str, list[Row]]
OTHER_KEYS = {"references": "reference_id", "screening": "screening_id"}
# What was searched, unless a batch says otherwise.
STORED_COPIES = "stored copies of public literature pages"
# Where a row names a trial or an arm.
TRIAL_COLUMNS = ("trial_id", "parent_trial_id", "arm_id", "comparator_arm_id", "row_id")


def merge(package: Package, curation: Path) -> Tables:
    """Rows of every table that is built from raw readings, sorted by key.

    Raises UnreadableError if a row cites an unknown source or a disagreement is not settled.
    """
    tables = keyed_rows(package, curation)
    second = read_second(curation / "second")
    settled = read_settled(curation / "settled.csv")
    tables["extraction_audit"] = audit(tables, second, settled)
    leave_out(tables, curation / "duplicates.csv")
    apply_corrections(tables, curation / "corrections.csv")
    for row in tables["mechanism_evidence"]:
        row["evidence_level"] = EVIDENCE_LEVEL.get(row.get("model", ""), "")
    return tables


def keyed_rows(package: Package, curation: Path) -> Tables:
    """Rows of the first reading with their keys, before the second is looked at."""
    first = read_first(curation / "first")
    references, key_of = merge_references(package, first)
    tables: Tables = {"references": references}
    for table, plan in PLANS.items():
        if table == "evidence_molecules":
            rows = _molecules_of_evidence(tables["mechanism_evidence"])
        else:
            rows = [_cited(table, row, key_of) for row in first.tables[table]]
        rows = [_complete(table, row) for row in rows]
        if plan.quantity:
            name_quantities(rows, plan.quantity, SCOPE)
        if plan.one_source:
            rows = fullest(rows, plan.parts)
        if plan.parts:
            mint_rows(rows, plan.key, plan.parts)
        else:
            rows = list({row[plan.key]: row for row in reversed(rows)}.values())
        tables[table] = rows
    searches = first.tables["searches"] + second_searches(curation / "second")
    tables["searches"] = _searches(package, searches)
    read = {row.get("reference_id") for table in PLANS for row in tables[table]}
    tables["screening"] = _screening(first.tables["screening"], key_of, read)
    return tables


def merge_references(package: Package, first: Extraction) -> tuple[list[Row], dict[str, str]]:
    """One row per source, whichever batches cite it, and the key of every handle."""
    groups: list[tuple[set[str], Row]] = []
    for raw in first.tables["references"]:
        names = set(handles(raw))
        kept = []
        for other_names, other in groups:
            if other_names & names:
                names |= other_names
                raw = {**raw, **other}
            else:
                kept.append((other_names, other))
        groups = [*kept, (names, raw)]
    groups.sort(key=lambda group: sorted(group[0]))
    taken = names_in_use(_rows_in_use(package, "references"))
    key_of: dict[str, str] = {}
    rows = []
    named = {id(row): names for names, row in groups}
    for key, row in mint_references((row for _, row in groups), taken):
        key_of |= dict.fromkeys(named[id(row)], key)
        identified = any(row.get(name) for name in ("doi", "pmid", "registry_id"))
        dropped = {"source"} | ({"url"} if identified else set())
        rows.append({"reference_id": key, **{k: v for k, v in row.items() if k not in dropped}})
    return rows, key_of


def _rows_in_use(package: Package, table: str) -> list[Row]:
    """Rows that data/ holds already: a key is never given anew."""
    text = package.read(f"data/{table}.csv").decode("utf-8")
    return [{k: v for k, v in row.items() if v} for row in csv.DictReader(io.StringIO(text))]


def _cited(table: str, raw: Row, key_of: dict[str, str]) -> Row:
    row = dict(raw)
    if "source" in row:
        source = row.pop("source")
        if source not in key_of:
            raise UnreadableError(f"{table}: {source} is cited but not in references; add it there")
        row["reference_id"] = key_of[source]
    if "molecule" in row:
        row["molecule_id"] = slug(row.pop("molecule"), "a-z0-9_.")
    return row


def _complete(table: str, row: Row) -> Row:
    """Fill what follows from other cells."""
    if "source_part" in row:
        row["verification"] = "single"
    plan = PLANS[table]
    for number, relation in plan.relations:
        if number in row:
            row.setdefault(relation, "=")
    for column, value in plan.defaults.items():
        row.setdefault(column, value)
    return row


def _molecules_of_evidence(evidence: list[Row]) -> list[Row]:
    rows = []
    for row in evidence:
        named: Any = row.pop("molecules", [])
        for molecule in named:
            molecule_id = slug(molecule["molecule"], "a-z0-9_.")
            extra = {k: molecule[k] for k in ("role", "change", "note") if k in molecule}
            rows.append({"evidence_id": row["evidence_id"], "molecule_id": molecule_id, **extra})
    return rows


def _searches(package: Package, raw: list[Row]) -> list[Row]:
    """Searches with their keys: a search that data/ holds keeps its own, the next ones follow."""
    given: dict[tuple[str, str], list[str]] = defaultdict(list)
    last: dict[str, int] = defaultdict(int)
    for row in _rows_in_use(package, "searches"):
        given[row["date"], row["query"]].append(row["search_id"])
        last[row["date"]] = max(last[row["date"]], int(row["search_id"].rpartition("-")[2]))
    rows = []
    for row in raw:
        keys = given[row["date"], row["query"]]
        if not keys:
            last[row["date"]] += 1
        key = keys.pop(0) if keys else f"search-{row['date']}-{last[row['date']]:04d}"
        rows.append({"source": STORED_COPIES, **row, "search_id": key})
    return rows


def _screening(raw: list[Row], key_of: dict[str, str], read: set[str | None]) -> list[Row]:
    """Records assessed; one that a batch deferred is included if another batch has `read` it."""
    rows = []
    for entry in raw:
        row = dict(entry)
        reference = key_of.get(row.pop("source", ""))
        if reference:
            row["reference_id"] = reference
            if row["decision"] == "deferred" and reference in read:
                row |= {"decision": "include", "reason": "entered from another reading"}
        elif "source" in entry:
            row.setdefault("citation", entry["source"])
        row["citation_key"] = row.get("reference_id") or row["citation"][:60]
        rows.append(row)
    mint_rows(rows, "screening_id", ("citation_key", "question"))
    for row in rows:
        row["screening_id"] = "screening-" + row["screening_id"]
        del row["citation_key"]
    return rows


def read_settled(path: Path) -> dict[tuple[str, str, str], Row]:
    """How each disagreement was settled at the source: by table, row and field."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(r["table_name"], r["row_id"], r["field"]): r for r in csv.DictReader(file)}


def audit(
    tables: Tables, second: dict[str, dict[str, Row]], settled: dict[tuple[str, str, str], Row]
) -> list[Row]:
    """Compare both readings cell by cell; sets `verification` and settled values in `tables`.

    Raises UnreadableError that lists the disagreements nobody has settled yet.
    """
    rows: list[Row] = []
    open_cells: list[str] = []
    for table, filled in second.items():
        plan = PLANS[table]
        by_key = {row[plan.key]: row for row in tables[table]}
        for key, cells in filled.items():
            if key not in by_key:
                raise UnreadableError(f"second reading: {table} has no row {key}; mend its key")
            compared = _compare(table, key, by_key[key], _complete(table, dict(cells)))
            for entry in compared:
                if entry["resolution"] != "agreed":
                    decided = settled.get((table, key, entry["field"]))
                    if decided is None:
                        open_cells.append(
                            f"{table} {key} {entry['field']}: {entry.get('first_value', '')!r} or "
                            f"{entry.get('second_value', '')!r}"
                        )
                        continue
                    _settle(by_key[key], entry, decided)
            if compared:
                agreed = all(entry["resolution"] == "agreed" for entry in compared)
                by_key[key]["verification"] = "double" if agreed else "resolved"
            rows += compared
    if open_cells:
        raise UnreadableError(
            "not settled (add a row to curation/settled.csv for each):\n" + "\n".join(open_cells)
        )
    return rows


def _compare(table: str, key: str, first: Row, second: Row) -> list[Row]:
    entries = []
    for field in PLANS[table].twice:
        values = {"first_value": first.get(field, ""), "second_value": second.get(field, "")}
        if any(values.values()):
            same = values["first_value"] == values["second_value"]
            entries.append(
                {
                    "audit_id": f"{table}-{key}-{field}",
                    "table_name": table,
                    "row_id": key,
                    "field": field,
                    **{k: v for k, v in values.items() if v},
                    "resolution": "agreed" if same else "",
                }
            )
    return entries


def _settle(row: Row, entry: Row, decided: Row) -> None:
    """Write the settled value into the row and into the audit how it was settled."""
    entry["resolution"] = decided["resolution"]
    if decided["note"]:
        entry["note"] = decided["note"]
    first, second = entry.get("first_value", ""), entry.get("second_value", "")
    choices = {"first_right": first, "second_right": second, "neither_right": decided["value"]}
    row[entry["field"]] = choices[decided["resolution"]]


def leave_out(tables: Tables, path: Path) -> None:
    """Remove what two batches entered twice under two names; the other name stays.

    With a trial go its arms and every row about them, with an observation its molecules.
    """
    with path.open(encoding="utf-8", newline="") as file:
        gone = {(row["table_name"], row["row_id"]) for row in csv.DictReader(file)}
    trials = {key for table, key in gone if table == "trials"}
    trials |= {row["arm_id"] for row in tables["arms"] if row["trial_id"] in trials}
    lost: set[tuple[str, str]] = set()
    for table, plan in PLANS.items():
        kept = []
        for row in tables[table]:
            name = table, row[plan.key]
            about = {row.get(column, "") for column in TRIAL_COLUMNS}
            observation = "mechanism_evidence", row.get("evidence_id", "")
            if name in gone or observation in gone or trials & about:
                lost.add(name)
            else:
                kept.append(row)
        tables[table] = kept
    audited = tables["extraction_audit"]
    kept = [row for row in audited if (row["table_name"], row["row_id"]) not in lost]
    tables["extraction_audit"] = kept


def apply_corrections(tables: Tables, path: Path) -> None:
    """Corrections made at the source after the merge: table, row, field, old and new value.

    The audit of a corrected cell then says which reading was right after all, if any.
    """
    audited = {(r["table_name"], r["row_id"], r["field"]): r for r in tables["extraction_audit"]}
    with path.open(encoding="utf-8", newline="") as file:
        for correction in csv.DictReader(file):
            table, key = correction["table_name"], correction["row_id"]
            field, old = correction["field"], correction["old_value"]
            column = PLANS[table].key if table in PLANS else OTHER_KEYS[table]
            rows = [row for row in tables[table] if row[column] == key]
            if len(rows) != 1 or rows[0].get(field, "") != old:
                raise UnreadableError(
                    f"{path.name}: {table} {key} {field} is not {old!r}; update the correction"
                )
            rows[0][field] = correction["new_value"]
            if (table, key, field) in audited:
                _settle_by_correction(audited[table, key, field], correction)
                rows[0]["verification"] = "resolved"


def _settle_by_correction(entry: Row, correction: Row) -> None:
    right = [
        reading
        for reading in ("first", "second")
        if entry.get(f"{reading}_value", "") == correction["new_value"]
    ]
    if len(right) < 2:
        entry["resolution"] = f"{right[0]}_right" if right else "neither_right"
        entry["note"] = correction["note"]
