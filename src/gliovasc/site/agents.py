"""The list of agents, decisions on a timeline, and a page per agent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gliovasc.site.page import Page, World
from gliovasc.site.records import Records, Row

SECTION = "agents"


def agent_pages(world: World) -> Iterator[Page]:
    """The list, then one page per agent."""
    records = world.records
    rows = [_listed(records, row) for row in records["agents"]]
    rows.sort(key=lambda row: (-row["vascular"], -len(row["trials"]), row["agent"]["agent_id"]))
    options = {
        "vascular_class": sorted({row["agent"]["vascular_class"] for row in rows} - {""}),
        "modality": sorted({row["agent"]["modality"] for row in rows} - {""}),
    }
    decisions = by_date(records["regulatory_decisions"])
    content = {"rows": rows, "options": options, "decisions": decisions}
    yield Page("agents.html", "agents.html", ("Agents", "药物"), content, SECTION)
    for row in rows:
        agent = row["agent"]
        names = (agent["name"], agent["name_zh"] or agent["name"])
        content = {**row, **_agent(records, agent["agent_id"])}
        yield Page(f"agents/{agent['agent_id']}.html", "agent.html", names, content, SECTION)


def by_date(decisions: list[Row]) -> list[Row]:
    """Oldest first; decisions whose date no source states come last."""
    return sorted(decisions, key=lambda row: (row["decision_date"] or "9", row["decision_id"]))


def _listed(records: Records, agent: Row) -> dict[str, Any]:
    key = agent["agent_id"]
    return {
        "agent": agent,
        "vascular": agent["vascular_class"] not in ("", "none"),
        "targets": records.where("agent_targets", "agent_id", key),
        "trials": _trials(records, key),
    }


def _trials(records: Records, agent: str) -> list[str]:
    given = records.where("arm_agents", "agent_id", agent)
    arms = [records.row("arms", row["arm_id"]) for row in given]
    return sorted({arm["trial_id"] for arm in arms if arm})


def _agent(records: Records, key: str) -> dict[str, Any]:
    strategies = [
        *records.where("strategies", "agent_id", key),
        *records.where("strategies", "partner_agent_id", key),
    ]
    return {
        "decisions": by_date(records.where("regulatory_decisions", "agent_id", key)),
        "strategies": strategies,
        "evidence": records.where("mechanism_evidence", "agent_id", key),
        "reversals": records.where("mechanism_evidence", "reversal_agent_id", key),
        "trial_rows": [row for t in _trials(records, key) if (row := records.row("trials", t))],
    }
