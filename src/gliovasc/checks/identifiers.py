"""Checks of identifiers: checksums, and none on two entities. Patterns are in the schemas."""

from __future__ import annotations

import pandas as pd

from gliovasc.checks.contract import Check, check

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
UNIQUE = {
    "references": ("doi", "pmid", "pmcid", "registry_id"),
    "agents": ("chembl_id", "drugbank_id", "unii", "pubchem_cid", "ncit_id"),
    "molecules": ("symbol", "hgnc_id", "ncbi_gene_id", "ensembl_gene_id", "mirbase_id"),
    "mechanisms": ("label",),
}


def _unique(table: str, field: str) -> Check:
    """An identifier names one entity; two rows with one identifier are one entity, or a slip."""

    def on_one_row(text: pd.DataFrame) -> pd.Series:
        return text[field].duplicated(keep=False)

    on_one_row.__name__ = f"{table}_{field}_unique"
    rule = "an identifier stands on one row only"
    mend = "correct one of the rows"
    return check(table=table, field=field, needs=[field], rule=rule, mend=mend)(on_one_row)


UNIQUENESS = [_unique(table, field) for table, fields in UNIQUE.items() for field in fields]


@check(
    table="agents",
    field="unii",
    needs=["unii"],
    rule="the last character of a UNII is the sum of the others modulo 36",
    mend="look the UNII up again",
)
def unii_checksum(agents: pd.DataFrame) -> pd.Series:
    """FDA Substance Registration System: the tenth character is a checksum of the first nine."""
    return ~agents.unii.map(_unii_is_sound)


def _unii_is_sound(unii: str) -> bool:
    values = [ALPHABET.find(c) for c in unii]
    return len(values) == 10 and sum(values[:9]) % 36 == values[9]


@check(
    table="trials",
    field="nct_id",
    needs=["nct_id"],
    rule="a registry number stands on one trial, or on a trial and its parts",
    mend="correct the number, or set parent_trial_id",
)
def trial_registry_unique(trials: pd.DataFrame) -> pd.Series:
    """Parts of one protocol share its number; two protocols never do."""
    family = trials.parent_trial_id.where(trials.parent_trial_id != "", trials.trial_id)
    return family.groupby(trials.nct_id).transform("nunique") > 1


CHECKS: list[Check] = [*UNIQUENESS, unii_checksum, trial_registry_unique]
