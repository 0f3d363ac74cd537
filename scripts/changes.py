"""What changed between two versions: python scripts/changes.py OLD [NEW] [--format FORMAT].

OLD and NEW are versions in releases/, release zips or folders; NEW is by default this repository.
Exit status: 0, or 1 if the version of NEW is lower than the changes demand, 2 if one can't be read.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from gliovasc.descriptor import Package, open_package
from gliovasc.release.changes import FORMATS, compare
from gliovasc.report import UnreadableError

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("old", help="version in releases/, zip or folder")
    parser.add_argument("new", nargs="?", default=str(ROOT), help="the same; by default this clone")
    parser.add_argument("--format", choices=FORMATS, default="text", help="form of the list")
    options = parser.parse_args()
    try:
        found = compare(_open(options.old), _open(options.new))
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    print(FORMATS[options.format](found))
    return 0 if found.risen_enough else 1


def _open(named: str) -> Package:
    if not re.fullmatch(r"\d+\.\d+\.\d+", named):
        return open_package(named)
    path = ROOT / "releases" / f"gliovasc-{named}.zip"
    if not path.exists():
        have = ", ".join(
            sorted(p.stem.removeprefix("gliovasc-") for p in path.parent.glob("*.zip"))
        )
        raise UnreadableError(f"{named}: no such release; releases/ holds {have}")
    return open_package(path)


if __name__ == "__main__":
    sys.exit(main())
