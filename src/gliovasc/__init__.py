"""gliovasc: anti-angiogenic therapy and therapeutic resistance in glioma, as typed tables."""

from gliovasc.report import UnreadableError
from gliovasc.tables import Dataset, load

__all__ = ["Dataset", "UnreadableError", "load"]
