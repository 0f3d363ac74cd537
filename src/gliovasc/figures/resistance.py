"""Map of resistance: way, mechanism, molecule, agent."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

import pandas as pd

from gliovasc.figures.style import ACCENT, INK, PALE, WARM, bare, draw
from gliovasc.findings import RESISTANCE, observations
from gliovasc.tables import Dataset

# Enough to read on a page; the tables hold the rest.
MOST = {"mechanism": 24, "molecule": 26, "agent": 22}
COLUMNS = ("way", "mechanism", "molecule", "agent")
PLACES = (0.0, 0.32, 0.7, 0.92)
LONGEST_LABEL = 30
TITLE = {"en": "Resistance to anti-angiogenic therapy", "zh": "抗血管生成治疗耐药机制"}
HEADS = {
    "en": ("way", "mechanism", "molecule", "agent that targets it"),
    "zh": ("途径", "机制", "分子", "靶向药物"),
}
WAY_COLOR = {"abnormal_vessel_formation": ACCENT, "malignant_phenotype": WARM}


def resistance_map(ds: Dataset, language: str = "en") -> bytes:
    """SVG: ways, mechanisms, molecules and agents, joined by lines as wide as their references.

    Supporting observations under therapy or in resistant tumours; of each column those with most
    references. `language` is `en` or `zh`.
    """
    links = map_links(ds)
    sizes = map_sizes(links)
    labels = _labels(ds, language)
    places = map_places(sizes, links)
    height = 7.4

    def paint(figure: Any) -> None:
        axes = figure.add_axes((0.02, 0.02, 0.96, 0.9))
        axes.set_xlim(0, 1.12)
        axes.set_ylim(1.02, -0.03)
        axes.set_xticks([])
        axes.set_yticks([])
        bare(axes)
        figure.text(0.02, 0.965, TITLE[language], fontsize=10, fontweight="bold")
        for head, x in zip(HEADS[language], PLACES, strict=True):
            axes.text(x, -0.02, head, color=PALE)
        for line in links.itertuples():
            _curve(axes, places, line)
        for (column, key), y in places.items():
            _node(axes, column, key, y, labels[column].get(key, key), sizes[(column, key)])

    return draw((7.5, height), language, paint)


def map_links(ds: Dataset) -> pd.DataFrame:
    """Pairs of neighbouring nodes with the number of references that join them."""
    evidence = observations(ds)
    evidence = evidence[evidence.context.isin(RESISTANCE) & (evidence.stance == "supports")]
    molecules = ds.evidence_molecules.merge(
        evidence[["evidence_id", "mechanism_id", "reference_id", "way"]], on="evidence_id"
    )
    targets = ds.agent_targets[["agent_id", "molecule_id", "reference_id"]]
    parts = [
        _pairs(evidence, "way", "way", "mechanism", "mechanism_id"),
        _pairs(molecules, "mechanism", "mechanism_id", "molecule", "molecule_id"),
        _pairs(targets, "molecule", "molecule_id", "agent", "agent_id"),
    ]
    links = pd.concat(parts, ignore_index=True)
    ways = evidence.drop_duplicates("mechanism_id").set_index("mechanism_id").way
    return _most(links.assign(color_of=links.source.map(ways)))


def _pairs(rows: pd.DataFrame, left: str, source: str, right: str, target: str) -> pd.DataFrame:
    counted = rows.groupby([source, target], observed=True).reference_id.nunique().reset_index()
    counted.columns = ["source", "target", "references"]
    return counted.assign(left=left, right=right)


def _most(links: pd.DataFrame) -> pd.DataFrame:
    """Only the nodes with most references, column by column, so that no line ends in nothing."""
    kept = links
    for column in ("mechanism", "molecule", "agent"):
        into = kept[kept.right == column]
        weight = (
            into.groupby("target")
            .references.sum()
            .sort_index()
            .sort_values(ascending=False, kind="stable")
        )
        chosen = set(weight.index[: MOST[column]])
        lost = (kept.right == column) & ~kept.target.isin(chosen)
        kept = kept[~lost & ~((kept.left == column) & ~kept.source.isin(chosen))]
    return kept


def map_sizes(links: pd.DataFrame) -> dict[tuple[str, str], int]:
    """References that lead to each node; for a way, those that lead out of it."""
    into = links.groupby(["right", "target"]).references.sum()
    out = links[links.left == "way"].groupby(["left", "source"]).references.sum()
    return {(str(c), str(k)): int(n) for (c, k), n in pd.concat([out, into]).items()}


def map_places(sizes: dict, links: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Height of each node: as near as can be to the mean of what leads to it."""
    places: dict[tuple[str, str], float] = {}
    for column in COLUMNS:
        nodes = sorted(key for c, key in sizes if c == column)
        into = links[links.right == column]
        if column != "way":
            wish = {key: _mean_place(into[into.target == key], places) for key in nodes}
            nodes.sort(key=lambda key, w=wish: (w[key], key))  # type: ignore[misc]
        for place, key in enumerate(nodes):
            places[(column, key)] = (place + 0.5) / len(nodes)
    return places


def _mean_place(into: pd.DataFrame, places: dict[tuple[str, str], float]) -> float:
    nodes = zip(into.left, into.source, into.references.astype(float), strict=True)
    known = [(places[(left, source)], weight) for left, source, weight in nodes]
    total = sum(weight for _, weight in known)
    return sum(place * weight for place, weight in known) / total if total else 1.0


def _labels(ds: Dataset, language: str) -> dict[str, dict[Any, Any]]:
    chinese = language == "zh"
    ways = ds.terms[ds.terms.vocabulary == "way"].set_index("code")
    mechanisms = ds.mechanisms.set_index("mechanism_id")
    agents = ds.agents.set_index("agent_id").rename(
        columns={"name": "label", "name_zh": "label_zh"}
    )
    named = {"way": ways, "mechanism": mechanisms, "agent": agents}
    labels = {
        column: (rows.label_zh.fillna(rows.label) if chinese else rows.label).to_dict()
        for column, rows in named.items()
    }
    return {**labels, "molecule": ds.molecules.set_index("molecule_id").symbol.to_dict()}


def _curve(axes: Any, places: dict[tuple[str, str], float], line: Any) -> None:
    import numpy as np

    start = PLACES[COLUMNS.index(line.left)] + (0.24 if line.left == "way" else 0.27)
    start = PLACES[2] + 0.11 if line.left == "molecule" else start
    end = PLACES[COLUMNS.index(line.right)] - 0.012
    y0, y1 = places[(line.left, line.source)], places[(line.right, line.target)]
    t = np.linspace(0, 1, 40)
    bend = 3 * t**2 - 2 * t**3
    way = line.source if line.left == "way" else line.color_of
    color = WAY_COLOR.get(str(way), PALE)
    width = 0.4 + 0.45 * min(line.references, 12)
    style = {"color": color, "linewidth": width, "alpha": 0.35, "solid_capstyle": "butt"}
    axes.plot(start + (end - start) * t, y0 + (y1 - y0) * bend, **style)


def _node(axes: Any, column: str, key: str, y: float, label: str, count: int) -> None:
    color = WAY_COLOR.get(key, INK)
    weight = "bold" if column == "way" else "normal"
    text = shorten(label, LONGEST_LABEL, placeholder=" …")
    text = text if column == "agent" else f"{label} ({count})"
    x = PLACES[COLUMNS.index(column)]
    axes.text(x, y, text, va="center", color=color, fontsize=6.2, fontweight=weight)
