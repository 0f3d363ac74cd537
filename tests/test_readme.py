"""The examples of the README run as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, need
from gliovasc import load
from gliovasc.descriptor import open_package

README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("code", blocks("python"), ids=["load", "pool"])
def test_python_examples(code: str, tmp_path: Path) -> None:
    """The first thing that a newcomer types."""
    assert "avaglio" in run([sys.executable, "-c", code], tmp_path)


def test_r_example(dist: Path, tmp_path: Path) -> None:
    """Base R and the package, installed as the README says."""
    (code,) = blocks("r")
    (install,) = re.findall(r"`(install\.packages\(\"gliovasc_.*?\))`", README)
    script = f".libPaths({str(tmp_path)!r}); {install}; {code}"
    assert "avaglio" in run([need("Rscript"), "--vanilla", "-e", script], dist)


def test_sql_example(dist: Path) -> None:
    """The sqlite3 that every system has."""
    need("sqlite3")
    code = next(block for block in blocks("sh") if "sqlite3" in block)
    assert "eortc-26101|0.95|0.74|1.21" in run(["bash", "-c", code], dist)


def test_version_stands_everywhere() -> None:
    """A release that calls itself two things."""
    version = open_package(ROOT).version
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"gliovasc-{version}-py3-none-any.whl" in README
    assert f"Version {version}." in README
    assert f"gliovasc-{version}.sqlite" in README
    assert f"## {version} " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_links_of_the_readme_exist() -> None:
    """A link to a page that was renamed."""
    for target in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_sizes_in_the_readme_are_true() -> None:
    """Numbers of rows that were true two versions ago."""
    ds = load(ROOT)
    sizes = {
        "trials and cohorts": "trials",
        "outcomes": "outcomes",
        "effects": "effects",
        "harms": "adverse_events",
        "biomarker results": "biomarkers",
        "observations": "mechanism_evidence",
        "mechanisms": "mechanisms",
        "references": "references",
    }
    flat = " ".join(README.split())
    for words, table in sizes.items():
        assert f"{len(ds[table]):,} {words}" in flat, words
