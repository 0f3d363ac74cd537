"""A problem, and the forms in which a list of problems is shown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

ERROR = "error"
WARNING = "warning"
LONGEST_VALUE = 60


class UnreadableError(Exception):
    """The package as a whole can't be read; the text says in one line why, and how to mend it."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it is, and how to mend it.

    `line` is the true line of the file (the header is line 1), 0 where a file as a whole is meant.
    """

    check: str
    severity: str
    path: str
    message: str
    mend: str
    table: str = ""
    line: int = 0
    row: str = ""
    field: str = ""
    value: str = ""

    @property
    def place(self) -> str:
        """File and line, as editors understand them."""
        return f"{self.path}:{self.line}" if self.line else self.path

    @property
    def text(self) -> str:
        """The problem in one line."""
        cell = " ".join(part for part in (self.field, shorten(self.value)) if part)
        where = f"{self.place} {cell}".rstrip()
        return f"{where}: {self.message}. {sentence(self.mend)} [{self.check}]"


@dataclass
class Report:
    """What a validation found: problems, and how many checks ran on how many rows."""

    problems: list[Problem] = field(default_factory=list)
    tables: int = 0
    rows: int = 0
    checks: int = 0
    rows_checked: int = 0

    @property
    def errors(self) -> int:
        """Number of problems that make the package invalid."""
        return sum(problem.severity == ERROR for problem in self.problems)

    @property
    def warnings(self) -> int:
        """Number of problems that somebody should look at."""
        return len(self.problems) - self.errors

    def exit_code(self, strict: bool = False) -> int:
        """0 valid, 1 problems; with `strict` warnings count too."""
        return int(bool(self.errors or (strict and self.warnings)))

    @property
    def summary(self) -> str:
        """One line: verdict and how much was looked at."""
        verdict = "INVALID" if self.errors else "VALID"
        return (
            f"{verdict}: {self.errors} errors, {self.warnings} warnings; "
            f"{self.checks} checks looked {self.rows_checked:,} times at "
            f"{self.rows:,} rows of {self.tables} tables"
        )

    def sorted_problems(self) -> list[Problem]:
        """Problems by file and line, errors before warnings of the same place."""
        return sorted(self.problems, key=lambda p: (p.path, p.line, p.severity, p.field, p.check))


def shorten(value: str) -> str:
    """A value short enough for a line of text, with control characters made visible."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in value[: LONGEST_VALUE + 1])
    return shown if len(value) <= LONGEST_VALUE else shown[:LONGEST_VALUE] + "…"


def as_text(report: Report) -> str:
    """Problems one per line, then the summary."""
    marks = {ERROR: "", WARNING: "warning: "}
    lines = [marks[p.severity] + p.text for p in report.sorted_problems()]
    return "\n".join([*lines, report.summary])


def as_json(report: Report) -> str:
    """Machine-readable form; its JSON Schema is schemas/meta/report.json."""
    counts = {"errors": report.errors, "warnings": report.warnings}
    sizes = {
        "tables": report.tables,
        "rows": report.rows,
        "checks": report.checks,
        "rows_checked": report.rows_checked,
    }
    problems = [asdict(p) for p in report.sorted_problems()]
    content = {"valid": not report.errors, **counts, **sizes, "problems": problems}
    return json.dumps(content, indent=2, ensure_ascii=False)


def as_markdown(report: Report) -> str:
    """A table for a pull request comment."""
    lines = [f"**{report.summary}**"]
    if report.problems:
        lines += ["", "| severity | place | field | value | problem | mend |", "|" + "---|" * 6]
        lines += [_markdown_row(p) for p in report.sorted_problems()]
    return "\n".join(lines)


def _markdown_row(p: Problem) -> str:
    cells: Iterable[str] = (
        p.severity,
        p.place,
        p.field,
        shorten(p.value),
        f"{p.message} [{p.check}]",
        p.mend,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_github(report: Report) -> str:
    """Annotations that GitHub shows beside the line of a change, then the summary.

    Source: workflow commands of GitHub Actions.
    """
    lines = [
        f"::{p.severity} file={p.path},line={max(p.line, 1)},title={p.check}::"
        f"{_escaped(p.text.removeprefix(p.place).lstrip(': '))}"
        for p in report.sorted_problems()
    ]
    return "\n".join([*lines, report.summary])


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends as a question."""
    return text if text.endswith("?") else f"{text}."


FORMATS = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
    "github": as_github,
}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and rename it: an interruption leaves the old one."""
    temporary = path.with_name(path.name + ".part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_stale(root: Path, built: dict[str, bytes], *, check: bool, command: str) -> int:
    """Write the built files that differ from what stands below `root`, or only name them.

    `built` maps paths to contents, `command` is what rebuilds them. Returns the exit status: 1 if
    `check` and something is stale, else 0.
    """
    stale = [
        path
        for path, content in built.items()
        if not (root / path).exists() or (root / path).read_bytes() != content
    ]
    for path in stale:
        if not check:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            write_whole(root / path, built[path])
        print(f"{path}: {f'is stale; run {command}' if check else 'written'}")
    return int(check and bool(stale))
