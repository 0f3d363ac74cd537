"""Pool what the trials report: which row stands for a trial, and the meta-analysis of these."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from gliovasc.meta_analysis import Summary, fixed_effect, leave_one_out, random_effects
from gliovasc.numbers import RATIOS, z_of_p
from gliovasc.tables import Dataset

# The written order of preference (docs/protocol.md): what comes first stands for the trial.
POPULATION = ("intention_to_treat", "", "modified_intention_to_treat", "eligible", "treated")
ANALYSIS = ("final", "update", "", "interim", "post_hoc")
ASSESSOR = ("independent", "investigator", "", "regulator")
ROLE = ("primary_publication", "update", "secondary_analysis", "conference", "registry")
KIND = ("journal_article", "assessment_report", "conference_abstract", "registry_record", "review")
PREFERENCE = ("population_rank", "analysis_rank", "assessor_rank", "adjusted_rank", "source_rank")
# Two arms compared with one control: correlation of their estimates (Borenstein et al. 2009).
SHARED_CONTROL = 0.5


@dataclass(frozen=True)
class Pooled:
    """A pooled ratio or proportion.

    `rows` has one row per trial: estimate and standard error on the log scale (log odds for a
    proportion), where the standard error came from, weight in percent, how many were assigned to
    arm and comparator (`n_arm`, `n_comparator`; missing where not stated), and the keys of the rows
    used. `random` is None for a single trial. `ratio()` and `proportion()` give the result as
    printed.
    """

    endpoint: str
    measure: str
    rows: pd.DataFrame
    random: Summary | None
    fixed: Summary
    without_each: tuple[Summary, ...]

    @property
    def best(self) -> Summary:
        """The random-effects result, or that of the only trial."""
        return self.random or self.fixed

    def ratio(self) -> tuple[float, float, float]:
        """Pooled ratio and its 95 % limits."""
        s = self.best
        return float(np.exp(s.estimate)), float(np.exp(s.lower)), float(np.exp(s.upper))

    def proportion(self) -> tuple[float, float, float]:
        """Pooled proportion between 0 and 1, and its 95 % limits."""
        s = self.best
        return float(expit(s.estimate)), float(expit(s.lower)), float(expit(s.upper))


def pool(
    ds: Dataset,
    *,
    endpoint: str,
    setting: str | None = None,
    vascular_class: str | None = None,
    agent: str | None = None,
    measure: str = "hazard_ratio",
    masking: str | None = None,
    assessor: str | None = None,
    crossover: bool | None = None,
) -> Pooled | None:
    """Pool the ratios of an endpoint over the randomised trials of anti-angiogenic agents.

    A contrast counts if its arm has an anti-angiogenic agent that its comparator has not. One row
    stands for each trial and contrast, by the order of preference of docs/protocol.md; arms with a
    shared control are combined first. Filters: `setting`, `vascular_class` and `agent` of that
    agent, `masking` of the trial, `assessor` of the row, and whether `crossover` was allowed.

    Returns None if no trial fits. Ratios below 1 favour the anti-angiogenic arm for survival.
    """
    rows = narrow(
        contrasts(ds, endpoint, measure),
        setting=setting,
        vascular_class=vascular_class,
        agent_id=agent,
        masking=masking,
        assessor=assessor,
        crossover_allowed=crossover,
    )
    return pool_contrasts(rows, endpoint, measure)


def narrow(rows: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    """Rows whose columns have the wanted values; None is any."""
    for column, value in wanted.items():
        if value is not None:
            rows = rows[rows[column] == value]
    return rows


def pool_contrasts(rows: pd.DataFrame, endpoint: str, measure: str) -> Pooled | None:
    """Pool the rows of `contrasts`, or some of them; None if there are none."""
    chosen = one_row_per_contrast(rows)
    return None if chosen.empty else pooled_from(one_row_per_trial(chosen), endpoint, measure)


def pooled_from(trials: pd.DataFrame, endpoint: str, measure: str) -> Pooled:
    """Meta-analysis of one row per trial with `log_estimate` and `standard_error`."""
    estimates = trials.log_estimate.to_numpy(float)
    variances = trials.standard_error.to_numpy(float) ** 2
    fixed = fixed_effect(estimates, variances)
    several = random_effects(estimates, variances) if len(trials) > 1 else None
    without = leave_one_out(estimates, variances) if len(trials) > 2 else []
    trials = trials.assign(weight=(several or fixed).weights)
    return Pooled(endpoint, measure, trials, several, fixed, tuple(without))


def contrasts(
    ds: Dataset, endpoint: str, measure: str, subgroups: Collection[str] = ("",)
) -> pd.DataFrame:
    """Effects of an endpoint that can be pooled, with agent, class, trial facts and standard error.

    Whole trials, or only the named `subgroups`; randomised, of known orientation; pooled analyses
    of several trials are left out. The standard error comes from the confidence interval at its
    level, else from the printed one, else from the p value, own or of another report of the same
    contrast.
    """
    if measure not in RATIOS:
        raise ValueError(f"{measure} is no ratio; use one of {', '.join(RATIOS)}")
    effects = as_text(ds.effects)
    of_endpoint = effects[(effects.endpoint == endpoint) & effects.subgroup_id.isin(subgroups)]
    rows = of_endpoint[(of_endpoint.measure == measure) & of_endpoint.log_estimate.notna()]
    rows = rows[rows.direction != "orientation_unknown"]
    rows = _with_standard_error(rows, of_endpoint)
    trials = as_text(ds.trials)
    randomised = trials.allocation.isin(["randomised", "adaptive_randomised"])
    own = trials[randomised & (trials.study_type == "interventional")]
    facts = own[["trial_id", "setting", "masking", "crossover_allowed", "acronym"]]
    rows = rows.merge(facts, on="trial_id").merge(agent_of_contrast(ds), how="inner")
    assigned = ds.arms.set_index("arm_id").n_assigned.astype(float)
    rows = rows.assign(
        n_arm=rows.arm_id.map(assigned), n_comparator=rows.comparator_arm_id.map(assigned)
    )
    rows = rows.merge(rank_of_source(ds), how="left", on=["trial_id", "reference_id"])
    return rows[rows.standard_error.notna()]


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories and strings as plain text, missing as empty, so that they compare and sort."""
    words = frame.select_dtypes(["category", "string"]).columns
    return frame.assign(**{c: frame[c].astype("string").fillna("").astype(object) for c in words})


def _with_standard_error(rows: pd.DataFrame, all_rows: pd.DataFrame) -> pd.DataFrame:
    """Columns `standard_error` (log scale) and `error_from`: interval, printed, p_value or none."""
    from_interval = rows.log_standard_error.astype(float)
    printed = rows.standard_error.astype(float)
    usable = all_rows[(all_rows.p_relation == "=") & all_rows.p_value.notna()]
    by_contrast = usable.groupby(["arm_id", "comparator_arm_id"]).p_value.first()
    keys = pd.MultiIndex.from_frame(rows[["arm_id", "comparator_arm_id"]])
    elsewhere = pd.Series(by_contrast.reindex(keys).to_numpy(float), index=rows.index)
    own = rows.p_value.astype(float).where(rows.p_relation == "=")
    p = own.fillna(elsewhere)
    sides = rows.p_sides.astype(float).fillna(2)
    z = z_of_p(p, sides)
    from_p = (rows.log_estimate.astype(float).abs() / z).where((z > 0) & (rows.log_estimate != 0))
    error = from_interval.fillna(printed).fillna(from_p)
    kind = np.select(
        [from_interval.notna(), printed.notna(), own.notna() & from_p.notna(), from_p.notna()],
        ["interval", "printed", "p_value", "p_value_of_another_report"],
        "none",
    )
    return rows.assign(standard_error=error, error_from=kind)


def agent_of_contrast(ds: Dataset) -> pd.DataFrame:
    """The anti-angiogenic agent that an arm has and its comparator has not, and its class."""
    agents = as_text(ds.agents)
    vascular = agents[agents.vascular_class != "none"].set_index("agent_id").vascular_class
    given: dict[str, set[str]] = {}
    for arm, agent in ds.arm_agents[["arm_id", "agent_id"]].itertuples(index=False):
        given.setdefault(arm, set()).add(agent)
    pairs = ds.effects[["arm_id", "comparator_arm_id"]].drop_duplicates()
    found = []
    for arm, comparator in pairs.itertuples(index=False):
        extra = sorted((given.get(arm, set()) - given.get(comparator, set())) & set(vascular.index))
        if len(extra) == 1 and arm in given and comparator in given:
            found.append((arm, comparator, extra[0], vascular[extra[0]]))
    columns = ["arm_id", "comparator_arm_id", "agent_id", "vascular_class"]
    return pd.DataFrame(found, columns=columns)


def rank_of_source(ds: Dataset) -> pd.DataFrame:
    """How a reference ranks as a report of a trial; smaller is better."""
    reports = as_text(ds.trial_references)
    kinds = as_text(ds.references).set_index("reference_id").kind
    rank = _place(reports.role, ROLE) * 100 + _place(reports.reference_id.map(kinds), KIND)
    return reports[["trial_id", "reference_id"]].assign(source_rank=rank)


def _place(words: pd.Series, order: tuple[str, ...]) -> pd.Series:
    places = {word: place for place, word in enumerate(order)}
    return words.map(places).fillna(len(order)).astype(int)


def one_row_per_contrast(rows: pd.DataFrame) -> pd.DataFrame:
    """For each contrast its preferred quantity, and of that the best-ranked source."""
    ranked = in_order_of_preference(rows, "effect_id")
    return ranked.drop_duplicates(["arm_id", "comparator_arm_id"]).sort_values("effect_id")


def in_order_of_preference(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """Rows sorted by the written order of preference, the column `key` deciding last.

    What one row of a quantity leaves unsaid, another may say: the scope of a quantity is what any
    of its rows states.
    """
    scope = rows.groupby("quantity_id")[["population", "analysis", "assessor"]].transform("max")
    adjusted = rows.adjusted.fillna(False).astype(bool).groupby(rows.quantity_id).transform("any")
    ranked = rows.assign(
        population_rank=_place(scope.population, POPULATION),
        analysis_rank=_place(scope.analysis, ANALYSIS),
        assessor_rank=_place(scope.assessor, ASSESSOR),
        adjusted_rank=(~adjusted).astype(int),
        source_rank=rows.source_rank.fillna(10_000),
    )
    return ranked.sort_values([*PREFERENCE, key], kind="stable")


def one_row_per_trial(chosen: pd.DataFrame) -> pd.DataFrame:
    """Combine the contrasts of one trial: their mean, with the control they share counted once.

    Source: Borenstein, Hedges, Higgins and Rothstein 2009, Introduction to Meta-Analysis, chapter
    25 (multiple comparisons within a study), correlation 0.5.
    """
    combined = []
    for trial, group in chosen.groupby("trial_id", sort=True):
        errors = group.standard_error.to_numpy(float)
        correlation = np.full((len(errors), len(errors)), SHARED_CONTROL)
        np.fill_diagonal(correlation, 1)
        variance = errors @ correlation @ errors / len(errors) ** 2
        first = group.iloc[0]
        controls = group.drop_duplicates("comparator_arm_id")
        combined.append(
            {
                "trial_id": trial,
                "acronym": first.acronym or trial,
                "setting": first.setting,
                "agents": "; ".join(sorted(set(group.agent_id))),
                "log_estimate": float(group.log_estimate.astype(float).mean()),
                "standard_error": float(np.sqrt(variance)),
                "error_from": "; ".join(sorted(set(group.error_from))),
                "effect_ids": "; ".join(group.effect_id),
                "arms": "; ".join(group.arm_id),
                "comparators": "; ".join(sorted(set(group.comparator_arm_id))),
                "n_arm": group.n_arm.sum(skipna=False),
                "n_comparator": controls.n_comparator.sum(skipna=False),
            }
        )
    return pd.DataFrame(combined)
