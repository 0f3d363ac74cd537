"""The views of the SQLite export: the questions that most users ask first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """A view: its name, what it shows, and its query."""

    name: str
    title: str
    description: str
    query: str


# Several reports or contrasts of a trial stand side by side: choosing one is pooling's task.
TRIAL_SUMMARY = """
WITH ranked_arms AS (
  SELECT a.trial_id, a.arm_id, a.label, a.n_assigned, CASE
      WHEN a.kind IN ('assigned', 'rerandomised') THEN 1
      WHEN a.kind = 'pooled' THEN 3
      ELSE 2
    END AS place
  FROM arms AS a LEFT JOIN arms AS p ON p.arm_id = a.parent_arm_id
  WHERE a.role IS NOT 'external_control' AND coalesce(p.kind, 'pooled') = 'pooled'
),
own_arms AS (
  SELECT * FROM ranked_arms AS a
  WHERE place = (SELECT min(place) FROM ranked_arms AS b WHERE b.trial_id = a.trial_id)
),
ratios AS (
  SELECT DISTINCT e.trial_id, e.endpoint, a.label || ' vs ' || c.label || ': ' || e.estimate ||
    coalesce(
      ' (' || CASE WHEN e.ci_level IS NULL THEN '' ELSE printf('%g%%: ', e.ci_level) END ||
      e.ci_lower || ' to ' || e.ci_upper || ')', ''
    ) AS ratio
  FROM effects AS e
  JOIN arms AS a ON a.arm_id = e.arm_id
  JOIN arms AS c ON c.arm_id = e.comparator_arm_id
  WHERE e.measure = 'hazard_ratio' AND e.subgroup_id IS NULL AND e.estimate IS NOT NULL
    AND e.direction <> 'orientation_unknown'
)
SELECT t.trial_id, t.acronym, t.title, t.nct_id, t.study_type, t.phase, t.allocation, t.setting,
  t.tumour, t.start_year, t.n_enrolled, t.n_randomised,
  (SELECT count(*) FROM own_arms AS a WHERE a.trial_id = t.trial_id) AS n_arms,
  (SELECT group_concat(arm, '; ') FROM (
    SELECT label || coalesce(' (n = ' || n_assigned || ')', '') AS arm FROM own_arms AS a
    WHERE a.trial_id = t.trial_id ORDER BY arm_id)) AS arms,
  (SELECT group_concat(ratio, '; ') FROM (
    SELECT ratio FROM ratios AS r WHERE r.trial_id = t.trial_id
    AND r.endpoint = 'overall_survival' ORDER BY ratio)) AS os_hazard_ratios,
  (SELECT group_concat(ratio, '; ') FROM (
    SELECT ratio FROM ratios AS r WHERE r.trial_id = t.trial_id
    AND r.endpoint = 'progression_free_survival' ORDER BY ratio)) AS pfs_hazard_ratios
FROM trials AS t ORDER BY t.trial_id
"""

EFFECTS_NAMED = """
SELECT e.*, t.acronym AS trial_acronym, a.label AS arm_label, c.label AS comparator_label,
  s.label AS subgroup_label, r.authors AS reference_authors, r.title AS reference_title,
  r.year AS reference_year, r.doi AS reference_doi, r.pmid AS reference_pmid
FROM effects AS e
JOIN trials AS t ON t.trial_id = e.trial_id
JOIN arms AS a ON a.arm_id = e.arm_id
JOIN arms AS c ON c.arm_id = e.comparator_arm_id
JOIN "references" AS r ON r.reference_id = e.reference_id
LEFT JOIN subgroups AS s ON s.subgroup_id = e.subgroup_id
ORDER BY e.effect_id
"""

RESISTANCE_TARGETS = """
WITH observed AS (
  SELECT v.mechanism_id, m.molecule_id, v.reference_id, v.stance
  FROM mechanism_evidence AS v JOIN evidence_molecules AS m ON m.evidence_id = v.evidence_id
  WHERE v.context IN ('under_antiangiogenic_therapy', 'resistant_tumour')
),
counted AS (
  SELECT mechanism_id, molecule_id, count(DISTINCT reference_id) AS n_references,
    count(DISTINCT CASE stance WHEN 'supports' THEN reference_id END) AS n_supporting
  FROM observed GROUP BY mechanism_id, molecule_id
),
targeting AS (SELECT DISTINCT molecule_id, agent_id FROM agent_targets),
given AS (
  SELECT g.agent_id, count(DISTINCT a.trial_id) AS n_trials
  FROM arm_agents AS g JOIN arms AS a ON a.arm_id = g.arm_id GROUP BY g.agent_id
)
SELECT n.mechanism_id, n.label AS mechanism_label, n.way, m.molecule_id, m.symbol,
  k.n_references, k.n_supporting, a.agent_id, a.name AS agent_name, a.modality, a.vascular_class,
  CASE WHEN a.agent_id IS NOT NULL THEN coalesce(g.n_trials, 0) END AS n_trials
FROM counted AS k
JOIN mechanisms AS n ON n.mechanism_id = k.mechanism_id
JOIN molecules AS m ON m.molecule_id = k.molecule_id
LEFT JOIN targeting AS t ON t.molecule_id = k.molecule_id
LEFT JOIN agents AS a ON a.agent_id = t.agent_id
LEFT JOIN given AS g ON g.agent_id = a.agent_id
ORDER BY n.mechanism_id, m.molecule_id, a.agent_id
"""

VIEWS = (
    View(
        "trial_summary",
        "Trials at a glance",
        "One trial per row with its arms and numbers, and every hazard ratio of overall and "
        "progression-free survival that any report gives for its whole population. Arms are those "
        "that patients were assigned to; where a trial has none, its cohorts; else all patients.",
        TRIAL_SUMMARY,
    ),
    View(
        "effects_named",
        "Effects with names",
        "The table effects with acronym of the trial, labels of arm, comparator and subgroup, and "
        "the reference.",
        EFFECTS_NAMED,
    ),
    View(
        "resistance_targets",
        "Molecules of resistance and agents that target them",
        "One mechanism observed under anti-angiogenic therapy or in resistant tumours, one "
        "molecule named in these observations and one agent that acts on that very molecule per "
        "row; the agent is empty where the tables know none. n_references counts references of any "
        "stance, n_supporting those that support, n_trials the trials in this dataset in which the "
        "agent was given.",
        RESISTANCE_TARGETS,
    ),
)
