"""Every verdict follows from rows, and moves when they change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import gliovasc
from conftest import ROOT, columns_of, path_of, read_rows, write_rows
from gliovasc.findings import FINDINGS, assess, by_share

COPIED = ("data", "schemas", "datapackage.json")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The real package, to be changed."""
    for name in COPIED:
        source, target = ROOT / name, tmp_path / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return tmp_path


def rewrite(package: Path, table: str, change) -> None:
    path = path_of(package, table)
    columns = columns_of(path)
    rows = [row for row in map(change, read_rows(path)) if row is not None]
    write_rows(path, rows, columns)


def test_every_finding_has_its_function() -> None:
    """A finding without a function has no verdict."""
    assert set(FINDINGS) == set(gliovasc.load(ROOT).findings.finding_id)


def test_every_verdict_rests_on_rows_that_exist() -> None:
    """A verdict that nobody can check."""
    ds = gliovasc.load(ROOT)
    for finding, verdict in assess(ds).items():
        if verdict.verdict != "insufficient_evidence":
            assert verdict.rows, finding
        for table, key, _ in verdict.rows:
            assert key in set(ds[table].iloc[:, 0]), (finding, table, key)


@pytest.mark.parametrize(
    ("supporting", "share", "verdict"),
    [
        (5, 0.75, "supported"),
        (5, 0.74, "partly_supported"),
        (5, 0.49, "contradicted"),
        (4, 0.9, "insufficient_evidence"),
        (1, 0.2, "contradicted"),
    ],
)
def test_share_rule(supporting: int, share: float, verdict: str) -> None:
    """The rule that docs/findings.md states."""
    assert by_share(supporting, share, 5) == verdict


def test_a_changed_hazard_ratio_moves_the_verdict(copy: Path) -> None:
    """If overall survival were twice as long, the verdict must say so."""

    def halve(row: dict[str, str]) -> dict[str, str]:
        if row["endpoint"] == "overall_survival" and row["measure"] == "hazard_ratio":
            row |= {"estimate": "0.40", "ci_lower": "0.35", "ci_upper": "0.46", "ci_level": "95"}
            row |= {"interval_kind": "confidence"}
        return row

    before = assess(gliovasc.load(copy))["os-not-improved"]
    rewrite(copy, "effects", halve)
    after = assess(gliovasc.load(copy))["os-not-improved"]
    assert before.verdict != after.verdict == "contradicted"


def test_one_digit_moves_the_figure(copy: Path) -> None:
    """A single corrected number shows in the key figures."""
    before = assess(gliovasc.load(copy))["pfs-prolonged"].key_figures

    def edit(row: dict[str, str]) -> dict[str, str]:
        if row["effect_id"].startswith("eortc-26101-bevlom-eortc-26101-lom-progression"):
            row["estimate"] = row["estimate"] and "0.94"
        return row

    rewrite(copy, "effects", edit)
    assert assess(gliovasc.load(copy))["pfs-prolonged"].key_figures != before


def test_without_evidence_no_verdict(copy: Path) -> None:
    """Empty tables must not support anything."""
    for table in ("mechanism_evidence", "effects", "strategies", "outcomes"):
        rewrite(copy, table, lambda row: None)
    verdicts = {key: verdict.verdict for key, verdict in assess(gliovasc.load(copy)).items()}
    assert verdicts["os-not-improved"] == "insufficient_evidence"
    assert verdicts["quality-of-life-improves"] == "insufficient_evidence"
    assert verdicts["resistance-unresolved"] == "insufficient_evidence"
    assert verdicts["several-mechanisms-known"] == "insufficient_evidence"


def test_mixed_quality_of_life_says_so() -> None:
    """AVAglio and RTOG 0825 oppose each other, and they defined deterioration differently."""
    verdict = assess(gliovasc.load(ROOT))["quality-of-life-improves"]
    assert verdict.verdict == "partly_supported"
    assert "avaglio" in verdict.key_figures
    assert "rtog-0825" in verdict.key_figures
    assert "progression counts as deterioration" in verdict.explanation
