"""Checks of what must not be missing as a whole."""

from __future__ import annotations

import pandas as pd

from gliovasc.checks.contract import Check, check


@check(
    table="terms",
    field="code",
    rule="every sentence of the abstract has a finding",
    mend="add the finding to data/findings.csv",
)
def sentence_has_finding(terms: pd.DataFrame, findings: pd.DataFrame) -> pd.Series:
    """A sentence of the review that nobody turned into a finding."""
    covered = {str(int(n)) for n in findings.review_sentence.dropna()}
    return (terms.vocabulary == "review_sentence") & ~terms.code.isin(covered)


@check(
    table="mechanisms",
    field="mechanism_id",
    rule="a mechanism without narrower ones has evidence",
    mend="add an observation, or delete the mechanism",
)
def leaf_has_evidence(mechanisms: pd.DataFrame, mechanism_evidence: pd.DataFrame) -> pd.Series:
    """A mechanism that nothing shows."""
    leaf = ~mechanisms.mechanism_id.isin(mechanisms.parent_id)
    return leaf & ~mechanisms.mechanism_id.isin(mechanism_evidence.mechanism_id)


CHECKS: list[Check] = [sentence_has_finding, leaf_has_evidence]
