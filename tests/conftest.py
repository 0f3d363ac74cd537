"""What all tests share: this repository, and a minimal valid package that a test may break."""

from __future__ import annotations

import csv
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from gliovasc.descriptor import open_package
from gliovasc.release.build import build

ROOT = Path(__file__).resolve().parents[1]
MINIMAL = ROOT / "tests" / "minimal"
FAULTS = ROOT / "tests" / "faults"


@pytest.fixture
def minimal(tmp_path: Path) -> Path:
    """A valid package of few made-up rows, with the project's schemas, terms and findings."""
    folder = tmp_path / "package"
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    shutil.copy(ROOT / "datapackage.json", folder)
    for resource in json.loads((ROOT / "datapackage.json").read_text("utf-8"))["resources"]:
        target = folder / resource["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        made_up = MINIMAL / target.name
        shutil.copy(made_up if made_up.exists() else ROOT / resource["path"], target)
    return folder


def path_of(package: Path, table: str) -> Path:
    """The CSV of a table, wherever the descriptor puts it."""
    derived = package / "data" / "derived" / f"{table}.csv"
    return derived if derived.exists() else package / "data" / f"{table}.csv"


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[dict[str, str]], columns: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row[columns[0]]))


def columns_of(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()[0].split(",")


def need(program: str) -> str:
    """Path of a client program. Missing, it is a skip on a desk and a failure in CI."""
    found = shutil.which(program)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{program} is missing; .ci/run installs it")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release, built once for all tests that look at one."""
    out = tmp_path_factory.mktemp("release") / "dist"
    build(open_package(ROOT), out)
    return out


@pytest.fixture(scope="session")
def unpacked(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release zip, unpacked as a user would."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(next(dist.glob("*[0-9].zip"))) as archive:
        archive.extractall(folder)
    return folder
