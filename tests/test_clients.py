"""Clients of other languages open the release as their users would, and see the same tables."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gliovasc
from conftest import ROOT, need
from gliovasc.descriptor import open_package

PACKAGE = open_package(ROOT)
CLIENTS = ROOT / "tests" / "clients"
R_CLASSES = {
    "string": "character",
    "number": "numeric",
    "integer": "integer",
    "boolean": "logical",
    "date": "Date",
}
NPM_CLIENT = "datapackage@1.1.10"


@pytest.fixture(scope="module")
def dataset() -> gliovasc.Dataset:
    return gliovasc.load(ROOT)


def run(command: list[str | Path], **options: Any) -> str:
    """Output of a client; its complaint, should it fail."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, **options)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def in_r(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """What R says of the installed package, and the folder with its tables as CSV."""
    library, tables = tmp_path_factory.mktemp("library"), tmp_path_factory.mktemp("tables")
    source = dist / f"gliovasc_{PACKAGE.version}.tar.gz"
    run([need("R"), "CMD", "INSTALL", "--no-test-load", f"--library={library}", source])
    script = CLIENTS / "r_package.R"
    return json.loads(run([need("Rscript"), "--vanilla", script, library, tables])), tables


def test_r_check_has_nothing_to_object_to(dist: Path, tmp_path: Path) -> None:
    """A package that fails its own examples, or lacks a help page."""
    source = dist / f"gliovasc_{PACKAGE.version}.tar.gz"
    said = run([need("R"), "CMD", "check", "--no-manual", "-o", tmp_path, source])
    status = next(line for line in said.splitlines() if line.startswith("Status"))
    assert "ERROR" not in status
    assert "WARNING" not in status


@pytest.mark.parametrize("resource", PACKAGE.resources, ids=lambda r: r["name"])
def test_r_package_has_the_values_and_types(
    in_r: tuple[dict, Path], dataset: gliovasc.Dataset, resource: dict[str, Any]
) -> None:
    """A factor level off by one, a date shifted by a day, a number cut."""
    said, folder = in_r
    name = resource["name"]
    frame = dataset[name]
    seen = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
    assert list(seen) == list(frame)
    types = {f["name"]: f for f in PACKAGE.schema(resource)["fields"]}
    for column in frame:
        field = types.get(column, {"type": "number"})
        word = field["type"] == "string" and "enum" in field.get("constraints", {})
        assert said["classes"][name][column] == ("factor" if word else R_CLASSES[field["type"]])
        if field["type"] in ("number", "integer"):
            numbers = pd.to_numeric(seen[column]).astype("Float64")
            pd.testing.assert_series_equal(
                numbers, frame[column].astype("Float64"), rtol=1e-12, check_names=False
            )
        else:
            assert seen[column].tolist() == as_r_writes(frame[column], field["type"])


def as_r_writes(column: pd.Series, kind: str) -> list[str]:
    """Cells as write.csv prints them."""
    if kind == "date":
        column = column.dt.strftime("%Y-%m-%d")
    text = column.astype("string").fillna("")
    return text.str.upper().tolist() if kind == "boolean" else text.tolist()


def test_r_reads_every_table_by_the_descriptor(unpacked: Path, dataset: gliovasc.Dataset) -> None:
    """Half of the meta-analysts use R: same rows, same types, same empty cells."""
    said = run([need("Rscript"), "--vanilla", CLIENTS / "read_package.R", unpacked])
    in_r = json.loads(said)
    assert list(in_r) == dataset.tables
    for resource in PACKAGE.resources:
        table, frame = in_r[resource["name"]], dataset[resource["name"]]
        assert table["rows"] == len(frame)
        for field in PACKAGE.schema(resource)["fields"]:
            name = field["name"]
            enum = field["type"] == "string" and "enum" in field.get("constraints", {})
            assert table["classes"][name] == ("factor" if enum else R_CLASSES[field["type"]])
            assert table["missing"][name] == int(frame[name].isna().sum()), name


def test_r_cites_as_python_does(in_r: tuple[dict, Path], dataset: gliovasc.Dataset) -> None:
    """Two citations of one row that differ between languages."""
    said, _ = in_r
    assert said["cited"] == gliovasc.cite(dataset, dataset.effects.head(3)).splitlines()
    assert said["everything"] == gliovasc.cite(dataset, dataset.references).splitlines()
    assert f"Version {PACKAGE.version}" in said["citation"].replace("\n", " ")
    assert said["levels"] == list(dataset.effects.endpoint.cat.categories)


def test_r_opens_the_database(dist: Path, dataset: gliovasc.Dataset) -> None:
    """A database that only Python's driver can read."""
    database = dist / f"gliovasc-{PACKAGE.version}.sqlite"
    counts = json.loads(run([need("Rscript"), "--vanilla", CLIENTS / "sqlite.R", database]))
    assert {name: counts[name] for name in dataset.tables} == {
        name: len(dataset[name]) for name in dataset.tables
    }
    assert counts["effects_named"] == len(dataset.effects)


def test_javascript_reads_every_table(
    unpacked: Path, dataset: gliovasc.Dataset, tmp_path: Path
) -> None:
    """A descriptor that the JavaScript client refuses, or a cell that it can't cast."""
    install = [need("npm"), "install", "--no-save", "--no-package-lock", "--silent", NPM_CLIENT]
    run(install, cwd=tmp_path)
    script = tmp_path / "client.js"
    script.write_bytes((CLIENTS / "datapackage.js").read_bytes())
    said = run([need("node"), script, unpacked / "datapackage.json"], cwd=tmp_path)
    assert json.loads(said) == {name: len(dataset[name]) for name in dataset.tables}
