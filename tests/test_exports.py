"""Exports opened by the clients that people use: the same rows and types as gliovasc.load()."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest

import gliovasc
from conftest import ROOT
from gliovasc.descriptor import open_package

VERSION = open_package(ROOT).version
VIEWS = ["trial_summary", "effects_named", "resistance_targets"]


@pytest.fixture(scope="module")
def ds() -> gliovasc.Dataset:
    return gliovasc.load(ROOT)


@pytest.fixture
def parquet(dist: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(dist / f"gliovasc-{VERSION}-parquet.zip")


def test_sqlite_has_every_row_and_sound_keys(dist: Path, ds: gliovasc.Dataset) -> None:
    """A join on a key that is not there loses rows silently."""
    with closing(sqlite3.connect(dist / f"gliovasc-{VERSION}.sqlite")) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for name in ds.tables:
            count = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            assert count == (len(ds[name]),), name
            key = [row for row in database.execute(f'PRAGMA table_info("{name}")') if row[5]]
            assert [row[1] for row in key] == [ds[name].columns[0]]
        declared = database.execute("PRAGMA foreign_key_list(effects)").fetchall()
        assert {row[2] for row in declared} == {"trials", "arms", "subgroups", "references"}


def test_sqlite_types_and_comments(dist: Path, ds: gliovasc.Dataset) -> None:
    """A number stored as text sorts 10 before 9."""
    with closing(sqlite3.connect(dist / f"gliovasc-{VERSION}.sqlite")) as database:
        kinds = database.execute("SELECT DISTINCT typeof(estimate) FROM effects").fetchall()
        assert set(kinds) == {("real",), ("null",)}
        explained = database.execute(
            'SELECT count(*) FROM _comments WHERE "table" = \'effects\' AND "column" IS NOT NULL'
        )
        derived = {"log_estimate", "log_standard_error"}
        assert explained.fetchone() == (len(set(ds.effects.columns) - derived),)


@pytest.mark.parametrize("view", VIEWS)
def test_sqlite_views_return_rows(dist: Path, view: str) -> None:
    """A view over a renamed column fails only when somebody asks."""
    with closing(sqlite3.connect(dist / f"gliovasc-{VERSION}.sqlite")) as database:
        assert len(database.execute(f"SELECT * FROM {view}").fetchall()) > 5


def test_parquet_in_pandas(parquet: zipfile.ZipFile, ds: gliovasc.Dataset) -> None:
    """The types that the schema promises, with no line of code."""
    for name in ds.tables:
        frame = pd.read_parquet(io.BytesIO(parquet.read(f"{name}.parquet")))
        ours = ds[name][frame.columns]
        assert len(frame) == len(ours)
        for column in frame:
            if not str(ours[column].dtype).startswith("datetime64"):  # pandas reads date32 as dates
                assert str(frame[column].dtype) == str(ours[column].dtype), (name, column)
            assert frame[column].isna().sum() == ours[column].isna().sum()


def test_parquet_in_polars_and_duckdb(
    parquet: zipfile.ZipFile, ds: gliovasc.Dataset, tmp_path: Path
) -> None:
    """Two engines that read neither pandas' metadata nor its mind."""
    parquet.extract("effects.parquet", tmp_path)
    path = tmp_path / "effects.parquet"
    frame = pl.read_parquet(path)
    assert frame.height == len(ds.effects)
    assert frame.schema["estimate"] == pl.Float64
    assert frame.schema["n_analysed"] == pl.Int64
    assert frame.schema["adjusted"] == pl.Boolean
    query = f"SELECT count(*), avg(estimate) FROM '{path}' WHERE measure = 'hazard_ratio'"
    count, mean = duckdb.sql(query).fetchall()[0]
    ratios = ds.effects[ds.effects.measure == "hazard_ratio"]
    assert count == len(ratios)
    assert mean == pytest.approx(float(ratios.estimate.mean()))


def test_workbook_can_be_filtered_and_explains_itself(dist: Path, ds: gliovasc.Dataset) -> None:
    """A sheet without a frozen header is scrolled once and closed."""
    book = openpyxl.load_workbook(dist / f"gliovasc-{VERSION}.xlsx")
    assert book.sheetnames[1:] == ds.tables
    words = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    assert VERSION in words
    sheet = book["effects"]
    assert sheet.freeze_panes
    assert sheet.auto_filter.ref
    header = [cell.value for cell in sheet[1]]
    assert sheet.max_row == len(ds.effects) + 1
    row = dict(zip(header, [cell.value for cell in sheet[2]], strict=True))
    first = ds.effects.iloc[0]
    assert row["effect_id"] == first.effect_id
    assert row["p_value"] == (None if pd.isna(first.p_value) else first.p_value)
