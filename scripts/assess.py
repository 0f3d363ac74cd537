"""Rebuild data/derived/ from the other tables: python scripts/assess.py [--check]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.derived import derived_tables
from gliovasc.descriptor import open_package
from gliovasc.report import UnreadableError, write_whole
from gliovasc.tables import Dataset, Tables, to_csv

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Write the derived tables, or (--check) say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a derived table is stale")
    options = parser.parse_args()
    package = open_package(ROOT)
    resources = {r["name"]: r for r in package.resources}
    stale = []
    try:
        for table, rows in derived_tables(Dataset(package), Tables(package)).items():
            columns = [f["name"] for f in package.schema(resources[table])["fields"]]
            path = ROOT / resources[table]["path"]
            content = to_csv(rows, columns)
            if path.read_bytes() != content:
                stale.append(resources[table]["path"])
                if not options.check:
                    write_whole(path, content)
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    state = "is stale; run scripts/assess.py" if options.check else "written"
    for name in stale:
        print(f"{name}: {state}")
    return int(options.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
