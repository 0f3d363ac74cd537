"""Meta-analysis against R's metafor, and which row stands for a trial."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gliovasc
from conftest import ROOT, columns_of, need, path_of, read_rows, write_rows
from gliovasc.meta_analysis import (
    fixed_effect,
    leave_one_out,
    log_ratio_of_counts,
    logit_proportion,
    random_effects,
)
from gliovasc.pooling import contrasts, one_row_per_contrast, one_row_per_trial, pool

COMPARED = [
    "estimate",
    "standard_error",
    "lower",
    "upper",
    "p_value",
    "tau2",
    "i2",
    "q",
    "q_p_value",
    "prediction_lower",
    "prediction_upper",
]


@pytest.fixture(scope="module")
def ds() -> gliovasc.Dataset:
    return gliovasc.load(ROOT)


@pytest.fixture(scope="module")
def oracle(ds: gliovasc.Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """metafor's results on the project's own data, the BCG trials, and a homogeneous set."""
    sets = {"homogeneous": {"estimates": [0.1, 0.12, 0.11], "errors": [0.2, 0.3, 0.25]}}
    for endpoint in ("overall_survival", "progression_free_survival"):
        pooled = pool(ds, endpoint=endpoint)
        assert pooled is not None
        sets[endpoint] = {
            "estimates": pooled.rows.log_estimate.tolist(),
            "errors": pooled.rows.standard_error.tolist(),
        }
    shares = gliovasc.pool_proportion(ds, endpoint="objective_response")
    assert shares is not None
    sets["objective_response"] = {
        "estimates": shares.rows.log_estimate.tolist(),
        "errors": shares.rows.standard_error.tolist(),
    }
    path = tmp_path_factory.mktemp("metafor") / "sets.json"
    path.write_text(json.dumps(sets), "utf-8")
    script = ROOT / "tests" / "clients" / "metafor.R"
    command = [need("Rscript"), "--vanilla", str(script), str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "name",
    ["overall_survival", "progression_free_survival", "objective_response", "bcg", "homogeneous"],
)
def test_agrees_with_metafor(oracle: dict, name: str) -> None:
    """A slip in forty lines of algebra would be quoted in papers."""
    expected = oracle[name]
    estimates, errors = np.array(expected["estimates"]), np.array(expected["errors"])
    ours = random_effects(estimates, errors**2)
    for figure in COMPARED:
        assert getattr(ours, figure) == pytest.approx(expected[figure], abs=1e-8, rel=1e-8), figure
    assert list(ours.weights) == pytest.approx(expected["weights"], abs=1e-6)
    fixed = fixed_effect(estimates, errors**2)
    for figure in ("estimate", "lower", "upper"):
        assert getattr(fixed, figure) == pytest.approx(expected["fixed"][figure], abs=1e-8)


def test_bcg_as_published(oracle: dict) -> None:
    """The textbook result: 13 trials, log risk ratio -0.7145, tau² 0.3132 (Viechtbauer 2010)."""
    assert len(oracle["bcg"]["estimates"]) == 13
    assert oracle["bcg"]["estimate"] == pytest.approx(-0.7145, abs=5e-5)
    assert oracle["bcg"]["tau2"] == pytest.approx(0.3132, abs=5e-5)


@pytest.mark.parametrize("measure", ["risk_ratio", "odds_ratio", "proportion"])
def test_counts_as_metafor_takes_them(oracle: dict, measure: str) -> None:
    """A variance of counts that is wrong weighs every trial wrongly, empty cells above all."""
    expected = oracle["counts"]
    trials = pd.DataFrame(expected["trials"]).astype(float)
    total, control_total = trials.tpos + trials.tneg, trials.cpos + trials.cneg
    if measure == "proportion":
        ours = logit_proportion(trials.tpos.to_numpy(), total.to_numpy())
    else:
        groups = (trials.tpos, total, trials.cpos, control_total)
        ours = log_ratio_of_counts(measure, *(column.to_numpy() for column in groups))
    for figure, values in zip(("estimates", "variances"), ours, strict=True):
        assert values.tolist() == pytest.approx(expected[measure][figure], abs=1e-8)


def test_proportion_adds_up_arms_and_counts_nobody_twice(minimal: Path) -> None:
    """A cohort inside an arm is not a second group of patients."""
    path = path_of(minimal, "outcomes")
    first, columns = read_rows(path)[0], columns_of(path)
    blank = dict.fromkeys(("value", "unit", "timepoint_months", "subgroup_id"), "")
    rows = []
    counted = {"demo-bev": ("5", "20"), "demo-placebo": ("1", "20"), "demo-part": ("3", "10")}
    for arm, (events, total) in counted.items():
        key = {"outcome_id": arm, "quantity_id": arm, "arm_id": arm}
        what = {"endpoint": "objective_response", "n_events": events, "n_analysed": total}
        rows.append({**first, **blank, **key, **what})
    write_rows(path, rows, columns)
    arms, given = path_of(minimal, "arms"), path_of(minimal, "arm_agents")
    part = {"arm_id": "demo-part", "trial_id": "demo", "parent_arm_id": "demo-bev"}
    write_rows(arms, [*read_rows(arms), part], columns_of(arms))
    agent = {"arm_agent_id": "demo-part", "arm_id": "demo-part", "agent_id": "bevacizumab"}
    write_rows(given, [*read_rows(given), agent], columns_of(given))
    ds = gliovasc.load(minimal)
    pooled = gliovasc.pool_proportion(ds, endpoint="objective_response")
    assert pooled is not None
    assert pooled.rows[["events", "total"]].to_numpy().tolist() == [[5, 20]]
    assert pooled.proportion()[0] == pytest.approx(0.25)
    ratio = gliovasc.pool_counts(ds, endpoint="objective_response")
    assert ratio is not None
    assert ratio.ratio()[0] == pytest.approx(5)
    assert gliovasc.pool_proportion(ds, endpoint="objective_response", setting="mixed") is None


def test_leave_one_out_leaves_each_out() -> None:
    """The trial that carries the result must show."""
    estimates, variances = np.array([0.0, 0.0, 1.0]), np.array([0.1, 0.1, 0.1])
    without = leave_one_out(estimates, variances)
    assert without[2].estimate == pytest.approx(0)
    assert without[0].estimate == pytest.approx(0.5)


def test_one_estimate_is_no_meta_analysis() -> None:
    """A pooled result of one trial claims more than the trial."""
    with pytest.raises(ValueError, match="at least two"):
        random_effects(np.array([0.1]), np.array([0.1]))


def test_logit_of_an_empty_cell() -> None:
    """No event in ten patients is a result too."""
    y, v = logit_proportion(np.array([0.0, 5.0]), np.array([10.0, 10.0]))
    assert y[1] == pytest.approx(0)
    assert np.isfinite(y).all()
    assert v[1] == pytest.approx(0.4)


def test_an_80_percent_interval_is_not_a_95_percent_one(ds: gliovasc.Dataset) -> None:
    """RTOG 1205 printed 80 % limits 0.79 to 1.23: standard error 0.173, not 0.113."""
    row = ds.effects.set_index("effect_id").filter(like="rtog-1205", axis=0)
    error = row[(row.ci_level == 80) & (row.endpoint == "overall_survival")].log_standard_error
    assert error.iloc[0] == pytest.approx(0.17274, abs=1e-4)


def test_a_trial_without_interval_does_not_drop_out(ds: gliovasc.Dataset) -> None:
    """RTOG 0825's abstract leaves its interval away; another report gives the p value."""
    pooled = pool(ds, endpoint="overall_survival", agent="bevacizumab")
    assert pooled is not None
    rows = pooled.rows.set_index("trial_id")
    assert rows.error_from["rtog-0825"] == "p_value_of_another_report"
    assert rows.error_from["avaglio"] == "interval"


def test_background_agents_are_no_contrast(ds: gliovasc.Dataset) -> None:
    """Both arms of RTOG 1205 had bevacizumab: it says nothing of bevacizumab."""
    assert "rtog-1205" not in set(contrasts(ds, "overall_survival", "hazard_ratio").trial_id)


def test_two_arms_with_one_control_count_once(ds: gliovasc.Dataset) -> None:
    """CORE's control would be counted twice."""
    chosen = one_row_per_contrast(contrasts(ds, "overall_survival", "hazard_ratio"))
    core = chosen[chosen.trial_id == "core"]
    assert len(core) == 2
    combined = one_row_per_trial(chosen).set_index("trial_id").loc["core"]
    a, b = core.standard_error
    assert combined.standard_error == pytest.approx(np.sqrt(a**2 + b**2 + a * b) / 2)
    assert combined.standard_error > np.sqrt(1 / (1 / a**2 + 1 / b**2))
    # 88 participants in each cilengitide arm, 89 in the control.
    assert (combined.n_arm, combined.n_comparator) == (176, 89)


def test_order_of_preference() -> None:
    """Final before interim, independent before investigator, the primary publication first."""
    row = {
        "arm_id": "a",
        "comparator_arm_id": "b",
        "population": "",
        "assessor": "",
        "adjusted": pd.NA,
        "source_rank": 0,
    }
    rows = pd.DataFrame(
        [
            {**row, "effect_id": "interim", "quantity_id": "q1", "analysis": "interim"},
            {**row, "effect_id": "late", "quantity_id": "q2", "analysis": "", "source_rank": 5},
            {**row, "effect_id": "final", "quantity_id": "q2", "analysis": "final"},
        ]
    )
    assert one_row_per_contrast(rows).effect_id.tolist() == ["final"]


def test_nothing_to_pool_is_none(ds: gliovasc.Dataset) -> None:
    """An empty result is not a result of zero."""
    assert pool(ds, endpoint="overall_survival", agent="placebo") is None
    with pytest.raises(ValueError, match="is no ratio"):
        pool(ds, endpoint="overall_survival", measure="mean_difference")


def test_examples_of_the_package_api() -> None:
    """`gliovasc.pool` and `gliovasc.assess` are what users type."""
    assert callable(gliovasc.pool)
    assert callable(gliovasc.assess)
    assert Path(gliovasc.__file__).exists()
