"""Build tables of data/ from the raw readings in curation/: python scripts/merge.py [--check]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.curation.merge import merge
from gliovasc.descriptor import open_package
from gliovasc.report import UnreadableError, write_whole
from gliovasc.tables import to_csv

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Merge, and write the tables or (--check) say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a table is stale")
    options = parser.parse_args()
    package = open_package(ROOT)
    schemas = {r["name"]: (r["path"], package.schema(r)) for r in package.resources}
    stale = []
    try:
        for table, rows in merge(package, ROOT / "curation").items():
            path, schema = schemas[table]
            content = to_csv(rows, [field["name"] for field in schema["fields"]])
            if (ROOT / path).read_bytes() != content:
                stale.append(path)
                if not options.check:
                    write_whole(ROOT / path, content)
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    state = "differs from curation/; run scripts/merge.py" if options.check else "written"
    for path in stale:
        print(f"{path}: {state}")
    return int(options.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
