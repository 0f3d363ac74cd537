"""How long a full release takes, and how large its files are. Prints Markdown tables.

python benchmarks/release.py [--runs 3]
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from gliovasc.descriptor import open_package
from gliovasc.release.build import build

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Build, and print times and sizes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="builds that are timed")
    options = parser.parse_args()
    seconds = []
    with TemporaryDirectory() as folder:
        for _ in range(options.runs):
            begin = time.perf_counter()
            files = build(open_package(ROOT), Path(folder) / "dist")
            seconds.append(time.perf_counter() - begin)
        sizes = {path.name: path.stat().st_size for path in files}
    print(f"Full release: {statistics.median(seconds):.1f} s (median of {options.runs}).\n")
    print("| file | kB |\n|---|---:|")
    print("\n".join(f"| {name} | {size / 1000:,.0f} |" for name, size in sizes.items()))


if __name__ == "__main__":
    main()
