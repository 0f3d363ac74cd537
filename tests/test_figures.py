"""Figures: SVG from the tables alone, the same bytes again, moving with the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import gliovasc
from conftest import ROOT
from gliovasc.figures import findings_by_evidence, forest, resistance_map, timeline
from gliovasc.figures.forest import participants


@pytest.fixture(scope="module")
def ds() -> gliovasc.Dataset:
    return gliovasc.load(ROOT)


@pytest.mark.parametrize("figure", [findings_by_evidence, resistance_map, timeline])
def test_figures_are_the_same_bytes_again(ds: gliovasc.Dataset, figure) -> None:
    """A figure that changes with the clock can't be proven current."""
    svg = figure(ds)
    assert svg == figure(ds)
    assert svg.startswith(b"<?xml")


def test_participants_are_shown_only_if_both_are_stated() -> None:
    rows = pd.DataFrame({"n_arm": [458.0, 174.0], "n_comparator": [463.0, np.nan]})
    assert [participants(row) for row in rows.itertuples()] == ["458 / 463", ""]


def test_forest_moves_with_the_numbers(ds: gliovasc.Dataset) -> None:
    """A plot of last month's numbers."""
    pooled = gliovasc.pool(ds, endpoint="overall_survival")
    assert pooled is not None
    before = forest(pooled, "Overall survival")
    assert before == forest(pooled, "Overall survival")
    rows = pooled.rows.assign(log_estimate=pooled.rows.log_estimate + 0.1)
    assert forest(replace(pooled, rows=rows), "Overall survival") != before


def test_a_single_trial_has_no_pooled_diamond(ds: gliovasc.Dataset) -> None:
    """One trial is drawn as what it is."""
    pooled = gliovasc.pool(
        ds, endpoint="overall_survival", agent="bevacizumab", setting="recurrent"
    )
    assert pooled is not None
    assert pooled.random is None
    assert forest(pooled, "Overall survival, recurrent").startswith(b"<?xml")


@pytest.mark.filterwarnings("ignore:Glyph")
def test_chinese_labels(ds: gliovasc.Dataset) -> None:
    """The review is Chinese; so are some of its readers."""
    assert timeline(ds, "zh") != timeline(ds, "en")
