"""Build docs/codebook.md from the schemas: python scripts/codebook.py [--check]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.descriptor import open_package
from gliovasc.release.codebook import codebook
from gliovasc.report import write_whole

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "codebook.md"


def main() -> int:
    """Write the codebook, or (--check) say whether it is current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if the codebook is stale")
    options = parser.parse_args()
    content = codebook(open_package(ROOT)).encode("utf-8")
    if TARGET.exists() and TARGET.read_bytes() == content:
        return 0
    if options.check:
        print("docs/codebook.md is stale; run scripts/codebook.py", file=sys.stderr)
        return 1
    write_whole(TARGET, content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
