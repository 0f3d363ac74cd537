"""Numbers as readers see them: printed text, and places on an axis for small inline figures."""

from __future__ import annotations

from math import log

from gliovasc.site.records import Row

# Ends of the axis of a ratio: most limits lie between, what does not is cut at the end.
LEAST, MOST = 0.2, 5.0
SCOPE = ("population", "analysis", "assessor", "criteria", "time_origin")


def place(ratio: float) -> float:
    """Place of a ratio on a logarithmic axis, 0 to 100; 1 is in the middle."""
    share = (log(max(ratio, LEAST)) - log(LEAST)) / (log(MOST) - log(LEAST))
    return round(100 * min(share, 1.0), 1)


def whisker(estimate: str, lower: str, upper: str) -> tuple[float, float, float] | None:
    """Places of a printed ratio and its limits (its own place without limits), if it has any."""
    try:
        numbers = [float(text or estimate) for text in (estimate, lower, upper)]
    except ValueError:
        return None
    if min(numbers) <= 0:
        return None
    middle, low, high = (place(number) for number in numbers)
    return middle, low, high


def share(value: str) -> float | None:
    """A printed percentage as width of a bar."""
    try:
        return min(max(float(value), 0.0), 100.0)
    except ValueError:
        return None


def scope(row: Row) -> list[str]:
    """Columns in which a row says what its number refers to."""
    return [column for column in SCOPE if row.get(column)]


def interval(row: Row) -> str:
    """Limits as printed, or an empty text."""
    low, high = row["ci_lower"], row["ci_upper"]
    if not low and not high:
        return ""
    return f"{low or '…'} to {high or '…'}"


def p_value(row: Row) -> str:
    """A p value with its relation, as printed."""
    if not row["p_value"]:
        return ""
    relation = row["p_relation"] or "="
    return row["p_value"] if relation == "=" else f"{relation} {row['p_value']}"


def rounded(number: str, decimals: int = 2) -> str:
    """A computed number with as many decimals as a reader needs."""
    return f"{float(number):.{decimals}f}" if number else ""
