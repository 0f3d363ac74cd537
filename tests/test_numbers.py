"""What a printed number means."""

import math

import pandas as pd
import pytest

from gliovasc import numbers


def test_half_unit_follows_the_printed_digits() -> None:
    """0.90 is known better than 0.9: typing a number loses that."""
    printed = pd.Series(["0.90", "0.9", "12", "16.8"])
    assert numbers.half_unit(printed).tolist() == pytest.approx([0.005, 0.05, 0.5, 0.05])


def test_z_of_level() -> None:
    """An 80 % interval taken for a 95 % one makes a trial look half as sure."""
    levels = numbers.z_of_level(pd.Series([95.0, 80.0]))
    assert levels.tolist() == pytest.approx([1.959964, 1.281552], abs=1e-6)


def test_z_of_p_by_sides() -> None:
    """One-sided p values read as two-sided."""
    z = numbers.z_of_p(pd.Series([0.05, 0.025]), pd.Series([2.0, 1.0]))
    assert z.tolist() == pytest.approx([1.959964, 1.959964], abs=1e-6)


def test_p_of_zero_or_one_is_no_quantile() -> None:
    """`p = 0.00` must not become infinity."""
    assert numbers.normal_quantile(pd.Series([0.0, 1.0, math.nan])).isna().all()


def test_log_standard_error_from_limits() -> None:
    """Hazard ratio 0.64, 95 % limits 0.55 to 0.74: standard error 0.0757."""
    error = numbers.log_standard_error(pd.Series([0.55]), pd.Series([0.74]), pd.Series([95.0]))
    assert error.iloc[0] == pytest.approx(0.07569, abs=1e-5)


def test_log_standard_error_needs_positive_limits() -> None:
    """A difference entered as a ratio has no logarithm."""
    error = numbers.log_standard_error(pd.Series([-0.1]), pd.Series([0.7]), pd.Series([95.0]))
    assert error.isna().all()
