"""Time and memory of validation and loading as data grow, beside frictionless and plain pandas.

Enlarges the package 1, 10 and 100 times with consistent synthetic rows: every row of evidence is
copied under new keys together with the rows that it refers to, while vocabularies, findings,
agents, molecules and mechanisms stay. Prints a Markdown table.

    python benchmarks/growth.py [--factors 1 10 100]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from gliovasc.checks.keys import BEGINS_WITH
from gliovasc.descriptor import Package, open_package

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
# Loading takes about a second and varies; its figures are medians of so many pairs in turn.
PAIRS = 7
# What does not grow with the number of studies.
FIXED = {"findings", "terms", "agents", "molecules", "mechanisms", "searches"}
# Tables whose keys are part of other keys come first.
FIRST = ("references", "trials", "arms", "mechanism_evidence")
# A copy is no other paper or trial: it must not claim an identifier.
IDENTIFIERS = {"doi", "pmid", "pmcid", "registry_id", "nct_id", "other_registry_ids"}

Row = dict[str, str]
Keys = dict[str, dict[str, str]]


def enlarge(package: Package, factor: int, out: Path) -> None:
    """Write the package with `factor` times its evidence into the folder `out`."""
    shutil.copytree(package.source / "schemas", out / "schemas")
    (out / "datapackage.json").write_text(json.dumps(package.descriptor), encoding="utf-8")
    growing: dict[str, list[Row]] = {}
    for resource in package.resources:
        source, target = package.source / resource["path"], out / resource["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        if resource["name"] in FIXED or resource["group"] == "derived" or factor == 1:
            shutil.copy(source, target)
        else:
            with source.open(encoding="utf-8", newline="") as file:
                growing[resource["name"]] = list(csv.DictReader(file))
    links = {r["name"]: _links(package, r) for r in package.resources}
    written = {name: list(rows) for name, rows in growing.items()}
    for number in range(1, factor):
        keys: Keys = {}
        for name in sorted(growing, key=lambda n: FIRST.index(n) if n in FIRST else len(FIRST)):
            keys[name] = {}
            for row in growing[name]:
                copy = _copy(row, links[name], keys, number)
                key = next(iter(row))
                copy[key] = _key(name, row, copy, number)
                keys[name][row[key]] = copy[key]
                written[name].append(copy)
        for name in growing:
            for row in written[name][-len(growing[name]) :]:
                _link_late(row, links[name], keys)
    for resource in package.resources:
        if resource["name"] in written:
            _write(out / resource["path"], written[resource["name"]])


def _links(package: Package, resource: dict) -> dict[str, str]:
    """Foreign key columns of a table and the growing tables that they name."""
    keys = package.schema(resource).get("foreignKeys", [])
    targets = {k["fields"][0]: k["reference"]["resource"] or resource["name"] for k in keys}
    return {column: target for column, target in targets.items() if target not in FIXED}


def _copy(row: Row, links: dict[str, str], keys: Keys, number: int) -> Row:
    copy = row | dict.fromkeys(IDENTIFIERS & row.keys(), "")
    copy |= {c: keys[t][row[c]] for c, t in links.items() if row[c] in keys.get(t, {})}
    if "table_name" in row:
        copy["row_id"] = keys.get(row["table_name"], {}).get(row["row_id"], row["row_id"])
    if "check_id" in row:  # an exception may excuse a key
        copy["value"] = keys["trials"].get(row["value"], row["value"])
    if row.get("quantity_id"):
        copy["quantity_id"] = f"{row['quantity_id']}copy{number}"
    if "url" in row:
        copy["url"] = f"https://example.org/{row['reference_id']}copy{number}"
    return copy


def _key(table: str, row: Row, copy: Row, number: int) -> str:
    """The key of a copy, made from its own columns as that of the row is from its."""
    old = next(iter(row.values()))
    columns, by_reference = BEGINS_WITH.get(table, ((), False))
    begin, new_begin = ("-".join(filter(None, (r[c] for c in columns))) for r in (row, copy))
    if not columns and not by_reference:
        return f"{old}copy{number}"
    new = new_begin + old[len(begin) :] if old.startswith(begin) else f"{old}copy{number}"
    if by_reference:
        stem, _, rest = new.rpartition(f"-{row['reference_id']}")
        new = f"{stem}-{copy['reference_id']}{rest}"
    return new


def _link_late(row: Row, links: dict[str, str], keys: Keys) -> None:
    """Fill in keys of rows that came later."""
    for column, target in links.items():
        row[column] = keys[target].get(row[column], row[column])
    if "table_name" in row:
        row["row_id"] = keys.get(row["table_name"], {}).get(row["row_id"], row["row_id"])


def _write(path: Path, rows: list[Row]) -> None:
    columns = list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row[columns[0]]))


def measure(command: list[str]) -> tuple[float, float]:
    """Seconds and peak MiB of a command; MiB are those of its largest process."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    last = ""
    for line in process.stdout or ():
        last = line
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed: {last.strip()[:300]}")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def load(source: Path) -> list[str]:
    """Command that loads every table typed."""
    code = f"import gliovasc; ds = gliovasc.load({str(source)!r}); [ds[t] for t in ds.tables]"
    return [sys.executable, "-c", code]


def read_csv(source: Path) -> list[str]:
    """Command that reads every table with plain pandas."""
    paths = f"pathlib.Path({str(source / 'data')!r}).rglob('*.csv')"
    code = f"import pandas, pathlib; [pandas.read_csv(p) for p in {paths}]"
    # Plain pandas warns of columns that look like numbers in places.
    return [sys.executable, "-W", "ignore", "-c", code]


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--factors", type=int, nargs="+", default=[1, 10, 100])
    options = parser.parse_args()
    package = open_package(ROOT)
    print(
        "| size | validate, s | frictionless, s | ratio | MiB | MiB | load, s | pandas, s | ratio |"
    )
    print("|" + "---:|" * 9)
    for factor in options.factors:
        with TemporaryDirectory() as folder:
            large = Path(folder) / "package"
            enlarge(package, factor, large)
            descriptor = str(large / "datapackage.json")
            whole = measure([sys.executable, "scripts/validate.py", str(large)])
            alone = measure([str(BIN / "frictionless"), "validate", "--trusted", descriptor])
            pairs = [(measure(load(large))[0], measure(read_csv(large))[0]) for _ in range(PAIRS)]
        typed, plain = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        figures = [f"{whole[0]:.1f}", f"{alone[0]:.1f}", f"{whole[0] / alone[0]:.2f}"]
        figures += [f"{whole[1]:.0f}", f"{alone[1]:.0f}"]
        figures += [f"{typed:.2f}", f"{plain:.2f}", f"{ratio:.2f}"]
        print(f"| {factor} | {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    main()
