"""Tables of a package: raw text indexed by true line number, and typed pandas frames from it."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from gliovasc.descriptor import Package, open_package
from gliovasc.numbers import RATIOS, TO_MONTHS, log_standard_error
from gliovasc.report import ERROR, Problem, UnreadableError

LARGEST_CELL = 10_000
PIECE = 2**18
# Larger ones are no longer exact as floating-point numbers.
LARGEST_INTEGER = 2**53
# Without it, the resolution would depend on the version of pandas.
DATE: Final = "datetime64[us]"
NUMBERS: dict[str, Any] = {"number": "Float64", "integer": "Int64"}
BOOLEANS = {"true": True, "false": False}
BOM = b"\xef\xbb\xbf"

Schema = dict[str, Any]


class MalformedCellWarning(UserWarning):
    """A cell does not have the type that its schema says; it was read as missing."""


@dataclass
class RawTable:
    """One CSV as text.

    `frame` has the schema's columns, empty cells as `""`, and the true line number as index.
    `readable` is False where the file could not be opened or decoded at all; `ends` holds, for each
    record, the line on which it begins, header first.
    """

    name: str
    path: str
    schema: Schema
    frame: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True

    @property
    def key(self) -> str:
        """Name of the key column; the first one where the schema names none that is there."""
        keys = self.schema.get("primaryKey")
        name = keys[0] if isinstance(keys, list) and keys else keys
        return name if isinstance(name, str) and name in self.frame else self.frame.columns[0]

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """Fields of the schema by name."""
        return {f["name"]: f for f in self.schema["fields"]}

    @cached_property
    def plain(self) -> pd.DataFrame:
        """For computing: numbers as float (malformed or empty: NaN), all else as text."""
        numeric = {
            name: pd.to_numeric(self.frame[name], errors="coerce").astype(float)
            for name, f in self.fields.items()
            if f.get("type") in ("number", "integer")
        }
        return self.frame.assign(**numeric)

    def problem(self, check: str, message: str, mend: str, line: int = 0, **cell: str) -> Problem:
        """A problem of this table."""
        return Problem(check, ERROR, self.path, message, mend, self.name, line, **cell)


def read_table(package: Package, resource: dict[str, Any]) -> RawTable:
    """Read one CSV of a package.

    Whatever is wrong with the file becomes a problem of the returned table; nothing is raised but
    UnreadableError for a schema that can't be read.
    """
    schema = package.schema(resource)
    table = RawTable(resource["name"], resource["path"], schema, _empty(schema))
    try:
        content = package.read(table.path)
    except UnreadableError as error:
        message, _, mend = str(error).partition("; ")
        table.problems.append(
            table.problem("file", message.partition(": ")[2], mend.capitalize() or "Restore it")
        )
        table.readable = False
        return table
    text = _decode(table, content)
    if text is not None:
        _parse(table, text)
        if _has_long_line(content):
            _note_long_cells(table)
    return table


def _empty(schema: Schema) -> pd.DataFrame:
    return pd.DataFrame(columns=[f["name"] for f in schema["fields"]], dtype=object)


def _decode(table: RawTable, content: bytes) -> str | None:
    """Text of the file; notes what a text file of this project must not have."""
    if content.startswith(BOM):
        message, mend = "the file begins with a byte order mark", "Save it as UTF-8 without BOM"
        table.problems.append(table.problem("file", message, mend, 1))
        content = content.removeprefix(BOM)
    if b"\r" in content:
        line = content[: content.index(b"\r")].count(b"\n") + 1
        message, mend = "the file has carriage returns", "Save it with LF line ends"
        table.problems.append(table.problem("file", message, mend, line))
        content = content.replace(b"\r\n", b"\n")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
        table.problems.append(table.problem("file", message, "Save it as UTF-8", line))
        table.readable = False
        return None


def _parse(table: RawTable, text: str) -> None:
    columns = list(table.frame.columns)
    reader = csv.reader(io.StringIO(text, newline=""))
    header: list[str] = []
    lines: list[int] = []
    records: list[list[str]] = []
    line = 1
    try:
        for record in reader:
            if line == 1:
                header = record
            elif record:
                lines.append(line)
                records.append(record)
            line = reader.line_num + 1
    except csv.Error:
        message, mend = "a cell is too long or its quotes are broken", "Mend the cell or its quotes"
        table.problems.append(table.problem("file", message, mend, line))
        table.readable = False
    if not header:
        table.problems.append(table.problem("file", "the file is empty", "Restore it from git", 1))
        table.readable = False
        return
    if len(lines) and lines[-1] - 1 != len(lines):
        _note_line_breaks(table, lines)
    width = len(header)
    padded = [(r + [""] * (width - len(r)))[:width] for r in records]
    frame = pd.DataFrame(padded, columns=header, index=lines, dtype=object)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    table.frame = frame.reindex(columns=columns, fill_value="")


def _note_line_breaks(table: RawTable, lines: list[int]) -> None:
    """A cell with a line break, or an empty line, shifts the lines of every other tool."""
    previous = 1
    for line in lines:
        if line != previous + 1:
            message = "a cell holds a line break, or a line is empty"
            table.problems.append(
                table.problem("file", message, "Put the record on one line", previous)
            )
        previous = line


def _note_long_cells(table: RawTable) -> None:
    for name in table.frame:
        cells = table.frame[name]
        for line, value in cells[cells.str.len() > LARGEST_CELL].items():
            message = f"a cell has {len(value):,} characters, more than {LARGEST_CELL:,}"
            mend = "Shorten it; a cell is one fact"
            cell = {"field": str(name), "value": value[:100]}
            table.problems.append(table.problem("file", message, mend, int(str(line)), **cell))


class Tables:
    """The tables of a package, each read once, when first asked for."""

    def __init__(self, package: Package):
        self.package = package
        self.resources = {r["name"]: r for r in package.resources}
        self._read: dict[str, RawTable] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.resources)

    def __contains__(self, name: str) -> bool:
        return name in self.resources

    def __getitem__(self, name: str) -> RawTable:
        if name not in self._read:
            self._read[name] = read_table(self.package, self.resources[name])
        return self._read[name]


def csv_files(package: Package, tables: dict[str, list[dict[str, str]]]) -> dict[str, bytes]:
    """Rows of tables as the files that the descriptor names: path to content."""
    resources = {r["name"]: r for r in package.resources}
    return {
        resources[name]["path"]: to_csv(
            rows, [f["name"] for f in package.schema(resources[name])["fields"]]
        )
        for name, rows in tables.items()
    }


def to_csv(rows: list[dict[str, str]], columns: list[str]) -> bytes:
    """CSV as the project writes it: UTF-8, LF, minimal quoting, sorted by the first column.

    Raises UnreadableError if a row has a column that the schema does not know.
    """
    for row in rows:
        unknown = [name for name, value in row.items() if name not in columns and value]
        if unknown:
            raise UnreadableError(f"{columns[0]} {row[columns[0]]}: unknown column {unknown[0]}")
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: row[columns[0]]))
    return buffer.getvalue().encode("utf-8")


def typed(table: RawTable) -> tuple[pd.DataFrame, list[Problem]]:
    """A pandas frame with the types of the schema, and a problem for each malformed cell.

    string → string, enum → categorical in schema order, integer → Int64, number → Float64,
    boolean → boolean, date → datetime64. Empty and malformed cells are missing. The index counts
    from 0.
    """
    frame = table.frame
    malformed: list[Problem] = []
    columns = {}
    for name, schema_field in table.fields.items():
        text = frame[name]
        values = _convert(text, schema_field)
        bad = values.isna() & (text != "")
        for line, value in text[bad].items():
            malformed.append(_malformed(table, schema_field, int(str(line)), value))
        columns[name] = values.to_numpy() if values.dtype == object else values.array
    return pd.DataFrame(columns), malformed


def well_formed(package: Package, resource: dict[str, Any]) -> pd.DataFrame | None:
    """What `typed` gives for a table without any fault, read in one go; None if it has one.

    The careful reader then says what is wrong, and where.
    """
    schema = package.schema(resource)
    try:
        content = package.read(resource["path"])
        if content.startswith(BOM) or b"\r" in content or _has_long_line(content):
            return None
        fields = {f["name"]: f for f in schema["fields"]}
        frame = _read_csv(content, {name: str(f.get("type")) for name, f in fields.items()})
        if list(frame) != list(fields) or len(frame) != _count_lines(content) - 1:
            return None
        return pd.DataFrame({name: _settled(frame[name], f) for name, f in fields.items()})
    except (UnreadableError, ValueError, TypeError, OverflowError):
        return None


def _count_lines(content: bytes) -> int:
    """Line ends of a file; counted in pieces that fit the cache, three times as fast as at once."""
    cells = np.frombuffer(content, np.uint8)
    pieces = (cells[at : at + PIECE] for at in range(0, len(cells), PIECE))
    return sum(int(np.count_nonzero(piece == ord("\n"))) for piece in pieces)


def _has_long_line(content: bytes) -> bool:
    """Whether a line is longer than a cell may be; looks at the end of each such stretch only."""
    at = 0
    while at + LARGEST_CELL < len(content):
        end = content.rfind(b"\n", at, at + LARGEST_CELL)
        if end < 0:
            return True
        at = end + 1
    return False


def _read_csv(content: bytes, kinds: dict[str, str]) -> pd.DataFrame:
    """Columns as text or numbers. Raises ValueError for a word in a column of numbers.

    Pandas finds text and numbers by itself several times faster than it reads columns declared as
    such. Text that looks like something else is read again as text.
    """
    options: Any = {"keep_default_na": False, "na_values": [""]}
    words = {name: "string" for name, kind in kinds.items() if kind == "boolean"}
    with warnings.catch_warnings():
        # It reads in pieces, and warns of a column that looked like numbers in some of them only.
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        frame = pd.read_csv(io.BytesIO(content), dtype=words, **options)
    misread = [name for name in frame if name in kinds and not _is_found(frame[name], kinds[name])]
    if any(kinds[name] in NUMBERS for name in misread):
        raise ValueError("a word in a column of numbers")
    if misread:
        text = pd.read_csv(io.BytesIO(content), usecols=misread, dtype="string", **options)
        frame = frame.assign(**dict(text.items()))
    return frame


def _is_found(column: pd.Series, kind: str) -> bool:
    """Whether pandas found a column of the wanted kind by itself, or no value at all."""
    if kind in NUMBERS:
        return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return isinstance(column.dtype, pd.StringDtype) or bool(column.isna().all())


def _settled(column: pd.Series, schema_field: dict[str, Any]) -> ExtensionArray:
    """Cells of the schema's type. Raises ValueError or TypeError for a cell that is not."""
    kind = str(schema_field.get("type"))
    words = schema_field.get("constraints", {}).get("enum")
    if kind in NUMBERS:
        return column.astype(NUMBERS[kind]).array
    if kind == "boolean":
        return pd.Series(_categorical(column, BOOLEANS)).map(BOOLEANS).astype("boolean").array
    if kind == "date":
        return pd.to_datetime(column, format="%Y-%m-%d").astype(DATE).array
    if words and kind == "string":
        return _categorical(column, words)
    return column.astype("string").array


def _categorical(column: pd.Series, words: Iterable[str]) -> pd.Categorical:
    """Text as categories in the order of the vocabulary; each different word is looked up once."""
    codes, found = pd.factorize(column)
    place = {word: number for number, word in enumerate(words)}
    if not set(found) <= set(place):
        raise ValueError("a word that is none of the vocabulary")
    # Code -1, a missing cell, takes the last number, which is -1 again.
    numbers = np.array([*(place[word] for word in found), -1])[codes]
    return pd.Categorical.from_codes(numbers, dtype=_vocabulary(tuple(place)))


@lru_cache(maxsize=256)
def _vocabulary(words: tuple[str, ...]) -> pd.CategoricalDtype:
    """The type of a vocabulary; many columns share one."""
    return pd.CategoricalDtype(list(words))


def _malformed(table: RawTable, schema_field: dict[str, Any], line: int, value: str) -> Problem:
    name = schema_field["name"]
    listed = "a word of its vocabulary" if "enum" in schema_field.get("constraints", {}) else ""
    message = f"not {listed or 'a valid ' + schema_field['type']}; read as missing"
    row = str(table.frame.at[line, table.key])
    return table.problem("type", message, "Mend the cell", line, row=row, field=name, value=value)


def _convert(text: pd.Series, schema_field: dict[str, Any]) -> pd.Series:
    kind = schema_field.get("type")
    enum = schema_field.get("constraints", {}).get("enum")
    if kind == "string" and enum:
        return text.where(text.isin(enum)).astype(pd.CategoricalDtype(enum))
    return CONVERT.get(str(kind), _to_string)(text)


def _to_string(text: pd.Series) -> pd.Series:
    return text.where(text != "", None).astype("string")


def _to_number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text, errors="coerce").astype("Float64")


def _to_integer(text: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    whole = (numbers % 1 == 0) & (numbers.abs() < LARGEST_INTEGER)
    return numbers.where(whole).astype("Int64")


def _to_boolean(text: pd.Series) -> pd.Series:
    return text.map(BOOLEANS).astype("boolean")


def _to_date(text: pd.Series) -> pd.Series:
    return pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").astype(DATE)


CONVERT: dict[str, Callable[[pd.Series], pd.Series]] = {
    "number": _to_number,
    "integer": _to_integer,
    "boolean": _to_boolean,
    "date": _to_date,
}


def with_months(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Add `value_months`: values in weeks or days as months, 30.4375 days each; others missing."""
    factor = outcomes["unit"].map(TO_MONTHS).astype(float).astype("Float64")
    return outcomes.assign(value_months=outcomes["value"] * factor)


def with_log_ratio(effects: pd.DataFrame) -> pd.DataFrame:
    """Add `log_estimate` and `log_standard_error` of ratios, natural log.

    The standard error comes from confidence limits at their stated level; it is missing where the
    level was not stated, or the interval is no confidence interval.
    """
    ratio = effects["measure"].isin(RATIOS)
    estimate = effects["estimate"].where(ratio & (effects["estimate"] > 0)).astype(float)
    usable = ratio & (effects["interval_kind"] == "confidence").fillna(False)
    limits = effects[["ci_lower", "ci_upper", "ci_level"]].astype(float).where(usable)
    error = log_standard_error(limits["ci_lower"], limits["ci_upper"], limits["ci_level"])
    return effects.assign(
        log_estimate=np.log(estimate).astype("Float64"), log_standard_error=error.astype("Float64")
    )


DERIVED = {"outcomes": with_months, "effects": with_log_ratio}
# The columns that these add, described like the fields of a schema.
DERIVED_FIELDS: dict[str, list[Schema]] = {
    "outcomes": [
        {
            "name": "value_months",
            "type": "number",
            "description": "Derived: a value in weeks or days as months of 30.4375 days.",
        }
    ],
    "effects": [
        {
            "name": "log_estimate",
            "type": "number",
            "description": "Derived: natural logarithm of a ratio.",
        },
        {
            "name": "log_standard_error",
            "type": "number",
            "description": "Derived: standard error of `log_estimate`, from a confidence interval "
            "whose level is stated.",
        },
    ],
}


class Dataset:
    """Typed tables, read when first asked for: `ds.effects` or `ds["effects"]`.

    `ds.tables` lists their names, `ds.version` is the version of the data and `ds.created` its
    date; `ds.problems` holds what was malformed in the tables read so far.
    """

    def __init__(self, package: Package):
        self.version = package.version
        self.created = str(package.descriptor.get("created", ""))
        self.problems: list[Problem] = []
        self._tables = Tables(package)
        self._typed: dict[str, pd.DataFrame] = {}

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return list(self._tables)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._tables:
            raise KeyError(f"no table {name}; the tables are {', '.join(self.tables)}")
        if name not in self._typed:
            self._typed[name] = self._load(name)
        return self._typed[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def __repr__(self) -> str:
        return f"<gliovasc {self.version}: {len(self.tables)} tables>"

    def _load(self, name: str) -> pd.DataFrame:
        frame = well_formed(self._tables.package, self._tables.resources[name])
        if frame is None:
            frame = self._load_with_faults(name)
        return DERIVED[name](frame) if name in DERIVED else frame

    def _load_with_faults(self, name: str) -> pd.DataFrame:
        raw = self._tables[name]
        frame, malformed = typed(raw)
        for problem in [*raw.problems, *malformed]:
            self.problems.append(problem)
            warnings.warn(problem.text, MalformedCellWarning, stacklevel=5)
        return frame


def load(source: str | Path | None = None) -> Dataset:
    """Open the dataset.

    `source` is a folder, a datapackage.json or a release zip; by default the data that came with
    the library. Raises UnreadableError, in one line, if it can't be read.
    """
    return Dataset(open_package(source))
