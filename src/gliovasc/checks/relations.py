"""Checks of relations between tables: arms of their trial, trees without cycles, no orphans."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from gliovasc.checks.contract import Check, check, lookup


def _arm_of_trial(table: str, field: str) -> Check:
    """Arms named beside a trial are arms of that trial."""

    def arm_of_trial(rows: pd.DataFrame, arms: pd.DataFrame) -> pd.Series:
        trial = rows[field].map(lookup(arms, "arm_id", "trial_id"))
        return trial.notna() & (trial != rows.trial_id)

    arm_of_trial.__name__ = f"{table}_{field}_of_trial"
    rule, mend = "the arm belongs to the trial of the row", "correct the arm or the trial"
    needs = ["trial_id", field]
    return check(table=table, field=field, needs=needs, rule=rule, mend=mend)(arm_of_trial)


ARMS_OF_TRIALS = [
    _arm_of_trial(table, field)
    for table, field in (
        ("trial_endpoints", "arm_id"),
        ("arms", "parent_arm_id"),
        ("effects", "arm_id"),
        ("effects", "comparator_arm_id"),
        ("adverse_events", "arm_id"),
        ("adverse_events", "comparator_arm_id"),
        ("biomarkers", "arm_id"),
        ("biomarkers", "comparator_arm_id"),
    )
]


def in_cycle(child: pd.Series, parent: pd.Series) -> pd.Series:
    """Whether a node is its own ancestor. `child` and `parent` share an index."""
    above = dict(zip(child, parent, strict=True))
    return child.map(lambda node: _returns(node, above))


def _returns(node: str, above: dict[str, str]) -> bool:
    seen: set[str] = set()
    at = above.get(node, "")
    while at and at not in seen:
        if at == node:
            return True
        seen.add(at)
        at = above.get(at, "")
    return False


def _tree(table: str, key: str, parent: str) -> Check:
    """A tree has no cycle."""

    def without_cycle(rows: pd.DataFrame) -> pd.Series:
        return in_cycle(rows[key], rows[parent])

    without_cycle.__name__ = f"{table}_without_cycle"
    rule, mend = "a row is not its own ancestor", f"correct {parent}"
    return check(table=table, field=parent, needs=[parent], rule=rule, mend=mend)(without_cycle)


TREES = [
    _tree("trials", "trial_id", "parent_trial_id"),
    _tree("arms", "arm_id", "parent_arm_id"),
    _tree("molecules", "molecule_id", "parent_molecule_id"),
    _tree("mechanisms", "mechanism_id", "parent_id"),
    _tree("regulatory_decisions", "decision_id", "supersedes"),
]


def named(columns: Iterable[pd.Series]) -> set[str]:
    """All keys that occur in any of the columns."""
    return set().union(*columns)


USED = "every row is used by another table"
USE_IT = "delete the row, or use it"


@check(table="references", field="reference_id", rule=USED, mend=USE_IT)
def reference_used(
    references: pd.DataFrame,
    agent_targets: pd.DataFrame,
    regulatory_decisions: pd.DataFrame,
    trial_references: pd.DataFrame,
    biomarkers: pd.DataFrame,
    reported_attributes: pd.DataFrame,
    mechanism_evidence: pd.DataFrame,
    vascular_measurements: pd.DataFrame,
    strategies: pd.DataFrame,
    screening: pd.DataFrame,
) -> pd.Series:
    """A reference that nothing rests on."""
    tables = (agent_targets, regulatory_decisions, trial_references, biomarkers)
    more = (reported_attributes, mechanism_evidence, vascular_measurements, strategies, screening)
    return ~references.reference_id.isin(named(t.reference_id for t in (*tables, *more)))


@check(table="agents", field="agent_id", rule=USED, mend=USE_IT)
def agent_used(
    agents: pd.DataFrame,
    arm_agents: pd.DataFrame,
    agent_targets: pd.DataFrame,
    regulatory_decisions: pd.DataFrame,
    mechanism_evidence: pd.DataFrame,
    strategies: pd.DataFrame,
) -> pd.Series:
    """An agent that no arm, decision, observation or strategy has."""
    evidence, tried = mechanism_evidence, strategies
    used = named(t.agent_id for t in (arm_agents, agent_targets, regulatory_decisions, evidence))
    used |= named([evidence.reversal_agent_id, tried.agent_id, tried.partner_agent_id])
    return ~agents.agent_id.isin(used)


@check(table="molecules", field="molecule_id", rule=USED, mend=USE_IT)
def molecule_used(
    molecules: pd.DataFrame,
    agent_targets: pd.DataFrame,
    subgroups: pd.DataFrame,
    biomarkers: pd.DataFrame,
    evidence_molecules: pd.DataFrame,
) -> pd.Series:
    """A molecule that is in no observation."""
    tables = (agent_targets, subgroups, biomarkers, evidence_molecules)
    used = named([*(t.molecule_id for t in tables), molecules.parent_molecule_id])
    return ~molecules.molecule_id.isin(used)


@check(table="subgroups", field="subgroup_id", rule=USED, mend=USE_IT)
def subgroup_used(
    subgroups: pd.DataFrame,
    outcomes: pd.DataFrame,
    effects: pd.DataFrame,
    adverse_events: pd.DataFrame,
) -> pd.Series:
    """A subgroup without a number."""
    return ~subgroups.subgroup_id.isin(
        named(t.subgroup_id for t in (outcomes, effects, adverse_events))
    )


@check(
    table="trials",
    field="trial_id",
    rule="a trial has a report in trial_references",
    mend="add the report",
)
def trial_reported(trials: pd.DataFrame, trial_references: pd.DataFrame) -> pd.Series:
    """A trial that nobody reports."""
    return ~trials.trial_id.isin(trial_references.trial_id)


@check(
    table="trial_references",
    field="reference_id",
    rule="a source is the primary publication of one trial, or of parts of it",
    mend="if one trial goes by two names, keep one; else correct the role",
)
def trial_entered_once(rows: pd.DataFrame, trials: pd.DataFrame) -> pd.Series:
    """One trial under two names."""
    whole = rows.trial_id.map(lookup(trials, "trial_id", "parent_trial_id"))
    family = whole.where(whole.fillna("") != "", rows.trial_id)
    primary = rows.role == "primary_publication"
    return primary & (family[primary].groupby(rows.reference_id).transform("nunique") > 1)


def _from_report(table: str) -> Check:
    """A number of a trial comes from a reference that reports this trial."""

    def from_report(
        rows: pd.DataFrame, arms: pd.DataFrame, trial_references: pd.DataFrame
    ) -> pd.Series:
        trial = rows.arm_id.map(lookup(arms, "arm_id", "trial_id"))
        reported = set(zip(trial_references.trial_id, trial_references.reference_id, strict=True))
        pairs = pd.Series(list(zip(trial, rows.reference_id, strict=True)), index=rows.index)
        return trial.notna() & ~pairs.isin(reported)

    from_report.__name__ = f"{table}_from_report"
    rule = "the source is listed as a report of the trial"
    mend = "correct the source or the arm, or add the report to trial_references"
    needs = ["arm_id", "reference_id"]
    return check(table=table, field="reference_id", needs=needs, rule=rule, mend=mend)(from_report)


REPORTS = [_from_report(table) for table in ("outcomes", "effects", "adverse_events", "biomarkers")]


@check(
    table="mechanisms",
    field="way",
    needs=["parent_id"],
    rule="a mechanism goes the way of the one above it",
    mend="correct way or parent_id",
)
def mechanism_way(rows: pd.DataFrame, mechanisms: pd.DataFrame) -> pd.Series:
    """A leaf filed under the wrong branch."""
    above = rows.parent_id.map(lookup(mechanisms, "mechanism_id", "way"))
    return above.notna() & (above != rows.way)


def _row_exists(table: str) -> Check:
    """A row that is named by table and key exists."""

    def row_exists(rows: pd.DataFrame, **others: pd.DataFrame) -> pd.Series:
        missing = pd.Series(False, index=rows.index)
        for name, frame in others.items():
            here = rows.table_name == name
            missing |= here & ~rows.row_id.isin(frame.iloc[:, 0])
        return missing

    row_exists.__name__ = f"{table}_row_exists"
    rule, mend = "the row that is named exists", "correct table_name or row_id"
    needs = ["table_name", "row_id"]
    return check(table=table, field="row_id", needs=needs, rule=rule, mend=mend)(row_exists)


NAMED_ROWS = [
    _row_exists(t)
    for t in ("reported_attributes", "extraction_audit", "exceptions", "finding_evidence")
]


def _same_quantity(table: str, what: tuple[str, ...]) -> Check:
    """Rows of one quantity describe the same thing."""

    def same_quantity(rows: pd.DataFrame) -> pd.Series:
        groups = rows.groupby("quantity_id")
        several = [groups[field].transform("nunique") > 1 for field in what]
        return pd.concat(several, axis=1).any(axis=1)

    same_quantity.__name__ = f"{table}_same_quantity"
    rule = f"rows of one quantity agree in {', '.join(what)}"
    mend = "correct quantity_id, or the field that differs"
    needs = ["quantity_id"]
    return check(table=table, field="quantity_id", needs=needs, rule=rule, mend=mend)(same_quantity)


QUANTITIES = [
    _same_quantity("outcomes", ("arm_id", "endpoint", "statistic", "timepoint_months")),
    _same_quantity("effects", ("arm_id", "comparator_arm_id", "endpoint", "measure")),
    _same_quantity("adverse_events", ("arm_id", "term", "grade_min")),
]


@check(
    table="arms",
    field="role",
    needs=["trial_id", "role"],
    rule="arms of a single-group trial have one role, beside external controls",
    mend="correct the role, or the trial's allocation",
)
def single_group_role(arms: pd.DataFrame, trials: pd.DataFrame) -> pd.Series:
    """A comparator in a trial that had none."""
    single = arms.trial_id.map(lookup(trials, "trial_id", "allocation")) == "single_group"
    own = arms.role.where(arms.role != "external_control")
    return single & (own.groupby(arms.trial_id).transform("nunique") > 1)


CHECKS: list[Check] = [
    *ARMS_OF_TRIALS,
    *TREES,
    reference_used,
    agent_used,
    molecule_used,
    subgroup_used,
    trial_reported,
    trial_entered_once,
    single_group_role,
    *REPORTS,
    mechanism_way,
    *NAMED_ROWS,
    *QUANTITIES,
]
