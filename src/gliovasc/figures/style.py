"""What all figures share: ink, fonts, and how they become SVG."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

# Black and white survive every printer; one accent marks what the figure is about.
INK, PALE, FAINT, ACCENT, WARM = "#1a1a1a", "#767676", "#d0d0d0", "#0b5a8a", "#b5541b"
FONTS = {"en": ["DejaVu Sans"], "zh": ["Noto Sans CJK SC", "DejaVu Sans"]}
STYLE: Any = {"font.size": 8, "svg.fonttype": "path", "svg.hashsalt": "gliovasc"}


def draw(size: tuple[float, float], language: str, paint: Callable[[Any], None]) -> bytes:
    """SVG of a figure of `size` inches that `paint` fills; `language` (en, zh) chooses the font.

    A font with Chinese characters must be installed for `zh`.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({**STYLE, "font.family": FONTS[language]}):
        figure = Figure(figsize=size)
        paint(figure)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "gliovasc"})
    return buffer.getvalue()


def bare(axes: Any, *keep: str) -> None:
    """Hide all spines but those to keep."""
    for side in ("left", "right", "top", "bottom"):
        axes.spines[side].set_visible(side in keep)
