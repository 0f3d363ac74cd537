"""Bad input gets one clear line and exit 2, or a problem and exit 1; never a traceback."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, path_of
from gliovasc.release.archive import zip_bytes
from test_faults import change


def validate(source: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "validate.py"), str(source), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def zipped(package: Path, folder: str = "") -> Path:
    files = {
        folder + str(path.relative_to(package)): path.read_bytes()
        for path in package.rglob("*")
        if path.is_file()
    }
    target = package.parent / "package.zip"
    target.write_bytes(zip_bytes(files))
    return target


def no_descriptor(package: Path) -> Path:
    (package / "datapackage.json").unlink()
    return package


def broken_json(package: Path) -> Path:
    (package / "datapackage.json").write_text('{"resources": [', "utf-8")
    return package


def json_of_another_kind(package: Path) -> Path:
    (package / "datapackage.json").write_text("[1, 2]", "utf-8")
    return package


def no_such_file(package: Path) -> Path:
    return package / "nowhere"


def truncated_zip(package: Path) -> Path:
    path = zipped(package)
    path.write_bytes(path.read_bytes()[:2000])
    return path


def nested_zip(package: Path) -> Path:
    return zipped(package, "gliovasc-0.1.0/")


def escaping_zip(package: Path) -> Path:
    path = zipped(package)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../outside.txt", "x")
    return path


def no_schema(package: Path) -> Path:
    (package / "schemas" / "effects.json").unlink()
    return package


def broken_schema(package: Path) -> Path:
    (package / "schemas" / "effects.json").write_text("{", "utf-8")
    return package


UNREADABLE = [
    (no_descriptor, "there is no datapackage.json"),
    (broken_json, "datapackage.json:1: broken JSON"),
    (json_of_another_kind, "no list of resources"),
    (no_such_file, "no such file"),
    (truncated_zip, "not a zip, or damaged"),
    (nested_zip, "not at the root but in gliovasc-0.1.0/"),
    (escaping_zip, "../outside.txt leaves the package"),
    (no_schema, "schemas/effects.json"),
    (broken_schema, "schemas/effects.json:1: broken JSON"),
]


@pytest.mark.parametrize(("spoil", "says"), UNREADABLE, ids=lambda x: getattr(x, "__name__", None))
def test_unreadable_package_exits_2(
    minimal: Path, spoil: Callable[[Path], Path], says: str
) -> None:
    """One line on what is wrong and how to mend it, instead of a traceback."""
    done = validate(spoil(minimal))
    assert done.returncode == 2, done.stdout + done.stderr
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def missing_table(package: Path) -> None:
    path_of(package, "trials").unlink()


def empty_table(package: Path) -> None:
    path_of(package, "trials").write_bytes(b"")


def latin_1(package: Path) -> None:
    path = path_of(package, "trials")
    path.write_bytes(path.read_bytes().replace(b"A made-up", "Ä made-up".encode("latin-1")))


def byte_order_mark(package: Path) -> None:
    path = path_of(package, "trials")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


def carriage_returns(package: Path) -> None:
    path = path_of(package, "trials")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def extra_column(package: Path) -> None:
    path = path_of(package, "trials")
    path.write_text("".join(f"{x},\n" for x in path.read_text("utf-8").splitlines()), "utf-8")


def missing_column(package: Path) -> None:
    path = path_of(package, "trials")
    lines = [line.rpartition(",")[0] + "\n" for line in path.read_text("utf-8").splitlines()]
    path.write_text("".join(lines), "utf-8")


def swapped_columns(package: Path) -> None:
    path = path_of(package, "trials")
    path.write_text(path.read_text("utf-8").replace("acronym,title", "title,acronym"), "utf-8")


def huge_cell(package: Path) -> None:
    path = path_of(package, "trials")
    path.write_text(path.read_text("utf-8").replace("DEMO", "D" * 10_000_000), "utf-8")


def long_cell(package: Path) -> None:
    path = path_of(package, "trials")
    path.write_text(path.read_text("utf-8").replace("DEMO", "D" * 20_000), "utf-8")


def broken_quote(package: Path) -> None:
    path = path_of(package, "trials")
    path.write_text(path.read_text("utf-8").replace("DEMO", '"DEMO'), "utf-8")


def short_row(package: Path) -> None:
    path = path_of(package, "trials")
    path.write_text(path.read_text("utf-8").rstrip().rpartition(",")[0] + "\n", "utf-8")


def escaping_path(package: Path) -> None:
    path = package / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace("data/trials.csv", "../trials.csv"), "utf-8")


def unknown_key(package: Path) -> None:
    path = package / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace('"keywords"', '"key_words"'), "utf-8")


def unknown_schema_key(package: Path) -> None:
    path = package / "schemas" / "trials.json"
    path.write_text(path.read_text("utf-8").replace('"example"', '"exmaple"', 1), "utf-8")


def unknown_constraint(package: Path) -> None:
    path = package / "schemas" / "trials.json"
    path.write_text(path.read_text("utf-8").replace('"required"', '"requred"', 1), "utf-8")


def unknown_type(package: Path) -> None:
    path = package / "schemas" / "trials.json"
    path.write_text(path.read_text("utf-8").replace('"integer"', '"integr"', 1), "utf-8")


def missing_field(package: Path) -> None:
    path = package / "schemas" / "effects.json"
    schema = json.loads(path.read_text("utf-8"))
    schema["fields"] = [f for f in schema["fields"] if f["name"] != "measure"]
    path.write_text(json.dumps(schema), "utf-8")


PROBLEMS = [
    (missing_field, "effect_measure can't run"),
    (unknown_constraint, "requred"),
    (unknown_type, "integr"),
    (missing_table, "data/trials.csv: the file is missing"),
    (empty_table, "data/trials.csv:1: the file is empty"),
    (latin_1, "data/trials.csv:2: byte 0xc4 is not UTF-8"),
    (byte_order_mark, "data/trials.csv:1: the file begins with a byte order mark"),
    (carriage_returns, "data/trials.csv:1: the file has carriage returns"),
    (extra_column, "data/trials.csv:1"),
    (missing_column, "data/trials.csv:1 note"),
    (swapped_columns, "data/trials.csv:1"),
    (huge_cell, "data/trials.csv:2: a cell is too long"),
    (long_cell, "data/trials.csv:2 acronym"),
    (broken_quote, "data/trials.csv"),
    (short_row, "data/trials.csv:4"),
    (escaping_path, "../trials.csv: the path leaves the package"),
    (unknown_key, "key_words"),
    (unknown_schema_key, "exmaple"),
]


@pytest.mark.parametrize(("spoil", "says"), PROBLEMS, ids=lambda x: getattr(x, "__name__", None))
def test_spoilt_file_is_a_problem(minimal: Path, spoil: Callable[[Path], None], says: str) -> None:
    """The file and line of the damage, and the rest of the package is still checked."""
    spoil(minimal)
    done = validate(minimal)
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    assert says in done.stdout
    assert done.stdout.splitlines()[-1].startswith("INVALID")
    assert max(len(line) for line in done.stdout.splitlines()) < 1000


def test_everything_wrong_is_reported_in_one_run(minimal: Path) -> None:
    """Nobody wants to mend, run, mend, run."""
    missing_table(minimal)
    unknown_key(minimal)
    path = path_of(minimal, "effects")
    path.write_text(path.read_text("utf-8").replace("0.74", "0.61"), "utf-8")
    said = validate(minimal).stdout
    assert all(part in said for part in ("the file is missing", "key_words", "[effects_inside"))


def test_descriptor_file_and_zip_are_read_like_the_folder(minimal: Path) -> None:
    """Three ways to name one package."""
    for source in (minimal, minimal / "datapackage.json", zipped(minimal)):
        done = validate(source)
        assert done.returncode == 0, done.stdout


def test_warnings_count_only_if_strict(minimal: Path) -> None:
    """A warning is for a person to look at, not for CI to stop on."""
    path = path_of(minimal, "effects")
    path.write_text(path.read_text("utf-8").replace(",0.10,", ",0.001,"), "utf-8")
    assert validate(minimal).returncode == 0
    assert validate(minimal, "--strict").returncode == 1


def test_report_formats(minimal: Path) -> None:
    """JSON for machines, by its schema; Markdown for a pull request."""
    from jsonschema import Draft202012Validator

    shutil.copy(path_of(minimal, "trials"), path_of(minimal, "trials").with_suffix(".old"))
    swapped_columns(minimal)
    content = json.loads(validate(minimal, "--format", "json").stdout)
    schema = json.loads((ROOT / "schemas" / "meta" / "report.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(content)
    assert content["valid"] is False
    assert content["errors"] == len(content["problems"]) > 0
    markdown = validate(minimal, "--format", "markdown").stdout
    assert markdown.splitlines()[2].startswith("| severity | place |")


def test_interruption_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C in the middle of a long run."""
    specification = importlib.util.spec_from_file_location(
        "validate_script", ROOT / "scripts" / "validate.py"
    )
    assert specification is not None
    assert specification.loader is not None
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(script, "validate", interrupted)
    monkeypatch.setattr(sys, "argv", ["validate.py"])
    assert script.main() == 130
    assert capsys.readouterr().err == "stopped; nothing was written\n"


def test_a_near_miss_is_answered_with_the_right_word(minimal: Path) -> None:
    """`recurent`, and a key with a letter too much: whoever typed it wants the word, not a list."""
    change(minimal, "trials", "other", {"setting": "recurent"})
    change(minimal, "arms", "other-bev", {"trial_id": "otherr"})
    said = validate(minimal).stdout
    assert "did you mean recurrent?" in said
    assert "did you mean other?" in said


def test_annotations_for_github(minimal: Path) -> None:
    """A problem beside the very line of the change."""
    change(minimal, "trials", "other", {"setting": "recurent"})
    said = validate(minimal, "--format", "github").stdout.splitlines()
    assert said[0].startswith("::error file=data/trials.csv,line=4,title=constraint-error::setting")
    assert said[-1].startswith("INVALID")
