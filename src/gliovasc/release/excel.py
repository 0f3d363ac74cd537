"""The workbook: a sheet that explains, then one sheet per table."""

from __future__ import annotations

import io
import math
from datetime import datetime

import xlsxwriter
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from gliovasc.descriptor import Package
from gliovasc.release.typed import TypedTable, how_to_cite, licence, typed_tables

ABOUT = "about"
# Text stays text: "=" is a word of a vocabulary, and a PMID is no quantity.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
READING = (
    "Each table has a single key in its first column. An empty cell means: not stated in what was "
    "read. Numbers lose their trailing zeros in this file; the CSV files keep the printed digits. "
    "Every field is explained in docs/codebook.md of the release zip."
)
HEADER = ("table", "group", "rows", "title", "description")
# Widths of columns in characters.
ABOUT_WIDTHS = (24, 12, 8, 32, 90)
NARROWEST, WIDEST = 8, 40
FILTER_BUTTON = 4
LINE_HEIGHT = 15


def workbook(package: Package) -> bytes:
    """An Excel workbook: the sheet `about`, then a sheet per table named after it.

    Its creation date is that of the package. Raises UnreadableError for a malformed cell.
    """
    tables = typed_tables(package)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        # Dates in a workbook have no zone.
        created = datetime.fromisoformat(package.descriptor["created"]).replace(tzinfo=None)
        title = f"{package.descriptor['title']}, version {package.version}"
        book.set_properties({"title": title, "created": created})
        _write_about(book, package, tables)
        for table in tables:
            _write_table(book, table)
    return buffer.getvalue()


def _write_about(book: xlsxwriter.Workbook, package: Package, tables: list[TypedTable]) -> None:
    sheet = book.add_worksheet(ABOUT)
    bold = book.add_format({"bold": True, "valign": "top"})
    for column, width in enumerate(ABOUT_WIDTHS):
        sheet.set_column(column, column, width)
    facts = {
        "dataset": package.descriptor["title"],
        "version": package.version,
        "description": package.descriptor["description"],
        "licence": licence(package),
        "how to cite": f"{how_to_cite(package)} Cite the primary studies behind the rows as well.",
        "how to read": READING,
    }
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    room = sum(ABOUT_WIDTHS[1:])
    for row, (label, text) in enumerate(facts.items()):
        sheet.write(row, 0, label, bold)
        sheet.merge_range(row, 1, row, len(HEADER) - 1, text, wrapped)
        # Excel does not grow the row of a merged cell by itself.
        sheet.set_row(row, LINE_HEIGHT * math.ceil(len(text) / room))
    first = len(facts) + 1
    sheet.write_row(first, 0, HEADER, bold)
    for row, table in enumerate(tables, first + 1):
        _write_entry(sheet, row, table)


def _write_entry(sheet: Worksheet, row: int, table: TypedTable) -> None:
    about = table.resource
    sheet.write_url(row, 0, f"internal:'{table.name}'!A1", string=table.name)
    entry = (about["group"], len(table.frame), about["title"], about["description"])
    sheet.write_row(row, 1, entry)


def _write_table(book: xlsxwriter.Workbook, table: TypedTable) -> None:
    sheet = book.add_worksheet(table.name)
    names = [f["name"] for f in table.fields]
    rows = list(table.rows())
    sheet.write_row(0, 0, names, book.add_format({"bold": True}))
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row)
    whole = xl_range(0, 0, len(rows), len(names) - 1)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(whole)
    sheet.ignore_errors({"number_stored_as_text": whole})
    for column, values in enumerate(zip(names, *rows, strict=True)):
        sheet.set_column(column, column, _width(values))


def _width(values: tuple[object, ...]) -> int:
    """Width for a header and its cells: the longest, within limits."""
    header, *cells = values
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(max(longest, len(str(header)) + FILTER_BUTTON, NARROWEST), WIDEST)
