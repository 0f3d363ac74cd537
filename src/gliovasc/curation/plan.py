"""Per table: how its keys are made, what tells quantities apart, and what is read twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

P_RELATION = (("p_value", "p_relation"),)
SCOPE = ("population", "time_origin", "analysis", "assessor", "criteria")
INTERVAL = ("interval_kind", "ci_lower", "ci_upper", "ci_level", "standard_error")
P = ("p_value", "p_relation")


@dataclass(frozen=True)
class Plan:
    """`key` is made from the columns `parts`; `quantity` names what was measured.

    `twice` lists the columns that the second reading fills: every number, and what decides how a
    number is read. Where `one_source`, a fact may be stated more than once and the row that says
    most stands for it. `defaults` are written where a reading leaves a cell empty; a number in the
    first column of a pair in `relations` is `=` in the second unless the reading says otherwise.
    """

    key: str
    parts: tuple[str, ...]
    quantity: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    one_source: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)
    relations: tuple[tuple[str, str], ...] = ()


OUTCOME = (
    "arm_id",
    "endpoint",
    "instrument",
    "domain",
    "statistic",
    "timepoint_months",
    "subgroup_id",
)
EFFECT = (
    "arm_id",
    "comparator_arm_id",
    "endpoint",
    "instrument",
    "domain",
    "measure",
    "timepoint_months",
    "subgroup_id",
)
HARM = (
    "arm_id",
    "comparator_arm_id",
    "term",
    "grade_min",
    "grade_max",
    "attribution",
    "subgroup_id",
)
MARKER = (
    "trial_id",
    "arm_id",
    "comparator_arm_id",
    "marker",
    "level",
    "endpoint",
    "measure",
    "timepoint_months",
)
REF = ("reference_id",)

PLANS = {
    "agent_targets": Plan("agent_target_id", ("agent_id", "molecule_id", *REF), one_source=True),
    "regulatory_decisions": Plan(
        "decision_id",
        ("agent_id", "authority", "jurisdiction", "decision", *REF),
        twice=("decision_date",),
    ),
    "trials": Plan(
        "trial_id",
        (),
        twice=("n_enrolled", "n_randomised", "masking", "start_year", "completion_year"),
    ),
    "trial_endpoints": Plan(
        "trial_endpoint_id",
        ("trial_id", "arm_id", "endpoint", "timepoint_months"),
        twice=("role", "threshold", "alpha", "sides", "met"),
        one_source=True,
    ),
    "trial_references": Plan("trial_reference_id", ("trial_id", *REF), one_source=True),
    "arms": Plan("arm_id", (), twice=("n_assigned",)),
    "arm_agents": Plan(
        "arm_agent_id",
        ("arm_id", "agent_id", "treatment_phase"),
        twice=("dose", "dose_max", "dose_unit"),
        defaults={"is_background": "false"},
    ),
    "subgroups": Plan("subgroup_id", ()),
    "outcomes": Plan(
        "outcome_id",
        (*OUTCOME, *REF),
        OUTCOME,
        ("value", "value_relation", "value_status", "unit", *INTERVAL, "n_events", "n_analysed"),
        defaults={"value_status": "reported"},
        relations=(("value", "value_relation"),),
    ),
    "effects": Plan(
        "effect_id",
        (*EFFECT, *REF),
        EFFECT,
        ("estimate", "unit", *INTERVAL, *P, "p_sides", "direction", "n_analysed", "n_events"),
        relations=P_RELATION,
    ),
    "adverse_events": Plan(
        "adverse_event_id",
        (*HARM, *REF),
        HARM,
        ("n_affected", "n_at_risk", "percent", *P, "direction"),
        relations=P_RELATION,
    ),
    "biomarkers": Plan(
        "biomarker_id",
        (*MARKER, *REF),
        (*MARKER, "reference_level", "cohort", "cutoff", "timing"),
        ("estimate", *INTERVAL, *P, "p_interaction", "n", "direction"),
        relations=P_RELATION,
    ),
    "reported_attributes": Plan(
        "reported_attribute_id", ("table_name", "row_id", "field", *REF), twice=("value",)
    ),
    "mechanism_evidence": Plan(
        "evidence_id",
        (*REF, "mechanism_id"),
        twice=("stance", "model", "species", "n_subjects", "reversal"),
        defaults={"reversal": "not_tested"},
    ),
    "evidence_molecules": Plan("evidence_molecule_id", ("evidence_id", "molecule_id")),
    "vascular_measurements": Plan(
        "measurement_id",
        (*REF, "measure", "group"),
        twice=("value", "comparator_value", "unit", *P, "n"),
        relations=P_RELATION,
    ),
    "strategies": Plan(
        "strategy_id", (*REF, "agent_id", "partner_agent_id"), twice=("model", "direction")
    ),
}
