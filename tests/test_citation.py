"""Citing: the dataset first, then the studies, in forms that reference managers read."""

from __future__ import annotations

import re

import pytest

import gliovasc
from conftest import ROOT
from gliovasc.citation import bibliography, cite


@pytest.fixture(scope="module")
def ds() -> gliovasc.Dataset:
    return gliovasc.load(ROOT)


def test_rows_cite_their_primary_studies(ds: gliovasc.Dataset) -> None:
    """A meta-analysis that cites the dataset alone hides the trials."""
    rows = ds.effects[ds.effects.trial_id == "avaglio"]
    lines = cite(ds, rows).splitlines()
    assert lines[0].startswith("gliovasc contributors. gliovasc")
    assert f"Version {ds.version}" in lines[0]
    assert len(lines) == 1 + rows.reference_id.nunique()
    assert any("DOI 10." in line for line in lines)


def test_every_reference_has_a_citation(ds: gliovasc.Dataset) -> None:
    """A reference without a word to find it by."""
    for line in cite(ds, ds.references).splitlines():
        assert len(line) > 10


def test_bibtex_is_balanced_and_complete(ds: gliovasc.Dataset) -> None:
    """One brace too few and BibTeX drops the rest of the file."""
    text = bibliography(ds, "bibtex")
    unescaped = re.sub(r"\\.", "", text)
    assert unescaped.count("{") == unescaped.count("}")
    keys = re.findall(r"^@\w+\{([^,]+),$", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(ds.references) + 1
    assert "author = {Chinot, O L and others}" in text


def test_ris_entries_begin_and_end(ds: gliovasc.Dataset) -> None:
    """A reference manager reads from TY to ER."""
    text = bibliography(ds, "ris")
    assert text.count("TY  - ") == text.count("ER  - ") == len(ds.references) + 1


def test_unknown_reference_form_and_rows(ds: gliovasc.Dataset) -> None:
    """A typo should say what exists."""
    with pytest.raises(ValueError, match="no reference nobody1999"):
        cite(ds, ["nobody1999"])
    with pytest.raises(ValueError, match="text, bibtex, ris"):
        cite(ds, [], "apa")
    with pytest.raises(ValueError, match="reference_id"):
        cite(ds, ds.terms)
