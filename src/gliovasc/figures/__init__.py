"""Figures for print, as SVG, from the tables alone: the same bytes on every run."""

from gliovasc.figures.findings import findings_by_evidence
from gliovasc.figures.forest import forest
from gliovasc.figures.resistance import resistance_map
from gliovasc.figures.timeline import timeline

__all__ = ["findings_by_evidence", "forest", "resistance_map", "timeline"]
