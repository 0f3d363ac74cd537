"""Checks of where facts come from, and of who read them."""

from __future__ import annotations

import pandas as pd

from gliovasc.checks.contract import Check, check, lookup

AUDITED = (
    "trials",
    "trial_endpoints",
    "arms",
    "arm_agents",
    "outcomes",
    "effects",
    "adverse_events",
    "biomarkers",
    "reported_attributes",
    "regulatory_decisions",
    "mechanism_evidence",
    "vascular_measurements",
    "strategies",
)


@check(
    table="trial_references",
    field="reference_id",
    needs=["trial_id", "reference_id"],
    rule="a report is not older than its trial",
    mend="correct the reference or the year in which the trial began",
)
def report_after_start(
    trial_references: pd.DataFrame, trials: pd.DataFrame, references: pd.DataFrame
) -> pd.Series:
    """The report of another trial."""
    start = trial_references.trial_id.map(lookup(trials, "trial_id", "start_year"))
    return trial_references.reference_id.map(lookup(references, "reference_id", "year")) < start


def _verified(table: str) -> Check:
    """`double` and `resolved` are claims that the audit proves; `single` has nothing to prove."""

    def verified(rows: pd.DataFrame, extraction_audit: pd.DataFrame) -> pd.Series:
        audit = extraction_audit[extraction_audit.table_name == table]
        agreed = (audit.resolution == "agreed").groupby(audit.row_id).all()
        state = rows.iloc[:, 0].map(agreed).map({True: "double", False: "resolved"})
        return state.fillna("single") != rows.verification

    verified.__name__ = f"{table}_verified"
    rule = "verification says what the extraction audit shows"
    mend = "run scripts/merge.py; never set verification by hand"
    needs = ["verification"]
    return check(table=table, field="verification", needs=needs, rule=rule, mend=mend)(verified)


def _registry_part(table: str) -> Check:
    """A registry record is read as such, and nothing else is."""

    def registry_part(rows: pd.DataFrame, references: pd.DataFrame) -> pd.Series:
        kind = rows.reference_id.map(lookup(references, "reference_id", "kind"))
        part = rows.source_part == "registry_record"
        return kind.notna() & (part != (kind == "registry_record"))

    registry_part.__name__ = f"{table}_registry_part"
    rule = "source_part is registry_record where the source is one, and only there"
    mend = "correct source_part or reference_id"
    needs = ["reference_id", "source_part"]
    return check(table=table, field="source_part", needs=needs, rule=rule, mend=mend)(registry_part)


@check(
    table="extraction_audit",
    field="resolution",
    needs=["resolution"],
    rule="equal readings agree, unequal ones were settled and say how",
    mend="settle the value at the source in curation/settled.csv",
)
def audit_resolution(extraction_audit: pd.DataFrame) -> pd.Series:
    """A disagreement passed off as agreement. Both readings may be wrong; then a note says why."""
    equal = extraction_audit.first_value == extraction_audit.second_value
    corrected = (extraction_audit.resolution == "neither_right") & (extraction_audit.note != "")
    return (equal != (extraction_audit.resolution == "agreed")) & ~(equal & corrected)


@check(
    table="extraction_audit",
    field="row_id",
    needs=["table_name", "row_id", "field", "resolution"],
    rule="a cell that was read twice shows what the readings came to",
    mend="restore the cell, or correct it in curation/corrections.csv and run scripts/merge.py",
)
def audited_value(rows: pd.DataFrame, **others: pd.DataFrame) -> pd.Series:
    """A digit transposed in the table after both readings agreed on it."""
    first = rows.resolution.isin(["agreed", "first_right"])
    settled = rows.first_value.where(first, rows.second_value)
    differs = pd.Series(False, index=rows.index)
    for (table, field), group in rows.groupby(["table_name", "field"]):
        if table in others and field in others[table]:
            frame = others[table]
            shown = group.row_id.map(lookup(frame, str(frame.columns[0]), str(field)))
            read = settled[group.index]
            if pd.api.types.is_numeric_dtype(frame[field]):
                read, shown = pd.to_numeric(read, errors="coerce").fillna(-1), shown.fillna(-1)
            differs[group.index] = group.row_id.isin(frame.iloc[:, 0]) & (read != shown)
    return differs & (rows.resolution != "neither_right")


CHECKS: list[Check] = [
    report_after_start,
    *[_verified(table) for table in AUDITED],
    *[_registry_part(table) for table in ("outcomes", "effects", "adverse_events", "trials")],
    audit_resolution,
    audited_value,
]
