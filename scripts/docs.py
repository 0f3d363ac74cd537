"""Build codebook, extraction figures and forest plots: python scripts/docs.py [--check]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.descriptor import open_package
from gliovasc.figures import findings_by_evidence, forest, resistance_map, timeline
from gliovasc.pooling import pool
from gliovasc.release.codebook import codebook
from gliovasc.release.extraction import extraction
from gliovasc.report import write_stale
from gliovasc.tables import Dataset

ROOT = Path(__file__).resolve().parents[1]
FIGURES = {
    "overall_survival": "Overall survival",
    "progression_free_survival": "Progression-free survival",
}


def built() -> dict[str, bytes]:
    """Content of every built document."""
    package = open_package(ROOT)
    ds = Dataset(package)
    files = {
        "docs/codebook.md": codebook(package).encode("utf-8"),
        "docs/extraction.md": extraction(ds).encode("utf-8"),
    }
    files["docs/figures/findings.svg"] = findings_by_evidence(ds)
    files["docs/figures/resistance.svg"] = resistance_map(ds)
    files["docs/figures/timeline.svg"] = timeline(ds)
    for endpoint, title in FIGURES.items():
        pooled = pool(ds, endpoint=endpoint)
        if pooled is not None:
            files[f"docs/figures/{endpoint}.svg"] = forest(pooled, title)
    return files


def main() -> int:
    """Write what is stale, or (--check) say what is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a document is stale")
    options = parser.parse_args()
    return write_stale(ROOT, built(), check=options.check, command="scripts/docs.py")


if __name__ == "__main__":
    sys.exit(main())
