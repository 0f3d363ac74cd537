"""How many planted faults validation finds, beside frictionless alone, and how often it cries wolf.

Plants realistic single faults (fault_kinds.py) at random places of this repository's package, one
at a time in a copy, and validates the copy. Then does the same with right edits (harmless.py).
Prints a Markdown table. A report is right if one of the kind's own checks names the changed row or
the row that it now contradicts; `found` counts any report, warnings too.

    python benchmarks/faults.py [--seed 1] [--per-kind 5] [--kinds NAME ...] [--harmless 20]
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fault_kinds import KINDS, Draft, Kind, Places
from frictionless import FrictionlessException, system
from frictionless import Package as FrictionlessPackage
from harmless import HARMLESS

from gliovasc.checks import check_project_rules, exceptions, validate
from gliovasc.derived import derived_tables
from gliovasc.descriptor import DESCRIPTOR, Package, open_package
from gliovasc.report import ERROR, Problem
from gliovasc.tables import Dataset, Tables, csv_files

ROOT = Path(__file__).resolve().parents[1]
PROCESSES = 2
PARTS = ("data", "schemas")


@dataclass(frozen=True)
class Edit:
    """A fault or right edit as planted: the new files by path, None for a deleted one."""

    name: str
    files: dict[str, bytes | None]
    checks: tuple[str, ...] = ()
    places: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """What became of one edit."""

    name: str
    found: bool
    right: bool
    frictionless: bool
    first: str  # the first problem as text


def copy_package(source: Path, target: Path) -> None:
    """Copy descriptor, schemas and data."""
    for part in PARTS:
        shutil.copytree(source / part, target / part)
    shutil.copy(source / DESCRIPTOR, target)


def plant_all(package: Package, kinds: list[Kind], per_kind: int, seed: int) -> Iterator[Edit]:
    """Each kind `per_kind` times; what a kind plants does not depend on which others run."""
    for kind in kinds:
        for number in range(per_kind):
            draft = Draft(package, random.Random(f"{seed} {kind.name} {number}"))
            places: Places = kind.plant(draft)
            if places:
                yield Edit(kind.name, draft.files, kind.checks, frozenset(places))


def edit_all(package: Package, number: int, seed: int) -> Iterator[Edit]:
    """`number` right edits, the kinds in turn."""
    for turn in range(number):
        change = HARMLESS[turn % len(HARMLESS)]
        draft = Draft(package, random.Random(f"{seed} {change.__name__} {turn}"))
        change(draft)
        if draft.files:
            yield Edit(change.__name__, draft.files)


@contextmanager
def planted(package: Package, edit: Edit) -> Iterator[Package]:
    """A copy of the package with the edit made."""
    with TemporaryDirectory() as folder:
        copy_package(package.source, Path(folder))
        for path, content in edit.files.items():
            if content is None:
                (Path(folder) / path).unlink()
            else:
                (Path(folder) / path).write_bytes(content)
        yield open_package(folder)


def judge(package: Package, edit: Edit) -> Verdict:
    """Validate a copy of the package with the edit made."""
    with planted(package, edit) as copy:
        by_frictionless = frictionless_objects(copy, set(edit.files))
        problems = project_problems(copy)
        if any(path.startswith("data/derived/") for path in edit.files):
            problems += stale_problems(copy)
        # The whole run adds to the project's rules only what frictionless says.
        if by_frictionless and not any(is_right(p, edit) for p in problems):
            problems = validate(copy).problems
    right = any(is_right(p, edit) for p in problems)
    first = problems[0].text if problems else ""
    return Verdict(edit.name, bool(problems), right, by_frictionless, first)


def stale_problems(package: Package) -> list[Problem]:
    """What `scripts/assess.py --check` finds: derived tables that no longer follow."""
    built = csv_files(package, derived_tables(Dataset(package), Tables(package)))
    return [
        Problem("derived_current", ERROR, path, "is stale", "Run scripts/assess.py", line=line)
        for path, content in built.items()
        for line, pair in enumerate(
            zip_longest(content.splitlines(), package.read(path).splitlines()), start=1
        )
        if pair[0] != pair[1]
    ]


def project_problems(package: Package) -> list[Problem]:
    """What validation finds without frictionless."""
    tables = Tables(package)
    return exceptions.apply(check_project_rules(tables).problems, tables)


def is_right(problem: Problem, edit: Edit) -> bool:
    """Whether one of the edit's own checks names one of its places."""
    named = any(fnmatchcase(problem.check, pattern) for pattern in edit.checks)
    return named and (problem.path, problem.line) in edit.places


def frictionless_objects(package: Package, paths: set[str]) -> bool:
    """Whether frictionless alone finds the package invalid, of which only `paths` were changed.

    Looks at the changed tables, those that refer to them, and those that these refer to: what it
    says of the others can't have changed.
    """
    names = {r["name"] for r in package.resources if paths & {r["path"], r["schema"]}}
    needed = names | {n for n, named in references(package).items() if names & named}
    while more := set().union(*(references(package)[n] for n in needed)) - needed:
        needed |= more
    resources = [r for r in package.descriptor["resources"] if r["name"] in needed]
    if not resources:
        return False
    part: dict[str, Any] = {**package.descriptor, "resources": resources}
    try:
        with system.use_context(trusted=False):
            loaded = FrictionlessPackage.from_descriptor(part, basepath=str(package.source))
            return not loaded.validate().valid
    except FrictionlessException:
        return True


def references(package: Package) -> dict[str, set[str]]:
    """For each table the tables that its foreign keys name."""
    return {
        r["name"]: {
            key["reference"]["resource"] or r["name"]
            for key in package.schema(r).get("foreignKeys", [])
        }
        for r in package.resources
    }


def table_of_kinds(kinds: list[Kind], verdicts: list[Verdict]) -> list[str]:
    """One row per kind, then one per class, as Markdown."""
    head = (
        "| class | fault | planted | found | by the right check at the right line | frictionless |"
    )
    lines = [head, "|---|---|" + "---:|" * 4]
    for kind in kinds:
        own = [v for v in verdicts if v.name == kind.name]
        lines.append(line_of(kind.group, kind.name.replace("_", " "), own))
    for group in dict.fromkeys(kind.group for kind in kinds):
        members = {kind.name for kind in kinds if kind.group == group}
        lines.append(line_of(group, "**all**", [v for v in verdicts if v.name in members]))
    return lines


def line_of(group: str, name: str, verdicts: list[Verdict]) -> str:
    """One line of the table."""
    counts = [
        len(verdicts),
        sum(v.found for v in verdicts),
        sum(v.right for v in verdicts),
        sum(v.frictionless for v in verdicts),
    ]
    return f"| {group} | {name} | " + " | ".join(map(str, counts)) + " |"


def false_alarms(verdicts: list[Verdict], untouched: int) -> list[str]:
    """How often a right package was called wrong, and by what."""
    wrong = [v for v in verdicts if v.found]
    return [
        f"False alarms: {untouched} on the untouched package, "
        f"{len(wrong)} on {len(verdicts)} harmless edits.",
        *(f"- {v.name}: {v.first}" for v in wrong),
    ]


def chosen(names: list[str]) -> list[Kind]:
    """The kinds with these names; all if there are none."""
    unknown = set(names) - {kind.name for kind in KINDS}
    if unknown:
        sys.exit(f"no kind {min(unknown)}; the kinds are {', '.join(k.name for k in KINDS)}")
    return [kind for kind in KINDS if not names or kind.name in names]


def main() -> None:
    """Plant, validate and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="which random places")
    parser.add_argument("--per-kind", type=int, default=5, help="faults of each kind")
    parser.add_argument("--kinds", nargs="+", default=[], metavar="NAME", help="only these kinds")
    parser.add_argument("--harmless", type=int, default=20, help="right edits")
    options = parser.parse_args()
    kinds = chosen(options.kinds)
    with TemporaryDirectory() as folder, ProcessPoolExecutor(PROCESSES) as pool:
        copy_package(ROOT, Path(folder))  # the tables may be edited while this runs
        package = open_package(folder)
        untouched = len(validate(package).problems)
        faults = list(plant_all(package, kinds, options.per_kind, options.seed))
        edits = list(edit_all(package, options.harmless, options.seed))
        verdicts = list(pool.map(partial(judge, package), faults + edits))
    print("\n".join(table_of_kinds(kinds, verdicts[: len(faults)])) + "\n")
    print("\n".join(false_alarms(verdicts[len(faults) :], untouched)))


if __name__ == "__main__":
    main()
