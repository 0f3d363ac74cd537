"""What a printed number means: decimals, rounding, and how intervals and p values relate."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

NORMAL = NormalDist()
WEEKS_TO_MONTHS = 7 / 30.4375
TO_MONTHS = {"months": 1.0, "weeks": WEEKS_TO_MONTHS, "days": 1 / 30.4375}
RATIOS = ("hazard_ratio", "odds_ratio", "risk_ratio")


def half_unit(text: pd.Series) -> pd.Series:
    """Half a unit of the last printed digit: `"0.90"` gives 0.005, `"12"` gives 0.5.

    `text` holds numbers as printed, none of them empty.
    """
    decimals = text.str.partition(".")[2].str.len()
    return decimals.astype(float).rpow(0.1) * 0.5


def normal_quantile(probability: pd.Series) -> pd.Series:
    """Quantile of the standard normal distribution; probabilities outside (0, 1) give NaN."""
    inside = probability.where((probability > 0) & (probability < 1))
    return inside.map(NORMAL.inv_cdf, na_action="ignore").astype(float)


def z_of_level(level: pd.Series) -> pd.Series:
    """Normal quantile that belongs to a two-sided interval of `level` percent (95 gives 1.96)."""
    return normal_quantile(0.5 + level / 200)


def z_of_p(p_value: pd.Series, sides: pd.Series) -> pd.Series:
    """Absolute z value behind a p value with one or two sides."""
    return normal_quantile(1 - p_value / sides).abs()


def log_standard_error(lower: pd.Series, upper: pd.Series, level: pd.Series) -> pd.Series:
    """Standard error of a log ratio from its confidence limits at `level` percent.

    Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.3.2.
    Limits that are not positive give NaN.
    """
    positive = (lower > 0) & (upper > 0)
    width = np.log(upper.where(positive)) - np.log(lower.where(positive))
    return width / (2 * z_of_level(level))
