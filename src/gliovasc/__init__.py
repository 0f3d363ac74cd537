"""gliovasc: anti-angiogenic therapy and therapeutic resistance in glioma, as typed tables."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gliovasc.report import UnreadableError
from gliovasc.tables import Dataset, load

if TYPE_CHECKING:
    from gliovasc.citation import cite
    from gliovasc.findings import assess
    from gliovasc.pooling import pool
    from gliovasc.proportions import pool_counts, pool_proportion

__all__ = [
    "Dataset",
    "UnreadableError",
    "assess",
    "cite",
    "load",
    "pool",
    "pool_counts",
    "pool_proportion",
]
LATER = {
    "assess": "gliovasc.findings",
    "cite": "gliovasc.citation",
    "pool": "gliovasc.pooling",
    "pool_counts": "gliovasc.proportions",
    "pool_proportion": "gliovasc.proportions",
}


def __getattr__(name: str) -> Any:
    # Loading tables must not pay for scipy.
    if name not in LATER:
        raise AttributeError(f"module gliovasc has no attribute {name}")
    return getattr(import_module(LATER[name]), name)
