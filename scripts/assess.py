"""Rebuild data/derived/ from the other tables: python scripts/assess.py [--check]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.derived import derived_tables
from gliovasc.descriptor import open_package
from gliovasc.report import UnreadableError, write_stale
from gliovasc.tables import Dataset, Tables, csv_files

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Write the derived tables, or (--check) say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a derived table is stale")
    options = parser.parse_args()
    package = open_package(ROOT)
    try:
        built = csv_files(package, derived_tables(Dataset(package), Tables(package)))
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    return write_stale(ROOT, built, check=options.check, command="scripts/assess.py")


if __name__ == "__main__":
    sys.exit(main())
