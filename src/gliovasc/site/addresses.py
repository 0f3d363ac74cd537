"""Where on the site each row of each table stands: `outcomes:<key>` on the page of its trial."""

from __future__ import annotations

from gliovasc.site.records import Records, Row

# Tables with a page per row, and the folder of these pages.
PAGES = ("findings", "trials", "mechanisms", "molecules", "agents")
# Tables whose rows stand together on one page.
LISTS = {
    "references": "references.html",
    "terms": "vocabularies.html",
    "vascular_measurements": "measurements.html",
    "discrepancies": "discrepancies.html",
}
# Tables whose rows stand on the page of the entity that a column names, first match first.
PLACED = {
    "trial_endpoints": ("trial_id",),
    "trial_references": ("trial_id",),
    "arms": ("trial_id",),
    "arm_agents": ("trial_id",),
    "outcomes": ("trial_id",),
    "effects": ("trial_id",),
    "adverse_events": ("trial_id",),
    "biomarkers": ("trial_id",),
    "agent_targets": ("agent_id",),
    "regulatory_decisions": ("agent_id",),
    "mechanism_evidence": ("mechanism_id",),
    "strategies": ("mechanism_id",),
    "finding_evidence": ("finding_id",),
}
TABLE_OF = {
    "trial_id": "trials",
    "agent_id": "agents",
    "mechanism_id": "mechanisms",
    "finding_id": "findings",
}


def anchor(table: str, key: str) -> str:
    """Id of the element that shows a row."""
    return f"{table}:{key}"


class Addresses:
    """Addresses of rows below the root of a language, such as `trials/avaglio.html#arms:...`."""

    def __init__(self, records: Records):
        self._records = records

    def of(self, table: str, key: str) -> str:
        """Address of a row, or an empty text if no page shows it."""
        row = self._records.row(table, key)
        if row is None:
            return ""
        if table in PAGES:
            return f"{table}/{key}.html"
        page = LISTS.get(table) or self._page_of_owner(table, row)
        return f"{page}#{anchor(table, key)}" if page else ""

    def _page_of_owner(self, table: str, row: Row) -> str:
        for column in PLACED.get(table, ()):
            key = row[column] if column in row else self.trial_of(row)
            if key:
                return f"{TABLE_OF[column]}/{key}.html"
        return "biomarkers.html" if table == "biomarkers" else ""

    def trial_of(self, row: Row) -> str:
        """Trial that a row belongs to, by its own column or by its arm."""
        if row.get("trial_id"):
            return row["trial_id"]
        arm = self._records.row("arms", row.get("arm_id", ""))
        return arm["trial_id"] if arm else ""
