"""Write a form for a second, blind reading: python scripts/blind.py OUT [REFERENCE ...].

OUT is the file to write. The form says, per source, what to look for, and holds no value of the
first reading; what was read twice already is left out. The filled form goes to curation/second.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from gliovasc.curation.blind import forms
from gliovasc.curation.merge import keyed_rows
from gliovasc.curation.raw import read_second
from gliovasc.descriptor import open_package
from gliovasc.report import UnreadableError, write_whole

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Write the form of the given references, or of all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="file to write the form to")
    parser.add_argument(
        "reference", nargs="*", help="keys of references; by default all that have unread rows"
    )
    options = parser.parse_args()
    try:
        second = read_second(ROOT / "curation" / "second")
        every = forms(keyed_rows(open_package(ROOT), ROOT / "curation"), second)
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    chosen = {key: form for key, form in every.items() if key in (options.reference or every)}
    write_whole(options.out, json.dumps(chosen, indent=1, ensure_ascii=False).encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
