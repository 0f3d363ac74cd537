"""The derived tables: pooled effects, verdicts, the rows behind them, and discrepancies."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from gliovasc.discrepancies import discrepancies
from gliovasc.findings import Row as EvidenceRow
from gliovasc.findings import Verdict, assess
from gliovasc.meta_analysis import Summary
from gliovasc.pooling import Pooled, agent_of_contrast, contrasts, narrow, pool_contrasts
from gliovasc.proportions import arms_given, counts, pool_ratios, pool_shares
from gliovasc.tables import Dataset, Tables

Rows = list[dict[str, str]]
ENDPOINTS = ("overall_survival", "progression_free_survival")
# Endpoints that trials report as shares of patients, with the month of a landmark.
COUNTED = (("objective_response", None), ("progression_free_survival", 6.0))
SETTINGS = (None, "newly_diagnosed", "recurrent")
DESIGNS: dict[str, dict] = {
    "": {},
    "double-blind trials": {"masking": "double_blind"},
    "independent review": {"assessor": "independent"},
    "no crossover allowed": {"crossover_allowed": False},
}


def derived_tables(ds: Dataset, tables: Tables) -> dict[str, Rows]:
    """Rows of every derived table, floats to six significant digits, sorted by key."""
    verdicts = assess(ds)
    built = {
        "pooled_effects": pooled_effects(ds),
        "finding_assessments": [_assessment(key, v) for key, v in verdicts.items()],
        "finding_evidence": [_evidence(key, row) for key, v in verdicts.items() for row in v.rows],
        "discrepancies": discrepancies(tables),
    }
    return {table: _once(rows) for table, rows in built.items()}


def _once(rows: Rows) -> Rows:
    """Rows with one row per key: a verdict may rest on one row twice."""
    return list({next(iter(row.values())): row for row in rows}.values())


def _assessment(finding: str, verdict: Verdict) -> dict[str, str]:
    return {
        "finding_id": finding,
        "verdict": verdict.verdict,
        "key_figures": verdict.key_figures,
        "explanation": verdict.explanation,
    }


def _evidence(finding: str, row: EvidenceRow) -> dict[str, str]:
    table, key, stance = row
    return {
        "finding_evidence_id": f"{finding}-{table}-{key}",
        "finding_id": finding,
        "table_name": table,
        "row_id": key,
        "stance": stance,
    }


def pooled_effects(ds: Dataset) -> Rows:
    """Random- and fixed-effect results for every question that two or more trials answer.

    Hazard ratios by endpoint, setting, class and design; proportions and risk ratios from counts
    by endpoint, setting and class. A result of one trial is left out: it stands in its own row.
    """
    classes = [None, *sorted(set(ds.agents.vascular_class.dropna().astype(str)) - {"none"})]
    groups = [{"setting": s, "vascular_class": c} for s, c in product(SETTINGS, classes)]
    found: Rows = []
    for endpoint in ENDPOINTS:
        rows = contrasts(ds, endpoint, "hazard_ratio")
        for group, (design, filters) in product(groups, DESIGNS.items()):
            pooled = pool_contrasts(narrow(rows, **group, **filters), endpoint, "hazard_ratio")
            found += _pooled_rows(ds, pooled, group, design)
    pairs = agent_of_contrast(ds)
    for endpoint, months in COUNTED:
        rows = counts(ds, endpoint, months)
        for group in groups:
            of_setting = narrow(rows, setting=group["setting"])
            given = of_setting.arm_id.isin(arms_given(ds, None, group["vascular_class"]))
            shares = pool_shares(of_setting[given], endpoint)
            of_class = narrow(pairs, vascular_class=group["vascular_class"])
            ratios = pool_ratios(narrow(of_setting, randomised=True), of_class, endpoint)
            for pooled in (shares, ratios):
                found += _pooled_rows(ds, pooled, group, "", months)
    return found


def _pooled_rows(
    ds: Dataset,
    pooled: Pooled | None,
    group: dict[str, Any],
    design: str,
    months: float | None = None,
) -> Rows:
    if pooled is None or pooled.random is None:
        return []
    models = {"random_effects": pooled.random, "fixed_effect": pooled.fixed}
    return [
        _pooled_row(ds, pooled, group, design, months, model, summary)
        for model, summary in models.items()
    ]


def _pooled_row(
    ds: Dataset,
    pooled: Pooled,
    group: dict[str, Any],
    design: str,
    months: float | None,
    model: str,
    summary: Summary,
) -> dict[str, str]:
    printed = expit if pooled.measure == "proportion" else np.exp
    at = f"{months:g} months" if months else ""
    measure = "" if pooled.measure == "hazard_ratio" else pooled.measure
    parts = [pooled.endpoint, at, measure, group["setting"], group["vascular_class"], design]
    words = [part for part in parts if part]
    rows = pooled.rows
    row = {
        "pooled_effect_id": "-".join(word.replace(" ", "_") for word in [*words, model]),
        "question": ", ".join(word.replace("_", " ") for word in words),
        "endpoint": pooled.endpoint,
        "timepoint_months": f"{months:g}" if months else "",
        "measure": pooled.measure,
        "setting": group["setting"] or "",
        "vascular_class": group["vascular_class"] or "",
        "k": str(summary.k),
        "n": _patients(ds, rows),
        "row_ids": "; ".join(rows["outcome_ids" if "outcome_ids" in rows else "effect_ids"]),
        "model": model,
        "estimate": six(printed(summary.estimate)),
        "ci_lower": six(printed(summary.lower)),
        "ci_upper": six(printed(summary.upper)),
        # That a proportion differs from one half is no question that anybody asks.
        "p_value": "" if pooled.measure == "proportion" else six(summary.p_value),
    }
    if model == "random_effects":
        row |= {
            "prediction_lower": six(printed(summary.prediction_lower)),
            "prediction_upper": six(printed(summary.prediction_upper)),
            "tau2": six(summary.tau2),
            "i2": six(summary.i2),
        }
    return row


def _patients(ds: Dataset, rows: pd.DataFrame) -> str:
    """Patients behind pooled rows: those counted, else those randomised where every trial says."""
    if "total" in rows:
        return str(int(rows.total.sum()))
    sizes = ds.trials.set_index("trial_id").n_randomised.reindex(rows.trial_id)
    return str(int(sizes.sum())) if sizes.notna().all() else ""


def six(number: float) -> str:
    """A number to six significant digits, without exponent."""
    return np.format_float_positional(float(f"{number:.6g}"), trim="-")
