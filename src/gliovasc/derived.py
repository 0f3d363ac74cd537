"""The derived tables: pooled effects, verdicts, the rows behind them, and discrepancies."""

from __future__ import annotations

from itertools import product

import numpy as np

from gliovasc.discrepancies import discrepancies
from gliovasc.findings import Row as EvidenceRow
from gliovasc.findings import Verdict, assess
from gliovasc.meta_analysis import Summary
from gliovasc.pooling import Pooled, pool
from gliovasc.tables import Dataset, Tables

Rows = list[dict[str, str]]
ENDPOINTS = ("overall_survival", "progression_free_survival")
SETTINGS = (None, "newly_diagnosed", "recurrent")
DESIGNS: dict[str, dict] = {
    "": {},
    "double-blind trials": {"masking": "double_blind"},
    "independent review": {"assessor": "independent"},
    "no crossover allowed": {"crossover": False},
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
    """Random- and fixed-effect results for every endpoint, setting, class and design with trials.

    A result of one trial is left out: it stands in `effects`.
    """
    classes = [None, *sorted(set(ds.agents.vascular_class.dropna().astype(str)) - {"none"})]
    found: Rows = []
    for endpoint, setting, vascular_class in product(ENDPOINTS, SETTINGS, classes):
        for design, filters in DESIGNS.items():
            pooled = pool(
                ds, endpoint=endpoint, setting=setting, vascular_class=vascular_class, **filters
            )
            if pooled is None or pooled.random is None:
                continue
            words = [endpoint, setting or "", vascular_class or "", design]
            for model, summary in (
                ("random_effects", pooled.random),
                ("fixed_effect", pooled.fixed),
            ):
                found.append(_pooled_row(ds, pooled, words, model, summary))
    return found


def _pooled_row(
    ds: Dataset, pooled: Pooled, words: list[str], model: str, summary: Summary
) -> dict[str, str]:
    endpoint, setting, vascular_class = words[:3]
    named = [word.replace("_", " ") for word in words if word]
    sizes = ds.trials.set_index("trial_id").n_randomised.reindex(pooled.rows.trial_id)
    row = {
        "pooled_effect_id": "-".join(w.replace(" ", "_") for w in [*words, model] if w),
        "question": ", ".join(named),
        "endpoint": endpoint,
        "setting": setting,
        "vascular_class": vascular_class,
        "k": str(summary.k),
        "n": str(int(sizes.sum())) if sizes.notna().all() else "",
        "row_ids": "; ".join(pooled.rows.effect_ids),
        "model": model,
        "estimate": six(np.exp(summary.estimate)),
        "ci_lower": six(np.exp(summary.lower)),
        "ci_upper": six(np.exp(summary.upper)),
        "p_value": six(summary.p_value),
    }
    if model == "random_effects":
        row |= {
            "prediction_lower": six(np.exp(summary.prediction_lower)),
            "prediction_upper": six(np.exp(summary.prediction_upper)),
            "tau2": six(summary.tau2),
            "i2": six(summary.i2),
        }
    return row


def six(number: float) -> str:
    """A number to six significant digits, without exponent."""
    return np.format_float_positional(float(f"{number:.6g}"), trim="-")
