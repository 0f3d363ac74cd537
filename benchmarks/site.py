"""Weight of the site's pages with what they load, time to build it, and time until a page is ready.

Prints a Markdown table. Pages are opened from local files in Chromium; "ready" is the end of the
scripts that make filters and choosers work, median of the runs. With `--times N` every table is
taken N times over under new keys before building, to see what growth does to the weights.

    python benchmarks/site.py [--times 1] [--runs 3]
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from gliovasc.descriptor import Package, open_package
from gliovasc.site.build import build

ROOT = Path(__file__).resolve().parents[1]
READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
LOADED = re.compile(r'(?:src|<link rel="stylesheet" href)="([^"]+)"')
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
# What stays as it is when the package grows: words and statements are not more for more trials.
FIXED = ("terms", "findings", "finding_assessments")


def grown(folder: Path, times: int) -> Package:
    """A copy of the package with each row `times` times, keys and references renamed alike."""
    for name in ("data", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("datapackage.json", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    package = open_package(folder)
    keys = {name for r in package.resources if r["name"] not in FIXED for name in _keys(package, r)}
    for resource in package.resources:
        if resource["name"] not in FIXED:
            _multiply(folder / resource["path"], keys - {"finding_id"}, times)
    return package


def _keys(package: Package, resource: dict) -> list[str]:
    """Columns of a table that hold keys: its own and those of other tables."""
    schema = package.schema(resource)
    foreign = [key["fields"][0] for key in schema.get("foreignKeys", [])]
    return [schema["fields"][0]["name"], *foreign, "row_id", "row_id_a", "row_id_b", "quantity_id"]


def _multiply(path: Path, keys: set[str], times: int) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        return
    copies = [
        {c: f"{v}-copy{n}" if n and v and c in keys else v for c, v in row.items()}
        for n in range(times)
        for row in rows
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(copies, key=lambda row: next(iter(row.values()))))


def weight(page: Path) -> int:
    """Bytes of a page, its style and script, and the largest drawing that it shows."""
    paths = {(page.parent / name).resolve() for name in LOADED.findall(page.read_text("utf-8"))}
    sizes = {path: path.stat().st_size for path in paths}
    drawings = [size for path, size in sizes.items() if path.suffix == ".svg"]
    others = sum(size for path, size in sizes.items() if path.suffix != ".svg")
    return page.stat().st_size + others + max(drawings, default=0)


def ready(page: Page, path: Path, runs: int) -> float:
    """Milliseconds from opening a page until its scripts have run."""
    times = []
    for _ in range(runs):
        page.goto(path.as_uri())
        times.append(page.evaluate(READY))
    return statistics.median(times)


def measured(site: Path) -> list[Path]:
    """The pages of the menu, and the heaviest page of each folder."""
    pages = list(site.glob("*.html"))
    for folder in sorted(path for path in site.iterdir() if path.is_dir() and path.name != "zh"):
        pages += sorted(folder.glob("*.html"), key=weight)[-1:]
    return sorted(pages, key=lambda path: str(path))


def main() -> None:
    """Build, weigh, open, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=1, help="how often each row is taken")
    parser.add_argument("--runs", type=int, default=3, help="counted openings of each page")
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        (Path(folder) / "package").mkdir()
        package = open_package(ROOT)
        if options.times > 1:
            package = grown(Path(folder) / "package", options.times)
        begin = time.perf_counter()
        site = Path(folder) / "site"
        files = build(package, site)
        seconds = time.perf_counter() - begin
        print(f"{len(files):,} files built in {seconds:.1f} s\n")
        page = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS).new_page()
        print("| page | with assets, kB | ready, ms |\n|---|---|---|")
        for path in measured(site):
            shown = path.relative_to(site)
            milliseconds = ready(page, path, options.runs)
            print(f"| {shown} | {weight(path) / 1000:.0f} | {milliseconds:.0f} |")


if __name__ == "__main__":
    main()
