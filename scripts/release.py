"""Write the release into dist/: python scripts/release.py [--out dist]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.descriptor import open_package
from gliovasc.release.build import build
from gliovasc.report import UnreadableError

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Build and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder to write into")
    options = parser.parse_args()
    try:
        for path in build(open_package(ROOT), options.out):
            print(f"{path}  {path.stat().st_size:,} bytes")
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
