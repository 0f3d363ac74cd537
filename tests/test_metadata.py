"""Each standard's own validator accepts the metadata of a release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

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


READ_CROISSANT = """
import json, sys, mlcroissant
dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
issues = dataset.metadata.ctx.issues
ids = [record["effects/effect_id"].decode() for record in dataset.records("effects")]
print(json.dumps({"errors": list(issues.errors), "warnings": list(issues.warnings), "ids": ids}))
"""


def test_croissant_accepts_and_reads_the_zip(dist: Path, tmp_path: Path) -> None:
    """Metadata that promises records which no client gets."""
    # A cache of its own: the client knows an unpacked zip by its name, whatever is in it now.
    environment = {**os.environ, "CROISSANT_CACHE": str(tmp_path)}
    command = [sys.executable, "-c", READ_CROISSANT, str(dist / "croissant.json")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["errors"] == said["warnings"] == []
    assert said["ids"] == gliovasc.load(ROOT).effects.effect_id.tolist()


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
