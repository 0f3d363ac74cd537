"""Build the static site into dist/site/: python scripts/site.py [--out dist/site]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.descriptor import open_package
from gliovasc.report import UnreadableError
from gliovasc.site.build import build

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Build and say how much was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    out = ROOT / "dist" / "site"
    parser.add_argument("--out", type=Path, default=out, help="folder to write into")
    options = parser.parse_args()
    try:
        files = build(open_package(ROOT), options.out)
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in files)
    print(f"{options.out}: {len(files):,} files, {size:,} bytes; open {options.out}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
