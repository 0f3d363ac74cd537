"""Loading: right types, right rows, true lines, and nothing lost to one malformed cell."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pytest

import gliovasc
from conftest import ROOT, path_of
from gliovasc.descriptor import open_package
from gliovasc.tables import MalformedCellWarning, Tables, read_table, typed, well_formed
from test_faults import change

PACKAGE = open_package(ROOT)
TABLES = [resource["name"] for resource in PACKAGE.resources]
DTYPES = {
    "string": "string",
    "number": "Float64",
    "integer": "Int64",
    "boolean": "boolean",
    "date": "datetime64",
}


@pytest.fixture(scope="module")
def dataset() -> gliovasc.Dataset:
    return gliovasc.load(ROOT)


@pytest.mark.parametrize("name", TABLES)
def test_types_follow_the_schema(dataset: gliovasc.Dataset, name: str) -> None:
    """A nullable integer read as float, or a category read as text."""
    resource = next(r for r in PACKAGE.resources if r["name"] == name)
    for field in PACKAGE.schema(resource)["fields"]:
        dtype = dataset[name][field["name"]].dtype
        enum = field.get("constraints", {}).get("enum")
        if enum and field["type"] == "string":
            assert list(dtype.categories) == enum
        else:
            assert str(dtype).startswith(DTYPES[field["type"]]), field["name"]


@pytest.mark.parametrize("name", TABLES)
def test_rows_as_pandas_reads_them(dataset: gliovasc.Dataset, name: str) -> None:
    """A row dropped, or a key changed, by our own reader."""
    resource = next(r for r in PACKAGE.resources if r["name"] == name)
    plain = pd.read_csv(ROOT / resource["path"], dtype=str, keep_default_na=False)
    ours = dataset[name]
    assert len(ours) == len(plain)
    assert ours.iloc[:, 0].tolist() == plain.iloc[:, 0].tolist()
    assert ours.isna().sum()[plain.columns].tolist() == (plain == "").sum().tolist()


@pytest.mark.parametrize("resource", PACKAGE.resources, ids=lambda r: r["name"])
def test_both_readers_agree(resource: dict) -> None:
    """The quick reader of tables without fault, and the careful one that finds faults."""
    quick = well_formed(PACKAGE, resource)
    careful, problems = typed(read_table(PACKAGE, resource))
    assert quick is not None
    assert problems == []
    pd.testing.assert_frame_equal(quick, careful)


def test_derived_columns(dataset: gliovasc.Dataset) -> None:
    """What every analyst computes first, with the level of the interval respected."""
    effects = dataset.effects.set_index("effect_id")
    ratio = effects[effects.log_standard_error.notna()]
    assert len(ratio) > 20
    assert (ratio.interval_kind == "confidence").all()
    assert ratio.ci_level.notna().all()
    weeks = dataset.outcomes[dataset.outcomes.unit == "weeks"]
    known = weeks[weeks.value.notna()]
    assert known.value_months.tolist() == pytest.approx((known.value * 7 / 30.4375).tolist())


def test_tables_are_read_lazily() -> None:
    """Loading one table must not cost the time of all."""
    dataset = gliovasc.load(ROOT)
    assert len(dataset.effects) > 0
    assert list(dataset._typed) == ["effects"]


def test_unknown_table_is_an_attribute_error(dataset: gliovasc.Dataset) -> None:
    """A typo should name the tables that exist."""
    with pytest.raises(AttributeError, match="effects"):
        dataset.efects  # noqa: B018
    with pytest.raises(KeyError, match="effects"):
        dataset["efects"]


@pytest.mark.parametrize("cell", ["twenty", "0x10", "2010.5", "True", "1e400", "9" * 25])
def test_malformed_cell_is_one_problem_with_its_line(minimal: Path, cell: str) -> None:
    """One bad cell must not cost the whole table."""
    change(minimal, "trials", "demo-part-2", {"start_year": cell})
    dataset = gliovasc.load(minimal)
    with pytest.warns(MalformedCellWarning, match=f"data/trials.csv:3 start_year {cell}"):
        trials = dataset.trials
    assert trials.start_year.tolist() == [2010, pd.NA, pd.NA]
    assert trials.trial_id.tolist() == ["demo", "demo-part-2", "other"]
    assert [(p.line, p.field) for p in dataset.problems] == [(3, "start_year")]


def test_own_data_load_without_warning(dataset: gliovasc.Dataset) -> None:
    """The released tables are well formed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fresh = gliovasc.load(ROOT)
        for name in fresh.tables:
            fresh[name]


def test_line_numbers_survive_line_breaks(minimal: Path) -> None:
    """A line break in a cell shifts the lines of every tool that counts records."""
    path = path_of(minimal, "trials")
    text = path.read_text("utf-8").replace("A made-up trial", '"A made-up\ntrial"', 1)
    path.write_text(text, "utf-8", newline="")
    table = Tables(open_package(minimal))["trials"]
    assert table.frame.index.tolist() == [2, 4, 5]
    assert [p.line for p in table.problems] == [2]
