"""Each finding of the review as a function over the tables. The rules are in docs/findings.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from gliovasc.pooling import Pooled, pool
from gliovasc.tables import Dataset

SUPPORTED = "supported"
PARTLY = "partly_supported"
CONTRADICTED = "contradicted"
INSUFFICIENT = "insufficient_evidence"
RESISTANCE = ("under_antiangiogenic_therapy", "resistant_tumour")
APPROVALS = ("accelerated_approval", "conditional_approval", "full_approval")
QUALITY_OF_LIFE = (
    "deterioration_free_survival",
    "time_to_deterioration",
    "score_change",
    "score_deterioration",
    "quality_of_life",
)
STANCE_OF_DIRECTION = {
    "favours_arm": "supports",
    "favours_comparator": "contradicts",
    "no_difference": "no_effect",
}
STANCE_OF_MORE = {True: "supports", False: "contradicts"}
RESPONSES = ("objective_response", "radiographic_response")
HIGH_GRADE = r"glioblastoma|high-grade|malignant glioma|grade III|grade IV|anaplastic"
OTHER_TUMOUR = r"metastas|carcinoma|meningioma|lymphoma"
CANCER = r"cancer|carcinoma|sarcoma|melanoma"
HEALTHY = r"normal|healthy"
LOWER = r"low-grade|lower-grade|grade II$|WHO II\)|normal|peritumoral|healthy|well-differentiated"

Row = tuple[str, str, str]  # table, key, stance


@dataclass(frozen=True)
class Verdict:
    """What the tables say of a finding, the figures behind it, and the rows that it rests on."""

    verdict: str
    key_figures: str
    explanation: str
    rows: list[Row] = field(default_factory=list)


def by_share(supporting: int, share: float, least: int) -> str:
    """Verdict by the share of supporting references, if there are at least `least`."""
    if supporting < least and share >= 0.5:
        return INSUFFICIENT
    return SUPPORTED if share >= 0.75 else PARTLY if share >= 0.5 else CONTRADICTED


def share_of(evidence: pd.DataFrame) -> tuple[int, int, float]:
    """Supporting references, all references that take a stand, and the share of the former.

    A reference supports if any of its rows does; `context_dependent` counts as half.
    """
    worth = evidence.stance.astype(str).map(
        {"supports": 1.0, "context_dependent": 0.5, "contradicts": 0.0, "no_effect": 0.0}
    )
    each = worth.astype(float).groupby(evidence.reference_id).mean()
    return int((each > 0.5).sum()), len(each), float(each.mean()) if len(each) else 0.0


def evidence_rows(evidence: pd.DataFrame) -> list[Row]:
    """Observations as rows of a verdict, each with its own stance."""
    pairs = zip(evidence.evidence_id, evidence.stance.astype(str), strict=True)
    return [("mechanism_evidence", str(key), stance) for key, stance in pairs]


def observations(ds: Dataset) -> pd.DataFrame:
    """mechanism_evidence with the way of its mechanism."""
    way = ds.mechanisms.set_index("mechanism_id").way
    evidence = ds.mechanism_evidence
    return evidence.assign(way=evidence.mechanism_id.map(way.astype(str)))


def vessel_formation_common_in_solid_tumours(ds: Dataset) -> Verdict:
    """Solid tumours of many kinds develop abnormal vessels."""
    evidence = observations(ds)
    others = evidence[
        (evidence.tumour == "other_solid_tumour") & (evidence.way == "abnormal_vessel_formation")
    ]
    measured = ds.vascular_measurements
    text = measured[["group", "comparator_group"]].astype("string").fillna("")
    cancer = text.group.str.contains(CANCER, case=False)
    against = text.comparator_group.str.contains(HEALTHY, case=False)
    both = measured.value.notna() & measured.comparator_value.notna()
    measured = measured[cancer & against & both & (measured.species == "human")]
    higher = (measured.value > measured.comparator_value).map(STANCE_OF_MORE)
    stances = pd.concat([others[["reference_id", "stance"]], measured.assign(stance=higher)])
    supporting, total, share = share_of(stances)
    verdict = INSUFFICIENT if total < 5 else by_share(supporting, share, 5)
    figures = (
        f"{supporting} of {total} references on solid tumours other than glioma, "
        f"{measured.reference_id.nunique()} of them measured beside healthy tissue"
    )
    reason = "The tables gather evidence on glioma; other solid tumours are there only in passing."
    rows = zip(measured.measurement_id, higher, strict=True)
    beside = [("vascular_measurements", str(key), stance) for key, stance in rows]
    return Verdict(verdict, figures, reason, evidence_rows(others) + beside)


def vessel_formation_marked_in_high_grade_glioma(ds: Dataset) -> Verdict:
    """Among solid tumours, high-grade glioma stands out for its vessels."""
    measured = ds.vascular_measurements
    text = measured[["group", "comparator_group"]].astype("string").fillna("")
    both = measured.value.notna() & measured.comparator_value.notna()
    high = text.group.str.contains(HIGH_GRADE, case=False)
    against = text.comparator_group.str.contains(f"{LOWER}|{OTHER_TUMOUR}", case=False)
    rows = measured[both & high & against]
    higher = rows.value > rows.comparator_value
    each = higher.astype(float).groupby(rows.reference_id).mean()
    with_others = text.comparator_group.str.contains(OTHER_TUMOUR, case=False)
    compared = rows[with_others.loc[rows.index]].reference_id.nunique()
    share = float(each.mean()) if len(each) else 0.0
    verdict = INSUFFICIENT
    if len(each) >= 3:
        verdict = CONTRADICTED if share < 0.5 else PARTLY
        if share >= 0.75 and compared >= 2:
            verdict = SUPPORTED
    figures = (
        f"higher in high-grade glioma in {share:.0%} of {len(each)} references; "
        f"{compared} compared with other solid tumours"
    )
    reason = "Most studies compare grades of glioma or normal tissue, few other solid tumours."
    stances = higher.map(STANCE_OF_MORE)
    keys = zip(rows.measurement_id, stances, strict=True)
    return Verdict(verdict, figures, reason, [("vascular_measurements", k, s) for k, s in keys])


def _supported_mechanisms(evidence: pd.DataFrame) -> pd.Series:
    """Number of supporting references of each mechanism."""
    supporting = evidence[evidence.stance == "supports"]
    return supporting.groupby("mechanism_id").reference_id.nunique()


def several_mechanisms_known(ds: Dataset) -> Verdict:
    """More than one mechanism is known by which tumour vessels arise."""
    evidence = observations(ds)
    growing = evidence[
        (evidence.way == "abnormal_vessel_formation") & (evidence.context == "tumour_growth")
    ]
    known = int((_supported_mechanisms(growing) >= 2).sum())
    verdict = SUPPORTED if known >= 3 else PARTLY if known == 2 else INSUFFICIENT
    figures = f"{known} mechanisms with two or more supporting references"
    reason = "Counted among mechanisms of vessel formation in growing tumours."
    supporting = growing[growing.stance == "supports"]
    return Verdict(verdict, figures, reason, evidence_rows(supporting))


def mechanisms_promote_angiogenesis(ds: Dataset) -> Verdict:
    """The known mechanisms drive the growth of new vessels inside the tumour."""
    evidence = observations(ds)
    growing = evidence[
        (evidence.way == "abnormal_vessel_formation") & (evidence.context == "tumour_growth")
    ]
    supporting, total, share = share_of(growing)
    figures = f"share of support {share:.0%} among {total} references"
    reason = "References on growing tumours that support against those that do not."
    verdict = by_share(supporting, share, 10)
    return Verdict(verdict, figures, reason, evidence_rows(growing))


def mechanisms_validated_in_high_grade_glioma(ds: Dataset) -> Verdict:
    """The known mechanisms have been confirmed in high-grade glioma."""
    evidence = observations(ds)
    human = evidence[
        (evidence.way == "abnormal_vessel_formation")
        & evidence.evidence_level.isin(["A", "B"])
        & evidence.tumour.isin(["glioblastoma", "high_grade_glioma"])
    ]
    per_mechanism = _supported_mechanisms(human)
    known = int((per_mechanism >= 2).sum())
    verdict = SUPPORTED if known >= 3 else PARTLY if len(per_mechanism) else INSUFFICIENT
    figures = f"{known} mechanisms with two or more supporting human references"
    reason = "Patients or their tissue, glioblastoma or high-grade glioma."
    return Verdict(verdict, figures, reason, evidence_rows(human))


def bevacizumab_widely_used(ds: Dataset) -> Verdict:
    """Bevacizumab is in broad use."""
    decisions = ds.regulatory_decisions
    approved = decisions[(decisions.agent_id == "bevacizumab") & decisions.decision.isin(APPROVALS)]
    authorities = approved.authority.nunique()
    given = ds.arm_agents[ds.arm_agents.agent_id == "bevacizumab"].arm_id
    trials = ds.arms[ds.arms.arm_id.isin(given)].trial_id.nunique()
    met = (authorities >= 3) + (trials >= 5)
    verdict = (INSUFFICIENT, PARTLY, SUPPORTED)[met]
    figures = f"approved by {authorities} authorities; given in {trials} trials of the tables"
    reason = "Approvals for glioma by different authorities, later withdrawals not subtracted."
    rows = [("regulatory_decisions", str(key), "supports") for key in approved.decision_id]
    return Verdict(verdict, figures, reason, rows)


def therapy_faces_problems(ds: Dataset) -> Verdict:
    """Treatment of glioma against its vessels is beset by difficulties."""
    parts = [os_not_improved(ds), resistance_unresolved(ds)]
    supported = sum(part.verdict == SUPPORTED for part in parts)
    verdict = (INSUFFICIENT, PARTLY, SUPPORTED)[supported]
    if all(part.verdict == CONTRADICTED for part in parts):
        verdict = CONTRADICTED
    figures = f"os-not-improved {parts[0].verdict}; resistance-unresolved {parts[1].verdict}"
    reason = "Follows from the verdicts on overall survival and on resistance."
    return Verdict(verdict, figures, reason, [row for part in parts for row in part.rows])


def quality_of_life_improves(ds: Dataset) -> Verdict:
    """Patients treated with bevacizumab have a better quality of life."""
    rows = _bevacizumab_contrasts(ds)
    rows = rows[rows.endpoint.isin(QUALITY_OF_LIFE)]
    direction = rows.direction.astype(str)
    better = set(rows[direction == "favours_arm"].trial_id)
    worse = set(rows[direction == "favours_comparator"].trial_id)
    trials = set(rows[direction.isin(list(STANCE_OF_DIRECTION))].trial_id)
    only_better = better - worse
    verdict = INSUFFICIENT
    if len(trials) >= 3:
        if len(only_better) >= 0.75 * len(trials):
            verdict = SUPPORTED
        elif better:
            verdict = PARTLY
        elif worse:
            verdict = CONTRADICTED
    free_of_progression = rows.endpoint == "deterioration_free_survival"
    progression = set(rows[free_of_progression & (direction == "favours_arm")].trial_id)
    figures = (
        f"{len(trials)} trials: better in {_names(only_better)}; "
        f"worse in {_names(worse - better)}; both in {_names(better & worse)}"
    )
    opposed = "Trials oppose each other. " if better and worse else ""
    reason = (
        f"{opposed}In {_names(progression)} the benefit is one of deterioration-free survival, in "
        "which progression counts as deterioration."
    )
    used = [
        ("effects", str(key), STANCE_OF_DIRECTION[d])
        for key, d in zip(rows.effect_id, direction, strict=True)
        if d in STANCE_OF_DIRECTION
    ]
    return Verdict(verdict, figures, reason, used)


def _names(trials: set[str]) -> str:
    return ", ".join(sorted(trials)) or "none"


def _bevacizumab_contrasts(ds: Dataset) -> pd.DataFrame:
    """Effects whose arm has bevacizumab and whose comparator has not."""
    given = set(ds.arm_agents[ds.arm_agents.agent_id == "bevacizumab"].arm_id)
    effects = ds.effects
    return effects[effects.arm_id.isin(given) & ~effects.comparator_arm_id.isin(given)]


def pfs_prolonged(ds: Dataset) -> Verdict:
    """Bevacizumab lengthens progression-free survival."""
    pooled = pool(ds, endpoint="progression_free_survival", agent="bevacizumab")
    if pooled is None or pooled.random is None:
        return Verdict(INSUFFICIENT, "nothing to pool", "Fewer than two trials can be pooled.")
    below, above = _trials_beyond_one(pooled)
    if pooled.best.upper < 0:
        verdict = SUPPORTED
    elif pooled.best.lower > 0:
        verdict = CONTRADICTED
    else:
        verdict = PARTLY if len(below) >= 2 and not above else INSUFFICIENT
    reason = f"Limits below 1 in {_names(below)}, above 1 in {_names(above)}. " + _sensitivity(
        ds, "progression_free_survival"
    )
    return Verdict(verdict, pooled_figures(pooled), reason, _effect_rows(pooled, below, above))


def os_not_improved(ds: Dataset) -> Verdict:
    """Bevacizumab brings no gain in overall survival."""
    pooled = pool(ds, endpoint="overall_survival", agent="bevacizumab")
    if pooled is None or pooled.best.k < 3:
        return Verdict(INSUFFICIENT, "nothing to pool", "Fewer than three trials can be pooled.")
    below, _ = _trials_beyond_one(pooled)
    verdict = CONTRADICTED if pooled.best.upper < 0 else PARTLY if below else SUPPORTED
    reason = f"Limits below 1 in {_names(below)}. " + _sensitivity(ds, "overall_survival")
    none_below = {row for row in pooled.rows.trial_id if row not in below}
    return Verdict(verdict, pooled_figures(pooled), reason, _effect_rows(pooled, none_below, below))


def _trials_beyond_one(pooled: Pooled) -> tuple[set[str], set[str]]:
    """Trials whose own 95 % limits lie below 1, and above 1."""
    rows = pooled.rows
    reach = 1.959964 * rows.standard_error
    below = rows[rows.log_estimate + reach < 0].trial_id
    above = rows[rows.log_estimate - reach > 0].trial_id
    return set(below), set(above)


def pooled_figures(pooled: Pooled) -> str:
    """A pooled ratio in one line."""
    ratio, lower, upper = pooled.ratio()
    i2 = f", I² {pooled.random.i2:.0f} %" if pooled.random else ""
    return f"HR {ratio:.2f} ({lower:.2f} to {upper:.2f}), {len(pooled.rows)} trials{i2}"


def _sensitivity(ds: Dataset, endpoint: str) -> str:
    """The pooled result under stricter designs, in words."""
    designs: dict[str, dict] = {
        "double-blind only": {"masking": "double_blind"},
        "independent review only": {"assessor": "independent"},
        "newly diagnosed": {"setting": "newly_diagnosed"},
        "recurrent": {"setting": "recurrent"},
    }
    parts = []
    for name, design in designs.items():
        pooled = pool(ds, endpoint=endpoint, agent="bevacizumab", **design)
        parts.append(f"{name}: {pooled_figures(pooled) if pooled else 'no trial'}")
    return "; ".join(parts) + "."


def _effect_rows(pooled: Pooled, supporting: set[str], contradicting: set[str]) -> list[Row]:
    found = []
    for row in pooled.rows.itertuples():
        stance = "no_effect"
        if row.trial_id in supporting:
            stance = "supports"
        if row.trial_id in contradicting:
            stance = "contradicts"
        found += [("effects", key, stance) for key in str(row.effect_ids).split("; ")]
    return found


def some_patients_no_imaging_improvement(ds: Dataset) -> Verdict:
    """In a part of the patients, scans look no better after treatment."""
    given = set(ds.arm_agents[ds.arm_agents.agent_id == "bevacizumab"].arm_id)
    outcomes = ds.outcomes
    rows = outcomes[
        outcomes.arm_id.isin(given)
        & outcomes.endpoint.isin(RESPONSES)
        & outcomes.subgroup_id.isna()
        & outcomes.value.notna()
        & (outcomes.unit == "percent")
    ]
    trial = rows.arm_id.map(ds.arms.set_index("arm_id").trial_id)
    highest = rows.value.astype(float).groupby(trial).max()
    partial = int((highest < 75).sum())
    verdict = SUPPORTED if partial >= 3 else PARTLY if partial else INSUFFICIENT
    if len(highest) and not partial:
        verdict = CONTRADICTED
    low, high = (highest.min(), highest.max()) if len(highest) else (0, 0)
    figures = f"{partial} of {len(highest)} trials below 75 %; responders {low:g} to {high:g} %"
    reason = "The highest response rate that any report of a trial gives with bevacizumab."
    used = [
        ("outcomes", str(key), "supports" if value < 75 else "contradicts")
        for key, value in zip(rows.outcome_id, rows.value, strict=True)
    ]
    return Verdict(verdict, figures, reason, used)


def _attempts(ds: Dataset, *, in_patients: bool) -> pd.DataFrame:
    strategies = ds.strategies
    return strategies[(strategies.model == "patient_trial") == in_patients]


def _attempt_rows(attempts: pd.DataFrame, improved: str, not_improved: str) -> list[Row]:
    better = attempts.direction == "improved"
    stances = better.map({True: improved, False: not_improved})
    pairs = zip(attempts.strategy_id, stances, strict=True)
    return [("strategies", str(key), stance) for key, stance in pairs]


def resistance_unresolved(ds: Dataset) -> Verdict:
    """How to deal with resistance to bevacizumab is still an open question."""
    attempts = _attempts(ds, in_patients=True)
    total = attempts.reference_id.nunique()
    better = attempts[attempts.direction == "improved"].reference_id.nunique()
    verdict = INSUFFICIENT
    if total >= 5:
        share = better / total
        verdict = SUPPORTED if share <= 0.1 else PARTLY if share <= 1 / 3 else CONTRADICTED
    figures = f"{better} of {total} attempts in patients did better than their comparator"
    reason = "Attempts to get around resistance in patients; many had no comparator."
    return Verdict(verdict, figures, reason, _attempt_rows(attempts, "contradicts", "supports"))


def _way(ds: Dataset, way: str) -> Verdict:
    evidence = observations(ds)
    rows = evidence[(evidence.way == way) & evidence.context.isin(RESISTANCE)]
    supporting, total, share = share_of(rows)
    human = rows[rows.evidence_level.isin(["A", "B"])]
    in_humans, humans, human_share = share_of(human)
    verdict = by_share(supporting, share, 5)
    if verdict == SUPPORTED and human_share < 0.5:
        verdict = PARTLY
    figures = (
        f"{supporting} of {total} references support it (share {share:.0%}); "
        f"of {humans} human ones {in_humans} (share {human_share:.0%})"
    )
    reason = "Observations under therapy or in resistant tumours, supporting against contradicting."
    return Verdict(verdict, figures, reason, evidence_rows(rows))


def resistance_malignant_phenotype(ds: Dataset) -> Verdict:
    """One way of resistance is that tumour cells take on a more malignant phenotype."""
    return _way(ds, "malignant_phenotype")


def resistance_abnormal_vessels(ds: Dataset) -> Verdict:
    """One way of resistance is that the growth of abnormal vessels is furthered."""
    return _way(ds, "abnormal_vessel_formation")


def resistance_two_main_ways(ds: Dataset) -> Verdict:
    """Most mechanisms of resistance that have been described belong to one of two ways."""
    evidence = observations(ds)
    rows = evidence[evidence.context.isin(RESISTANCE) & (evidence.stance == "supports")]
    inside = rows.way.isin(["malignant_phenotype", "abnormal_vessel_formation"])
    total = rows.reference_id.nunique()
    two = rows[inside].reference_id.nunique()
    share = two / total if total else 0.0
    verdict = SUPPORTED if share >= 0.75 else PARTLY if share >= 0.5 else CONTRADICTED
    figures = f"{two} of {total} references on resistance belong to the two ways"
    reason = "The rest concerns the phenotype of vessels and drug delivery."
    return Verdict(verdict if total else INSUFFICIENT, figures, reason, evidence_rows(rows[inside]))


def resistance_mechanisms_clues_effectiveness(ds: Dataset) -> Verdict:
    """Knowing the mechanisms may show how to make therapy work better."""
    attempts = _attempts(ds, in_patients=False)
    each = (attempts.direction == "improved").groupby(attempts.reference_id).any()
    better, total = int(each.sum()), len(each)
    verdict = INSUFFICIENT if total < 5 else CONTRADICTED
    if better:
        verdict = SUPPORTED if better >= 5 and better / total >= 0.75 else PARTLY
    figures = f"{better} of {total} references of attempts outside patients saw an improvement"
    reason = "Attempts in animals and cells; failures are published less often."
    return Verdict(verdict, figures, reason, _attempt_rows(attempts, "supports", "no_effect"))


def resistance_mechanisms_clues_prognosis(ds: Dataset) -> Verdict:
    """Knowing the mechanisms may show how to give patients a better prognosis."""
    attempts = _attempts(ds, in_patients=True)
    better = attempts[attempts.direction == "improved"].reference_id.nunique()
    verdict = SUPPORTED if better >= 3 else PARTLY if better else INSUFFICIENT
    figures = f"{better} of {attempts.reference_id.nunique()} attempts in patients improved outcome"
    reason = "Only attempts with a comparator can count as improvement."
    return Verdict(verdict, figures, reason, _attempt_rows(attempts, "supports", "no_effect"))


FINDINGS: dict[str, Callable[[Dataset], Verdict]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        vessel_formation_common_in_solid_tumours,
        vessel_formation_marked_in_high_grade_glioma,
        several_mechanisms_known,
        mechanisms_promote_angiogenesis,
        mechanisms_validated_in_high_grade_glioma,
        bevacizumab_widely_used,
        therapy_faces_problems,
        quality_of_life_improves,
        pfs_prolonged,
        os_not_improved,
        some_patients_no_imaging_improvement,
        resistance_unresolved,
        resistance_malignant_phenotype,
        resistance_abnormal_vessels,
        resistance_two_main_ways,
        resistance_mechanisms_clues_effectiveness,
        resistance_mechanisms_clues_prognosis,
    )
}


def assess(ds: Dataset) -> dict[str, Verdict]:
    """The verdict on every finding, by its key. Raises KeyError for a finding without function."""
    return {finding: FINDINGS[finding](ds) for finding in ds.findings.finding_id}
