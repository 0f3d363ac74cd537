"""The table of trials, and a page for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from gliovasc.site.page import Page, World
from gliovasc.site.records import Records, Row

# Endpoints that patients report or tests of cognition measure, and those that describe a study.
REPORTED = (
    "quality_of_life",
    "deterioration_free_survival",
    "time_to_deterioration",
    "score_change",
    "score_improvement",
    "score_deterioration",
    "cognition",
)
CONDUCT = (
    "baseline_characteristic",
    "central_review",
    "compliance",
    "crossover",
    "follow_up",
    "reader_disagreement",
    "treatment_completion",
    "treatment_discontinuation",
    "treatment_duration",
    "treatment_modification",
)
FIRST = ("overall_survival", "progression_free_survival", "objective_response")
OF_TRIAL = ("trial_endpoints", "effects", "adverse_events", "biomarkers", "trial_references")


def trial_pages(world: World) -> Iterator[Page]:
    """The list, then one page per trial."""
    records = world.records
    disputes = _by_trial(world, map(_named, records["discrepancies"]))
    resting = _by_trial(
        world, ((row["table_name"], row["row_id"], row) for row in records["finding_evidence"])
    )
    rows = [_listed(records, trial) for trial in records["trials"]]
    rows.sort(key=_weightiest_first)
    options = {
        "agent": _options(rows, "agents"),
        "setting": _options(rows, "setting"),
        "tumour": _options(rows, "tumour"),
        "phase": _options(rows, "phase"),
        "allocation": _options(rows, "allocation"),
        "met": _options(rows, "met"),
        "year": sorted({row["year"] for row in rows if row["year"]}),
    }
    content = {"rows": rows, "options": options}
    yield Page("trials.html", "trials.html", ("Trials", "临床试验"), content, "trials")
    for row in rows:
        trial = row["trial"]
        name = trial["acronym"] or trial["trial_id"]
        key = trial["trial_id"]
        content = _trial(world, trial, disputes.get(key, []))
        content["findings"] = sorted({row["finding_id"] for row in resting.get(key, [])})
        path = f"trials/{key}.html"
        yield Page(path, "trial.html", (name, name), {**row, **content}, "trials")


def _weightiest_first(row: dict[str, Any]) -> tuple[bool, int, str]:
    """Randomised trials first, large ones before small ones."""
    randomised = row["allocation"] in ("randomised", "adaptive_randomised")
    return not randomised, -int(row["n"] or 0), row["trial"]["trial_id"]


def _by_trial(world: World, rows: Iterable[tuple[str, str, Row]]) -> dict[str, list[Row]]:
    """Rows that speak of a row of another table (its name and key), by the trial of that one."""
    found: dict[str, list[Row]] = defaultdict(list)
    for table, key, row in rows:
        own = world.records.row(table, key)
        trial = world.addresses.trial_of(own) if own else ""
        found[trial].append(row)
    return found


def _named(row: Row) -> tuple[str, str, Row]:
    """A discrepancy with table and key of its first side."""
    table, _, key = row["row_id_a"].partition(":")
    return table, key, row


def _listed(records: Records, trial: Row) -> dict[str, Any]:
    """What the list shows and filters of a trial."""
    key = trial["trial_id"]
    arms = records.where("arms", "trial_id", key)
    agents = {
        given["agent_id"]: None
        for arm in arms
        for given in records.where("arm_agents", "arm_id", arm["arm_id"])
        if given["is_background"] != "true"
    }
    primary = {
        (e["endpoint"], e["timepoint_months"], e["met"]): None
        for e in records.where("trial_endpoints", "trial_id", key)
        if e["role"] in ("primary", "coprimary")
    }
    return {
        "trial": trial,
        "agents": _vascular_first(records, list(agents)),
        "setting": trial["setting"],
        "tumour": trial["tumour"],
        "phase": trial["phase"],
        "allocation": trial["allocation"],
        "n": trial["n_randomised"] or trial["n_enrolled"],
        "primary": list(primary),
        "met": sorted({met for _, _, met in primary} - {""}),
        "year": _year(records, trial),
    }


def _vascular_first(records: Records, agents: list[str]) -> list[str]:
    def partner(agent: str) -> bool:
        row = records.row("agents", agent)
        return row is None or row["vascular_class"] in ("", "none")

    return sorted(agents, key=lambda agent: (partner(agent), agent))


def _year(records: Records, trial: Row) -> int:
    """First year of a trial, else of its earliest report; 0 if neither is known."""
    if trial["start_year"]:
        return int(trial["start_year"])
    reports = records.where("trial_references", "trial_id", trial["trial_id"])
    rows = [records.row("references", report["reference_id"]) for report in reports]
    years = [int(row["year"]) for row in rows if row and row["year"]]
    return min(years, default=0)


def _options(rows: list[dict[str, Any]], name: str) -> list[str]:
    values: set[str] = set()
    for row in rows:
        values.update(row[name] if isinstance(row[name], list) else [row[name]])
    return sorted(values - {""})


def _trial(world: World, trial: Row, discrepancies: list[Row]) -> dict[str, Any]:
    records = world.records
    key = trial["trial_id"]
    own = {table: records.where(table, "trial_id", key) for table in OF_TRIAL}
    arms = records.where("arms", "trial_id", key)
    outcomes = [row for arm in arms for row in records.where("outcomes", "arm_id", arm["arm_id"])]
    effects = own["effects"]
    said = [("trials", key), *(("arms", arm["arm_id"]) for arm in arms)]
    attributes = records["reported_attributes"]
    return {
        "arms": arms,
        "given": {a["arm_id"]: records.where("arm_agents", "arm_id", a["arm_id"]) for a in arms},
        "endpoints": own["trial_endpoints"],
        "effects": ordered([row for row in effects if kind_of(row) == "result"]),
        "outcomes": ordered([row for row in outcomes if kind_of(row) == "result"]),
        "reported_effects": ordered([row for row in effects if kind_of(row) == "reported"]),
        "reported_outcomes": ordered([row for row in outcomes if kind_of(row) == "reported"]),
        "conduct": ordered([r for r in [*outcomes, *effects] if kind_of(r) == "conduct"]),
        "harms": own["adverse_events"],
        "biomarkers": own["biomarkers"],
        "reports": own["trial_references"],
        "parts": records.where("trials", "parent_trial_id", key),
        "evidence": records.where("mechanism_evidence", "trial_id", key),
        "strategies": records.where("strategies", "trial_id", key),
        "decisions": records.where("regulatory_decisions", "basis_trial_id", key),
        "attributes": [row for row in attributes if (row["table_name"], row["row_id"]) in said],
        "discrepancies": discrepancies,
        "disputed": {side for row in discrepancies for side in (row["row_id_a"], row["row_id_b"])},
        "subgroups": _subgroups(records, [*effects, *outcomes, *own["adverse_events"]]),
    }


def kind_of(row: Row) -> str:
    """Whether a row is a result, reported by patients or tests, or describes the study."""
    if row["instrument"] or row["endpoint"] in REPORTED:
        return "reported"
    return "conduct" if row["endpoint"] in CONDUCT else "result"


def ordered(rows: list[Row]) -> list[Row]:
    """Survival and response first, whole populations before subgroups, one quantity together."""
    places = {endpoint: place for place, endpoint in enumerate(FIRST)}
    return sorted(
        rows,
        key=lambda row: (
            places.get(row["endpoint"], len(FIRST)),
            row["endpoint"],
            row["subgroup_id"] != "",
            float(row["timepoint_months"] or 0),
            row["quantity_id"],
        ),
    )


def _subgroups(records: Records, rows: list[Row]) -> list[Row]:
    keys = sorted({row["subgroup_id"] for row in rows} - {""})
    return [row for key in keys if (row := records.row("subgroups", key))]
