"""The tree and the map of mechanisms, pages of mechanisms and molecules, and vessel measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from gliovasc.site.findings import STANCES
from gliovasc.site.map import resistance_links
from gliovasc.site.page import Page, World
from gliovasc.site.records import Records, Row

LEVELS = ("A", "B", "C", "D", "E")
SECTION = "mechanisms"
ID = "mechanism_id"


def mechanism_pages(world: World) -> Iterator[Page]:
    """Overview, mechanisms, molecules and measurements."""
    records = world.records
    content = {"branches": _branches(records, ""), "map": resistance_links(world)}
    title = ("Mechanisms", "机制")
    yield Page("mechanisms.html", "mechanisms.html", title, content, SECTION)
    for row in records["mechanisms"]:
        key = row["mechanism_id"]
        names = (row["label"], row["label_zh"] or row["label"])
        content = _mechanism(records, row)
        yield Page(f"mechanisms/{key}.html", "mechanism.html", names, content, SECTION)
    listed = [_listed(records, row) for row in records["molecules"]]
    title = ("Molecules", "分子")
    yield Page("molecules.html", "molecules.html", title, {"rows": listed}, SECTION)
    for row in records["molecules"]:
        path = f"molecules/{row['molecule_id']}.html"
        names = (row["symbol"], row["symbol"])
        yield Page(path, "molecule.html", names, _molecule(records, row), SECTION)
    content = {"rows": records["vascular_measurements"]}
    title = ("Vascular measurements", "血管测量")
    yield Page("measurements.html", "measurements.html", title, content, SECTION)


def _branches(records: Records, parent: str) -> list[dict[str, Any]]:
    """The tree below a mechanism, each node with its observations by stance."""
    children = records.where("mechanisms", "parent_id", parent)
    return [
        {
            "mechanism": row,
            "stances": _stances(records.where("mechanism_evidence", "mechanism_id", row[ID])),
            "branches": _branches(records, row[ID]),
        }
        for row in sorted(children, key=lambda row: row["label"])
    ]


def _stances(evidence: list[Row]) -> list[tuple[str, int]]:
    counted = Counter(row["stance"] for row in evidence)
    return [(stance, counted[stance]) for stance in STANCES if counted[stance]]


def _mechanism(records: Records, row: Row) -> dict[str, Any]:
    key = row[ID]
    evidence = records.where("mechanism_evidence", ID, key)
    return {
        "mechanism": row,
        "above": _above(records, row),
        "below": records.where("mechanisms", "parent_id", key),
        "evidence": _strongest_first(evidence),
        "stances": _stances(evidence),
        "grid": _grid(evidence),
        "molecules": _molecules(records, evidence),
        "strategies": records.where("strategies", ID, key),
        "has_both": {"supports", "contradicts"} <= {row["stance"] for row in evidence},
    }


def _above(records: Records, row: Row) -> list[Row]:
    """The way from the root of the tree to a mechanism."""
    path: list[Row] = []
    parent = records.row("mechanisms", row["parent_id"])
    # A tree with a cycle is a fault of the data, not a reason to hang.
    while parent is not None and parent not in path:
        path.insert(0, parent)
        parent = records.row("mechanisms", parent["parent_id"])
    return path


def _strongest_first(evidence: list[Row]) -> list[Row]:
    return sorted(evidence, key=lambda row: (row["evidence_level"] or "Z", row["evidence_id"]))


def _grid(evidence: list[Row]) -> list[dict[str, Any]]:
    """References by level of evidence and stance."""
    found = []
    for level in LEVELS:
        rows = [row for row in evidence if row["evidence_level"] == level]
        if rows:
            counts = [
                len({row["reference_id"] for row in rows if row["stance"] == stance})
                for stance in STANCES
            ]
            found.append({"level": level, "counts": counts})
    return found


def _molecules(records: Records, evidence: list[Row]) -> list[dict[str, Any]]:
    """Molecules of observations, those in most observations first, and agents that act on them."""
    counted = Counter(
        link["molecule_id"]
        for row in evidence
        for link in records.where("evidence_molecules", "evidence_id", row["evidence_id"])
    )
    return [
        {"molecule": key, "count": count, "agents": acting_on(records, key)}
        for key, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def acting_on(records: Records, molecule: str) -> list[str]:
    """Agents that act on a molecule."""
    rows = records.where("agent_targets", "molecule_id", molecule)
    return sorted({row["agent_id"] for row in rows})


def _observed(records: Records, molecule: str) -> list[Row]:
    links = records.where("evidence_molecules", "molecule_id", molecule)
    keys = dict.fromkeys(link["evidence_id"] for link in links)
    return [row for key in keys if (row := records.row("mechanism_evidence", key))]


def _listed(records: Records, row: Row) -> dict[str, Any]:
    observed = _observed(records, row["molecule_id"])
    return {
        "molecule": row,
        "observations": len(observed),
        "mechanisms": sorted({seen[ID] for seen in observed}),
        "agents": acting_on(records, row["molecule_id"]),
    }


def _molecule(records: Records, row: Row) -> dict[str, Any]:
    key = row["molecule_id"]
    observed = _observed(records, key)
    return {
        "molecule": row,
        "parent": records.row("molecules", row["parent_molecule_id"]),
        "below": records.where("molecules", "parent_molecule_id", key),
        "targets": records.where("agent_targets", "molecule_id", key),
        "evidence": _strongest_first(observed),
        "stances": _stances(observed),
        "roles": {
            link["evidence_id"]: link
            for link in records.where("evidence_molecules", "molecule_id", key)
        },
        "biomarkers": records.where("biomarkers", "molecule_id", key),
        "subgroups": records.where("subgroups", "molecule_id", key),
    }
