"""Checks of keys: made from what a row describes, a key gives a changed cell away."""

from __future__ import annotations

import pandas as pd

from gliovasc.checks.contract import Check, check

# Columns whose keys begin the key of a row, in this order; and whether its reference ends it.
BEGINS_WITH = {
    "trial_endpoints": (("trial_id",), False),
    "arms": (("trial_id",), False),
    "arm_agents": (("arm_id", "agent_id"), False),
    "outcomes": (("arm_id",), True),
    "effects": (("arm_id", "comparator_arm_id"), True),
    "adverse_events": (("arm_id", "comparator_arm_id"), True),
    "biomarkers": ((), True),
    "reported_attributes": (("table_name", "row_id"), True),
    "agent_targets": (("agent_id", "molecule_id"), True),
    "trial_references": (("trial_id",), True),
    "mechanism_evidence": (("reference_id", "mechanism_id"), False),
    "evidence_molecules": (("evidence_id", "molecule_id"), False),
    "vascular_measurements": (("reference_id",), False),
    "strategies": (("reference_id", "agent_id"), False),
}
# What two rows can't both print of the same thing.
DESCRIBED_ONCE = {
    "outcomes": "value",
    "effects": "estimate",
    "adverse_events": "n_affected",
    "biomarkers": "estimate",
    "mechanism_evidence": "statement",
}
NOT_DESCRIBING = ("quantity_id", "verification", "note")


def _unnumbered(key: str, end: str) -> str:
    """The key without the number that tells equal keys apart."""
    stem, _, number = key.rpartition("-")
    return stem if number.isdigit() and not key.endswith(f"-{end}") else key


def _of_row(table: str) -> Check:
    """A key says what its row describes; a row that was copied or redirected gives itself away."""
    columns, by_reference = BEGINS_WITH[table]

    def of_row(rows: pd.DataFrame) -> pd.Series:
        cells = zip(*(rows[name] for name in columns), strict=True) if columns else [()] * len(rows)
        begins = ("-".join(filter(None, named)) for named in cells)
        ends = rows.reference_id if by_reference else [""] * len(rows)
        right = [
            key.startswith(begin) and _unnumbered(key, end).endswith(end)
            for key, begin, end in zip(rows.iloc[:, 0], begins, ends, strict=True)
        ]
        return ~pd.Series(right, index=rows.index)

    of_row.__name__ = f"{table}_key_of_row"
    named = [*columns, *(["reference_id"] if by_reference else [])]
    rule = f"the key names the {' and the '.join(named)} of its row"
    mend = "restore the cell that was changed; keys are minted by scripts/merge.py"
    return check(table=table, field=named[0], needs=[named[0]], rule=rule, mend=mend)(of_row)


def _timepoint_in_key(table: str) -> Check:
    """The month of a landmark changed after the key was made from it."""

    def timepoint_in_key(rows: pd.DataFrame, text: pd.DataFrame) -> pd.Series:
        named = zip(rows.iloc[:, 0], text.timepoint_months, strict=True)
        return pd.Series([f"-{month}-" not in key for key, month in named], index=rows.index)

    timepoint_in_key.__name__ = f"{table}_timepoint_in_key"
    rule = "the key names the month of a landmark"
    mend = "restore the cell that was changed; keys are minted by scripts/merge.py"
    field = "timepoint_months"
    return check(table=table, field=field, needs=[field], rule=rule, mend=mend)(timepoint_in_key)


def _described_once(table: str) -> Check:
    """The same fact of the same source entered twice."""

    def described_once(rows: pd.DataFrame) -> pd.Series:
        cells = [c for c in rows.columns[1:] if c not in NOT_DESCRIBING]
        return rows.duplicated(cells, keep=False)

    described_once.__name__ = f"{table}_described_once"
    field = DESCRIBED_ONCE[table]
    rule, mend = f"a source gives one {field} of one thing in one row", "delete one of the rows"
    return check(table=table, field=field, needs=[field], rule=rule, mend=mend)(described_once)


@check(
    table="molecules",
    field="symbol",
    needs=["molecule_id", "symbol"],
    rule="the key of a molecule is its symbol in lower case",
    mend="restore symbol and identifiers of the molecule",
)
def molecule_key(molecules: pd.DataFrame) -> pd.Series:
    """Symbols of two molecules swapped."""
    plain = molecules.symbol.str.normalize("NFKD").str.encode("ascii", "ignore").str.decode("ascii")
    genes = molecules.kind.isin(["protein_coding_gene", "isoform", "microrna", "lncrna", "circrna"])
    slug = plain.str.lower().str.replace(r"[^a-z0-9_.]+", "-", regex=True).str.strip("-")
    return genes & (slug != molecules.molecule_id)


CHECKS: list[Check] = [
    *[_of_row(table) for table in BEGINS_WITH],
    *[_timepoint_in_key(table) for table in ("outcomes", "effects", "biomarkers")],
    *[_described_once(table) for table in DESCRIBED_ONCE],
    molecule_key,
]
