"""The release zip: descriptor at its root, folders kept, the same bytes on every run."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from typing import Any

from gliovasc.descriptor import DESCRIPTOR, Package
from gliovasc.tables import Tables

# The oldest time that a zip can hold: a release does not depend on when it was built.
EPOCH = (1980, 1, 1, 0, 0, 0)
REGULAR_FILE = 0o100644 << 16
UNIX = 3
DOCUMENTS = ("README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE-DATA", "docs/codebook.md")
META_SCHEMAS = ("schemas/meta/datapackage.json", "schemas/meta/tableschema.json")


def stamped_descriptor(package: Package) -> dict[str, Any]:
    """The descriptor with bytes, sha256 and row count of each table."""
    tables = Tables(package)
    resources = []
    for resource in package.descriptor["resources"]:
        content = package.read(resource["path"])
        stamp = {
            "bytes": len(content),
            "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
            "rowCount": len(tables[resource["name"]].frame),
        }
        resources.append({**resource, **stamp})
    return {**package.descriptor, "resources": resources}


def release_zip(package: Package) -> bytes:
    """Bytes of the release zip. Raises UnreadableError if a file of the package is missing."""
    descriptor = json.dumps(stamped_descriptor(package), indent=2, ensure_ascii=False) + "\n"
    resources = package.resources
    paths = {*META_SCHEMAS, *DOCUMENTS, *(r["path"] for r in resources)}
    paths |= {r["schema"] for r in resources}
    files = {path: package.read(path) for path in paths}
    files[DESCRIPTOR] = descriptor.encode("utf-8")
    return zip_bytes(files)


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """A zip of `files` (path to content), sorted by path, with fixed times and modes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = REGULAR_FILE
            info.create_system = UNIX
            archive.writestr(info, files[path])
    return buffer.getvalue()


def tar_gz_bytes(files: dict[str, bytes]) -> bytes:
    """A compressed tar of `files` (path to content), sorted by path, with fixed times and modes."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for path in sorted(files):
            info = tarfile.TarInfo(path)
            info.size = len(files[path])
            info.mode = 0o644
            archive.addfile(info, io.BytesIO(files[path]))
    return buffer.getvalue()
