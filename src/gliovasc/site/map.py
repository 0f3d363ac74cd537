"""The map of resistance as linked text and lines: way, mechanism, molecule, agent."""

from __future__ import annotations

from typing import Any

from gliovasc.figures.resistance import COLUMNS, map_links, map_places, map_sizes
from gliovasc.site.page import World

HEIGHT_OF_NODE = 22
# Left edge of each column of text, and its width, in the units of the drawing.
LEFT = {"way": 0, "mechanism": 280, "molecule": 660, "agent": 860}
WIDTH = {"way": 225, "mechanism": 255, "molecule": 115, "agent": 150}
TABLES = {"mechanism": "mechanisms", "molecule": "molecules", "agent": "agents"}


def resistance_links(world: World) -> dict[str, Any]:
    """Nodes with their places and lines between them, as `gliovasc.figures` chooses them."""
    pairs = map_links(world.ds)
    counted = map_sizes(pairs)
    heights = map_places(counted, pairs)
    most = max((sum(1 for c, _ in counted if c == column) for column in COLUMNS), default=0)
    height = HEIGHT_OF_NODE * most
    nodes = [
        {
            "column": column,
            "table": TABLES.get(column, ""),
            "key": key,
            "x": LEFT[column],
            "y": round(y * height, 1),
            "count": counted[(column, key)],
        }
        for (column, key), y in heights.items()
    ]
    lines = [_line(row, heights, height) for row in pairs.itertuples()]
    return {"nodes": nodes, "lines": lines, "height": height, "left": LEFT}


def _line(row: Any, heights: dict[tuple[str, str], float], height: float) -> dict[str, Any]:
    x0, x1 = LEFT[row.left] + WIDTH[row.left], LEFT[row.right] - 8
    y0 = heights[(row.left, row.source)] * height
    y1 = heights[(row.right, row.target)] * height
    bend = (x0 + x1) / 2
    path = f"M{x0} {y0:.1f}C{bend:.0f} {y0:.1f} {bend:.0f} {y1:.1f} {x1} {y1:.1f}"
    way = row.source if row.left == "way" else row.color_of
    return {
        "path": path,
        "way": "" if row.left == "molecule" else str(way),
        "width": 0.6 + 0.7 * min(int(row.references), 12),
    }
