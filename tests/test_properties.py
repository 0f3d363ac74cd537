"""Whatever bytes come in: a verdict or one clear line, never a traceback, never a read outside."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import MINIMAL, ROOT
from gliovasc import checks
from gliovasc.descriptor import LARGEST_ZIP, Package, is_inside, open_package
from gliovasc.report import Report, UnreadableError, as_github, as_markdown, as_text, write_whole
from gliovasc.tables import Dataset, MalformedCellWarning, Tables, typed, well_formed

DESCRIPTOR = json.loads((ROOT / "datapackage.json").read_text("utf-8"))
SCHEMA = json.loads((ROOT / "schemas" / "arms.json").read_text("utf-8"))
ARMS = (MINIMAL / "arms.csv").read_bytes()
QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# Text as people and programs mangle it: quotes, separators, line ends, zero bytes, surrogates.
MANGLED = st.binary(max_size=300) | st.text(
    alphabet=st.sampled_from('a,"\n\r\t\0é\ufeff\u200b0.9; '), max_size=300
).map(lambda text: text.encode("utf-8"))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "path", "schema", "fields", "type", "resources", "enum", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package of one table; its CSV, schema and descriptor may be overwritten."""
    (tmp_path / "data").mkdir()
    (tmp_path / "schemas").mkdir()
    (tmp_path / "data" / "arms.csv").write_bytes(ARMS)
    (tmp_path / "schemas" / "arms.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    resource = next(r for r in DESCRIPTOR["resources"] if r["name"] == "arms")
    descriptor = {**DESCRIPTOR, "resources": [resource]}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def _in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of packages are validated here: no new process for each."""
    monkeypatch.setattr(checks, "ProcessPoolExecutor", ThreadPoolExecutor)


def outcome(source: Path) -> Report | str:
    """Report of a validation, or the one line that says why nothing could be read."""
    try:
        report = checks.validate(open_package(source))
    except UnreadableError as error:
        return str(error)
    for form in (as_text, as_markdown, as_github):
        assert form(report)
    return report


def is_one_line(text: str) -> bool:
    return bool(text) and "\n" not in text


@QUICK
@given(content=MANGLED)
def test_any_bytes_as_table(folder: Path, content: bytes) -> None:
    """A CSV cut by a crash, saved by another program, or no CSV at all."""
    (folder / "data" / "arms.csv").write_bytes(content)
    report = outcome(folder)
    assert isinstance(report, Report)
    assert all(is_one_line(problem.text) for problem in report.problems)
    assert report.problems, "bytes that are no table of arms were called valid"


@QUICK
@given(at=st.integers(0, len(ARMS)), junk=st.binary(min_size=1, max_size=12))
def test_junk_inside_a_table(folder: Path, at: int, junk: bytes) -> None:
    """A few bytes from elsewhere: both readers stay on their feet and agree."""
    (folder / "data" / "arms.csv").write_bytes(ARMS[:at] + junk + ARMS[at:])
    package = open_package(folder)
    tables = Tables(package)
    frame, problems = typed(tables["arms"])
    quick = well_formed(package, package.resources[0])
    if quick is not None:
        assert not problems
        assert (
            quick.astype(object)
            .where(quick.notna(), None)
            .equals(frame.astype(object).where(frame.notna(), None))
        )
    assert isinstance(outcome(folder), Report)


@QUICK
@given(content=MANGLED | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_as_descriptor(folder: Path, content: bytes) -> None:
    """A descriptor that is text, a list, a number, or nested nonsense."""
    (folder / "datapackage.json").write_bytes(content)
    said = outcome(folder)
    assert isinstance(said, Report) or is_one_line(said)


@QUICK
@given(resource=st.dictionaries(st.sampled_from(["name", "path", "schema"]), JSON_VALUES))
def test_any_resource(folder: Path, resource: dict[str, Any]) -> None:
    """A resource without name, with two paths, or with a schema that is a number."""
    descriptor = {**DESCRIPTOR, "resources": [resource]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    said = outcome(folder)
    assert isinstance(said, Report) or is_one_line(said)


@QUICK
@given(content=MANGLED | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
@example(content=b'{"fields": []}')
def test_any_bytes_as_schema(folder: Path, content: bytes) -> None:
    """A schema whose fields have no name, or are no list."""
    (folder / "schemas" / "arms.json").write_bytes(content)
    said = outcome(folder)
    assert is_one_line(said) if isinstance(said, str) else said.problems


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a JSON document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield (*at, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*at, key))


def replaced(document: Any, at: tuple[Any, ...], value: Any) -> bytes:
    """A JSON document with one value replaced, as a file."""
    document = json.loads(json.dumps(document))
    inner = document
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return json.dumps(document).encode()


@QUICK
@given(at=st.sampled_from(list(places(SCHEMA))), value=JSON_VALUES)
def test_a_schema_with_one_wrong_value(folder: Path, at: tuple[Any, ...], value: Any) -> None:
    """A key that is a number, an enum that is a text, a field that lost its type."""
    (folder / "schemas" / "arms.json").write_bytes(replaced(SCHEMA, at, value))
    said = outcome(folder)
    assert isinstance(said, Report) or is_one_line(said)
    with catch_warnings():
        simplefilter("ignore", MalformedCellWarning)
        try:
            assert isinstance(Dataset(open_package(folder)).arms, pd.DataFrame)
        except UnreadableError as error:
            assert is_one_line(str(error))


@QUICK
@given(at=st.sampled_from(list(places(DESCRIPTOR))), value=JSON_VALUES)
def test_a_descriptor_with_one_wrong_value(folder: Path, at: tuple[Any, ...], value: Any) -> None:
    """A version that is a list, a licence without a name, a resource that is nothing."""
    (folder / "datapackage.json").write_bytes(replaced(DESCRIPTOR, at, value))
    said = outcome(folder)
    assert isinstance(said, Report) or is_one_line(said)


@QUICK
@given(content=st.binary(max_size=400))
def test_any_bytes_as_zip(tmp_path: Path, content: bytes) -> None:
    """A download that broke off, or an error page saved as zip."""
    path = tmp_path / "package.zip"
    path.write_bytes(content)
    said = outcome(path)
    assert isinstance(said, str)
    assert is_one_line(said)


@QUICK
@given(at=st.integers(0, 4000), byte=st.integers(0, 255))
def test_a_zip_with_one_wrong_byte(folder: Path, at: int, byte: int) -> None:
    """A bit that fell over on the way."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".zip"):
            archive.write(path, path.relative_to(folder))
    content = bytearray(buffer.getvalue())
    content[at % len(content)] = byte
    path = folder / "package.zip"
    path.write_bytes(content)
    said = outcome(path)
    assert isinstance(said, Report) or is_one_line(said)


@given(path=st.text(alphabet=st.sampled_from("a./\\:~\0é "), max_size=20))
def test_no_path_leads_out(path: str) -> None:
    """A descriptor from the net must not read what lies beside the package."""
    root = Path("/package")
    if is_inside(path) and "\0" not in path:
        assert (root / path).resolve().is_relative_to(root)


@settings(QUICK, max_examples=8)
@given(
    cells=st.lists(st.sampled_from(["", "arms", "demo-bev", "x", "n_assigned", "50"]), max_size=8)
)
def test_any_exceptions(minimal: Path, cells: list[str]) -> None:
    """Exceptions that excuse nothing, or name tables that are not there."""
    path = minimal / "data" / "exceptions.csv"
    header = (MINIMAL / "exceptions.csv").read_text("utf-8").splitlines()[0]
    path.write_text(header + "\n" + ",".join(["exception-1", *cells]) + "\n", encoding="utf-8")
    report = outcome(minimal)
    assert isinstance(report, Report)


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    """A few kilobytes that unpack to gigabytes: refused by what it says of itself."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", "{}")
        with archive.open("data/big.csv", "w", force_zip64=True) as file:
            for _ in range(LARGEST_ZIP // 2**24 + 1):
                file.write(b"0" * 2**24)
    assert path.stat().st_size < 2**21
    with pytest.raises(UnreadableError, match="unpacks to more than 1 GiB"):
        open_package(path)


def test_zip_that_lies_about_its_sizes_is_refused(folder: Path) -> None:
    """A header that promises less than it holds."""
    path = folder / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "datapackage.json", "datapackage.json")
        archive.writestr("data/arms.csv", b"0" * 100_000)
    content = path.read_bytes()
    true_size = (100_000).to_bytes(4, "little")
    path.write_bytes(content.replace(true_size, (10).to_bytes(4, "little")))
    with pytest.raises(UnreadableError, match="not a zip, or damaged"):
        open_package(path)


def test_interrupted_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between two bytes must not cost the file that was there."""
    path = tmp_path / "table.csv"
    path.write_bytes(b"old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_link_that_leads_out_is_not_followed(folder: Path, tmp_path_factory) -> None:
    """A table that is a link to somebody's keys."""
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    shutil.copy(MINIMAL / "arms.csv", secret)
    (folder / "data" / "arms.csv").unlink()
    (folder / "data" / "arms.csv").symlink_to(secret)
    with pytest.raises(UnreadableError, match="leads out of the package"):
        Package(folder, DESCRIPTOR).read("data/arms.csv")
    with pytest.warns(MalformedCellWarning):
        assert len(Dataset(open_package(folder)).arms) == 0
