"""Write a whole release into a folder, or leave the folder as it was."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from gliovasc.citation import bibliography
from gliovasc.descriptor import Package
from gliovasc.release.archive import release_zip
from gliovasc.release.changes import version_problems
from gliovasc.release.excel import workbook
from gliovasc.release.metadata import croissant, datacite, schema_org
from gliovasc.release.parquet import parquet_zip
from gliovasc.release.r_package import r_package
from gliovasc.release.sqlite import sqlite_file
from gliovasc.report import UnreadableError
from gliovasc.tables import Dataset

# 1980-01-01, as in the zip: wheels and sdists take their times from it.
SOURCE_DATE_EPOCH = "315532800"
# Name of each file, and what makes its bytes.
FILES: dict[str, Callable[[Package], bytes]] = {
    "gliovasc-{version}.zip": release_zip,
    "gliovasc-{version}.sqlite": sqlite_file,
    "gliovasc-{version}-parquet.zip": parquet_zip,
    "gliovasc-{version}.xlsx": workbook,
    "gliovasc_{version}.tar.gz": r_package,
    "references.bib": lambda package: bibliography(Dataset(package), "bibtex").encode("utf-8"),
    "references.ris": lambda package: bibliography(Dataset(package), "ris").encode("utf-8"),
    "CITATION.cff": lambda package: package.read("CITATION.cff"),
    "datacite.json": datacite,
    "schema-org.jsonld": schema_org,
    "croissant.json": croissant,
}


def build(package: Package, out: Path) -> list[Path]:
    """Build every file of a release, with SHA256SUMS, into `out`; returns the files written.

    Everything is made in a temporary folder first and then renamed, so that an interrupted build
    leaves no half-written release. Raises UnreadableError if a part can't be built, or if the
    package changed since the last release and its version did not rise enough.
    """
    for problem in version_problems(package):
        raise UnreadableError(problem.text)
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=".release-") as folder:
        stage = Path(folder) / "dist"
        stage.mkdir()
        for name, content in FILES.items():
            (stage / name.format(version=package.version)).write_bytes(content(package))
        _build_wheel(package.source, stage)
        _write_sums(stage)
        if out.exists():
            shutil.rmtree(out)
        stage.replace(out)
    return sorted(out.iterdir())


def _build_wheel(root: Path, stage: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(stage.resolve())]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1]
        raise UnreadableError(f"the wheel was not built: {last}; run hatchling build to see more")


def _write_sums(stage: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(stage.iterdir())
    ]
    (stage / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
