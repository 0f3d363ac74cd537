"""Rebuild data/derived/ from the other tables: python scripts/assess.py [--check]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.descriptor import open_package
from gliovasc.discrepancies import COLUMNS, discrepancies
from gliovasc.report import UnreadableError, write_whole
from gliovasc.tables import Tables, to_csv

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "data" / "derived" / "discrepancies.csv"


def main() -> int:
    """Write the derived tables, or (--check) say whether they are current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a derived table is stale")
    options = parser.parse_args()
    try:
        content = to_csv(discrepancies(Tables(open_package(ROOT))), list(COLUMNS))
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    if TARGET.read_bytes() == content:
        return 0
    if options.check:
        print(f"{TARGET.relative_to(ROOT)} is stale; run scripts/assess.py", file=sys.stderr)
        return 1
    write_whole(TARGET, content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
