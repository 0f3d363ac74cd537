"""Trials by agent class over time."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gliovasc.figures.style import ACCENT, FAINT, INK, PALE, bare, draw
from gliovasc.tables import Dataset

ROW = 0.2
WORDS = {
    "en": ("Trials by agent class", "randomised, by name", "not randomised, per year"),
    "zh": ("按药物类别排列的试验", "随机对照（逐项）", "非随机（按年份计数）"),
}
RANDOMISED = ("randomised", "adaptive_randomised")


def timeline(ds: Dataset, language: str = "en") -> bytes:
    """SVG: one line per randomised trial, and one of counts for the others, by class of agent.

    A bar spans the stated years of a trial, a dot is the year of its primary publication; a circle
    holds the number of trials that are not randomised in the year of their report, else of their
    start. Trials without any year are left out. `language` is `en` or `zh` (class names in it).
    """
    trials = _trials(ds)
    classes = ds.terms[ds.terms.vocabulary == "vascular_class"].set_index("code")
    names = classes["label_zh" if language == "zh" else "label"].fillna(classes.label)
    groups = list(trials.groupby("vascular_class", sort=True))
    by_name = trials.allocation.isin(RANDOMISED)
    lines = by_name.sum() + 1.8 * len(groups) + 2.6
    height = ROW * lines + 0.5

    def paint(figure: Any) -> None:
        axes = figure.add_axes((0.32, 0.35 / height, 0.64, (ROW * lines) / height))
        _axis(axes, trials, lines)
        title, randomised, other = WORDS[language]
        text = axes.get_yaxis_transform()
        axes.text(-0.48, 0.4, title, transform=text, fontsize=10, fontweight="bold", va="center")
        axes.text(0, 0.4, f"■ {randomised}", transform=text, color=ACCENT, va="center")
        axes.text(0.36, 0.4, f"● {other}", transform=text, color=PALE, va="center")
        y = 2.0
        for vascular_class, group in groups:
            name = names[vascular_class]
            axes.text(-0.48, y, name, transform=text, fontweight="bold", va="center")
            _counts(axes, y, group[~by_name[group.index]])
            for row in group[by_name[group.index]].itertuples():
                y += 1
                _line(axes, y, row)
            y += 1.8

    return draw((7.5, height), language, paint)


def _trials(ds: Dataset) -> pd.DataFrame:
    vascular = ds.agents[ds.agents.vascular_class != "none"].set_index("agent_id").vascular_class
    given = ds.arm_agents.merge(ds.arms[["arm_id", "trial_id"]], on="arm_id")
    given = given[given.agent_id.isin(vascular.index)]
    # What was tested names the class; a background agent only where nothing else does.
    first = (
        given.sort_values(["is_background", "arm_agent_id"])
        .drop_duplicates("trial_id")
        .set_index("trial_id")
    )
    trials = ds.trials.assign(vascular_class=ds.trials.trial_id.map(first.agent_id).map(vascular))
    reports = ds.trial_references[ds.trial_references.role == "primary_publication"]
    years = reports.assign(year=reports.reference_id.map(_years(ds))).groupby("trial_id").year.min()
    trials = trials.assign(reported=trials.trial_id.map(years))
    dated = trials.start_year.notna() | trials.reported.notna()
    trials = trials[dated & trials.vascular_class.notna()]
    begin = trials.start_year.fillna(trials.reported)
    return trials.assign(begin=begin, vascular_class=trials.vascular_class.astype(str)).sort_values(
        ["vascular_class", "begin", "trial_id"]
    )


def _years(ds: Dataset) -> pd.Series:
    return ds.references.set_index("reference_id").year


def _axis(axes: Any, trials: pd.DataFrame, lines: float) -> None:
    last = pd.concat([trials.completion_year, trials.reported]).max()
    axes.set_xlim(int(trials.begin.min()) - 1, int(last) + 1)
    axes.set_ylim(lines, -0.4)
    axes.set_yticks([])
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    bare(axes, "bottom")


def _counts(axes: Any, y: float, trials: pd.DataFrame) -> None:
    """A circle per year with the number of trials in it."""
    years = trials.reported.fillna(trials.start_year).astype(int).value_counts()
    for year, count in years.sort_index().items():
        axes.plot([year], [y], "o", color=FAINT, markersize=6.5 + count**0.5)
        axes.text(year, y, count, ha="center", va="center_baseline", fontsize=5.5, color=INK)


def _line(axes: Any, y: float, row: Any) -> None:
    color = ACCENT
    name = row.acronym if pd.notna(row.acronym) else row.trial_id
    axes.text(-0.46, y, name, transform=axes.get_yaxis_transform(), color=INK, va="center")
    if pd.notna(row.start_year):
        end = row.completion_year if pd.notna(row.completion_year) else row.start_year
        axes.plot([row.start_year, end], [y, y], color=color, linewidth=2.5, alpha=0.45)
    if pd.notna(row.reported):
        axes.plot([row.reported], [y], "o", color=color, markersize=4)
