"""Each standard's own validator accepts the metadata of a release."""

from __future__ import annotations

import json
import subprocess
import venv
from pathlib import Path

import mlcroissant
from datacite import schema45
from rdflib import RDF, Graph, URIRef

import gliovasc
from conftest import ROOT
from gliovasc.descriptor import open_package

PACKAGE = open_package(ROOT)


def test_datacite_accepts(dist: Path) -> None:
    """A deposit that the repository turns down."""
    schema45.validate(json.loads((dist / "datacite.json").read_text("utf-8")))


def test_schema_org_uses_known_words_only(dist: Path) -> None:
    """A misspelt property is ignored in silence by every search engine."""
    # Its attributes are looked up as words; pytest must not meet it among those of the module.
    from rdflib import SDO

    graph = Graph().parse(dist / "schema-org.jsonld", format="json-ld")
    assert (None, RDF.type, SDO.Dataset) in graph
    properties = {p for p in graph.predicates() if p != RDF.type}
    classes = set(graph.objects(None, RDF.type))
    unknown = [str(word) for word in properties | classes if word not in SDO]
    assert unknown == []
    assert len(list(graph.objects(None, SDO.distribution))) == len(PACKAGE.resources)
    assert all(isinstance(thing, URIRef) for thing in classes)


def test_croissant_accepts_and_reads_the_zip(dist: Path) -> None:
    """Metadata that promises records which no client gets."""
    dataset = mlcroissant.Dataset(jsonld=str(dist / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    assert not issues.warnings
    expected = gliovasc.load(ROOT).effects
    records = list(dataset.records("effects"))
    assert [r["effects/effect_id"].decode() for r in records] == expected.effect_id.tolist()


def test_citation_file_is_valid(dist: Path, tmp_path: Path) -> None:
    """cffconvert holds back other packages, so it gets an environment of its own."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    lock = ROOT / "tests" / "clients" / "cffconvert.lock"
    install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock]
    subprocess.run(install, check=True)
    command = [tmp_path / "env" / "bin" / "cffconvert", "--validate", "-i", dist / "CITATION.cff"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_citation_file_has_the_version_and_date() -> None:
    """A release that asks to be cited as the one before."""
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"version: {PACKAGE.version}\n" in text
    assert f"date-released: {PACKAGE.descriptor['created'][:10]}\n" in text
