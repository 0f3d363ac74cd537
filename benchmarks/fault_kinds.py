"""Realistic single faults that a curator, an editor program or a bad merge plants in a package.

A kind is a function that plants one fault of its kind at a random place of a `Draft` and returns
the places at which a report of it is right: the changed row, or the row that it now contradicts.
It returns no places where the package has nothing that the fault could happen to.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from gliovasc.descriptor import DESCRIPTOR, Package
from gliovasc.release.archive import stamped_descriptor

STRUCTURAL, NUMERICAL, RELATIONAL = "structural", "numerical", "relational"
WHOLE_FILE, HEADER = 0, 1

Row = dict[str, str]
Place = tuple[str, int]  # path and true line
Places = set[Place]
Fields = dict[str, tuple[str, ...]]


class Draft:
    """A package while a fault is planted: `files` are its changed files, None for a deleted one."""

    def __init__(self, package: Package, rng: random.Random):
        self.package, self.rng = package, rng
        self.files: dict[str, bytes | None] = {}
        self._resources = {r["name"]: r for r in package.resources}
        self._rows: dict[str, list[Row]] = {}

    @property
    def tables(self) -> list[str]:
        """Names of the curated tables that have rows to spoil."""
        curated = [n for n, r in self._resources.items() if r["group"] != "derived"]
        return [name for name in curated if len(self.rows(name)) > 1]

    def path(self, table: str) -> str:
        """Path of a table's CSV."""
        return str(self._resources[table]["path"])

    def schema_path(self, table: str) -> str:
        """Path of a table's schema."""
        return str(self._resources[table]["schema"])

    def text(self, table: str) -> str:
        """The CSV of a table as it came."""
        return self.package.read(self.path(table)).decode("utf-8")

    def records(self, table: str) -> list[list[str]]:
        """Cells of a table as it came, header first."""
        return list(csv.reader(io.StringIO(self.text(table), newline="")))

    def rows(self, table: str) -> list[Row]:
        """Rows of a table; changes in them count once `save` is called."""
        if table not in self._rows:
            header, *records = self.records(table)
            self._rows[table] = [dict(zip(header, r, strict=True)) for r in records]
        return self._rows[table]

    def key(self, table: str) -> str:
        """Name of the key column."""
        return next(iter(self.rows(table)[0]))

    def place(self, table: str, index: int) -> Place:
        """Where row `index` of a table stands."""
        return (self.path(table), index + 2)

    def save(self, table: str) -> None:
        """Write the rows of a table, in the order in which they are."""
        rows = self.rows(table)
        self.write(table, [list(rows[0]), *(list(row.values()) for row in rows)])

    def write(self, table: str, records: Iterable[list[str]]) -> None:
        """Write a table from its cells, header first."""
        self.files[self.path(table)] = as_csv(records).encode("utf-8")

    def add(self, table: str, row: Row) -> Place:
        """Add a row where the sort order wants it."""
        rows, key = self.rows(table), self.key(table)
        rows.append(row)
        rows.sort(key=lambda r: r[key])
        self.save(table)
        return self.place(table, next(i for i, r in enumerate(rows) if r is row))

    def remove(self, table: str, index: int) -> Row:
        """Remove a row."""
        row = self.rows(table).pop(index)
        self.save(table)
        return row

    def find(self, table: str, suits: Callable[[Row], object]) -> Places:
        """Places of the rows that suit."""
        return {self.place(table, i) for i, row in enumerate(self.rows(table)) if suits(row)}

    def shuffled(self, items: Iterable) -> list:
        """The items in random order."""
        listed = list(items)
        self.rng.shuffle(listed)
        return listed


@dataclass(frozen=True)
class Kind:
    """A kind of fault, and the checks (with wildcards) that may rightly report it."""

    name: str
    group: str
    checks: tuple[str, ...]
    plant: Callable[[Draft], Places]


KINDS: list[Kind] = []
REDUNDANT = {
    NUMERICAL: ("audited_value", "*_key_of_row", "*_timepoint_in_key"),
    RELATIONAL: ("*_key_of_row",),
}


def kind(group: str, *checks: str) -> Callable[[Callable[[Draft], Places]], Kind]:
    """Make a function a kind of fault and list it.

    A number may contradict its two readings, and any cell the key of its row.
    """
    right = (*checks, *REDUNDANT.get(group, ()))

    def decorate(plant: Callable[[Draft], Places]) -> Kind:
        KINDS.append(Kind(plant.__name__, group, right, plant))
        return KINDS[-1]

    return decorate


def as_csv(records: Iterable[list[str]], quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Cells as CSV with LF line ends."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n", quoting=quoting).writerows(records)  # type: ignore[arg-type]
    return buffer.getvalue()


# Where a fault can strike.
NUMBERS: Fields = {
    "outcomes": ("value", "ci_lower", "ci_upper", "n_events", "n_analysed"),
    "effects": ("estimate", "ci_lower", "ci_upper", "p_value"),
    "biomarkers": ("estimate", "ci_lower", "ci_upper", "p_value"),
    "adverse_events": ("n_affected", "n_at_risk", "percent"),
}
INTERVALS: Fields = {
    "effects": ("estimate", "ci_lower", "ci_upper"),
    "biomarkers": ("estimate", "ci_lower", "ci_upper"),
}
TEXT: Fields = {
    "references": ("title", "authors"),
    "mechanism_evidence": ("statement", "source_detail"),
    "outcomes": ("source_detail", "note"),
    "strategies": ("strategy", "outcome"),
    "findings": ("statement",),
    "mechanisms": ("label", "definition"),
}
WORDS: Fields = {
    "outcomes": ("endpoint", "statistic", "unit"),
    "effects": ("endpoint", "measure", "direction"),
    "trials": ("study_type", "setting", "tumour"),
    "mechanism_evidence": ("context", "stance", "model"),
}
KEYS: Fields = {
    "outcomes": ("arm_id", "reference_id"),
    "effects": ("trial_id", "arm_id", "comparator_arm_id", "reference_id"),
    "arms": ("trial_id",),
    "mechanism_evidence": ("mechanism_id", "reference_id"),
    "evidence_molecules": ("molecule_id",),
    "arm_agents": ("agent_id",),
}
SOURCED = ("outcomes", "effects", "adverse_events", "biomarkers")
# Checks of printed numbers against each other; each may see a wrong number first.
OF_NUMBERS = (
    *("*_inside_interval", "*_symmetric_interval", "*_interval_order", "effect_p_value"),
    *("*_percent", "outcome_percent_range", "*_counts", "analysed_within_arm", "constraint-error"),
    *("landmarks_fall", "pfs_within_os", "responses_add_up", "effect_against_medians"),
    *("effect_direction", "effect_measure"),
)
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def edit(draft: Draft, fields: Fields, change: Callable[[str], str]) -> Places:
    """Change one filled cell: the first, in random order, that `change` makes another."""
    cells = [
        (table, index, field)
        for table, names in fields.items()
        for index, row in enumerate(draft.rows(table))
        for field in names
        if row[field]
    ]
    for table, index, field in draft.shuffled(cells):
        row = draft.rows(table)[index]
        new = change(row[field])
        if new != row[field]:
            row[field] = new
            draft.save(table)
            return involved(draft, table, index)
    return set()


def edit_row(draft: Draft, tables: Iterable[str], change: Callable[[str, Row], Row]) -> Places:
    """Change cells of one row: the first, in random order, for which `change` returns any."""
    everywhere = [(table, i) for table in tables for i in range(len(draft.rows(table)))]
    for table, index in draft.shuffled(everywhere):
        row = draft.rows(table)[index]
        new = change(table, row)
        if any(row[field] != value for field, value in new.items()):
            row.update(new)
            draft.save(table)
            return involved(draft, table, index)
    return set()


def involved(draft: Draft, table: str, index: int) -> Places:
    """The row and its audit; for an outcome also the numbers of its arm in its source."""
    row, key = draft.rows(table)[index], draft.key(table)
    places = {draft.place(table, index)}
    places |= draft.find(
        "extraction_audit", lambda r: r["table_name"] == table and r["row_id"] == row[key]
    )
    if table == "outcomes":
        places |= draft.find("outcomes", lambda r: _same_arm_and_source(r, row))
        places |= draft.find("effects", lambda r: r["reference_id"] == row["reference_id"])
    return places


def _same_arm_and_source(one: Row, other: Row) -> bool:
    return all(one[field] == other[field] for field in ("arm_id", "reference_id"))


def one_of(draft: Draft, values: Iterable[str], but: str = "") -> str:
    """One of the values at random, another than `but`; `but` itself if there is none."""
    return draft.rng.choice(sorted({v for v in values if v and v != but}) or [but])


def replaced(draft: Draft, text: str, old: str, new: str) -> str:
    """The text with `new` for one random match of the pattern `old`."""
    matches = list(re.finditer(old, text))
    if not matches:
        return text
    at = draft.rng.choice(matches)
    return text[: at.start()] + new + text[at.end() :]


# --- structural: the form of cells, rows and files -------------------------------------------


@kind(STRUCTURAL, "type-error", "number_format")
def words_in_a_number(draft: Draft) -> Places:
    """12.5 becomes 'about 12.5'."""
    return edit(draft, NUMBERS, lambda text: f"about {text}")


@kind(STRUCTURAL, "type-error", "number_format")
def unit_in_a_number(draft: Draft) -> Places:
    """45 becomes 45%."""
    return edit(draft, NUMBERS, lambda text: f"{text}%")


@kind(STRUCTURAL, "type-error", "number_format")
def decimal_comma(draft: Draft) -> Places:
    """0.64 becomes 0,64, quoted."""
    return edit(draft, NUMBERS, lambda text: text.replace(".", ","))


@kind(STRUCTURAL, "type-error", "number_format")
def digits_with_underscore(draft: Draft) -> Places:
    """1000 becomes 1_000, which Python takes for a number."""
    return edit(draft, NUMBERS, lambda text: re.sub(r"^([0-9]+)([0-9])", r"\1_\2", text))


@kind(STRUCTURAL, "type-error", "number_format", "full_width")
def full_width_digits(draft: Draft) -> Places:
    """64 becomes ６４, typed with a Chinese keyboard."""
    wide = {ord("0") + i: 0xFF10 + i for i in range(10)}
    return edit(draft, NUMBERS, lambda text: text.translate(wide))


@kind(STRUCTURAL, "type-error")
def fraction_of_a_patient(draft: Draft) -> Places:
    """A percentage in a column of counts."""
    return edit(
        draft, {"outcomes": ("n_analysed",), "effects": ("n_analysed",)}, lambda t: t + ".5"
    )


@kind(STRUCTURAL, "constraint-error")
def word_near_miss(draft: Draft) -> Places:
    """hazard_ratio becomes hazard-ratio or hazard_ratios."""
    return edit(
        draft, WORDS, lambda text: one_of(draft, [text.replace("_", "-"), text + "s"], text)
    )


@kind(STRUCTURAL, "constraint-error")
def word_in_other_case(draft: Draft) -> Places:
    """median becomes Median."""
    return edit(draft, WORDS, str.capitalize)


@kind(STRUCTURAL, "type-error")
def boolean_as_word(draft: Draft) -> Places:
    """true becomes yes."""
    fields: Fields = {"trials": ("comparative",), "arm_agents": ("is_background",)}
    return edit(draft, fields, lambda text: "yes" if text == "true" else "no")


@kind(STRUCTURAL, "date_format", "type-error")
def date_without_zero(draft: Draft) -> Places:
    """2026-09-03 becomes 2026-9-3."""
    return edit(draft, {"searches": ("date",)}, lambda text: text[:5] + "9-3")


@kind(STRUCTURAL, "constraint-error")
def required_cell_empty(draft: Draft) -> Places:
    """An endpoint, model or title that must be there is not."""
    return edit(draft, {"effects": ("endpoint",), "agents": ("name",), **REQUIRED}, lambda _: "")


REQUIRED: Fields = {"findings": ("statement",), "mechanism_evidence": ("model",)}


@kind(STRUCTURAL, "foreign-key", "*_of_trial", "*_from_report")
def key_typo(draft: Draft) -> Places:
    """A letter of a key is lost."""
    return edit(draft, KEYS, lambda text: replaced(draft, text, "[a-z]", ""))


@kind(STRUCTURAL, "foreign-key")
def key_in_other_case(draft: Draft) -> Places:
    """A key is written with a capital."""
    return edit(draft, KEYS, str.capitalize)


@kind(STRUCTURAL, "unique-error")
def row_twice(draft: Draft) -> Places:
    """A merge keeps both sides: the same row, key and all, stands twice."""
    table = draft.rng.choice(draft.tables)
    index = draft.rng.randrange(len(draft.rows(table)))
    draft.rows(table).insert(index, dict(draft.rows(table)[index]))
    draft.save(table)
    return {draft.place(table, index), draft.place(table, index + 1)}


@kind(STRUCTURAL, "foreign-key", "*_row_exists")
def row_lost(draft: Draft) -> Places:
    """A row that others name is deleted."""
    table = draft.rng.choice(["trials", "arms", "references", "mechanisms", "mechanism_evidence"])
    for index in draft.shuffled(range(len(draft.rows(table)))):
        key = draft.rows(table)[index][draft.key(table)]
        naming = [t for t in draft.tables if t != table and draft.find(t, partial(names, key=key))]
        if naming:
            draft.remove(table, index)
            everywhere = (draft.find(t, partial(names, key=key)) for t in [*naming, table])
            return set().union(*everywhere)
    return set()


def names(row: Row, key: str) -> bool:
    """Whether a row names a key of another table."""
    return any(value == key for field, value in row.items() if field.endswith("_id"))


@kind(STRUCTURAL, "type-error", "constraint-error", "foreign-key", "number_format", "*_kind")
def cells_shifted(draft: Draft) -> Places:
    """One cell too many in the middle, one empty cell less at the end."""

    def shift(cells: list[str]) -> list[str]:
        at = draft.rng.randrange(1, len(cells) // 2)
        return [*cells[:at], "", *cells[at:-1]]

    return respell(draft, SOURCED, shift, suits=lambda cells: not cells[-1])


@kind(STRUCTURAL, "extra-cell")
def extra_cell(draft: Draft) -> Places:
    """An unquoted comma at the end."""
    return respell(draft, draft.tables, lambda cells: [*cells, "and more"])


@kind(STRUCTURAL, "missing-cell")
def missing_cell(draft: Draft) -> Places:
    """A record that ends too early."""
    return respell(draft, draft.tables, lambda cells: cells[:-1])


def respell(
    draft: Draft,
    tables: Iterable[str],
    change: Callable[[list[str]], list[str]],
    suits: Callable[[list[str]], bool] = lambda cells: True,
) -> Places:
    """Change the cells of one record, whatever the header says."""
    table = draft.rng.choice(list(tables))
    header, *records = draft.records(table)
    fitting = [i for i, cells in enumerate(records) if suits(cells)]
    if not fitting:
        return set()
    index = draft.rng.choice(fitting)
    records[index] = change(records[index])
    draft.write(table, [header, *records])
    return {draft.place(table, index)}


@kind(STRUCTURAL, "file")
def line_break_in_a_cell(draft: Draft) -> Places:
    """A cell pasted from a PDF."""
    return edit(draft, TEXT, lambda text: text.replace(" ", "\n", 1))


@kind(STRUCTURAL, "file", "missing-cell", "extra-cell")
def quote_not_closed(draft: Draft) -> Places:
    """A quote is opened and swallows what follows."""
    table = draft.rng.choice(draft.tables)
    lines = draft.text(table).splitlines(keepends=True)
    index = draft.rng.randrange(1, len(lines))
    lines[index] = lines[index].replace(",", ',"', 1)
    draft.files[draft.path(table)] = "".join(lines).encode("utf-8")
    return {(draft.path(table), index + 1)}


@kind(STRUCTURAL, "file", "blank-row")
def blank_line(draft: Draft) -> Places:
    """An empty line between two rows."""
    table = draft.rng.choice(draft.tables)
    lines = draft.text(table).splitlines(keepends=True)
    index = draft.rng.randrange(2, len(lines))
    draft.files[draft.path(table)] = "".join([*lines[:index], "\n", *lines[index:]]).encode("utf-8")
    return {(draft.path(table), index), (draft.path(table), index + 1)}


def whole_file(draft: Draft, change: Callable[[str], bytes], line: int = 1) -> Places:
    """Save one table another way."""
    table = draft.rng.choice(draft.tables)
    draft.files[draft.path(table)] = change(draft.text(table))
    return {(draft.path(table), line)}


@kind(STRUCTURAL, "file")
def byte_order_mark(draft: Draft) -> Places:
    """Saved by a spreadsheet as 'CSV UTF-8'."""
    return whole_file(draft, lambda text: b"\xef\xbb\xbf" + text.encode("utf-8"))


@kind(STRUCTURAL, "file")
def carriage_returns(draft: Draft) -> Places:
    """Saved on Windows."""
    return whole_file(draft, lambda text: text.replace("\n", "\r\n").encode("utf-8"))


@kind(STRUCTURAL, "file")
def other_encoding(draft: Draft) -> Places:
    """Saved in the code page of a Chinese machine."""
    table = draft.rng.choice([t for t in draft.tables if not draft.text(t).isascii()])
    lines = draft.text(table).split("\n")
    draft.files[draft.path(table)] = draft.text(table).encode("gb18030")
    return {(draft.path(table), next(i for i, t in enumerate(lines, 1) if not t.isascii()))}


@kind(STRUCTURAL, "normal_form")
def decomposed_letter(draft: Draft) -> Places:
    """é as two code points, as some machines write it."""
    return edit(draft, TEXT, lambda text: replaced(draft, text, "e", "e\u0301"))


@kind(STRUCTURAL, "stray_space")
def space_at_the_end(draft: Draft) -> Places:
    """A trailing space."""
    return edit(draft, {**TEXT, **WORDS}, lambda text: text + " ")


@kind(STRUCTURAL, "stray_space")
def double_space(draft: Draft) -> Places:
    """Two spaces for one."""
    return edit(draft, TEXT, lambda text: replaced(draft, text, " ", "  "))


@kind(STRUCTURAL, "invisible_character")
def no_break_space(draft: Draft) -> Places:
    """A space copied from a web page."""
    return edit(draft, TEXT, lambda text: replaced(draft, text, " ", "\u00a0"))


@kind(STRUCTURAL, "invisible_character")
def zero_width_space(draft: Draft) -> Places:
    """A character that nobody sees."""
    return edit(draft, {**TEXT, **KEYS}, lambda text: replaced(draft, text, "(?<=[a-z])", "\u200b"))


@kind(STRUCTURAL, "look_alike_letter")
def look_alike_letter(draft: Draft) -> Places:
    """A Cyrillic o in a Latin word."""
    return edit(draft, {**TEXT, **KEYS}, lambda text: replaced(draft, text, "o", "о"))


@kind(STRUCTURAL, "placeholder")
def placeholder(draft: Draft) -> Places:
    """NA, None or a dash for what is not known."""
    fields: Fields = {"outcomes": ("note",), "effects": ("note",), "trials": ("title",)}
    return edit(draft, {**fields, **TEXT}, lambda _: draft.rng.choice(["NA", "None", "-", "n/a"]))


@kind(STRUCTURAL, "sort_order")
def rows_out_of_order(draft: Draft) -> Places:
    """A row typed one line too early."""
    table = draft.rng.choice(draft.tables)
    rows = draft.rows(table)
    index = draft.rng.randrange(1, len(rows))
    rows[index - 1], rows[index] = rows[index], rows[index - 1]
    draft.save(table)
    return {draft.place(table, index - 1), draft.place(table, index)}


def relabel(draft: Draft, change: Callable[[list[str], int], list[str]]) -> Places:
    """Change the records of one table column-wise, header included."""
    table = draft.rng.choice(draft.tables)
    records = draft.records(table)
    at = draft.rng.randrange(1, len(records[0]) - 1)
    draft.write(table, [change(cells, at) for cells in records])
    return {(draft.path(table), HEADER)}


@kind(STRUCTURAL, "incorrect-label", "missing-label", "extra-label")
def columns_swapped(draft: Draft) -> Places:
    """Two columns change places, header and all: R reads by position."""
    return relabel(draft, lambda c, at: [*c[:at], c[at + 1], c[at], *c[at + 2 :]])


@kind(STRUCTURAL, "missing-label", "incorrect-label")
def column_lost(draft: Draft) -> Places:
    """A column is deleted."""
    return relabel(draft, lambda cells, at: [*cells[:at], *cells[at + 1 :]])


@kind(STRUCTURAL, "incorrect-label", "missing-label", "extra-label")
def column_renamed(draft: Draft) -> Places:
    """A column has a new name in the header only."""
    table = draft.rng.choice(draft.tables)
    header, *records = draft.records(table)
    header[draft.rng.randrange(1, len(header))] += "s"
    draft.write(table, [header, *records])
    return {(draft.path(table), HEADER)}


@kind(STRUCTURAL, "file")
def file_lost(draft: Draft) -> Places:
    """A table is not there."""
    table = draft.rng.choice(draft.tables)
    draft.files[draft.path(table)] = None
    return {(draft.path(table), WHOLE_FILE)}


@kind(STRUCTURAL, "constraint-error")
def identifier_with_its_address(draft: Draft) -> Places:
    """A DOI with https://doi.org/, an HGNC number without its prefix."""
    fields: Fields = {"references": ("doi",), "molecules": ("hgnc_id",)}
    return edit(
        draft,
        fields,
        lambda t: t.removeprefix("HGNC:") if t[0] == "H" else "https://doi.org/" + t,
    )


@kind(STRUCTURAL, "constraint-error")
def identifier_cut(draft: Draft) -> Places:
    """An NCT, Ensembl or PMC number loses digits."""
    fields: Fields = {
        "trials": ("nct_id",),
        "molecules": ("ensembl_gene_id",),
        "references": ("pmcid",),
    }
    return edit(draft, fields, lambda text: text[:4])


@kind(STRUCTURAL, "table_schema")
def constraint_misspelt(draft: Draft) -> Places:
    """'requred' in a table schema: no program minds, nothing is required any more."""
    path = draft.schema_path(draft.rng.choice(draft.tables))
    text = draft.package.read(path).decode("utf-8")
    draft.files[path] = text.replace('"required"', '"requred"', 1).encode("utf-8")
    return {(path, WHOLE_FILE)}


@kind(STRUCTURAL, "hash-count", "byte-count")
def stale_hash(draft: Draft) -> Places:
    """A released table is changed after its hash was taken."""
    table = draft.rng.choice(draft.tables)
    stamped = json.dumps(stamped_descriptor(draft.package), ensure_ascii=False)
    draft.files[DESCRIPTOR] = stamped.encode("utf-8")
    row = draft.rng.choice(draft.rows(table))
    row["note"] += "." if row["note"] else "Corrected."
    draft.save(table)
    return {(draft.path(table), WHOLE_FILE)}


# --- numerical: a number that its source did not print ---------------------------------------


def transposed(draft: Draft, text: str) -> str:
    """Two neighbouring digits swapped, such that the text stays a number."""
    for at in draft.shuffled(range(len(text) - 1)):
        swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        digits = text[at : at + 2].isdigit()
        if digits and swapped != text and NUMBER.fullmatch(swapped):
            return swapped
    return text


@kind(NUMERICAL, *OF_NUMBERS)
def digits_transposed(draft: Draft) -> Places:
    """0.64 becomes 0.46, in any number."""
    return edit(draft, NUMBERS, lambda text: transposed(draft, text))


def beside_interval(draft: Draft, change: Callable[[str], str]) -> Places:
    """Change the estimate or a limit of an effect or a biomarker that has all three."""

    def spoil(table: str, row: Row) -> Row:
        field = draft.rng.choice(INTERVALS[table])
        complete = all(row[name] for name in INTERVALS[table])
        return {field: change(row[field])} if complete else {}

    return edit_row(draft, INTERVALS, spoil)


@kind(NUMERICAL, *OF_NUMBERS)
def digits_transposed_beside_interval(draft: Draft) -> Places:
    """0.64 becomes 0.46, in an estimate with limits or in one of its limits."""
    return beside_interval(draft, lambda text: transposed(draft, text))


def shifted(draft: Draft, text: str) -> str:
    """The decimal point one place to the left or right."""
    return f"{Decimal(text).scaleb(draft.rng.choice([-1, 1])):f}" if "." in text else text


@kind(NUMERICAL, *OF_NUMBERS)
def decimal_shifted(draft: Draft) -> Places:
    """0.64 becomes 6.4 or 0.064, in any number."""
    return edit(draft, NUMBERS, lambda text: shifted(draft, text))


@kind(NUMERICAL, *OF_NUMBERS)
def decimal_shifted_beside_interval(draft: Draft) -> Places:
    """0.64 becomes 6.4, in an estimate with limits or in one of its limits."""
    return beside_interval(draft, lambda text: shifted(draft, text))


@kind(NUMERICAL, "effect_direction", "*_symmetric_interval", "effect_against_medians")
def direction_flipped(draft: Draft) -> Places:
    """favours_arm becomes favours_comparator."""
    other = {"favours_arm": "favours_comparator", "favours_comparator": "favours_arm"}
    return edit(draft, {"effects": ("direction",)}, lambda text: other.get(text, text))


@kind(NUMERICAL, "*_interval_order", "*_inside_interval")
def bounds_swapped(draft: Draft) -> Places:
    """The upper limit in the column of the lower."""

    def swap(table: str, row: Row) -> Row:
        return {"ci_lower": row["ci_upper"], "ci_upper": row["ci_lower"]}

    return with_interval(draft, swap)


def with_interval(draft: Draft, change: Callable[[str, Row], Row]) -> Places:
    """Change a row that has both limits."""
    tables = ("outcomes", "effects", "biomarkers")
    return edit_row(
        draft, tables, lambda t, r: change(t, r) if r["ci_lower"] and r["ci_upper"] else {}
    )


@kind(NUMERICAL, *OF_NUMBERS)
def interval_of_another_row(draft: Draft) -> Places:
    """The limits of another endpoint of the same source."""

    def take(table: str, row: Row) -> Row:
        others = [
            r
            for r in draft.rows(table)
            if r is not row and r["ci_upper"] and r["reference_id"] == row["reference_id"]
        ]
        if not others:
            return {}
        other = draft.rng.choice(others)
        return {"ci_lower": other["ci_lower"], "ci_upper": other["ci_upper"]}

    return with_interval(draft, take)


@kind(NUMERICAL, "effect_p_value")
def wrong_level(draft: Draft) -> Places:
    """A 95 percent interval entered as 90 or 99 percent."""
    fields: Fields = dict.fromkeys(("outcomes", "effects", "biomarkers"), ("ci_level",))
    return edit(draft, fields, lambda text: one_of(draft, ["90", "95", "99"], text))


PERCENTS = {
    "outcomes": ("value", "n_events", "n_analysed"),
    "adverse_events": ("percent", "n_affected", "n_at_risk"),
}


def counted(draft: Draft, change: Callable[[str, Row, str, str, str], Row]) -> Places:
    """Change a proportion that stands beside its count and denominator."""

    def spoil(table: str, row: Row) -> Row:
        percent, count, total = PERCENTS[table]
        complete = all(row[field] for field in PERCENTS[table])
        proportion = row.get("statistic", "proportion") == "proportion"
        return change(table, row, percent, count, total) if complete and proportion else {}

    return edit_row(draft, PERCENTS, spoil)


@kind(NUMERICAL, "*_percent", *OF_NUMBERS)
def percent_of_another_row(draft: Draft) -> Places:
    """The percentage of the next line of the printed table."""
    return counted(
        draft,
        lambda table, row, percent, count, total: {
            percent: one_of(
                draft, (r[percent] for r in draft.rows(table) if r[count]), row[percent]
            )
        },
    )


@kind(NUMERICAL, "*_percent", *OF_NUMBERS)
def count_off_by_one(draft: Draft) -> Places:
    """12 patients instead of 13, beside percentage and denominator."""
    return counted(draft, lambda t, row, percent, count, total: {count: str(int(row[count]) + 1)})


@kind(NUMERICAL, *OF_NUMBERS)
def counts_swapped(draft: Draft) -> Places:
    """Numerator and denominator change places."""

    def swap(table: str, row: Row) -> Row:
        _, count, total = PERCENTS[table]
        return {count: row[total], total: row[count]} if row[count] and row[total] else {}

    return edit_row(draft, PERCENTS, swap)


@kind(NUMERICAL, *OF_NUMBERS)
def count_above_n(draft: Draft) -> Places:
    """A digit too many in a count."""

    def widen(table: str, row: Row) -> Row:
        _, count, total = PERCENTS[table]
        wide = row[count] + "0"
        return {count: wide} if row[count] and row[total] and int(wide) > int(row[total]) else {}

    return edit_row(draft, PERCENTS, widen)


@kind(NUMERICAL, "analysed_within_arm", "outcomes_percent")
def denominator_of_whole_trial(draft: Draft) -> Places:
    """n_analysed of both arms together in the row of one arm."""
    arms = {r["arm_id"]: r for r in draft.rows("arms")}
    randomised = {r["trial_id"]: r["n_randomised"] for r in draft.rows("trials")}

    def widen(table: str, row: Row) -> Row:
        whole = randomised.get(arms[row["arm_id"]]["trial_id"], "")
        return {"n_analysed": whole} if row["n_analysed"] and whole else {}

    return edit_row(draft, ["outcomes"], widen)


@kind(NUMERICAL, "effect_against_medians", "effect_direction")
def comparator_swapped(draft: Draft) -> Places:
    """Arm and comparator change places, the ratio stays."""
    return edit_row(
        draft,
        ["effects"],
        lambda t, r: (
            {"arm_id": r["comparator_arm_id"], "comparator_arm_id": r["arm_id"]}
            if r["estimate"]
            else {}
        ),
    )


@kind(NUMERICAL, *OF_NUMBERS)
def estimate_inverted(draft: Draft) -> Places:
    """1.56 for 0.64: turned round by hand, limits and direction left."""
    return on_ratio(draft, lambda ratio: 1 / ratio)


@kind(NUMERICAL, *OF_NUMBERS)
def logarithm_for_ratio(draft: Draft) -> Places:
    """The Cox coefficient in place of its hazard ratio."""
    return on_ratio(draft, math.log)


def on_ratio(draft: Draft, change: Callable[[float], float]) -> Places:
    """Change the estimate of a ratio, to two decimals."""

    def spoil(table: str, row: Row) -> Row:
        ratio = row["measure"].endswith("_ratio") and row["estimate"]
        return {"estimate": f"{change(float(row['estimate'])):.2f}"} if ratio else {}

    return edit_row(draft, ["effects"], spoil)


@kind(NUMERICAL, "effect_p_value")
def p_value_shifted(draft: Draft) -> Places:
    """p = 0.04 becomes 0.4 or 0.004, beside an interval."""
    return beside_p(
        draft, lambda p: f"{Decimal(p).scaleb(1 if Decimal(p) < Decimal('0.1') else -1):f}"
    )


@kind(NUMERICAL, "effect_p_value")
def p_value_of_another_row(draft: Draft) -> Places:
    """The p value of another endpoint, beside an interval."""
    return beside_p(
        draft, lambda p: one_of(draft, (r["p_value"] for r in draft.rows("effects")), p)
    )


def beside_p(draft: Draft, change: Callable[[str], str]) -> Places:
    """Change the p value of an effect that has an interval with its level."""
    needed = ("estimate", "ci_lower", "ci_upper", "ci_level", "p_value")
    return edit_row(
        draft,
        ["effects"],
        lambda t, r: {"p_value": change(r["p_value"])} if all(r[n] for n in needed) else {},
    )


@kind(NUMERICAL, "outcome_percent_range", "outcomes_percent", "pfs_within_os", "*_same_quantity")
def unit_changed(draft: Draft) -> Places:
    """Percent for months, or months for weeks."""
    other = {"months": "weeks", "weeks": "months", "percent": "months"}
    return edit(draft, {"outcomes": ("unit",)}, lambda text: other.get(text, text))


@kind(NUMERICAL, "pfs_within_os", "*_inside_interval", "effect_against_medians")
def weeks_as_months(draft: Draft) -> Places:
    """A median in weeks entered in the column of months."""
    return edit_row(draft, ["outcomes"], lambda t, r: in_weeks(r) if is_median(r) else {})


def is_median(row: Row) -> bool:
    """Whether an outcome is a median time in months."""
    return row["statistic"] == "median" and row["unit"] == "months" and bool(row["value"])


def in_weeks(row: Row) -> Row:
    """A median in weeks, its limits untouched."""
    return {"value": f"{float(row['value']) * 30.4375 / 7:.1f}"}


@kind(NUMERICAL, "pfs_within_os", "*_inside_interval", "effect_against_medians")
def medians_swapped(draft: Draft) -> Places:
    """Progression-free and overall survival of one arm change places."""
    rows = draft.rows("outcomes")
    survival = [(i, r) for i, r in enumerate(rows) if is_median(r)]
    pairs = [
        (i, j)
        for i, one in survival
        for j, other in survival
        if one["endpoint"] == "overall_survival"
        and other["endpoint"] == "progression_free_survival"
        and _same_arm_and_source(one, other)
        and one["value"] != other["value"]
    ]
    if not pairs:
        return set()
    i, j = draft.rng.choice(pairs)
    rows[i]["value"], rows[j]["value"] = rows[j]["value"], rows[i]["value"]
    draft.save("outcomes")
    return involved(draft, "outcomes", i)


@kind(NUMERICAL, *OF_NUMBERS)
def value_of_next_row(draft: Draft) -> Places:
    """The number of the line below."""
    rows = draft.rows("outcomes")
    after = {r["outcome_id"]: n["value"] for r, n in itertools.pairwise(rows)}

    def slip(table: str, row: Row) -> Row:
        value = after.get(row["outcome_id"], "")
        return {"value": value} if row["value"] and value else {}

    return edit_row(draft, ["outcomes"], slip)


@kind(NUMERICAL, "landmark_timepoint")
def timepoint_lost(draft: Draft) -> Places:
    """A survival rate without its month."""
    rates = ("km_rate", "landmark_unspecified")
    return edit_row(
        draft,
        ["outcomes"],
        lambda t, r: {"timepoint_months": ""} if r["statistic"] in rates else {},
    )


@kind(NUMERICAL, "landmarks_fall", "pfs_within_os", "outcomes_same_quantity")
def timepoint_changed(draft: Draft) -> Places:
    """Survival at 12 months filed at 24 or 6."""
    half_or_double = {"6": "12", "12": "24", "24": "12"}
    return edit(draft, {"outcomes": ("timepoint_months",)}, lambda t: half_or_double.get(t, t))


@kind(NUMERICAL, "outcome_value")
def value_beside_not_reached(draft: Draft) -> Places:
    """`not_reached` slips to a row that has a value."""
    return edit_row(
        draft, ["outcomes"], lambda t, r: {"value_status": "not_reached"} if r["value"] else {}
    )


@kind(NUMERICAL, "trial_years", "report_after_start")
def trial_years_swapped(draft: Draft) -> Places:
    """A trial ends before it begins."""
    return edit_row(
        draft,
        ["trials"],
        lambda t, r: (
            {"start_year": r["completion_year"], "completion_year": r["start_year"]}
            if r["start_year"] and r["completion_year"]
            else {}
        ),
    )


@kind(NUMERICAL, "report_after_start")
def report_before_trial(draft: Draft) -> Places:
    """A year mistyped: the report is older than its trial."""
    start = {r["trial_id"]: r["start_year"] for r in draft.rows("trials") if r["start_year"]}
    reports = [r for r in draft.rows("trial_references") if r["trial_id"] in start]
    if not reports:
        return set()
    report = draft.rng.choice(reports)
    here = [r for r in draft.rows("references") if r["reference_id"] == report["reference_id"]]
    here[0]["year"] = str(int(start[report["trial_id"]]) - 2)
    draft.save("references")
    same = draft.find("references", lambda r: r is here[0])
    return same | draft.find(
        "trial_references", lambda r: r["reference_id"] == report["reference_id"]
    )


@kind(NUMERICAL, "arms_within_trial", "randomised_within_enrolled", "analysed_within_arm")
def trial_size_mistyped(draft: Draft) -> Places:
    """Two digits of n_randomised or n_assigned swapped."""
    fields: Fields = {"trials": ("n_randomised", "n_enrolled"), "arms": ("n_assigned",)}
    places = edit(draft, fields, lambda text: transposed(draft, text))
    touched = {i for path, i in places if path == draft.path("arms")}
    arms = [draft.rows("arms")[line - 2] for line in touched]
    trials = {arm["trial_id"] for arm in arms}
    places |= draft.find("trials", lambda r: r["trial_id"] in trials)
    return places | draft.find("outcomes", lambda r: r["arm_id"] in {a["arm_id"] for a in arms})


@kind(NUMERICAL, "grade_order", "adverse_events_same_quantity")
def grades_swapped(draft: Draft) -> Places:
    """Lowest and highest grade change places."""
    return edit_row(
        draft,
        ["adverse_events"],
        lambda t, r: (
            {"grade_min": r["grade_max"], "grade_max": r["grade_min"]}
            if r["grade_min"] and r["grade_max"]
            else {}
        ),
    )


@kind(NUMERICAL, "responses_add_up", *OF_NUMBERS)
def response_count_wrong(draft: Draft) -> Places:
    """One complete or partial response too many."""
    endpoints = ("complete_response", "partial_response", "objective_response")
    return edit_row(
        draft,
        ["outcomes"],
        lambda t, r: (
            {"n_events": str(int(r["n_events"]) + 1)}
            if r["endpoint"] in endpoints and r["n_events"]
            else {}
        ),
    )


# --- relational: a row that names, or is, the wrong thing ------------------------------------


@kind(RELATIONAL, "*_of_trial", "*_from_report", "*_same_quantity")
def arm_of_another_trial(draft: Draft) -> Places:
    """The bevacizumab arm of the wrong trial."""
    trial = {r["arm_id"]: r["trial_id"] for r in draft.rows("arms")}

    def take(table: str, row: Row) -> Row:
        others = (arm for arm in trial if trial[arm] != trial.get(row["arm_id"]))
        return {"arm_id": one_of(draft, others)} if row["arm_id"] else {}

    return edit_row(draft, SOURCED, take)


@kind(RELATIONAL, "effect_two_arms", "*_same_quantity")
def arm_against_itself(draft: Draft) -> Places:
    """One arm on both sides of a contrast."""
    return edit_row(draft, ["effects"], lambda t, r: {"comparator_arm_id": r["arm_id"]})


@kind(RELATIONAL, "*_from_report", "*_registry_part")
def reference_of_another_trial(draft: Draft) -> Places:
    """The report of another trial as the source."""
    reports = {r["reference_id"]: r["trial_id"] for r in draft.rows("trial_references")}

    def take(table: str, row: Row) -> Row:
        trial = reports.get(row["reference_id"])
        others = (key for key, of in reports.items() if of != trial)
        return {"reference_id": one_of(draft, others)} if row["arm_id"] and trial else {}

    return edit_row(draft, SOURCED, take)


@kind(RELATIONAL, "*_same_quantity")
def quantity_of_another_row(draft: Draft) -> Places:
    """Two things counted as one quantity."""

    def take(table: str, row: Row) -> Row:
        return {"quantity_id": one_of(draft, (r["quantity_id"] for r in draft.rows(table)))}

    tables = ("outcomes", "effects", "adverse_events")
    places = edit_row(draft, tables, take)
    ((table, row),) = [
        (t, draft.rows(t)[line - 2]) for t in tables for p, line in places if p == draft.path(t)
    ][:1]
    return places | draft.find(table, lambda r: r["quantity_id"] == row["quantity_id"])


@kind(RELATIONAL, "*_same_quantity", "*_described_once")
def row_under_new_key(draft: Draft) -> Places:
    """The same number of the same source entered twice, under two keys."""
    table = draft.rng.choice(SOURCED)
    row = dict(draft.rng.choice(draft.rows(table)))
    original = draft.rows(table).index(row)
    row[draft.key(table)] += "-2"
    return {draft.add(table, row), draft.place(table, original)}


def shared(draft: Draft, table: str, field: str) -> Places:
    """Give a row the identifier of another."""
    rows = [i for i, r in enumerate(draft.rows(table)) if r[field]]
    if len(rows) < 2:
        return set()
    i, j = draft.rng.sample(rows, 2)
    draft.rows(table)[i][field] = draft.rows(table)[j][field]
    draft.save(table)
    return {draft.place(table, i), draft.place(table, j)}


@kind(RELATIONAL, "references_doi_unique")
def doi_of_another_paper(draft: Draft) -> Places:
    """The DOI of the line above."""
    return shared(draft, "references", "doi")


@kind(RELATIONAL, "references_pmid_unique")
def pmid_of_another_paper(draft: Draft) -> Places:
    """The PMID of the line above."""
    return shared(draft, "references", "pmid")


@kind(RELATIONAL, "trial_registry_unique")
def registry_number_of_another_trial(draft: Draft) -> Places:
    """The NCT number of another trial."""
    return shared(draft, "trials", "nct_id")


@kind(RELATIONAL, "molecules_*_unique")
def identifier_of_another_gene(draft: Draft) -> Places:
    """The gene identifier of another gene."""
    return shared(draft, "molecules", draft.rng.choice(["hgnc_id", "ncbi_gene_id"]))


@kind(RELATIONAL, "molecule_key", "molecules_*_unique")
def gene_symbols_swapped(draft: Draft) -> Places:
    """Two genes change symbols: symbol and identifiers are of different genes."""
    rows = draft.rows("molecules")
    i, j = draft.rng.sample([i for i, r in enumerate(rows) if r["hgnc_id"]], 2)
    rows[i]["symbol"], rows[j]["symbol"] = rows[j]["symbol"], rows[i]["symbol"]
    draft.save("molecules")
    return {draft.place("molecules", i), draft.place("molecules", j)}


@kind(RELATIONAL, "*_unique")
def identifier_digit_wrong(draft: Draft) -> Places:
    """One digit of a DOI, PMID, NCT, HGNC or UniProt identifier."""
    fields: Fields = {
        "references": ("doi", "pmid", "pmcid"),
        "trials": ("nct_id",),
        "molecules": ("hgnc_id", "ncbi_gene_id", "uniprot_id"),
    }
    return edit(draft, fields, lambda text: other_digit(draft, text))


@kind(RELATIONAL, "unii_checksum")
def unii_digit_wrong(draft: Draft) -> Places:
    """One digit of a UNII, which has a checksum."""
    return edit(draft, {"agents": ("unii",)}, lambda text: other_digit(draft, text))


def other_digit(draft: Draft, text: str) -> str:
    """The text with another digit, never 0, for one of its digits."""
    return replaced(draft, text, "[0-9]", draft.rng.choice("123456789"))


TREES = {
    "mechanisms": "parent_id",
    "molecules": "parent_molecule_id",
    "arms": "parent_arm_id",
}


@kind(RELATIONAL, "*_without_cycle")
def cycle_in_a_tree(draft: Draft) -> Places:
    """A parent becomes the child of its child."""
    table = draft.rng.choice(sorted(TREES))
    parent, key = TREES[table], draft.key(table)
    children = [r for r in draft.rows(table) if r[parent]]
    if not children:
        return set()
    child = draft.rng.choice(children)
    above = next(r for r in draft.rows(table) if r[key] == child[parent])
    above[parent] = child[key]
    draft.save(table)
    return draft.find(table, lambda r: r is child or r is above)


@kind(RELATIONAL, "mechanism_way")
def mechanism_under_wrong_branch(draft: Draft) -> Places:
    """A mechanism moved to a branch of another way."""
    mechanisms = draft.rows("mechanisms")

    def move(table: str, row: Row) -> Row:
        others = (r["mechanism_id"] for r in mechanisms if r["way"] != row["way"])
        return {"parent_id": one_of(draft, others)} if row["parent_id"] else {}

    return edit_row(draft, ["mechanisms"], move)


@kind(RELATIONAL, "*_used")
def orphan(draft: Draft) -> Places:
    """A reference, agent, molecule or subgroup that nothing names."""
    table = draft.rng.choice(["references", "agents", "molecules", "subgroups"])
    key = draft.key(table)
    # A gene without identifiers would be a second fault.
    row = dict(draft.rng.choice([r for r in draft.rows(table) if not r.get("hgnc_id")]))
    new = {"symbol": "a new symbol", key: row[key] + "2"}
    own = {"doi", "pmid", "pmcid", "unii", "pubchem_cid", *(f for f in row if f.endswith("_id"))}
    row = {field: new.get(field, "" if field in own else row[field]) for field in row}
    return {draft.add(table, row)}


@kind(RELATIONAL, "constraint-error")
def provenance_missing(draft: Draft) -> Places:
    """A number without its source, or without the place in it."""
    return edit(draft, dict.fromkeys(SOURCED, ("reference_id", "source_detail")), lambda _: "")


@kind(RELATIONAL, "*_registry_part")
def registry_part_wrong(draft: Draft) -> Places:
    """Read in an abstract, filed as a registry record, or the other way round."""
    parts = {"registry_record": "abstract"}
    fields: Fields = dict.fromkeys(("outcomes", "effects", "adverse_events"), ("source_part",))
    return edit(draft, fields, lambda text: parts.get(text, "registry_record"))


@kind(RELATIONAL, "*_verified")
def double_without_audit(draft: Draft) -> Places:
    """`double` typed by hand."""
    fields: Fields = dict.fromkeys((*SOURCED, "arms", "mechanism_evidence"), ("verification",))
    return edit(draft, fields, lambda text: "double" if text == "single" else text)


@kind(RELATIONAL, "*_verified")
def audit_of_a_row_lost(draft: Draft) -> Places:
    """All audit rows of one row are deleted."""
    audit = draft.rows("extraction_audit")
    chosen = draft.rng.choice(audit)
    table, key = chosen["table_name"], chosen["row_id"]
    audit[:] = [r for r in audit if (r["table_name"], r["row_id"]) != (table, key)]
    if not audit:
        return set()
    draft.save("extraction_audit")
    return draft.find(table, lambda r: next(iter(r.values())) == key)


@kind(RELATIONAL, "audit_resolution")
def disagreement_as_agreement(draft: Draft) -> Places:
    """Two different readings said to agree."""
    return edit(draft, {"extraction_audit": ("resolution",)}, lambda text: "agreed")


@kind(RELATIONAL, "exception_used")
def exception_idle(draft: Draft) -> Places:
    """The value that an exception excuses is corrected, the exception stays."""
    if not draft.rows("exceptions"):
        return set()
    index = draft.rng.randrange(len(draft.rows("exceptions")))
    excused = draft.rows("exceptions")[index]
    table = excused["table_name"]
    row = next(r for r in draft.rows(table) if r[draft.key(table)] == excused["row_id"])
    row[excused["field"]] = ""
    draft.save(table)
    return {draft.place("exceptions", index)}


@kind(RELATIONAL, *OF_NUMBERS)
def exception_lost(draft: Draft) -> Places:
    """An exception is deleted, what it excused stays."""
    if not draft.rows("exceptions"):
        return set()
    lost = draft.remove("exceptions", draft.rng.randrange(len(draft.rows("exceptions"))))
    table = lost["table_name"]
    return draft.find(table, lambda r: next(iter(r.values())) == lost["row_id"])


@kind(RELATIONAL, "enum_explained")
def word_unexplained(draft: Draft) -> Places:
    """A term is deleted that a schema still allows."""
    row = draft.remove("terms", draft.rng.randrange(len(draft.rows("terms"))))
    paths = [draft.schema_path(table) for table in draft.tables]
    allowing = [p for p in paths if f'"{row["code"]}"' in draft.package.read(p).decode("utf-8")]
    return {(path, WHOLE_FILE) for path in allowing}


@kind(RELATIONAL, "evidence_level")
def evidence_level_wrong(draft: Draft) -> Places:
    """A mouse study ranked as a trial."""
    fields: Fields = {"mechanism_evidence": ("evidence_level",)}
    return edit(draft, fields, lambda text: one_of(draft, "ABCDE", text))


@kind(RELATIONAL, "leaf_has_evidence")
def evidence_under_wrong_mechanism(draft: Draft) -> Places:
    """An observation filed under another mechanism."""
    keys = [r["mechanism_id"] for r in draft.rows("mechanisms")]
    fields: Fields = {"mechanism_evidence": ("mechanism_id",)}
    return edit(draft, fields, lambda text: one_of(draft, keys, text))


@kind(RELATIONAL, "single_group_role")
def control_in_a_single_group(draft: Draft) -> Places:
    """A comparator in a trial that has none."""
    trials = draft.rows("trials")
    single = {r["trial_id"] for r in trials if r["allocation"] == "single_group"}

    def spoil(table: str, row: Row) -> Row:
        own = row["trial_id"] in single and row["role"] == "experimental"
        return {"role": "active_comparator"} if own else {}

    places = edit_row(draft, ["arms"], spoil)
    lines = [line for path, line in places if path == draft.path("arms")]
    trial = {draft.rows("arms")[line - 2]["trial_id"] for line in lines}
    return places | draft.find("arms", lambda r: r["trial_id"] in trial)


@kind(RELATIONAL, "sentence_has_finding", "foreign-key", "*_row_exists")
def finding_lost(draft: Draft) -> Places:
    """A finding of the review is deleted."""
    row = draft.remove("findings", draft.rng.randrange(len(draft.rows("findings"))))
    derived = (draft.find(t, lambda r: names(r, row["finding_id"])) for t in DERIVED)
    sentence = draft.find(
        "terms",
        lambda r: r["term_id"] == f"review_sentence:{row['review_sentence']}",
    )
    return sentence.union(*derived)


DERIVED = ("finding_assessments", "finding_evidence")


@kind(RELATIONAL, "finding_evidence_row_exists")
def verdict_on_a_lost_row(draft: Draft) -> Places:
    """A row is renamed, the derived tables are not rebuilt."""
    return edit(draft, {"finding_evidence": ("row_id",)}, lambda text: text + "-2")


@kind(RELATIONAL, "derived_*", "derived_current")
def derived_number_stale(draft: Draft) -> Places:
    """A pooled result from before the last correction."""
    fields: Fields = {"pooled_effects": ("estimate", "ci_lower", "ci_upper")}
    return edit(draft, fields, lambda text: transposed(draft, text))
