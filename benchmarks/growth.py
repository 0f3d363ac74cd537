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
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from gliovasc.descriptor import Package, open_package

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
# What does not grow with the number of studies.
FIXED = {"findings", "terms", "agents", "molecules", "mechanisms", "searches"}
# Names of rows that are no foreign keys of the schema.
NAMED = {"row_id", "quantity_id", "row_id_a", "row_id_b"}
# A copy is no other paper or trial: it must not claim an identifier.
IDENTIFIERS = {"doi", "pmid", "pmcid", "registry_id", "nct_id", "other_registry_ids"}


def enlarge(package: Package, factor: int, out: Path) -> None:
    """Write the package with `factor` times its evidence into the folder `out`."""
    shutil.copytree(package.source / "schemas", out / "schemas")
    (out / "datapackage.json").write_text(json.dumps(package.descriptor), encoding="utf-8")
    for resource in package.resources:
        source, target = package.source / resource["path"], out / resource["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        if resource["name"] in FIXED or resource["group"] == "derived" or factor == 1:
            shutil.copy(source, target)
        else:
            _write_copies(package, resource, factor, target)


def _write_copies(package: Package, resource: dict, factor: int, target: Path) -> None:
    schema = package.schema(resource)
    names = {schema["fields"][0]["name"], *NAMED}
    for key in schema.get("foreignKeys", []):
        if (key["reference"]["resource"] or resource["name"]) not in FIXED:
            names |= set(key["fields"])
    with (package.source / resource["path"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    copies = [_copy(row, names, number) for row in rows for number in range(factor)]
    columns = [f["name"] for f in schema["fields"]]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(copies, key=lambda row: row[columns[0]]))


def _copy(row: dict[str, str], names: set[str], number: int) -> dict[str, str]:
    if number == 0:
        return row
    renamed = names - ({"row_id"} if row.get("table_name") in FIXED else set())
    copy = row | {name: f"{row[name]}copy{number}" for name in renamed if row.get(name)}
    copy |= dict.fromkeys(IDENTIFIERS & row.keys(), "")
    return copy | ({"url": f"https://example.org/{copy['reference_id']}"} if "url" in row else {})


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
    return [sys.executable, "-c", f"import pandas, pathlib; [pandas.read_csv(p) for p in {paths}]"]


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
            typed, plain = measure(load(large)), measure(read_csv(large))
        figures = [f"{whole[0]:.1f}", f"{alone[0]:.1f}", f"{whole[0] / alone[0]:.2f}"]
        figures += [f"{whole[1]:.0f}", f"{alone[1]:.0f}"]
        figures += [f"{typed[0]:.2f}", f"{plain[0]:.2f}", f"{typed[0] / plain[0]:.2f}"]
        print(f"| {factor} | {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    main()
