"""Draw the forest plots of docs/figures/ from the tables: python scripts/figures.py [--check]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.figures import forest
from gliovasc.pooling import pool
from gliovasc.report import write_whole
from gliovasc.tables import load

ROOT = Path(__file__).resolve().parents[1]
FIGURES = {
    "overall_survival": "Overall survival",
    "progression_free_survival": "Progression-free survival",
}


def main() -> int:
    """Draw, or (--check) say which figure is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a figure is stale")
    options = parser.parse_args()
    ds = load(ROOT)
    stale = []
    for endpoint, title in FIGURES.items():
        pooled = pool(ds, endpoint=endpoint)
        target = ROOT / "docs" / "figures" / f"{endpoint}.svg"
        content = forest(pooled, title) if pooled else b""
        if not target.exists() or target.read_bytes() != content:
            stale.append(target.name)
            if not options.check:
                target.parent.mkdir(exist_ok=True)
                write_whole(target, content)
    state = "is stale; run scripts/figures.py" if options.check else "drawn"
    for name in stale:
        print(f"docs/figures/{name} {state}")
    return int(options.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
