"""The exports say what the tables say, to the clients that people open them with."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest
from openpyxl.workbook import Workbook
from pyarrow import parquet as pq

import gliovasc
from conftest import ROOT, need, path_of, read_rows
from gliovasc.descriptor import open_package
from gliovasc.release.excel import workbook
from gliovasc.release.parquet import parquet_zip
from gliovasc.release.sqlite import sqlite_file
from gliovasc.report import UnreadableError
from test_faults import change

PACKAGE = open_package(ROOT)
SCHEMAS = {resource["name"]: PACKAGE.schema(resource) for resource in PACKAGE.resources}
VIEWS = ["effects_named", "resistance_targets", "trial_summary"]
EXPORTS = [sqlite_file, parquet_zip, workbook]
STORED_AS = {
    "string": "text",
    "integer": "integer",
    "number": "real",
    "boolean": "integer",
    "date": "text",
}
POLARS = {
    "string": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}
DUCKDB = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
}


@pytest.fixture(scope="module")
def dataset() -> gliovasc.Dataset:
    return gliovasc.load(ROOT)


@pytest.fixture(scope="module")
def sqlite_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "gliovasc.sqlite"
    path.write_bytes(sqlite_file(PACKAGE))
    return path


@pytest.fixture(scope="module")
def database(sqlite_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(sqlite_path)) as connection:
        yield connection


@pytest.fixture(scope="module")
def parquet_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet")
    with zipfile.ZipFile(io.BytesIO(parquet_zip(PACKAGE))) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(PACKAGE)))


def is_word(field: dict) -> bool:
    return field["type"] == "string" and "enum" in field.get("constraints", {})


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.__name__)
def test_same_bytes_in_another_process(export) -> None:  # type: ignore[no-untyped-def]
    """An order that hangs on the hash seed, or a time of day, changes a checksum that was cited."""
    code = (
        "import hashlib, sys\n"
        "from gliovasc.descriptor import open_package\n"
        f"from {export.__module__} import {export.__name__} as export\n"
        "print(hashlib.sha256(export(open_package(sys.argv[1]))).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai"}
    command = [sys.executable, "-c", code, str(ROOT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == hashlib.sha256(export(PACKAGE)).hexdigest(), done.stderr


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.__name__)
def test_malformed_cell_is_not_exported_as_empty(export, minimal: Path) -> None:  # type: ignore[no-untyped-def]
    """`0,88` would become "not stated", and nobody would miss it."""
    change(minimal, "effects", "demo-bev-demo-placebo-os-alpha2014", {"estimate": "0,88"})
    with pytest.raises(UnreadableError, match=r"effects\.csv:2 estimate 0,88"):
        export(open_package(minimal))


@pytest.mark.parametrize(
    ("cells", "message"),
    [({"arm_id": "no-such-arm"}, "FOREIGN KEY"), ({"measure": ""}, "NOT NULL")],
)
def test_sqlite_refuses_broken_keys(minimal: Path, cells: dict[str, str], message: str) -> None:
    """A join that drops the effect of an unknown arm drops it without a word."""
    change(minimal, "effects", "demo-bev-demo-placebo-os-alpha2014", cells)
    with pytest.raises(UnreadableError, match=message):
        sqlite_file(open_package(minimal))


def test_sqlite_is_sound(database: sqlite3.Connection) -> None:
    """A file that opens and then fails in the middle of an analysis."""
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    names = "SELECT name FROM sqlite_master WHERE type = ? ORDER BY name"
    tables = [name for (name,) in database.execute(names, ["table"])]
    assert tables == sorted(["_comments", *SCHEMAS])
    assert [name for (name,) in database.execute(names, ["view"])] == VIEWS


@pytest.mark.parametrize("name", SCHEMAS)
def test_sqlite_declares_the_keys(database: sqlite3.Connection, name: str) -> None:
    """Without declared keys, tools that draw or join tables guess."""
    schema = SCHEMAS[name]
    columns = database.execute(f'PRAGMA table_info("{name}")').fetchall()
    assert [column for _, column, *_, key in columns if key] == schema["primaryKey"]
    found = {
        (own, table, other)
        for _, _, table, own, other, *_ in database.execute(f'PRAGMA foreign_key_list("{name}")')
    }
    assert found == {
        (key["fields"][0], key["reference"]["resource"] or name, key["reference"]["fields"][0])
        for key in schema.get("foreignKeys", [])
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_sqlite_holds_every_cell_in_its_type(
    database: sqlite3.Connection, dataset: gliovasc.Dataset, name: str
) -> None:
    """A number stored as text sorts 10 before 9; an empty text is not NULL."""
    rows = database.execute(f'SELECT * FROM "{name}"').fetchall()
    assert len(rows) == len(dataset[name])
    for place, field in enumerate(SCHEMAS[name]["fields"]):
        column = field["name"]
        values = dataset[name][column]
        if field["type"] == "date":
            values = values.dt.strftime("%Y-%m-%d")
        cells = values.astype(object).where(values.notna(), None).tolist()
        assert [row[place] for row in rows] == cells, column
        found = database.execute(f'SELECT DISTINCT typeof("{column}") FROM "{name}"').fetchall()
        assert {kind for (kind,) in found} - {"null"} <= {STORED_AS[field["type"]]}, column


def test_sqlite_explains_every_column(database: sqlite3.Connection) -> None:
    """A column that nobody can look up gets guessed at."""
    comments = database.execute('SELECT "table", "column" FROM _comments').fetchall()
    tables = [(name, None) for name in [*SCHEMAS, *VIEWS]]
    columns = [(name, f["name"]) for name, schema in SCHEMAS.items() for f in schema["fields"]]
    assert len(comments) == len(set(comments))
    assert set(comments) == {(None, None), *tables, *columns}
    whole = database.execute('SELECT title, description FROM _comments WHERE "table" IS NULL')
    title, description = whole.fetchone()
    assert PACKAGE.version in title
    assert "Creative Commons" in description and "gliovasc contributors" in description


def test_trial_summary_has_one_line_per_trial(
    database: sqlite3.Connection, dataset: gliovasc.Dataset
) -> None:
    """A join that repeats a trial for each of its arms counts its patients twice."""
    keys = database.execute("SELECT trial_id FROM trial_summary").fetchall()
    assert [key for (key,) in keys] == sorted(dataset.trials.trial_id)
    query = "SELECT n_arms, arms, os_hazard_ratios FROM trial_summary WHERE trial_id = ?"
    n_arms, arms, ratios = database.execute(query, ["avaglio"]).fetchone()
    assert n_arms == 2
    assert "(n = 458)" in arms and "(n = 463)" in arms
    assert "0.88 (95%: 0.76 to 1.02)" in ratios


def test_trial_summary_invents_no_level(database: sqlite3.Connection) -> None:
    """An interval whose level nobody stated is not one of 95 %, nor of 0 %."""
    query = "SELECT os_hazard_ratios FROM trial_summary WHERE trial_id = 'rtog-1205'"
    (ratios,) = database.execute(query).fetchone()
    assert "0.98 (0.7 to 1.38)" in ratios
    assert "0.98 (80%: 0.79 to 1.23)" in ratios


def summary_of_made_up_trial(package: Path) -> tuple[object, ...]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(sqlite_file(open_package(package)))
        query = "SELECT n_arms, os_hazard_ratios FROM trial_summary WHERE trial_id = 'demo'"
        return connection.execute(query).fetchone()


def test_trial_summary_of_the_made_up_trial(minimal: Path) -> None:
    """Pooled arms counted as arms, or a ratio shown that the tables do not have."""
    assert summary_of_made_up_trial(minimal) == (
        2,
        "bevacizumab vs placebo: 0.88 (95%: 0.76 to 1.02)",
    )


@pytest.mark.parametrize(
    "cells", [{"subgroup_id": "mgmt"}, {"direction": "orientation_unknown"}, {"estimate": ""}]
)
def test_trial_summary_leaves_out(minimal: Path, cells: dict[str, str]) -> None:
    """The ratio of a subgroup, or of an unknown orientation, read as that of the trial."""
    if "subgroup_id" in cells:
        cells = {"subgroup_id": read_rows(path_of(minimal, "subgroups"))[0]["subgroup_id"]}
    change(minimal, "effects", "demo-bev-demo-placebo-os-alpha2014", cells)
    assert summary_of_made_up_trial(minimal) == (2, None)


def test_effects_named_keeps_every_effect(
    database: sqlite3.Connection, dataset: gliovasc.Dataset
) -> None:
    """An inner join on an optional column loses the rows that lack it."""
    query = "SELECT effect_id, arm_label, comparator_label, reference_year FROM effects_named"
    rows = database.execute(query).fetchall()
    labels = dataset.arms.set_index("arm_id").label
    years = dataset.references.set_index("reference_id").year
    named = [
        (row.effect_id, labels[row.arm_id], labels[row.comparator_arm_id], years[row.reference_id])
        for row in dataset.effects.sort_values("effect_id").itertuples()
    ]
    assert rows == [tuple(None if pd.isna(v) else v for v in row) for row in named]


def test_resistance_targets_agree_with_the_tables(
    database: sqlite3.Connection, dataset: gliovasc.Dataset
) -> None:
    """Growth without treatment is no resistance, and two sources for a target are no two agents."""
    query = "SELECT mechanism_id, molecule_id, agent_id, n_references FROM resistance_targets"
    found = database.execute(query).fetchall()
    resistance = dataset.mechanism_evidence[dataset.mechanism_evidence.context != "tumour_growth"]
    named = resistance.merge(dataset.evidence_molecules, on="evidence_id")
    pair = ["mechanism_id", "molecule_id"]
    counts = named.groupby(pair).reference_id.nunique().rename("n").reset_index()
    targets = dataset.agent_targets.drop_duplicates(["molecule_id", "agent_id"])
    targeted = counts.merge(targets[["molecule_id", "agent_id"]], on="molecule_id", how="left")
    expected = targeted[[*pair, "agent_id", "n"]].astype(object)
    expected = expected.where(expected.notna(), None)
    assert len(found) == len(set(found))
    assert set(found) == set(expected.itertuples(index=False, name=None))
    assert any(agent for _, _, agent, _ in found) and not all(agent for _, _, agent, _ in found)


def test_sqlite_command_line_opens_it(sqlite_path: Path) -> None:
    """The client most people have, which may be older than the library that wrote the file."""
    for view in VIEWS:
        command = [need("sqlite3"), str(sqlite_path), f"SELECT count(*) FROM {view}"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert int(done.stdout) > 0, done.stderr


def test_parquet_has_one_file_per_table(parquet_folder: Path) -> None:
    """A table left out of the export."""
    assert {path.stem for path in parquet_folder.iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_pandas_reads_parquet_as_loaded(
    parquet_folder: Path, dataset: gliovasc.Dataset, name: str
) -> None:
    """A nullable integer that comes back as float, or an unused category that is gone."""
    frame = pd.read_parquet(parquet_folder / f"{name}.parquet")
    fields = SCHEMAS[name]["fields"]
    for field in fields:
        if field["type"] == "date":
            # date32 is read as dates, whose resolution follows no schema
            frame[field["name"]] = (
                frame[field["name"]]
                .astype("datetime64[us]")
                .astype(dataset[name][field["name"]].dtype)
            )
    expected = dataset[name][[f["name"] for f in fields]]
    pd.testing.assert_frame_equal(frame, expected)


@pytest.mark.parametrize("name", SCHEMAS)
def test_polars_and_duckdb_read_parquet(
    parquet_folder: Path, dataset: gliovasc.Dataset, name: str
) -> None:
    """Types that only pandas understands are no types."""
    path = parquet_folder / f"{name}.parquet"
    frame = pl.read_parquet(path)
    assert len(frame) == len(dataset[name])
    kinds = {row[0]: row[1] for row in duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall()}
    assert duckdb.sql(f"FROM '{path}'").shape[0] == len(dataset[name])
    for field in SCHEMAS[name]["fields"]:
        column, kind = field["name"], field["type"]
        assert frame.schema[column] == (pl.Categorical if is_word(field) else POLARS[kind]), column
        assert kinds[column] == DUCKDB[kind], column
        assert frame[column].null_count() == int(dataset[name][column].isna().sum()), column


def test_parquet_explains_itself(parquet_folder: Path) -> None:
    """A file passed on alone must still say what it is and how to cite it."""
    for name, schema in SCHEMAS.items():
        stored = pq.read_schema(parquet_folder / f"{name}.parquet")
        assert stored.metadata[b"version"].decode() == PACKAGE.version
        assert b"gliovasc contributors" in stored.metadata[b"how_to_cite"]
        for field in schema["fields"]:
            description = stored.field(field["name"]).metadata[b"description"].decode()
            assert description == field["description"]


def test_workbook_begins_with_what_it_is(book: Workbook, dataset: gliovasc.Dataset) -> None:
    """A spreadsheet passed on alone must still say its version, licence and how to cite it."""
    assert book.sheetnames == ["about", *SCHEMAS]
    about = list(book["about"].iter_rows(values_only=True))
    facts = {row[0]: str(row[1]) for row in about}
    assert facts["version"] == PACKAGE.version
    assert "creativecommons.org" in facts["licence"]
    assert PACKAGE.version in facts["how to cite"]
    rows = {row[0]: row[2] for row in about if row[0] in SCHEMAS}
    assert rows == {name: len(dataset[name]) for name in SCHEMAS}


@pytest.mark.parametrize("name", SCHEMAS)
def test_sheet_can_be_filtered_and_scrolled(
    book: Workbook, dataset: gliovasc.Dataset, name: str
) -> None:
    """Without its header in sight nobody knows what a column of 0.88 is."""
    sheet = book[name]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert sheet.max_row == len(dataset[name]) + 1
    header = [cell.value for cell in sheet[1]]
    assert header == [field["name"] for field in SCHEMAS[name]["fields"]]


def cell(book: Workbook, table: str, key: str, column: str) -> openpyxl.cell.cell.Cell:
    sheet = book[table]
    place = [c.value for c in sheet[1]].index(column)
    return next(row[place] for row in sheet.iter_rows(min_row=2) if row[0].value == key)


def test_cells_of_the_workbook_have_their_types(book: Workbook, dataset: gliovasc.Dataset) -> None:
    """`=` taken for a formula, a PMID for a number, `true` for a word, a date for a text."""
    p_value = dataset.effects[dataset.effects.p_relation == "="].iloc[0]
    relation = cell(book, "effects", p_value.effect_id, "p_relation")
    assert (relation.value, relation.data_type) == ("=", "s")
    assert cell(book, "effects", p_value.effect_id, "p_value").value == p_value.p_value
    assert isinstance(cell(book, "references", "chinot2014", "pmid").value, str)
    assert cell(book, "trials", "avaglio", "comparative").value is True
    assert cell(book, "arms", "avaglio-bev", "n_assigned").value == 458
    assert cell(book, "arms", "belob-bevlom", "n_assigned").value is None
    search = dataset.searches.iloc[0]
    found = cell(book, "searches", search.search_id, "date")
    assert found.is_date and found.value.date() == search.date.date()
