"""Find and read a data package: a clone, folder, datapackage.json, zip, or the installed wheel."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from gliovasc.report import UnreadableError

DESCRIPTOR = "datapackage.json"
LARGEST_ZIP = 1024**3
# All that zipfile raises for bytes that are no intact zip.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
    struct.error,
)


@dataclass(frozen=True)
class Package:
    """A data package at hand: `source` is its folder or zip, `descriptor` its parsed descriptor."""

    source: Path
    descriptor: dict[str, Any]

    @property
    def version(self) -> str:
        """Version of the dataset."""
        return str(self.descriptor.get("version", ""))

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources that have a name and one path, in the descriptor's order."""
        resources = self.descriptor["resources"]
        return [
            r
            for r in resources
            if isinstance(r, dict)
            and isinstance(r.get("name"), str)
            and isinstance(r.get("path"), str)
        ]

    def read(self, path: str) -> bytes:
        """Bytes of a file of the package.

        Raises UnreadableError if the path leaves the package, or the file is missing.
        """
        if not is_inside(path):
            raise UnreadableError(f"{path}: the path leaves the package; use a path below its root")
        try:
            if self.source.is_dir():
                return self._read_file(path)
            with zipfile.ZipFile(self.source) as archive:
                return archive.read(path)
        except (*DAMAGED, KeyError, ValueError) as error:
            raise UnreadableError(
                f"{path}: the file is missing or can't be read; restore it"
            ) from error

    def _read_file(self, path: str) -> bytes:
        if self._leads_out(path):
            raise UnreadableError(f"{path}: a link leads out of the package; put the file there")
        return (self.source / path).read_bytes()

    def _leads_out(self, path: str) -> bool:
        return not (self.source / path).resolve().is_relative_to(self.source.resolve())

    def is_safe(self, path: str) -> bool:
        """Whether a path stays inside the package, by its name and by where its links lead."""
        return is_inside(path) and not (self.source.is_dir() and self._leads_out(path))

    def schema(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Table Schema of a resource. Raises UnreadableError if it can't be read."""
        schema = resource.get("schema")
        if isinstance(schema, str):
            schema = parse_json(self.read(schema), schema)
        if not isinstance(schema, dict) or not _has_named_fields(schema):
            raise UnreadableError(
                f"{resource['name']}: its schema has no list of named fields; restore it"
            )
        for field in schema["fields"]:
            if not _has_words(field):
                raise UnreadableError(
                    f"{resource['name']}: the enum of {field['name']} in its schema is not a list "
                    "of different words; restore it"
                )
        return schema

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Folder that holds the package; for a zip a temporary one."""
        if self.source.is_dir():
            yield self.source
            return
        with TemporaryDirectory() as folder, zipfile.ZipFile(self.source) as archive:
            archive.extractall(folder)
            yield Path(folder)


def is_inside(path: str) -> bool:
    """Whether a path is relative and stays below the root of its package."""
    pure = PurePosixPath(path)
    return (
        not pure.is_absolute() and ".." not in pure.parts and "\\" not in path and ":" not in path
    )


def _has_named_fields(schema: dict[str, Any]) -> bool:
    fields = schema.get("fields")
    return (
        isinstance(fields, list)
        and bool(fields)
        and all(isinstance(f, dict) and isinstance(f.get("name"), str) for f in fields)
    )


def _has_words(field: dict[str, Any]) -> bool:
    """Whether a field's vocabulary, if it has one, can be one."""
    constraints = field.get("constraints", {})
    words = constraints.get("enum", []) if isinstance(constraints, dict) else None
    return (
        isinstance(words, list)
        and all(isinstance(word, str | int | float) for word in words)
        and len(set(words)) == len(words)
    )


def home() -> Path:
    """Folder of the package that this library came with: in the wheel, else in the clone."""
    here = Path(__file__).resolve().parent
    inside_wheel = here / "package"
    return inside_wheel if inside_wheel.is_dir() else here.parents[1]


def parse_json(content: bytes, path: str) -> Any:
    """Parse JSON. Raises UnreadableError with line and column if it is broken."""
    try:
        return json.loads(content)
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}"
        message = f"broken JSON, {error.msg} at column {error.colno}; mend the syntax"
        raise UnreadableError(f"{place}: {message}") from error
    except RecursionError as error:
        raise UnreadableError(f"{path}: JSON nested too deeply; restore the file") from error


def open_package(source: str | Path | None = None) -> Package:
    """Open a package.

    `source` is a folder, a datapackage.json or a release zip; by default the package that came with
    the library. Raises UnreadableError, in one line, if it can't be read.
    """
    path = home() if source is None else Path(source)
    if path.is_dir():
        return _open_folder(path)
    if not path.exists():
        raise UnreadableError(f"{path}: no such file or folder; give a folder, {DESCRIPTOR} or zip")
    if path.suffix == ".json":
        return _package(path.parent, path.read_bytes(), path.name)
    return _open_zip(path)


def _open_folder(path: Path) -> Package:
    descriptor = path / DESCRIPTOR
    if not descriptor.is_file():
        raise UnreadableError(f"{path}: there is no {DESCRIPTOR}; name the folder that holds it")
    return _package(path, descriptor.read_bytes(), str(descriptor))


def _open_zip(path: Path) -> Package:
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_unsafe(path, archive)
            if DESCRIPTOR not in archive.namelist():
                raise UnreadableError(_no_descriptor(path, archive.namelist()))
            if archive.testzip():
                raise zipfile.BadZipFile
            content = archive.read(DESCRIPTOR)
    except DAMAGED as error:
        raise UnreadableError(f"{path}: not a zip, or damaged; download it again") from error
    return _package(path, content, f"{path}/{DESCRIPTOR}")


def _refuse_unsafe(path: Path, archive: zipfile.ZipFile) -> None:
    """A zip must not unpack outside its folder, nor to more than a dataset can need."""
    outside = [name for name in archive.namelist() if not is_inside(name)]
    if outside:
        raise UnreadableError(
            f"{path}: the path {outside[0]} leaves the package; don't use this zip"
        )
    if sum(info.file_size for info in archive.infolist()) > LARGEST_ZIP:
        raise UnreadableError(f"{path}: unpacks to more than 1 GiB; don't use this zip")


def _no_descriptor(path: Path, names: list[str]) -> str:
    nested = [name for name in names if name.endswith("/" + DESCRIPTOR)]
    if nested:
        folder = nested[0].removesuffix(DESCRIPTOR)
        return f"{path}: {DESCRIPTOR} is not at the root but in {folder}; zip the folder's content"
    return f"{path}: there is no {DESCRIPTOR} at the root of the zip; download a release zip"


def _package(source: Path, content: bytes, name: str) -> Package:
    descriptor = parse_json(content, name)
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("resources"), list):
        raise UnreadableError(f"{name}: no list of resources; restore the descriptor")
    if not descriptor["resources"]:
        raise UnreadableError(f"{name}: the list of resources is empty; restore the descriptor")
    return Package(source, descriptor)
