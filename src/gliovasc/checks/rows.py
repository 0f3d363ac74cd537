"""Checks of conditions between the fields of one row."""

from __future__ import annotations

import pandas as pd

from gliovasc.checks.contract import Check, check
from gliovasc.numbers import RATIOS

EVIDENCE_LEVEL = {
    "patient_trial": "A",
    **dict.fromkeys(("patient_cohort", "patient_tissue", "autopsy", "explant"), "B"),
    **dict.fromkeys(("orthotopic_xenograft", "subcutaneous_xenograft", "syngeneic"), "C"),
    **dict.fromkeys(("genetic_model", "chorioallantoic_membrane"), "C"),
    **dict.fromkeys(("xenograft_unspecified", "animal_model_unspecified"), "C"),
    **dict.fromkeys(("primary_cells", "cell_line", "coculture", "organoid"), "D"),
    **dict.fromkeys(("dataset", "mathematical"), "E"),
}
AT_SOURCE = "compare with the source"
WITH_INTERVALS = ("outcomes", "effects", "biomarkers")


@check(
    table="outcomes",
    field="timepoint_months",
    needs=["statistic"],
    rule="a landmark rate has a time point",
    mend=AT_SOURCE,
)
def landmark_timepoint(outcomes: pd.DataFrame) -> pd.Series:
    """A 6-month rate without its 6 months can't be compared with anything."""
    landmark = outcomes.statistic.isin(["km_rate", "landmark_unspecified"])
    return landmark & outcomes.timepoint_months.isna()


@check(
    table="outcomes",
    field="value",
    rule="a reported outcome has a value or a count, one that is not reported has no value",
    mend="set value_status, or enter the number",
)
def outcome_value(outcomes: pd.DataFrame) -> pd.Series:
    """`not_reached` beside a number means that one of the two slipped a row."""
    reported = outcomes.value_status == "reported"
    without = outcomes.value.isna() & outcomes.n_events.isna() & outcomes.n_analysed.isna()
    not_a_number = outcomes.value_status.isin(["not_reached", "not_estimable", "span_only"])
    return (reported & without) | (not_a_number & outcomes.value.notna())


@check(
    table="outcomes",
    field="n_events",
    needs=["n_events", "n_analysed"],
    rule="events are at most the number analysed",
    mend=AT_SOURCE,
)
def outcome_counts(outcomes: pd.DataFrame) -> pd.Series:
    """Numerator and denominator swapped."""
    return outcomes.n_events > outcomes.n_analysed


@check(
    table="adverse_events",
    field="n_affected",
    needs=["n_affected", "n_at_risk"],
    rule="patients affected are at most those at risk",
    mend=f"{AT_SOURCE}, or set count_basis to events",
)
def harm_counts(adverse_events: pd.DataFrame) -> pd.Series:
    """Numerator and denominator swapped."""
    patients = adverse_events.count_basis != "events"
    return patients & (adverse_events.n_affected > adverse_events.n_at_risk)


@check(
    table="adverse_events",
    field="grade_max",
    needs=["grade_min", "grade_max"],
    rule="the lowest grade is not above the highest",
    mend=AT_SOURCE,
)
def grade_order(adverse_events: pd.DataFrame) -> pd.Series:
    """Grades swapped."""
    return adverse_events.grade_min > adverse_events.grade_max


@check(
    table="effects",
    field="comparator_arm_id",
    needs=["arm_id", "comparator_arm_id"],
    rule="a contrast has two different arms",
    mend="correct the comparator",
)
def effect_two_arms(effects: pd.DataFrame) -> pd.Series:
    """An arm compared with itself."""
    return effects.arm_id == effects.comparator_arm_id


@check(
    table="effects",
    field="estimate",
    needs=["estimate", "measure"],
    rule="a ratio is positive, and a bare test or statement has no estimate",
    mend="correct the measure or the estimate",
)
def effect_measure(effects: pd.DataFrame) -> pd.Series:
    """A difference entered as ratio, or a number beside `test_only`."""
    ratio = effects.measure.isin(RATIOS)
    bare = effects.measure.isin(["test_only", "narrative"])
    return (ratio & (effects.estimate <= 0)) | bare


@check(
    table="effects",
    field="p_value",
    needs=["measure"],
    rule="a bare test has its p value",
    mend="enter the p value, or make the row narrative",
)
def effect_test_only(effects: pd.DataFrame) -> pd.Series:
    """A row that says that there was a test, and nothing of its result."""
    return (effects.measure == "test_only") & effects.p_value.isna()


def _interval_checks(table: str) -> list[Check]:
    """The same two rules for each table with intervals."""

    def interval_kind(rows: pd.DataFrame) -> pd.Series:
        return (rows.ci_lower.notna() | rows.ci_upper.notna()) != (rows.interval_kind != "")

    def interval_order(rows: pd.DataFrame) -> pd.Series:
        return rows.ci_lower > rows.ci_upper

    interval_kind.__name__ = f"{table}_interval_kind"
    interval_order.__name__ = f"{table}_interval_order"
    return [
        check(
            table=table,
            field="interval_kind",
            rule="limits have a kind, and a kind has limits",
            mend="set interval_kind, or delete it",
        )(interval_kind),
        check(
            table=table,
            field="ci_lower",
            needs=["ci_lower", "ci_upper"],
            rule="the lower limit is not above the upper",
            mend=AT_SOURCE,
        )(interval_order),
    ]


@check(
    table="arm_agents",
    field="dose_unit",
    needs=["dose"],
    rule="a dose has a unit",
    mend=AT_SOURCE,
)
def dose_unit(arm_agents: pd.DataFrame) -> pd.Series:
    """10 of what?"""
    return arm_agents.dose_unit == ""


@check(
    table="arms",
    field="role",
    needs=["kind"],
    rule="an arm has a role, unless it pools others",
    mend="set role",
)
def arm_role(arms: pd.DataFrame) -> pd.Series:
    """Without a role nobody can tell experimental from control."""
    return (arms.kind != "pooled") & (arms.role == "")


@check(
    table="trials",
    field="completion_year",
    needs=["start_year", "completion_year"],
    rule="a trial does not end before it begins",
    mend=AT_SOURCE,
)
def trial_years(trials: pd.DataFrame) -> pd.Series:
    """Years swapped."""
    return trials.completion_year < trials.start_year


@check(
    table="references",
    field="doi",
    rule="a reference can be found, by an identifier, an address, or title and journal",
    mend="add an identifier that was read",
)
def reference_findable(references: pd.DataFrame) -> pd.Series:
    """A source that nobody can find is no source."""
    identified = (references[["doi", "pmid", "pmcid", "registry_id", "url"]] != "").any(axis=1)
    named = (references[["title", "container_title"]] != "").all(axis=1)
    return ~identified & ~named


@check(
    table="molecules",
    field="hgnc_id",
    needs=["kind"],
    rule="a protein-coding gene has its HGNC and NCBI Gene identifiers",
    mend="look it up by symbol, or change kind",
)
def gene_identified(molecules: pd.DataFrame) -> pd.Series:
    """A gene that can't be joined to other data."""
    gene = molecules.kind == "protein_coding_gene"
    return gene & ((molecules.hgnc_id == "") | (molecules.ncbi_gene_id == ""))


@check(
    table="mechanism_evidence",
    field="evidence_level",
    needs=["model"],
    rule="the evidence level follows from the model, and is empty where that is not stated",
    mend="correct model or evidence_level",
)
def evidence_level(mechanism_evidence: pd.DataFrame) -> pd.Series:
    """A mouse study ranked as clinical evidence."""
    expected = mechanism_evidence.model.map(EVIDENCE_LEVEL).fillna("")
    return expected != mechanism_evidence.evidence_level


@check(
    table="screening",
    field="citation",
    rule="a screened record is a reference or has a citation; one left out has a reason",
    mend="complete the row",
)
def screening_complete(screening: pd.DataFrame) -> pd.Series:
    """Somebody will ask why the report was left out."""
    nameless = (screening.reference_id == "") & (screening.citation == "")
    unexplained = (screening.decision == "exclude") & (screening.reason == "")
    return nameless | unexplained


@check(
    table="terms",
    field="term_id",
    needs=["vocabulary", "code"],
    rule="a term's key begins with its vocabulary",
    mend="write vocabulary:code",
)
def term_key(terms: pd.DataFrame) -> pd.Series:
    """A term filed under another vocabulary."""
    return terms.term_id.str.partition(":")[0] != terms.vocabulary


CHECKS: list[Check] = [
    landmark_timepoint,
    outcome_value,
    outcome_counts,
    harm_counts,
    grade_order,
    effect_two_arms,
    effect_measure,
    effect_test_only,
    *[one for table in WITH_INTERVALS for one in _interval_checks(table)],
    dose_unit,
    arm_role,
    trial_years,
    reference_findable,
    gene_identified,
    evidence_level,
    screening_complete,
    term_key,
]
