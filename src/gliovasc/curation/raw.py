"""Read the raw extraction files of curation/, as they were committed before they were compared."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gliovasc.report import UnreadableError

Row = dict[str, str]


@dataclass
class Extraction:
    """Rows of all batches of one reading, by table, in the order of their files.

    Cells are text as printed; `true`/`false` for booleans; empty cells are absent.
    """

    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))


def read_first(folder: Path) -> Extraction:
    """All batches of the first reading. Raises UnreadableError if one is no JSON object."""
    extraction = Extraction()
    for path in sorted(folder.glob("*.json")):
        for table, rows in read_json(path).items():
            if isinstance(rows, list):
                extraction.tables[table] += [_row(row) for row in rows]
    return extraction


def read_second(folder: Path) -> dict[str, dict[str, Row]]:
    """Filled forms of the second reading: table, row key, cells."""
    filled: dict[str, dict[str, Row]] = defaultdict(dict)
    for path in sorted(folder.glob("*.json")):
        for table, rows in read_json(path)["rows"].items():
            filled[table].update({key: _row(cells) for key, cells in rows.items()})
    return filled


def second_searches(folder: Path) -> list[Row]:
    """The searches of the second reading, marked as such."""
    return [
        {**_row(search), "note": "second reading"}
        for path in sorted(folder.glob("*.json"))
        for search in read_json(path).get("searches", [])
    ]


def read_json(path: Path) -> dict[str, Any]:
    """One raw file. Raises UnreadableError if it is no JSON object."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise UnreadableError(f"{path}:{error.lineno}: broken JSON; mend the syntax") from error
    if not isinstance(content, dict):
        raise UnreadableError(f"{path}: not an object of tables; see docs/protocol.md")
    return content


def _row(cells: dict[str, Any]) -> Row:
    return {name: _cell(value) for name, value in cells.items() if value not in (None, "")}


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_row(item) for item in value]
    return " ".join(unicodedata.normalize("NFC", str(value)).split())
