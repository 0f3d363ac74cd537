"""The release: same bytes each time, true stamps, and readable by the clients people use."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from frictionless import Package as FrictionlessPackage
from frictionless import system

import gliovasc
from conftest import ROOT
from gliovasc.descriptor import open_package
from gliovasc.release.build import build
from gliovasc.report import UnreadableError

VERSION = open_package(ROOT).version


def test_release_is_the_same_bytes_again(dist: Path, tmp_path: Path) -> None:
    """A checksum that changes with the clock proves nothing."""
    again = tmp_path / "dist"
    build(open_package(ROOT), again)
    assert [p.name for p in sorted(dist.iterdir())] == [p.name for p in sorted(again.iterdir())]
    for path in sorted(dist.iterdir()):
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_checksums_are_true(dist: Path) -> None:
    """`sha256sum -c` is what users run."""
    lines = (dist / "SHA256SUMS").read_text("utf-8").splitlines()
    assert len(lines) == len(list(dist.iterdir())) - 1
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest


def test_zip_has_its_descriptor_at_the_root_and_true_stamps(dist: Path) -> None:
    """A zip with a top-level folder is called valid without one table being opened."""
    with zipfile.ZipFile(dist / f"gliovasc-{VERSION}.zip") as archive:
        descriptor = json.loads(archive.read("datapackage.json"))
        for resource in descriptor["resources"]:
            content = archive.read(resource["path"])
            assert resource["bytes"] == len(content)
            assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
            assert archive.read(resource["schema"])
    assert len(descriptor["resources"]) == len(gliovasc.load(ROOT).tables)


def test_frictionless_opens_every_table_of_the_zip(unpacked: Path) -> None:
    """VALID means nothing if no table was opened."""
    with system.use_context(trusted=True):
        report = FrictionlessPackage(str(unpacked / "datapackage.json")).validate()
    assert report.valid
    assert all(task.stats["fields"] for task in report.tasks)
    rows = {task.name: task.stats.get("rows", 0) for task in report.tasks}
    dataset = gliovasc.load(ROOT)
    assert rows == {name: len(dataset[name]) for name in dataset.tables}


def test_own_validator_accepts_the_zip(dist: Path) -> None:
    """The package that users download is the one that was checked."""
    script = ROOT / "scripts" / "validate.py"
    command = [sys.executable, str(script), str(dist / f"gliovasc-{VERSION}.zip")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_stale_hash_is_found(unpacked: Path, tmp_path: Path) -> None:
    """A cell that was changed after the release."""
    from gliovasc.checks import validate

    for path in unpacked.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(unpacked)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    notes = tmp_path / "data" / "findings.csv"
    notes.write_bytes(notes.read_bytes().replace(b"Bevacizumab", b"bevacizumab", 1))
    found = {problem.check for problem in validate(open_package(tmp_path)).problems}
    assert "hash-count" in found


def test_failing_build_leaves_the_old_release(minimal: Path, tmp_path: Path) -> None:
    """A half-written dist/ gets uploaded sooner or later."""
    out = tmp_path / "dist"
    out.mkdir()
    (out / "old.zip").write_bytes(b"old")
    with pytest.raises(UnreadableError):
        build(open_package(minimal), out)
    assert [path.name for path in tmp_path.joinpath("dist").iterdir()] == ["old.zip"]
    assert not list(tmp_path.glob(".release-*"))


def test_wheel_loads_outside_the_repository(dist: Path, tmp_path: Path) -> None:
    """`pip install` and `gliovasc.load()` anywhere, with nothing of the clone in reach."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    wheel = next(dist.glob("*.whl"))
    install = [python, "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run(install, check=True, cwd=tmp_path)
    code = "import gliovasc; ds = gliovasc.load(); print(len(ds.effects), ds.version)"
    done = subprocess.run([python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split() == [str(len(gliovasc.load(ROOT).effects)), VERSION], done.stderr


def test_released_zips_are_never_touched() -> None:
    """A version that somebody cited must stay what it was."""
    sums = ROOT / "releases" / "SHA256SUMS"
    listed = dict(line.split("  ")[::-1] for line in sums.read_text("utf-8").splitlines())
    zips = sorted((ROOT / "releases").glob("*.zip"))
    assert sorted(listed) == [path.name for path in zips]
    for path in zips:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == listed[path.name]
