"""gliovasc: anti-angiogenic therapy and therapeutic resistance in glioma, as typed tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gliovasc.report import UnreadableError
from gliovasc.tables import Dataset, load

if TYPE_CHECKING:
    from gliovasc.findings import assess
    from gliovasc.pooling import pool

__all__ = ["Dataset", "UnreadableError", "assess", "load", "pool"]


def __getattr__(name: str) -> Any:
    # Loading tables must not pay for scipy.
    if name == "pool":
        from gliovasc.pooling import pool

        return pool
    if name == "assess":
        from gliovasc.findings import assess

        return assess
    raise AttributeError(f"module gliovasc has no attribute {name}")
