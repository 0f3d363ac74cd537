"""Where two sources print different values for one quantity."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from gliovasc.numbers import TO_MONTHS, half_unit
from gliovasc.tables import RawTable, Tables

# Columns that are compared, per table with quantities.
COMPARED = {
    "outcomes": ("value", "ci_lower", "ci_upper", "n_events", "n_analysed"),
    "effects": ("estimate", "ci_lower", "ci_upper", "p_value", "n_analysed", "n_events"),
    "adverse_events": ("percent", "n_affected", "n_at_risk", "p_value"),
    "biomarkers": ("estimate", "ci_lower", "ci_upper", "p_value", "p_interaction", "n"),
}
FREE_TEXT = ("regimen", "title", "label", "other_registry_ids")
COLUMNS = (
    "discrepancy_id",
    "quantity_id",
    "row_id_a",
    "row_id_b",
    "field",
    "value_a",
    "value_b",
    "note",
)

Row = dict[str, str]


def discrepancies(tables: Tables) -> list[Row]:
    """Every pair of rows from two sources that give one quantity two values, sorted by key.

    Values that are alike once rounded to the coarser one's digits are no discrepancy, nor are times
    that agree in months, nor a p value below the bound that another source gives. What other
    sources say of trials and arms (reported_attributes) is held against the trial or arm itself,
    free text excepted.
    """
    rows = [row for name in COMPARED for row in _between_rows(tables[name])]
    rows += _of_attributes(tables)
    return sorted(rows, key=lambda row: row["discrepancy_id"])


def _between_rows(table: RawTable) -> list[Row]:
    frame = table.frame
    several = frame[frame["quantity_id"].duplicated(keep=False)]
    found = []
    for quantity, group in several.groupby("quantity_id", sort=True):
        for a, b in combinations(_records(group), 2):
            for field in COMPARED[table.name]:
                if _contradict(a, b, field):
                    found.append(_row(str(quantity), table, a, b, field))
    return found


def _records(frame: pd.DataFrame) -> list[Row]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]


def _row(quantity: str, table: RawTable, a: Row, b: Row, field: str) -> Row:
    return {
        "discrepancy_id": f"{table.name}-{a[table.key]}-{b['reference_id']}-{field}",
        "quantity_id": quantity,
        "row_id_a": f"{table.name}:{a[table.key]}",
        "row_id_b": f"{table.name}:{b[table.key]}",
        "field": field,
        "value_a": a[field],
        "value_b": b[field],
    }


def _of_attributes(tables: Tables) -> list[Row]:
    found = []
    for said in _records(tables["reported_attributes"].frame):
        about = tables[said["table_name"]].frame
        own = about[about.iloc[:, 0] == said["row_id"]]
        if said["field"] not in own or said["field"] in FREE_TEXT or own.empty:
            continue
        value = own.iloc[0][said["field"]]
        if _differ(value, said["value"]):
            table, row, field = said["table_name"], said["row_id"], said["field"]
            found.append(
                {
                    "discrepancy_id": f"{said['reported_attribute_id']}-{field}",
                    "quantity_id": f"{table}:{row}:{field}",
                    "row_id_a": f"{table}:{row}",
                    "row_id_b": f"reported_attributes:{said['reported_attribute_id']}",
                    "field": field,
                    "value_a": value,
                    "value_b": said["value"],
                }
            )
    return found


def _contradict(a: Row, b: Row, field: str) -> bool:
    if field == "p_value" and _bounds(a) | _bounds(b):
        return _beyond(a, b) or _beyond(b, a)
    if field in ("value", "ci_lower", "ci_upper") and a.get("unit") != b.get("unit"):
        return _differ(a[field], b[field], TO_MONTHS.get(a["unit"]), TO_MONTHS.get(b["unit"]))
    return _differ(a[field], b[field])


def _bounds(row: Row) -> bool:
    return row["p_relation"] == "<"


def _beyond(bounded: Row, exact: Row) -> bool:
    """Whether an exact p value lies above the bound that the other source gives."""
    both = bounded["p_value"] and exact["p_value"]
    return bool(
        both
        and _bounds(bounded)
        and not _bounds(exact)
        and float(exact["p_value"]) > float(bounded["p_value"])
    )


def _differ(a: str, b: str, scale_a: float | None = 1.0, scale_b: float | None = 1.0) -> bool:
    """Whether two printed values contradict each other; an empty one says nothing.

    Numbers are compared after multiplication by their scales; units that can't be converted (scale
    None) are not compared.
    """
    if not a or not b or scale_a is None or scale_b is None:
        return False
    printed = pd.Series([a, b])
    numbers = pd.to_numeric(printed, errors="coerce")
    if numbers.isna().any():
        return a.casefold() != b.casefold()
    scale = pd.Series([scale_a, scale_b])
    apart = (numbers * scale).diff().abs().iloc[1]
    return bool(apart > (half_unit(printed) * scale).max() + 1e-12)
