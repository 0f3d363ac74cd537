"""The R source package: every table as lazy data with its types and a help page, made without R."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from gliovasc.descriptor import Package
from gliovasc.release.archive import tar_gz_bytes
from gliovasc.release.typed import TypedTable, how_to_cite, typed_tables
from gliovasc.tables import DERIVED, DERIVED_FIELDS

ROOT = "gliovasc"
EPOCH = date(1970, 1, 1)
LONGEST_LINE = 90
# R reads these as one value each, whatever else the vector holds.
MISSING = {
    "string": "NA_character_",
    "integer": "NA_integer_",
    "number": "NA_real_",
    "boolean": "NA",
    "date": "NA_real_",
}
RD_ESCAPES = str.maketrans({"\\": r"\\", "%": r"\%", "{": r"\{", "}": r"\}"})
DESCRIPTION = """\
Package: gliovasc
Type: Package
Title: Anti-Angiogenic Therapy and Therapeutic Resistance in Glioma
Version: {version}
Date: {created}
Authors@R: person("gliovasc contributors", role = c("aut", "cre"), email = "{address}")
Author: gliovasc contributors [aut, cre]
Maintainer: gliovasc contributors <{address}>
Description: Trials of anti-angiogenic therapy in glioma, the mechanisms by which glioma
    escapes it, and the numbers, molecules and sources behind them, as typed tables, each with
    a help page. Extraction is machine-assisted and has not been clinically reviewed.
License: CC BY 4.0
Copyright: The data are licensed under CC BY 4.0, the R code under MIT.
Depends: R (>= 3.5.0)
Imports: utils
Encoding: UTF-8
LazyData: true
LazyDataCompression: xz
NeedsCompilation: no
Packaged: {created} 00:00:00 UTC; contributors
"""
ADDRESS = "contributors@gliovasc.invalid"
NAMESPACE = "export(gliovasc_cite)\n"
CITATION = """\
bibentry(
  bibtype = "Misc",
  title = "{title}. Version {version}",
  author = person("gliovasc contributors"),
  year = "{year}",
  textVersion = "{text}",
  mheader = "Cite the version of the dataset that you used:",
  mfooter = "Cite the primary studies as well; gliovasc_cite(rows) lists those behind rows."
)
"""
CITE_PAGE = r"""\name{gliovasc_cite}
\alias{gliovasc_cite}
\title{Cite the dataset and the studies behind rows}
\description{Citations of this version of the dataset and of every reference behind some rows.}
\usage{gliovasc_cite(rows = character())}
\arguments{
  \item{rows}{A data frame with the column \code{reference_id}, any rows of any table that has it,
    or a character vector of keys of \code{\link{references}}.}
}
\value{A character vector, one citation each: the dataset first, then the references by key.}
\examples{
gliovasc_cite(effects[1:3, ])
}
"""


def r_package(package: Package) -> bytes:
    """A source package for `install.packages(…, repos = NULL)`; needs base R only.

    Every table is a data frame: string → character, enum → factor with its levels in schema order,
    integer, number → numeric, boolean → logical, date → Date; `outcomes` and `effects` have the
    derived columns of the Python library as well. Raises UnreadableError for a malformed cell.
    """
    tables = [_with_derived(table) for table in typed_tables(package)]
    content = {
        "DESCRIPTION": DESCRIPTION.format(
            version=package.version, created=package.descriptor["created"][:10], address=ADDRESS
        ),
        "NAMESPACE": NAMESPACE,
        "inst/CITATION": _citation(package),
        "man/gliovasc_cite.Rd": CITE_PAGE,
        "R/gliovasc_cite.R": package.read("r/R/gliovasc_cite.R").decode("utf-8"),
    }
    for table in tables:
        content[f"data/{table.name}.R"] = f"`{table.name}` <- {_data_frame(table)}\n"
        content[f"man/{table.name}.Rd"] = _help_page(table)
    return tar_gz_bytes({f"{ROOT}/{path}": text.encode() for path, text in content.items()})


def _with_derived(table: TypedTable) -> TypedTable:
    """The table with the columns that the typed loader adds."""
    if table.name not in DERIVED:
        return table
    schema = {**table.schema, "fields": [*table.fields, *DERIVED_FIELDS[table.name]]}
    return TypedTable(table.resource, schema, DERIVED[table.name](table.frame))


def _citation(package: Package) -> str:
    text = how_to_cite(package)
    return CITATION.format(
        title=package.descriptor["title"],
        version=package.version,
        year=package.descriptor["created"][:4],
        text=text,
    )


def _data_frame(table: TypedTable) -> str:
    columns = [f"`{f['name']}` = {_column(table.frame[f['name']], f)}" for f in table.fields]
    body = ",\n".join(columns)
    rows = f"row.names = c(NA, -{len(table.frame)}L)"
    return f'structure(list(\n{body}\n), class = "data.frame", {rows})'


def _column(values: pd.Series, field: dict[str, Any]) -> str:
    words = field.get("constraints", {}).get("enum")
    if field["type"] == "string" and words:
        codes = [str(code + 1) + "L" if code >= 0 else "NA_integer_" for code in values.cat.codes]
        levels = _vector(_quoted(word) for word in words)
        return f'structure({_vector(codes)}, levels = {levels}, class = "factor")'
    cells = [_cell(value, field["type"]) for value in values]
    if not cells:
        return f"{MISSING[field['type']]}[0]"
    vector = _vector(cells)
    return f'structure({vector}, class = "Date")' if field["type"] == "date" else vector


def _cell(value: Any, kind: str) -> str:
    if pd.isna(value):
        return MISSING[kind]
    if kind == "boolean":
        return "TRUE" if value else "FALSE"
    if kind == "integer":
        return f"{value}L"
    if kind == "number":
        return repr(float(value))
    if kind == "date":
        return f"{(value.date() - EPOCH).days}"
    return _quoted(value)


def _quoted(text: str) -> str:
    """A string in ASCII: R reads `\\u` escapes alike in every locale."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isascii() else _escape(ord(c)) for c in escaped) + '"'


def _escape(point: int) -> str:
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def _vector(cells: Iterable[str]) -> str:
    """`c(…)` broken into lines that an editor can show."""
    lines, width = [""], 0
    for cell in cells:
        if width and width + len(cell) > LONGEST_LINE:
            lines.append("")
            width = 0
        lines[-1] += f"{cell}, "
        width += len(cell) + 2
    return "c(" + "\n".join(line.rstrip() for line in lines).rstrip(",") + ")"


def _help_page(table: TypedTable) -> str:
    fields = "\n".join(_item(f) for f in table.fields)
    return f"""\\name{{{table.name}}}
\\alias{{{table.name}}}
\\docType{{data}}
\\title{{{_rd(table.resource["title"])}}}
\\description{{{_rd(table.resource["description"])}}}
\\usage{{{table.name}}}
\\format{{A data frame with {len(table.frame)} rows and these columns:
\\describe{{
{fields}
}}}}
\\source{{{_source(table)}}}
\\examples{{
{_example(table)}
}}
\\keyword{{datasets}}
"""


def _item(field: dict[str, Any]) -> str:
    words = field.get("constraints", {}).get("enum")
    listed = f" One of: {', '.join(str(word) for word in words)}." if words else ""
    return f"\\item{{{field['name']}}}{{{_rd(field['description'] + listed)}}}"


def _source(table: TypedTable) -> str:
    if "reference_id" in table.frame and table.name != "references":
        place = "\\code{source_part} and \\code{source_detail} say where in it."
        where = place if "source_part" in table.frame else ""
        return f"\\code{{reference_id}} names the row of \\code{{\\link{{references}}}}. {where}"
    return "The gliovasc data package."


def _example(table: TypedTable) -> str:
    if table.name == "effects":
        return (
            'survival <- subset(effects, endpoint == "overall_survival" & !is.na(log_estimate))\n'
            'survival[1:3, c("trial_id", "estimate", "log_estimate", "log_standard_error")]'
        )
    return f"str({table.name}[1:3, ])" if len(table.frame) > 2 else f"str({table.name})"


def _rd(text: str) -> str:
    return text.translate(RD_ESCAPES)
