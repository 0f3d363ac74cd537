"""Checks of numbers against each other, each with the rounding that the printed digits allow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gliovasc.checks.contract import Check, check, lookup
from gliovasc.numbers import RATIOS, half_unit, log_standard_error, z_of_p

# How far apart the z values behind an interval and its p value may lie: tests and models differ.
Z_TOLERANCE = 0.25
EXCEPTION = "compare with the source; if it is printed so, record an exception"
SAME_SOURCE = [
    "reference_id",
    "arm_id",
    "subgroup_id",
    "population",
    "analysis",
    "time_origin",
]
RESPONSE_CONTEXT = [*SAME_SOURCE, "assessor", "criteria"]


def _inside(table: str, value: str) -> Check:
    """An estimate lies inside its interval."""

    def inside(rows: pd.DataFrame) -> pd.Series:
        return ~rows[value].between(rows.ci_lower, rows.ci_upper)

    inside.__name__ = f"{table}_inside_interval"
    rule, needs = f"the {value} lies inside its interval", [value, "ci_lower", "ci_upper"]
    return check(table=table, field="ci_upper", needs=needs, rule=rule, mend=EXCEPTION)(inside)


INSIDE = [_inside("outcomes", "value"), _inside("effects", "estimate")]
INSIDE += [_inside("biomarkers", "estimate")]


def _symmetric(table: str) -> Check:
    """Confidence limits of a ratio are equally far from it on the log scale.

    Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.3.2. Each number
    may be off by half a unit of its last digit.
    """

    def symmetric(rows: pd.DataFrame, text: pd.DataFrame) -> pd.Series:
        applies = rows.measure.isin(RATIOS) & (rows.interval_kind == "confidence")
        applies &= (rows.ci_lower > 0) & (rows.estimate > 0)
        off = {name: half_unit(text[name]) for name in ("estimate", "ci_lower", "ci_upper")}
        nearest = np.sqrt(
            (rows.ci_lower - off["ci_lower"]).clip(0) * (rows.ci_upper - off["ci_upper"])
        )
        farthest = np.sqrt((rows.ci_lower + off["ci_lower"]) * (rows.ci_upper + off["ci_upper"]))
        below = rows.estimate + off["estimate"] < nearest
        above = rows.estimate - off["estimate"] > farthest
        return applies & (below | above)

    symmetric.__name__ = f"{table}_symmetric_interval"
    rule = "a ratio lies in the middle of its confidence limits on the log scale"
    needs = ["estimate", "ci_lower", "ci_upper"]
    return check(table=table, field="estimate", needs=needs, rule=rule, mend=EXCEPTION)(symmetric)


SYMMETRIC = [_symmetric("effects"), _symmetric("biomarkers")]


@check(
    table="effects",
    field="p_value",
    needs=["estimate", "ci_lower", "ci_upper", "ci_level", "p_value"],
    rule="interval and p value tell of the same z",
    mend=EXCEPTION,
    warn=True,
)
def effect_p_value(
    effects: pd.DataFrame, text: pd.DataFrame, trial_endpoints: pd.DataFrame
) -> pd.Series:
    """Source: Altman and Bland, How to obtain the P value from a confidence interval, BMJ 2011.

    One-sided as stated, or as the trial planned for the endpoint; two-sided where neither is known.
    """
    applies = effects.measure.isin(RATIOS) & (effects.interval_kind == "confidence")
    applies &= (effects.estimate > 0) & (effects.direction != "orientation_unknown")
    sides = effects.p_sides.fillna(_planned_sides(effects, trial_endpoints)).fillna(2)
    off = half_unit(text.p_value)
    smallest = z_of_p((effects.p_value + off).clip(upper=1 - 1e-9), sides)
    largest = z_of_p((effects.p_value - off).clip(lower=1e-12), sides)
    error = log_standard_error(effects.ci_lower, effects.ci_upper, effects.ci_level)
    z = (np.log(effects.estimate.where(applies)) / error).abs()
    too_small = (z < smallest - Z_TOLERANCE) & (effects.p_relation != ">")
    too_large = (z > largest + Z_TOLERANCE) & (effects.p_relation != "<")
    return applies & (too_small | too_large)


def _planned_sides(effects: pd.DataFrame, trial_endpoints: pd.DataFrame) -> pd.Series:
    planned = trial_endpoints[trial_endpoints.sides.notna()]
    plan = pd.Series(planned.sides.to_numpy(), index=planned.trial_id + " " + planned.endpoint)
    return (effects.trial_id + " " + effects.endpoint).map(plan[~plan.index.duplicated()])


def _percent_of_count(table: str, percent: str, count: str, total: str) -> Check:
    """A percentage is its count divided by its denominator, rounded or cut off.

    Kaplan-Meier rates are no counts.
    """

    def percent_of_count(rows: pd.DataFrame, text: pd.DataFrame) -> pd.Series:
        applies = rows[total] > 0
        if table == "outcomes":
            applies &= (rows.statistic == "proportion") & (rows.unit == "percent")
        exact = 100 * rows[count] / rows[total].where(rows[total] > 0)
        return applies & ((rows[percent] - exact).abs() > 2 * half_unit(text[percent]) + 1e-9)

    percent_of_count.__name__ = f"{table}_percent"
    rule, needs = "a percentage is its count divided by its denominator", [percent, count, total]
    return check(table=table, field=percent, needs=needs, rule=rule, mend=EXCEPTION)(
        percent_of_count
    )


PERCENTS = [
    _percent_of_count("outcomes", "value", "n_events", "n_analysed"),
    _percent_of_count("adverse_events", "percent", "n_affected", "n_at_risk"),
]


@check(
    table="outcomes",
    field="value",
    needs=["value", "unit"],
    rule="a percentage lies between 0 and 100",
    mend="correct value or unit",
)
def outcome_percent_range(outcomes: pd.DataFrame) -> pd.Series:
    """106 percent, or months entered as percent."""
    share = outcomes.statistic.isin(["proportion", "km_rate", "landmark_unspecified"])
    share &= outcomes.unit == "percent"
    return share & ~outcomes.value.between(0, 100)


@check(
    table="outcomes",
    field="value",
    needs=["value", "timepoint_months"],
    rule="a landmark rate falls with time",
    mend=EXCEPTION,
)
def landmarks_fall(outcomes: pd.DataFrame) -> pd.Series:
    """Survival at two years above survival at one, in one source."""
    survival = ["overall_survival", "progression_free_survival", "event_free_survival"]
    rates = ["km_rate", "landmark_unspecified", "proportion"]
    rows = outcomes[outcomes.endpoint.isin(survival) & outcomes.statistic.isin(rates)]
    rows = rows.sort_values("timepoint_months", kind="stable")
    earlier = rows.groupby([*RESPONSE_CONTEXT, "endpoint", "statistic"]).value.cummin()
    return (rows.value > earlier).reindex(outcomes.index, fill_value=False)


@check(
    table="outcomes",
    field="value",
    needs=["value"],
    rule="progression-free survival is not longer than overall survival",
    mend=EXCEPTION,
)
def pfs_within_os(outcomes: pd.DataFrame) -> pd.Series:
    """Medians and landmarks of one arm in one source: the two columns swapped."""
    context = [*SAME_SOURCE, "statistic", "timepoint_months", "unit"]
    keys = outcomes.groupby(context, dropna=False).ngroup()
    survival = outcomes[outcomes.endpoint == "overall_survival"]
    longest = survival.value.groupby(keys[survival.index]).max()
    progression = outcomes.endpoint == "progression_free_survival"
    comparable = outcomes.statistic.isin(
        ["median", "km_rate", "landmark_unspecified", "proportion"]
    )
    return progression & comparable & (outcomes.value > keys.map(longest))


@check(
    table="outcomes",
    field="n_events",
    needs=["n_events"],
    rule="complete and partial responses add up to the objective responses",
    mend=EXCEPTION,
)
def responses_add_up(outcomes: pd.DataFrame) -> pd.Series:
    """Counts of one arm in one source; checked where all three are printed."""
    keys = outcomes.groupby([*RESPONSE_CONTEXT, "n_analysed"], dropna=False).ngroup()

    def count(endpoint: str) -> pd.Series:
        rows = outcomes.endpoint == endpoint
        return keys.map(outcomes.n_events[rows].groupby(keys[rows]).max())

    parts = count("complete_response") + count("partial_response")
    objective = outcomes.endpoint == "objective_response"
    return objective & parts.notna() & (parts != outcomes.n_events)


@check(
    table="effects",
    field="direction",
    needs=["estimate", "ci_lower", "ci_upper", "direction"],
    rule="the direction is that of an interval that excludes 1",
    mend="read again which arm the ratio is of, and what the source says",
    warn=True,
)
def effect_direction(effects: pd.DataFrame) -> pd.Series:
    """For ratios of harmful events: below 1 the arm does better, above 1 the comparator."""
    harmful = ["overall_survival", "progression_free_survival", "event_free_survival"]
    harmful += ["time_to_progression", "deterioration_free_survival", "time_to_deterioration"]
    applies = (effects.measure == "hazard_ratio") & effects.endpoint.isin(harmful)
    better = effects.ci_upper < 1
    worse = effects.ci_lower > 1
    wrong = (better & (effects.direction == "favours_comparator")) | (
        worse & (effects.direction == "favours_arm")
    )
    return applies & wrong


@check(
    table="effects",
    field="estimate",
    needs=["estimate", "ci_lower", "ci_upper"],
    rule="a hazard ratio and the medians of its arms point the same way",
    mend="read again which arm is which",
    warn=True,
)
def effect_against_medians(effects: pd.DataFrame, outcomes: pd.DataFrame) -> pd.Series:
    """Arm and comparator swapped: checked where the interval excludes 1 and medians are at hand."""
    medians = outcomes[(outcomes.statistic == "median") & (outcomes.unit == "months")]
    keyed = pd.Series(medians.value.to_numpy(), index=_median_of(medians, medians.arm_id))
    keyed = keyed[~keyed.index.duplicated(keep=False)]
    arm = _median_of(effects, effects.arm_id).map(keyed)
    difference = arm - _median_of(effects, effects.comparator_arm_id).map(keyed)
    hazard = effects.measure == "hazard_ratio"
    return hazard & (
        ((effects.ci_upper < 1) & (difference < 0)) | ((effects.ci_lower > 1) & (difference > 0))
    )


def _median_of(rows: pd.DataFrame, arm: pd.Series) -> pd.Series:
    """What a median describes, as one word: source, endpoint, subgroup and arm."""
    return rows.reference_id + "|" + rows.endpoint + "|" + rows.subgroup_id + "|" + arm


@check(
    table="trials",
    field="n_randomised",
    needs=["n_randomised"],
    rule="assigned arms add up to at most the number randomised",
    mend=EXCEPTION,
)
def arms_within_trial(trials: pd.DataFrame, arms: pd.DataFrame) -> pd.Series:
    """Arms of another trial, or a pooled arm counted as assigned."""
    own = arms[(arms.kind == "assigned") & (arms.role != "external_control")]
    own = own[~own.parent_arm_id.isin(own.arm_id)]
    return trials.trial_id.map(own.groupby("trial_id").n_assigned.sum()) > trials.n_randomised


@check(
    table="trials",
    field="n_randomised",
    needs=["n_enrolled", "n_randomised"],
    rule="no more patients are randomised than enrolled",
    mend="compare with the source",
)
def randomised_within_enrolled(trials: pd.DataFrame) -> pd.Series:
    """Two numbers swapped."""
    return trials.n_randomised > trials.n_enrolled


@check(
    table="effects",
    field="n_analysed",
    needs=["n_analysed", "n_events"],
    rule="events are at most the number analysed",
    mend="compare with the source",
)
def effect_counts(effects: pd.DataFrame) -> pd.Series:
    """Two numbers swapped."""
    return effects.n_events > effects.n_analysed


@check(
    table="outcomes",
    field="n_analysed",
    needs=["n_analysed"],
    rule="no more patients are analysed than were assigned",
    mend=EXCEPTION,
    warn=True,
)
def analysed_within_arm(outcomes: pd.DataFrame, arms: pd.DataFrame) -> pd.Series:
    """The denominator of another arm."""
    assigned = arms[arms.n_assigned.notna()]
    return outcomes.n_analysed > outcomes.arm_id.map(lookup(assigned, "arm_id", "n_assigned"))


CHECKS: list[Check] = [
    *INSIDE,
    *SYMMETRIC,
    effect_p_value,
    *PERCENTS,
    outcome_percent_range,
    landmarks_fall,
    pfs_within_os,
    responses_add_up,
    effect_direction,
    effect_against_medians,
    arms_within_trial,
    randomised_within_enrolled,
    effect_counts,
    analysed_within_arm,
]
