"""Validate a data package: python scripts/validate.py [PACKAGE] [--format FORMAT] [--strict].

PACKAGE is a folder, a datapackage.json or a release zip; by default this repository. Exit status: 0
valid, 1 problems, 2 the package can't be read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gliovasc.checks import silent, validate
from gliovasc.descriptor import open_package
from gliovasc.release.changes import version_problems
from gliovasc.report import FORMATS, UnreadableError

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Validate and print the report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("package", nargs="?", default=ROOT, help="folder, datapackage.json or zip")
    parser.add_argument("--format", choices=FORMATS, default="text", help="form of the report")
    parser.add_argument("--strict", action="store_true", help="warnings count as problems")
    options = parser.parse_args()
    try:
        package = open_package(options.package)
        report = validate(package, show if sys.stderr.isatty() else silent)
        report.problems += version_problems(package)
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return 130
    print(FORMATS[options.format](report))
    return report.exit_code(options.strict)


def show(what: str) -> None:
    """Overwrite the line on the terminal; the last words are wiped by the report."""
    print(f"\r\033[K{what[:70]}", end="\r", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
