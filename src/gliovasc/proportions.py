"""Pool proportions of patients, and risk or odds ratios, from the counts that trials report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gliovasc.meta_analysis import log_ratio_of_counts, logit_proportion
from gliovasc.pooling import (
    Pooled,
    agent_of_contrast,
    as_text,
    in_order_of_preference,
    narrow,
    one_row_per_trial,
    pooled_from,
    rank_of_source,
)
from gliovasc.tables import Dataset

RATIOS_OF_COUNTS = ("risk_ratio", "odds_ratio")


def pool_proportion(
    ds: Dataset,
    *,
    endpoint: str,
    agent: str | None = None,
    setting: str | None = None,
    vascular_class: str | None = None,
    timepoint_months: float | None = None,
) -> Pooled | None:
    """Pool the share of patients with an outcome over prospective trials that gave an agent.

    One number stands for each arm, by the order of preference of docs/protocol.md; arms of one
    trial are added up. Shares are pooled as log odds (`Pooled.proportion()` turns them back).
    Filters: `agent` and its `vascular_class`, given to the arm and not as background; `setting` of
    the trial; `timepoint_months` of a landmark. Returns None if no trial fits.

    Source of the method: Cochrane Handbook 10.2 (inverse variance); 0.5 is added to empty cells.
    """
    rows = counts(ds, endpoint, timepoint_months)
    given = arms_given(ds, agent, vascular_class)
    return pool_shares(narrow(rows[rows.arm_id.isin(given)], setting=setting), endpoint)


def pool_shares(rows: pd.DataFrame, endpoint: str) -> Pooled | None:
    """Pool the shares in rows of `counts`; arms that are part of another are left out."""
    rows = rows[~rows.parent_arm_id.isin(set(rows.arm_id))]
    if rows.empty:
        return None
    trials = rows.groupby("trial_id", sort=True).agg(
        acronym=("acronym", "first"),
        setting=("setting", "first"),
        events=("events", "sum"),
        total=("total", "sum"),
        error_from=("counted_from", lambda words: "; ".join(sorted(set(words)))),
        outcome_ids=("outcome_id", "; ".join),
        arms=("arm_id", "; ".join),
    )
    estimates, variances = logit_proportion(
        trials.events.to_numpy(float), trials.total.to_numpy(float)
    )
    trials = trials.assign(log_estimate=estimates, standard_error=np.sqrt(variances))
    return pooled_from(trials.reset_index(), endpoint, "proportion")


def pool_counts(
    ds: Dataset,
    *,
    endpoint: str,
    measure: str = "risk_ratio",
    agent: str | None = None,
    setting: str | None = None,
    vascular_class: str | None = None,
    timepoint_months: float | None = None,
) -> Pooled | None:
    """Pool a risk or odds ratio, computed from the counts of both arms of randomised trials.

    Contrasts are those of `gliovasc.pool`: the arm has one anti-angiogenic agent more than its
    comparator. Returns None if no trial fits; raises ValueError for another measure.
    """
    if measure not in RATIOS_OF_COUNTS:
        raise ValueError(f"{measure} is no ratio of counts; use one of {RATIOS_OF_COUNTS}")
    pairs = narrow(agent_of_contrast(ds), agent_id=agent, vascular_class=vascular_class)
    rows = narrow(counts(ds, endpoint, timepoint_months), randomised=True, setting=setting)
    return pool_ratios(rows, pairs, endpoint, measure)


def pool_ratios(
    rows: pd.DataFrame, pairs: pd.DataFrame, endpoint: str, measure: str = "risk_ratio"
) -> Pooled | None:
    """Pool the ratios of rows of `counts` between `pairs` of arm and comparator."""
    by_arm = rows.set_index("arm_id")
    pairs = pairs[pairs.arm_id.isin(by_arm.index) & pairs.comparator_arm_id.isin(by_arm.index)]
    if pairs.empty:
        return None
    arm = by_arm.loc[pairs.arm_id].reset_index()
    control = by_arm.loc[pairs.comparator_arm_id].reset_index()
    estimates, variances = log_ratio_of_counts(
        measure,
        *(column.to_numpy(float) for column in (arm.events, arm.total)),
        *(column.to_numpy(float) for column in (control.events, control.total)),
    )
    ratios = arm.assign(
        agent_id=pairs.agent_id.to_numpy(),
        comparator_arm_id=control.arm_id,
        effect_id=arm.outcome_id + "; " + control.outcome_id,
        log_estimate=estimates,
        standard_error=np.sqrt(variances),
        error_from=arm.counted_from,
        n_arm=arm.total,
        n_comparator=control.total,
    )
    trials = one_row_per_trial(ratios).rename(columns={"effect_ids": "outcome_ids"})
    return pooled_from(trials, endpoint, measure)


def counts(ds: Dataset, endpoint: str, timepoint_months: float | None) -> pd.DataFrame:
    """One count of events and total per arm of a prospective trial, whole arms only.

    The total is the printed denominator, else the number assigned to the arm; where no count is
    printed, it follows from percent and total. `counted_from` says which.
    """
    outcomes = as_text(ds.outcomes)
    rows = outcomes[(outcomes.endpoint == endpoint) & (outcomes.subgroup_id == "")]
    if timepoint_months is not None:
        rows = rows[rows.timepoint_months == timepoint_months]
    percent = rows.value.where(rows.unit == "percent").astype(float)
    arms = ds.arms.set_index("arm_id")
    total = rows.n_analysed.fillna(rows.arm_id.map(arms.n_assigned)).astype(float)
    events = rows.n_events.astype(float).fillna((percent * total / 100).round())
    printed = rows.n_events.notna() & rows.n_analysed.notna()
    rows = rows.assign(events=events, total=total, adjusted=False)
    rows["counted_from"] = np.where(printed, "printed counts", "percent or number assigned")
    rows = rows[rows.events.notna() & (rows.total > 0) & (rows.events <= rows.total)]
    trials = as_text(ds.trials)
    trials = trials[trials.study_type == "interventional"]
    facts = trials[["trial_id", "acronym", "setting"]].assign(
        randomised=trials.allocation.isin(["randomised", "adaptive_randomised"])
    )
    rows = rows.assign(
        trial_id=rows.arm_id.map(arms.trial_id).astype(object),
        parent_arm_id=rows.arm_id.map(arms.parent_arm_id).astype(object),
    ).merge(facts, on="trial_id")
    rows = rows.merge(rank_of_source(ds), how="left", on=["trial_id", "reference_id"])
    return in_order_of_preference(rows, "outcome_id").drop_duplicates("arm_id")


def arms_given(ds: Dataset, agent: str | None, vascular_class: str | None) -> set[str]:
    """Arms that were given an anti-angiogenic agent: any, one, or one of a class."""
    agents = ds.agents[ds.agents.vascular_class != "none"]
    if vascular_class is not None:
        agents = agents[agents.vascular_class == vascular_class]
    wanted = {agent} if agent is not None else set(agents.agent_id)
    given = ds.arm_agents[ds.arm_agents.agent_id.isin(wanted & set(agents.agent_id))]
    return set(given.arm_id)
