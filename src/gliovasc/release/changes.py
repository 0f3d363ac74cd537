"""What changed between two versions of the package, and which version number that demands."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gliovasc.descriptor import Package, open_package
from gliovasc.report import ERROR, Problem, shorten
from gliovasc.tables import RawTable, Tables

LEVELS = ("none", "patch", "minor", "major")
# The rules of docs/releasing.md. Adding or moving a column is major since R reads by position.
LEVEL_OF = {
    "value_changed": "patch",
    "description_changed": "patch",
    "row_added": "minor",
    "table_added": "minor",
    "word_added": "minor",
    "constraint_loosened": "minor",
    "row_removed": "major",
    "table_removed": "major",
    "column_added": "major",
    "column_removed": "major",
    "columns_moved": "major",
    "type_changed": "major",
    "constraint_tightened": "major",
}
STAMPS = ("bytes", "hash", "rowCount")
MOST_IN_MARKDOWN = 200


@dataclass(frozen=True)
class Change:
    """One change of one table: `what` is a key of LEVEL_OF; `row` and `field` name the place."""

    what: str
    table: str
    row: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    derived: bool = False

    @property
    def level(self) -> str:
        """Level of the version that it demands; rows of derived tables follow from others."""
        return "patch" if self.derived and self.row else LEVEL_OF[self.what]

    @property
    def text(self) -> str:
        """The change in one line."""
        where = " ".join(part for part in (self.table, self.row, self.field) if part)
        values = f": {shorten(self.old) or '(empty)'} → {shorten(self.new) or '(empty)'}"
        return f"{where}: {self.what.replace('_', ' ')}{values if self.old or self.new else ''}"


@dataclass(frozen=True)
class Changes:
    """All changes from one version to another."""

    old_version: str
    new_version: str
    changes: tuple[Change, ...]

    @property
    def level(self) -> str:
        """The highest level among the changes."""
        return max((change.level for change in self.changes), key=LEVELS.index, default="none")

    @property
    def demanded_version(self) -> str:
        """The lowest version that the new state may have."""
        return raised(self.old_version, self.level)

    @property
    def summary(self) -> str:
        """One line: how much changed and what it demands."""
        counts = Counter(change.what for change in self.changes)
        listed = ", ".join(f"{n:,} {what.replace('_', ' ')}" for what, n in counts.most_common())
        demand = f"demands {self.demanded_version} or higher ({self.level})"
        return f"{self.old_version} → {self.new_version}: {listed or 'no change'}; {demand}"

    @property
    def risen_enough(self) -> bool:
        """Whether the new version number is as high as the changes demand."""
        return _numbers(self.new_version) >= _numbers(self.demanded_version)


def raised(version: str, level: str) -> str:
    """`version` raised by a level; below 1.0.0 a major change raises the minor number."""
    major, minor, patch = _numbers(version)
    if level == "major" and major:
        return f"{major + 1}.0.0"
    if level in ("major", "minor"):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if level == "patch" else version


def _numbers(version: str) -> tuple[int, ...]:
    """Numbers of a version, to compare; one that is none comes before all others."""
    parts = version.split(".")
    return tuple(int(p) for p in parts) if all(p.isdecimal() for p in parts) else (0, 0, 0)


def compare(old: Package, new: Package) -> Changes:
    """Every change from `old` to `new`, by table, key and field, cells as printed.

    Raises UnreadableError if a schema of either can't be read.
    """
    before, after = Tables(old), Tables(new)
    resources = {r["name"]: r for r in old.resources}, {r["name"]: r for r in new.resources}
    found = [Change("table_removed", name) for name in before if name not in after]
    found += [Change("table_added", name) for name in after if name not in before]
    for name in (name for name in before if name in after):
        if _same_files(old, new, resources[0][name], resources[1][name]):
            continue
        derived = resources[1][name].get("group") == "derived"
        found += _of_schema(before[name], after[name])
        if _described(resources[0][name]) != _described(resources[1][name]):
            found.append(Change("description_changed", name))
        found += _of_rows(before[name], after[name], derived)
    return Changes(old.version, new.version, tuple(found))


def _same_files(old: Package, new: Package, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether a table has the same bytes, schema and description in both, so nothing to compare."""
    same = old.schema(before) == new.schema(after) and _described(before) == _described(after)
    return same and old.read(before["path"]) == new.read(after["path"])


def _described(resource: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in resource.items() if k not in STAMPS}


def _of_schema(old: RawTable, new: RawTable) -> Iterator[Change]:
    """Changes of columns, their types and constraints."""
    name = new.name
    yield from (Change("column_removed", name, field=c) for c in old.fields if c not in new.fields)
    yield from (Change("column_added", name, field=c) for c in new.fields if c not in old.fields)
    kept = [c for c in old.fields if c in new.fields]
    if kept != [c for c in new.fields if c in old.fields]:
        yield Change("columns_moved", name)
    for column in kept:
        yield from _of_field(name, old.fields[column], new.fields[column])


def _of_field(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    column = new["name"]
    if old["type"] != new["type"]:
        yield Change("type_changed", table, field=column, old=old["type"], new=new["type"])
    before, after = dict(old.get("constraints", {})), dict(new.get("constraints", {}))
    words = before.pop("enum", []), after.pop("enum", [])
    if words[0] and words[1]:
        yield from (
            Change("word_added", table, field=column, new=str(word))
            for word in words[1]
            if word not in words[0]
        )
    if words[1] and (not words[0] or not set(words[0]) <= set(words[1])):
        yield Change("constraint_tightened", table, field=column, old="enum")
    if words[0] and not words[1]:
        yield Change("constraint_loosened", table, field=column, old="enum")
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            # Whether another pattern or limit allows less can't be told: it counts as tighter.
            looser = not after.get(name)
            what = "constraint_loosened" if looser else "constraint_tightened"
            yield Change(what, table, field=column, old=name)
    plain = [{k: v for k, v in f.items() if k not in ("type", "constraints")} for f in (old, new)]
    if plain[0] != plain[1]:
        yield Change("description_changed", table, field=column)


def _of_rows(old: RawTable, new: RawTable, derived: bool) -> Iterator[Change]:
    """Rows added and removed by key, and changed cells of the columns that both have."""
    name = new.name
    before = old.frame.drop_duplicates(old.key).set_index(old.key, drop=False)
    after = new.frame.drop_duplicates(new.key).set_index(new.key, drop=False)
    for key in before.index.difference(after.index):
        yield Change("row_removed", name, str(key), derived=derived)
    for key in after.index.difference(before.index):
        yield Change("row_added", name, str(key), derived=derived)
    keys = before.index.intersection(after.index)
    columns = [column for column in before.columns if column in after.columns]
    first, second = before.loc[keys, columns], after.loc[keys, columns]
    for column in columns:
        differs = first[column] != second[column]
        for key in keys[differs]:
            cells = str(first.at[key, column]), str(second.at[key, column])
            yield Change("value_changed", name, str(key), column, *cells, derived=derived)


def last_release(folder: Path) -> Path | None:
    """The zip of the highest version in a folder of releases."""
    zips = list(folder.glob("gliovasc-*.zip"))
    return max(zips, key=lambda path: _numbers(path.stem.removeprefix("gliovasc-")), default=None)


def version_problems(package: Package) -> list[Problem]:
    """A problem if a clone changed since its last release and the version did not rise enough."""
    released = last_release(package.source / "releases")
    if released is None:
        return []
    old = open_package(released)
    if _numbers(package.version) >= _numbers(raised(old.version, "major")):
        return []  # whatever changed, the version rose enough
    found = compare(old, package)
    if found.risen_enough:
        return []
    mend = f"Raise version in datapackage.json to {found.demanded_version} or higher"
    message = f"the package changed since that release ({found.summary})"
    place = "version_risen", ERROR, "datapackage.json"
    return [Problem(*place, message, mend, field="version", value=package.version)]


def as_text(found: Changes) -> str:
    """Changes one per line, then the summary."""
    return "\n".join([*(f"{c.text} [{c.level}]" for c in found.changes), found.summary])


def as_json(found: Changes) -> str:
    """Machine-readable form; its JSON Schema is schemas/meta/changes.json."""
    changes = [
        {
            "what": c.what,
            "level": c.level,
            "table": c.table,
            "row": c.row,
            "field": c.field,
            "old": c.old,
            "new": c.new,
        }
        for c in found.changes
    ]
    content = {
        "old_version": found.old_version,
        "new_version": found.new_version,
        "level": found.level,
        "demanded_version": found.demanded_version,
        "risen_enough": found.risen_enough,
        "changes": changes,
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def as_markdown(found: Changes) -> str:
    """Tables for release notes or a pull request comment; long lists are cut, and say so."""
    counts = Counter((c.table, c.what, c.level) for c in found.changes)
    lines = [f"**{found.summary}**"]
    if found.changes:
        lines += ["", "| table | change | level | number |", "|---|---|---|---:|"]
        lines += [
            f"| {table} | {what.replace('_', ' ')} | {level} | {number:,} |"
            for (table, what, level), number in sorted(counts.items())
        ]
    values = [c for c in found.changes if c.what in ("value_changed", "row_removed")]
    if values:
        lines += ["", "| table | row | field | old | new |", "|---|---|---|---|---|"]
        lines += [_markdown_row(c) for c in values[:MOST_IN_MARKDOWN]]
    if len(values) > MOST_IN_MARKDOWN:
        left = len(values) - MOST_IN_MARKDOWN
        lines += ["", f"{left:,} more are left out; `--format json` lists them all."]
    return "\n".join(lines)


def _markdown_row(change: Change) -> str:
    old, new = shorten(change.old), shorten(change.new) or "(removed)" * (not change.field)
    cells = (change.table, change.row, change.field, old, new)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


FORMATS = {"text": as_text, "json": as_json, "markdown": as_markdown}
