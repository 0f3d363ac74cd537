"""Every question that two or more trials answer, pooled and drawn once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from gliovasc.derived import COUNTED, DESIGNS
from gliovasc.figures import forest
from gliovasc.figures.forest import participants
from gliovasc.meta_analysis import Summary
from gliovasc.numbers import RATIOS
from gliovasc.pooling import Pooled, agent_of_contrast, contrasts, narrow, pool_contrasts
from gliovasc.proportions import arms_given, counts, pool_ratios, pool_shares
from gliovasc.site.figures import place
from gliovasc.site.page import Page
from gliovasc.tables import Dataset

# Dimensions of subgroups whose level alone does not say what was measured.
VAGUE = ("combined", "comedication", "imaging", "molecule_level", "on_study_course", "other")
NORMAL_95 = 1.959964
ODD = re.compile(r"[^\w.-]", re.ASCII)
ANY = ""


@dataclass(frozen=True)
class Choice:
    """A question of the chooser, and the plot that answers it.

    `agent` is a class (`class:vegf_ligand`), an agent (`agent:bevacizumab`) or empty for all;
    `part` a design of trials or a subgroup of patients (`mgmt|methylated`), empty for all.
    """

    endpoint: str
    months: str
    measure: str
    setting: str
    agent: str
    part: str
    plot: str

    @property
    def question(self) -> str:
        """Endpoint, month of a landmark and measure as one word."""
        return "-".join(word for word in (self.endpoint, self.months, self.measure) if word)

    @property
    def key(self) -> str:
        """Fragment of the address that leads to this choice."""
        agent = self.agent.partition(":")[2]
        words = (self.question, self.setting, agent, self.part)
        return "-".join(_plain(word) for word in words if word)


def _plain(word: str) -> str:
    """A word for the name of a file: other than letters and digits only as their code."""
    words = "_".join(word.replace("|", " ").split())
    return ODD.sub(lambda found: f"u{ord(found[0]):x}", words)


@dataclass(frozen=True)
class Plot:
    """A pooled result with the lines of its table."""

    key: str
    pooled: Pooled
    lines: list[dict[str, Any]]
    results: list[dict[str, Any]]

    @property
    def drawn(self) -> bool:
        """Whether the library draws it: its forest plot speaks of hazard ratios."""
        return self.pooled.measure == "hazard_ratio"

    def svg(self, title: str, language: str) -> bytes:
        """The forest plot."""
        return forest(self.pooled, title, language)


class Plots:
    """All choices, and one plot for each set of trials that they lead to."""

    def __init__(self, ds: Dataset):
        self.choices: list[Choice] = []
        self.plots: dict[str, Plot] = {}
        self._seen: dict[tuple[str, ...], str] = {}
        self._ds = ds
        self._given = _given(ds)
        for endpoint, measure in _questions(ds):
            self._add_contrasts(endpoint, measure)
        for counted in COUNTED:
            self._add_counts(*counted)

    def key(self, endpoint: str, agent: str) -> str:
        """Key of the hazard ratio of an endpoint for one agent in all settings, or empty."""
        wanted = (endpoint, "hazard_ratio", "", f"agent:{agent}", "")
        found = (
            c for c in self.choices if (c.endpoint, c.measure, c.setting, c.agent, c.part) == wanted
        )
        return next((choice.plot for choice in found), "")

    def _add_contrasts(self, endpoint: str, measure: str) -> None:
        whole = contrasts(self._ds, endpoint, measure)
        parts = {ANY: whole} | {name: narrow(whole, **f) for name, f in DESIGNS.items() if name}
        for name, members in subgroups_alike(self._ds, endpoint, measure).items():
            parts[name] = contrasts(self._ds, endpoint, measure, members)
        for part, rows in parts.items():
            for setting, agent in product(_settings(rows), _agents(rows)):
                chosen = _of_agent(narrow(rows, setting=setting or None), agent)
                if chosen.trial_id.nunique() < 2:
                    continue
                choice = Choice(endpoint, "", measure, setting, agent, part, "")
                self._add(
                    choice, tuple(chosen.effect_id), pool_contrasts(chosen, endpoint, measure)
                )

    def _add_counts(self, endpoint: str, months: float | None) -> None:
        rows = counts(self._ds, endpoint, months)
        pairs = agent_of_contrast(self._ds)
        for setting, agent in product(_settings(rows), _agents(pairs)):
            kind, _, code = agent.partition(":")
            of_setting = narrow(rows, setting=setting or None)
            given = arms_given(
                self._ds, code if kind == "agent" else None, code if kind == "class" else None
            )
            shown = of_setting[of_setting.arm_id.isin(given)]
            compared = _of_agent(pairs, agent)
            at = f"{months:g}" if months else ""
            for measure, pooled in (
                ("proportion", pool_shares(shown, endpoint)),
                (
                    "risk_ratio",
                    pool_ratios(narrow(of_setting, randomised=True), compared, endpoint),
                ),
            ):
                if pooled is not None and len(pooled.rows) > 1:
                    choice = Choice(endpoint, at, measure, setting, agent, ANY, "")
                    self._add(choice, tuple(pooled.rows.outcome_ids), pooled)

    def _add(self, choice: Choice, rows: tuple[str, ...], pooled: Pooled | None) -> None:
        """Remember a choice; trials that were pooled already are not drawn again."""
        if pooled is None:
            return
        same = (choice.question, *sorted(rows))
        if same not in self._seen:
            self._seen[same] = choice.key
            lines = [_line(row, pooled.measure, self._given) for row in pooled.rows.itertuples()]
            self.plots[choice.key] = Plot(choice.key, pooled, lines, _results(pooled))
        plot = self._seen[same]
        facts = (choice.endpoint, choice.months, choice.measure, choice.setting)
        self.choices.append(Choice(*facts, choice.agent, choice.part, plot))


def _questions(ds: Dataset) -> list[tuple[str, str]]:
    """Endpoint and measure of all ratios, those with most rows first."""
    ratios = ds.effects[ds.effects.measure.isin(RATIOS) & ds.effects.estimate.notna()]
    pairs = ratios[["endpoint", "measure"]].astype(str).value_counts().reset_index()
    pairs = pairs.sort_values(["count", "endpoint", "measure"], ascending=[False, True, True])
    return list(pairs[["endpoint", "measure"]].itertuples(index=False, name=None))


def subgroups_alike(ds: Dataset, endpoint: str, measure: str) -> dict[str, set[str]]:
    """Subgroups alike in dimension, level and cut-off that have ratios of several trials.

    Dimensions that hold many things are left out: two markers may both be high.
    """
    ratios = ds.effects[(ds.effects.endpoint == endpoint) & (ds.effects.measure == measure)]
    stated = ds.subgroups[ds.subgroups.level.notna() & ~ds.subgroups.dimension.isin(VAGUE)]
    rows = ratios[["trial_id", "subgroup_id"]].merge(stated, on="subgroup_id")
    text = rows[["dimension", "level", "cutoff", "unit"]].astype("string").fillna("")
    level = text.level + " " + text.cutoff + " " + text.unit
    names = text.dimension + "|" + level.str.strip()
    return {
        str(name): set(group.subgroup_id)
        for name, group in rows.groupby(names)
        if group.trial_id.nunique() > 1
    }


def _given(ds: Dataset) -> dict[str, set[str]]:
    """Anti-angiogenic agents that each arm was given."""
    vascular = set(ds.agents[ds.agents.vascular_class != "none"].agent_id)
    rows = ds.arm_agents[ds.arm_agents.agent_id.isin(vascular)]
    return {str(arm): set(group.agent_id) for arm, group in rows.groupby("arm_id")}


def _settings(rows: pd.DataFrame) -> list[str]:
    return [ANY, *sorted(set(rows.setting) - {""})]


def _agents(rows: pd.DataFrame) -> list[str]:
    classes = [f"class:{word}" for word in sorted(set(rows.vascular_class))]
    return [ANY, *classes, *(f"agent:{key}" for key in sorted(set(rows.agent_id)))]


def _of_agent(rows: pd.DataFrame, agent: str) -> pd.DataFrame:
    kind, _, code = agent.partition(":")
    column = {"class": "vascular_class", "agent": "agent_id"}.get(kind)
    return rows if column is None else rows[rows[column] == code]


def _printed(measure: str, number: float) -> float:
    return float(expit(number) * 100 if measure == "proportion" else np.exp(number))


def _numbers(measure: str, middle: float, low: float, high: float) -> dict[str, Any]:
    """Estimate and limits as text, and their places on the axis."""
    values = [_printed(measure, number) for number in (middle, low, high)]
    share = measure == "proportion"
    text = [f"{value:.0f}" if share else f"{value:.2f}" for value in values]
    places = [round(value, 1) if share else place(value) for value in values]
    return {"estimate": text[0], "lower": text[1], "upper": text[2], "places": places}


def _line(row: Any, measure: str, given: dict[str, set[str]]) -> dict[str, Any]:
    reach = NORMAL_95 * row.standard_error
    estimate = row.log_estimate
    return {
        "trial_id": row.trial_id,
        "agents": _agents_of(row, given),
        "rows": str(getattr(row, "outcome_ids", "") or row.effect_ids).split("; "),
        "table": "outcomes" if hasattr(row, "outcome_ids") else "effects",
        "error_from": row.error_from,
        "n": f"{row.total:.0f}" if measure == "proportion" else participants(row),
        "weight": f"{row.weight:.0f} %",
        **_numbers(measure, estimate, estimate - reach, estimate + reach),
    }


def _agents_of(row: Any, given: dict[str, set[str]]) -> list[str]:
    """The agents that a contrast is about; for shares those that the arms were given."""
    if hasattr(row, "agents"):
        return row.agents.split("; ")
    return sorted(set().union(*(given.get(arm, set()) for arm in row.arms.split("; "))))


def _results(pooled: Pooled) -> list[dict[str, Any]]:
    found = []
    if pooled.random is not None:
        found.append(_result("random", pooled.random, pooled.measure))
    found.append(_result("fixed", pooled.fixed, pooled.measure))
    return found


def _result(model: str, summary: Summary, measure: str) -> dict[str, Any]:
    result: dict[str, Any] = {"model": model, "p": f"{summary.p_value:.2g}"}
    result |= _numbers(measure, summary.estimate, summary.lower, summary.upper)
    if model == "random":
        reach = (summary.estimate, summary.prediction_lower, summary.prediction_upper)
        result["prediction"] = _numbers(measure, *reach)
        result |= {"tau2": f"{summary.tau2:.3f}", "i2": f"{summary.i2:.0f}"}
    return result


def forest_page(plots: Plots) -> Page:
    """The chooser with all plots and their tables."""
    ordered = sorted(plots.choices, key=lambda c: (c.part != ANY, c.setting, c.agent))
    questions = list(dict.fromkeys(choice.question for choice in plots.choices))
    content = {
        "choices": plots.choices,
        "plots": plots.plots.values(),
        "questions": [next(c for c in plots.choices if c.question == q) for q in questions],
        "settings": sorted({choice.setting for choice in ordered}),
        "classes": sorted({c.agent for c in ordered if c.agent.startswith("class:")}),
        "agents": sorted({c.agent for c in ordered if c.agent.startswith("agent:")}),
        "parts": sorted({choice.part for choice in ordered}),
        "packed": [[c.question, c.setting, c.agent, c.part, c.plot, c.key] for c in plots.choices],
    }
    return Page("forest.html", "forest.html", ("Forest plots", "森林图"), content, "forest")


def drawings(plots: Plots, language: str, title: Any) -> Iterator[tuple[str, bytes]]:
    """Path and content of the plots that the library draws; `title` names an endpoint."""
    for plot in plots.plots.values():
        if plot.drawn:
            yield f"forest/{plot.key}.svg", plot.svg(title(plot.pooled.endpoint), language)
