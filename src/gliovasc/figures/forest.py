"""Forest plots."""

from __future__ import annotations

from typing import Any

import numpy as np

from gliovasc.figures.style import ACCENT, INK, PALE, bare, draw
from gliovasc.meta_analysis import Summary
from gliovasc.pooling import Pooled

WORDS = {
    "en": {
        "trial": "Trial",
        "agent": "Agent",
        "participants": "n",
        "ratio": "Hazard ratio (95 % CI)",
        "range": "{:.2f} to {:.2f}",
        "weight": "Weight",
        "random": "Random effects (REML, Hartung-Knapp)",
        "fixed": "Fixed effect",
        "prediction": "Prediction interval",
        "favours_arm": "favours anti-angiogenic arm",
        "favours_comparator": "favours comparator",
    },
    "zh": {
        "trial": "试验",
        "agent": "药物",
        "participants": "人数",
        "ratio": "风险比（95% 置信区间）",
        "range": "{:.2f}～{:.2f}",
        "weight": "权重",
        "random": "随机效应（REML，Hartung-Knapp）",
        "fixed": "固定效应",
        "prediction": "预测区间",
        "favours_arm": "抗血管生成组更优",
        "favours_comparator": "对照组更优",
    },
}
ROW = 0.32
WIDTH = 8.5
# Where text stands beside the axes, in widths of the axes.
TRIAL, AGENT, PARTICIPANTS, RATIO, WEIGHT = -1.3, -0.62, -0.04, 1.05, 1.92


def forest(pooled: Pooled, title: str, language: str = "en") -> bytes:
    """SVG of a forest plot.

    `pooled` is a result of `gliovasc.pool`; one line per trial with agent, participants of arm and
    comparator, hazard ratio, interval and weight, then the pooled results and the prediction
    interval. `language` is `en` or `zh` (a font with Chinese characters must be installed).
    """
    words = WORDS[language]
    lines = len(pooled.rows) + 4
    height = ROW * lines + 0.8

    def paint(figure: Any) -> None:
        axes = figure.add_axes((0.4, 0.6 / height, 0.3, ROW * lines / height))
        _axis(axes, pooled, lines)
        _head(axes, title, words)
        rows = pooled.rows.sort_values(["setting", "trial_id"])
        for place, row in enumerate(rows.itertuples()):
            _trial(axes, lines - 1.8 - place, row, words)
        _pooled_lines(axes, pooled, words)
        _under(axes, f"← {words['favours_arm']}", "right", -6)
        _under(axes, f"{words['favours_comparator']} →", "left", 6)

    return draw((WIDTH, height), language, paint)


def _under(axes: Any, text: str, side: str, shift: float) -> None:
    """Text below the axis, on one side of the line of no difference; shift in points."""
    where = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
    axes.annotate(text, (1, 0), (shift, -22), ha=side, va="top", color=PALE, fontsize=7, **where)


def _axis(axes: Any, pooled: Pooled, lines: int) -> None:
    reach = 1.96 * pooled.rows.standard_error
    low = np.exp(float((pooled.rows.log_estimate - reach).min()))
    high = np.exp(float((pooled.rows.log_estimate + reach).max()))
    axes.set_xscale("log")
    axes.set_xlim(min(0.3, low * 0.9), max(2.5, high * 1.1))
    axes.set_ylim(-0.6, lines)
    ticks = [0.25, 0.5, 1, 2, 4]
    axes.set_xticks([t for t in ticks if axes.get_xlim()[0] <= t <= axes.get_xlim()[1]])
    axes.set_xticks([], minor=True)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_yticks([])
    bare(axes, "bottom")
    axes.plot([1, 1], [-0.6, lines - 1.4], color=PALE, linewidth=0.8, zorder=0)


def _beside(axes: Any, x: float, y: float, text: str, **style: Any) -> None:
    """Text at a column left or right of the axes; x in axes widths, y in rows."""
    axes.text(x, y, text, transform=axes.get_yaxis_transform(), va="center", **style)


def _head(axes: Any, title: str, words: dict[str, str]) -> None:
    top = axes.get_ylim()[1]
    _beside(axes, TRIAL, top - 0.1, title, fontsize=10, fontweight="bold", color=INK)
    for x, word, side in (
        (TRIAL, "trial", "left"),
        (AGENT, "agent", "left"),
        (PARTICIPANTS, "participants", "right"),
        (RATIO, "ratio", "left"),
        (WEIGHT, "weight", "right"),
    ):
        _beside(axes, x, top - 1.1, words[word], ha=side, color=PALE)


def _trial(axes: Any, y: float, row: Any, words: dict[str, str]) -> None:
    low, high = (row.log_estimate + sign * 1.959964 * row.standard_error for sign in (-1, 1))
    axes.plot(np.exp([low, high]), [y, y], color=INK, linewidth=1)
    size = 3 + 7 * np.sqrt(row.weight / 100)
    axes.plot(np.exp(row.log_estimate), y, "s", color=INK, markersize=size)
    _beside(axes, TRIAL, y, row.acronym, color=INK)
    _beside(axes, AGENT, y, row.agents, color=INK)
    _beside(axes, PARTICIPANTS, y, participants(row), color=INK, ha="right")
    _beside(axes, RATIO, y, _ratio(words, row.log_estimate, low, high), color=INK)
    _beside(axes, WEIGHT, y, f"{row.weight:.0f} %", color=INK, ha="right")


def participants(row: Any) -> str:
    """How many were assigned to arm and comparator, as `458 / 463`; empty where not stated."""
    both = (row.n_arm, row.n_comparator)
    return "" if np.isnan(both).any() else "{:.0f} / {:.0f}".format(*both)


def _ratio(words: dict[str, str], middle: float, low: float, high: float) -> str:
    return f"{np.exp(middle):.2f} ({words['range'].format(*np.exp([low, high]))})"


def _diamond(axes: Any, y: float, summary: Summary, color: str) -> None:
    x = np.exp([summary.lower, summary.estimate, summary.upper, summary.estimate])
    axes.fill(x, [y, y + 0.28, y, y - 0.28], color=color, linewidth=0)


def _pooled_lines(axes: Any, pooled: Pooled, words: dict[str, str]) -> None:
    best = pooled.random
    if best is not None:
        _diamond(axes, 1.6, best, ACCENT)
        _beside(axes, TRIAL, 1.6, words["random"], color=ACCENT, fontweight="bold", fontsize=7)
        text = _ratio(words, best.estimate, best.lower, best.upper)
        _beside(axes, RATIO, 1.6, text, color=ACCENT, fontweight="bold")
        reach = np.exp([best.prediction_lower, best.prediction_upper])
        axes.plot(np.clip(reach, *axes.get_xlim()), [0.9, 0.9], color=ACCENT, linewidth=2)
        _beside(axes, TRIAL, 0.9, words["prediction"], color=ACCENT)
        figures = f"; τ² {best.tau2:.3f}, I² {best.i2:.0f} %"
        _beside(axes, RATIO, 0.9, words["range"].format(*reach) + figures, color=ACCENT)
    _diamond(axes, 0.2, pooled.fixed, PALE)
    _beside(axes, TRIAL, 0.2, words["fixed"], color=PALE)
    fixed = pooled.fixed
    text = _ratio(words, fixed.estimate, fixed.lower, fixed.upper)
    _beside(axes, RATIO, 0.2, text, color=PALE)
