"""From raw readings to tables: keys, quantities, comparison, settlement."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from gliovasc.curation import blind
from gliovasc.curation.keys import fullest, mint_references, mint_rows, name_quantities
from gliovasc.curation.merge import audit, keyed_rows, leave_out
from gliovasc.curation.plan import PLANS
from gliovasc.descriptor import open_package
from gliovasc.report import UnreadableError
from gliovasc.tables import load


def test_reference_keys_are_stable_and_never_reused() -> None:
    """A key that moves to another paper breaks every citation of it."""
    papers = [
        {"authors": "Chinot OL; Wick W", "year": "2014", "pmid": "1"},
        {"authors": "Chinot OL", "year": "2014", "pmid": "2"},
        {"authors": "Würdinger T", "year": "2008", "pmid": "3"},
    ]
    keys = [key for key, _ in mint_references(papers, {"pmid:2": "chinot2014"})]
    assert keys == ["chinot2014b", "chinot2014", "wurdinger2008"]


def test_equal_row_keys_are_numbered() -> None:
    """Two rows of one key would overwrite each other."""
    rows = [{"arm_id": "a", "endpoint": "os"}, {"arm_id": "a", "endpoint": "os"}]
    mint_rows(rows, "outcome_id", ("arm_id", "endpoint", "domain"))
    assert [row["outcome_id"] for row in rows] == ["a-os", "a-os-2"]


def test_the_fullest_statement_of_a_fact_stands() -> None:
    """One planned endpoint told by two sources is one endpoint."""
    rows = [{"endpoint": "os"}, {"endpoint": "os", "met": "false"}, {"endpoint": "pfs"}]
    assert fullest(rows, ("endpoint",)) == [rows[1], rows[2]]


def test_quantities_join_sources_as_far_as_both_state_the_scope() -> None:
    """An abstract that leaves the assessor out still prints the trial's number."""

    def row(reference: str, **scope: str) -> dict[str, str]:
        return {"reference_id": reference, "arm_id": "a", **scope}

    rows = [
        row("x", assessor="independent"),
        row("y", assessor="investigator"),
        row("z"),
        row("x", assessor="investigator"),
    ]
    name_quantities(rows, ("arm_id",), ("assessor",))
    names = [r["quantity_id"] for r in rows]
    assert names[1] == names[3] != names[0]
    assert names[2] in names[:2]


def test_patients_with_a_marker_are_not_the_whole_trial() -> None:
    """A biomarker study stood for a trial whose own report left the population open."""
    rows = [
        {"reference_id": "x", "arm_id": "a", "population": "biomarker_evaluable"},
        {"reference_id": "y", "arm_id": "a"},
    ]
    name_quantities(rows, ("arm_id",), ("population",))
    assert rows[0]["quantity_id"] != rows[1]["quantity_id"]


def test_blind_forms_hold_no_value_of_the_first_reading() -> None:
    """A second reader who can see the first value reads what is expected."""
    tables = keyed_rows(open_package(ROOT), ROOT / "curation")
    for form in blind.forms(tables, {}).values():
        for table, rows in form["rows"].items():
            hidden = {*PLANS[table].twice, *blind.HIDDEN}
            for entry in rows.values():
                assert not hidden & set(entry["about"])


def disagreement() -> tuple[dict, dict]:
    stated = {"value": "10.6", "value_relation": "=", "value_status": "reported"}
    first = {"outcome_id": "o", "verification": "single", **stated}
    return {"outcomes": [first]}, {"outcomes": {"o": {"value": "10.7"}}}


def test_unsettled_disagreement_stops_the_merge() -> None:
    """Nobody may pick a value silently."""
    tables, second = disagreement()
    with pytest.raises(UnreadableError, match=r"outcomes o value: '10\.6' or '10\.7'"):
        audit(tables, second, {})


def test_settled_disagreement_is_resolved_and_recorded() -> None:
    """The settled value stands, and both readings stay visible."""
    tables, second = disagreement()
    decided = {"resolution": "second_right", "note": "Read again.", "value": ""}
    entries = audit(tables, second, {("outcomes", "o", "value"): decided})
    assert tables["outcomes"][0]["value"] == "10.7"
    assert tables["outcomes"][0]["verification"] == "resolved"
    value = next(e for e in entries if e["field"] == "value")
    assert (value["first_value"], value["second_value"]) == ("10.6", "10.7")


def test_agreement_makes_a_row_double() -> None:
    """`double` is earned, not typed."""
    tables, second = disagreement()
    second["outcomes"]["o"]["value"] = "10.6"
    audit(tables, second, {})
    assert tables["outcomes"][0]["verification"] == "double"


def test_duplicates_leave_with_all_that_hangs_on_them(tmp_path: Path) -> None:
    """Half a trial left behind would be an arm without a trial."""
    path = tmp_path / "duplicates.csv"
    path.write_text(
        "table_name,row_id,same_as,note\ntrials,twin,other,\noutcomes,o2,o1,\n", "utf-8"
    )
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in PLANS}
    tables["trials"] = [{"trial_id": "twin"}, {"trial_id": "other"}]
    tables["arms"] = [{"arm_id": "a", "trial_id": "twin"}, {"arm_id": "b", "trial_id": "other"}]
    tables["outcomes"] = [
        {"outcome_id": key, "arm_id": arm} for key, arm in (("o0", "a"), ("o1", "b"), ("o2", "b"))
    ]
    tables["extraction_audit"] = [
        {"table_name": "outcomes", "row_id": key} for key in ("o0", "o1", "o2")
    ]
    leave_out(tables, path)
    assert [row["trial_id"] for row in tables["trials"]] == ["other"]
    assert [row["arm_id"] for row in tables["arms"]] == ["b"]
    assert [row["outcome_id"] for row in tables["outcomes"]] == ["o1"]
    assert [row["row_id"] for row in tables["extraction_audit"]] == ["o1"]


def test_names_in_the_list_of_duplicates_are_gone_and_their_twins_are_there() -> None:
    """A list that outlived what it speaks of."""
    dataset = load(ROOT)
    with (ROOT / "curation" / "duplicates.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            keys = set(dataset[row["table_name"]].iloc[:, 0])
            assert row["row_id"] not in keys
            assert row["same_as"] in keys, row


@pytest.mark.parametrize("script", ["merge", "assess", "docs"])
def test_built_files_are_current(script: str) -> None:
    """A table edited by hand, or a codebook of last month."""
    command = [sys.executable, str(ROOT / "scripts" / f"{script}.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_broken_raw_file_is_one_line(tmp_path: Path) -> None:
    """A comma too much in a raw file."""
    from gliovasc.curation.raw import read_json

    path = tmp_path / "batch.json"
    path.write_text('{"trials": [}', "utf-8")
    with pytest.raises(UnreadableError, match=r"batch\.json:1: broken JSON"):
        read_json(path)
    path.write_text(json.dumps([1]), "utf-8")
    with pytest.raises(UnreadableError, match="not an object"):
        read_json(path)
