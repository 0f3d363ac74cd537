"""Findings of the review by the evidence that their verdicts rest on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gliovasc.figures.style import ACCENT, FAINT, INK, PALE, WARM, bare, draw
from gliovasc.findings import assess
from gliovasc.tables import Dataset

ROW = 0.34
STANCES = (
    ("supports", ACCENT),
    ("context_dependent", "#8fb3c9"),
    ("no_effect", FAINT),
    ("contradicts", WARM),
)
TITLE = {"en": "Findings and the rows that they rest on", "zh": "各结论及其所依据的证据行"}
VERDICT_COLOR = {"supported": ACCENT, "partly_supported": INK, "contradicted": WARM}


def findings_by_evidence(ds: Dataset, language: str = "en") -> bytes:
    """SVG: one bar per finding, its rows by stance, and the verdict. `language` is `en` or `zh`."""
    verdicts = assess(ds)
    column = "label_zh" if language == "zh" else "label"
    label_of = dict(zip(ds.terms.term_id, ds.terms[column].fillna(ds.terms.label), strict=True))
    statement = "statement_zh" if language == "zh" else "statement"
    findings = ds.findings.sort_values(["review_sentence", "finding_id"])
    lines = len(findings) + 2
    height = ROW * lines + 0.3

    def paint(figure: Any) -> None:
        axes = figure.add_axes((0.56, 0.12 / height, 0.26, ROW * lines / height))
        axes.set_xlim(0, 1)
        axes.set_ylim(lines - 0.5, -1)
        axes.set_xticks([])
        axes.set_yticks([])
        bare(axes)
        text = axes.get_yaxis_transform()
        axes.text(-2.12, -0.5, TITLE[language], transform=text, fontsize=10, fontweight="bold")
        for place, (stance, color) in enumerate(STANCES):
            label = label_of[f"stance:{stance}"]
            axes.text(-0.1 + 0.5 * place, 0.25, f"■ {label}", transform=text, **_legend(color))
        for y, row in enumerate(findings.itertuples(), start=1):
            verdict = verdicts[str(row.finding_id)]
            words = str(getattr(row, statement))
            axes.text(-2.12, y, _cut(words), transform=text, color=INK, va="center", fontsize=6.5)
            _bar(axes, y, pd.Series([stance for _, _, stance in verdict.rows], dtype=object))
            label = label_of[f"verdict:{verdict.verdict}"]
            color = VERDICT_COLOR.get(verdict.verdict, PALE)
            style = {"color": color, "va": "center", "fontweight": "bold", "fontsize": 6.5}
            axes.text(1.14, y, label, transform=text, **style)

    return draw((7.5, height), language, paint)


def _legend(color: str) -> dict[str, Any]:
    return {"color": PALE if color == FAINT else color, "fontsize": 6}


def _cut(words: str, longest: int = 76) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _bar(axes: Any, y: float, stances: pd.Series) -> None:
    """Shares of the stances as one bar, the number of rows behind it."""
    left = 0.0
    for stance, color in STANCES:
        share = float((stances == stance).mean()) if len(stances) else 0.0
        axes.barh(y, share, left=left, height=0.55, color=color)
        left += share
    axes.text(1.02, y, str(len(stances)), va="center", color=PALE, fontsize=6.5)
