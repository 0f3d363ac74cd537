"""Wall time of whole validation beside `frictionless validate`, and of loading beside pandas.

Each pair runs in turn, A B A B, in one process tree, so that the ratio holds when the machine's
speed drifts. Prints a Markdown table: medians of the times, and of the ratios pair by pair.

    python benchmarks/validation.py [--runs 5]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
VALIDATE = [sys.executable, "scripts/validate.py"]
FRICTIONLESS = [str(BIN / "frictionless"), "validate", "datapackage.json"]
LOAD = [
    sys.executable,
    "-c",
    "import gliovasc; ds = gliovasc.load(); [ds[name] for name in ds.tables]",
]
PLAIN = [
    sys.executable,
    "-c",
    "import pandas, pathlib; [pandas.read_csv(p) for p in pathlib.Path('data').rglob('*.csv')]",
]
PAIRS = {
    "whole validation / frictionless alone": (VALIDATE, FRICTIONLESS),
    "all tables typed / plain pandas.read_csv": (LOAD, PLAIN),
}


def seconds(command: Sequence[str]) -> float:
    """Wall time of one run of a command, import time included."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begin


def main() -> None:
    """Measure each pair and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each command")
    options = parser.parse_args()
    print("| pair | first, s | second, s | ratio |\n|---|---|---|---|")
    for name, (first, second) in PAIRS.items():
        seconds(first), seconds(second)  # warm up the file cache
        pairs = [(seconds(first), seconds(second)) for _ in range(options.runs)]
        a, b = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(x / y for x, y in pairs)
        print(f"| {name} | {a:.2f} | {b:.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
