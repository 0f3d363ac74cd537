"""Random-effects and fixed-effect meta-analysis of estimates with known variances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
CONVERGED = 1e-14
MOST_STEPS = 1000


@dataclass(frozen=True)
class Summary:
    """Result of a meta-analysis, on the scale of the estimates (log for ratios).

    `lower` and `upper` are 95 % limits: Hartung-Knapp for random effects, normal for the fixed
    effect. `prediction_*` are 95 % limits for the effect in a new study. `i2` is in percent,
    `weights` sum to 100.
    """

    k: int
    estimate: float
    standard_error: float
    lower: float
    upper: float
    p_value: float
    tau2: float
    i2: float
    q: float
    q_p_value: float
    prediction_lower: float
    prediction_upper: float
    weights: tuple[float, ...]


def random_effects(estimates: Array, variances: Array) -> Summary:
    """REML random-effects model with Hartung-Knapp interval and prediction interval.

    Sources: Viechtbauer 2005 (REML), Hartung and Knapp 2001 (interval), Higgins, Thompson and
    Spiegelhalter 2009 (prediction interval; k - 1 degrees of freedom, as R's metafor has it),
    Higgins and Thompson 2002 (I²). Raises ValueError for fewer than two estimates.
    """
    k = len(estimates)
    if k < 2:
        raise ValueError("a meta-analysis needs at least two estimates")
    tau2 = reml(estimates, variances)
    weights = 1 / (variances + tau2)
    mean = float(np.average(estimates, weights=weights))
    spread = np.sum(weights * (estimates - mean) ** 2) / (k - 1)
    error = float(np.sqrt(spread / weights.sum()))
    t = float(stats.t.ppf(0.975, k - 1))
    reach = t * float(np.sqrt(error**2 + tau2))
    q, q_p = heterogeneity(estimates, variances)
    return Summary(
        k=k,
        estimate=mean,
        standard_error=error,
        lower=mean - t * error,
        upper=mean + t * error,
        p_value=float(2 * stats.t.sf(abs(mean / error), k - 1)) if error else float("nan"),
        tau2=tau2,
        i2=100 * tau2 / (tau2 + typical_variance(variances)),
        q=q,
        q_p_value=q_p,
        prediction_lower=mean - reach,
        prediction_upper=mean + reach,
        weights=tuple(100 * weights / weights.sum()),
    )


def fixed_effect(estimates: Array, variances: Array) -> Summary:
    """Inverse-variance fixed-effect model with a normal interval."""
    weights = 1 / variances
    mean = float(np.average(estimates, weights=weights))
    error = float(np.sqrt(1 / weights.sum()))
    z = float(stats.norm.ppf(0.975))
    q, q_p = heterogeneity(estimates, variances)
    return Summary(
        k=len(estimates),
        estimate=mean,
        standard_error=error,
        lower=mean - z * error,
        upper=mean + z * error,
        p_value=float(2 * stats.norm.sf(abs(mean / error))),
        tau2=0.0,
        i2=0.0,
        q=q,
        q_p_value=q_p,
        prediction_lower=mean - z * error,
        prediction_upper=mean + z * error,
        weights=tuple(100 * weights / weights.sum()),
    )


def reml(estimates: Array, variances: Array) -> float:
    """Variance between studies by restricted maximum likelihood, Fisher scoring from zero up."""
    tau2 = max(0.0, float(np.var(estimates, ddof=1) - variances.mean()))
    for _ in range(MOST_STEPS):
        w = 1 / (variances + tau2)
        residual = estimates - np.average(estimates, weights=w)
        trace = w.sum() - (w**2).sum() / w.sum()
        trace_of_square = (w**2).sum() - 2 * (w**3).sum() / w.sum() + ((w**2).sum() / w.sum()) ** 2
        step = (np.sum((w * residual) ** 2) - trace) / trace_of_square
        new = max(0.0, tau2 + float(step))
        if abs(new - tau2) < CONVERGED:
            return new
        tau2 = new
    return tau2


def heterogeneity(estimates: Array, variances: Array) -> tuple[float, float]:
    """Cochran's Q and its p value; a single estimate has neither."""
    w = 1 / variances
    q = float(np.sum(w * (estimates - np.average(estimates, weights=w)) ** 2))
    k = len(estimates)
    return q, float(stats.chi2.sf(q, k - 1)) if k > 1 else float("nan")


def typical_variance(variances: Array) -> float:
    """Typical sampling variance (Higgins and Thompson 2002)."""
    w = 1 / variances
    return float((len(w) - 1) * w.sum() / (w.sum() ** 2 - (w**2).sum()))


def leave_one_out(estimates: Array, variances: Array) -> list[Summary]:
    """The random-effects result without each estimate in turn; needs three or more."""
    keep = [np.arange(len(estimates)) != left_out for left_out in range(len(estimates))]
    return [random_effects(estimates[mask], variances[mask]) for mask in keep]


def logit_proportion(events: Array, total: Array) -> tuple[Array, Array]:
    """Log odds of proportions and their variances; 0.5 is added where a cell is empty."""
    empty = (events == 0) | (events == total)
    x = events + 0.5 * empty
    rest = total - events + 0.5 * empty
    return np.log(x / rest), 1 / x + 1 / rest


def log_ratio_of_counts(
    measure: str, events: Array, total: Array, control_events: Array, control_total: Array
) -> tuple[Array, Array]:
    """Log risk or odds ratio of two groups and its variance; 0.5 is added where a cell is empty.

    Source: Cochrane Handbook for Systematic Reviews of Interventions, section 10.4.1 and 6.4.1.2.
    """
    a, c = np.asarray(events, float), np.asarray(control_events, float)
    b, d = np.asarray(total, float) - a, np.asarray(control_total, float) - c
    add = 0.5 * ((a == 0) | (b == 0) | (c == 0) | (d == 0))
    a, b, c, d = a + add, b + add, c + add, d + add
    if measure == "odds_ratio":
        return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    n1, n2 = a + b, c + d
    return np.log((a / n1) / (c / n2)), 1 / a - 1 / n1 + 1 / c - 1 / n2
