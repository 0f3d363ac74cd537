"""Metadata of a release for catalogues: DataCite, schema.org and Croissant."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from gliovasc.descriptor import Package
from gliovasc.release.archive import release_zip, stamped_descriptor

REVIEW_DOI = "10.3969/j.issn.1009-6574.2024.05.001"
AUTHORS = "gliovasc contributors"
ZIP_TYPE = "application/zip"
CROISSANT_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}
# The context that the Croissant 1.0 specification prescribes.
CROISSANT_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def datacite(package: Package) -> bytes:
    """DataCite metadata, schema 4.5, as a repository would deposit it; no DOI is assigned yet."""
    about = package.descriptor
    licence = about["licenses"][0]
    return _json(
        {
            "schemaVersion": "http://datacite.org/schema/kernel-4",
            "identifiers": [],
            "creators": [{"name": AUTHORS, "nameType": "Organizational"}],
            "titles": [{"title": about["title"], "lang": "en"}],
            "publisher": {"name": AUTHORS},
            "publicationYear": _date(package)[:4],
            "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Tabular data package"},
            "version": package.version,
            "language": "en",
            "dates": [{"date": _date(package), "dateType": "Issued"}],
            "subjects": [{"subject": word} for word in about["keywords"]],
            "descriptions": [
                {"description": about["description"], "descriptionType": "Abstract", "lang": "en"}
            ],
            "rightsList": [
                {
                    "rights": licence["title"],
                    "rightsUri": licence["path"],
                    "rightsIdentifier": licence["name"],
                    "rightsIdentifierScheme": "SPDX",
                }
            ],
            "relatedIdentifiers": [
                {
                    "relatedIdentifier": REVIEW_DOI,
                    "relatedIdentifierType": "DOI",
                    "relationType": "IsDerivedFrom",
                    "resourceTypeGeneral": "JournalArticle",
                }
            ],
            "formats": ["text/csv", ZIP_TYPE],
        }
    )


def schema_org(package: Package) -> bytes:
    """A schema.org `Dataset` as JSON-LD, with each table as a distribution."""
    about = package.descriptor
    tables = [
        {
            "@type": "DataDownload",
            "name": resource["name"],
            "description": resource["description"],
            "encodingFormat": resource["mediatype"],
            "contentUrl": resource["path"],
        }
        for resource in package.resources
    ]
    return _json(
        {
            "@context": {"@vocab": "https://schema.org/"},
            "@type": "Dataset",
            "isBasedOn": f"https://doi.org/{REVIEW_DOI}",
            "distribution": tables,
            "inLanguage": "en",
            "isAccessibleForFree": True,
            "keywords": about["keywords"],
            **_described(package),
        }
    )


def croissant(package: Package) -> bytes:
    """Croissant 1.0: the release zip, the tables in it, and their fields with types and keys."""
    archive = f"gliovasc-{package.version}.zip"
    zipped: dict[str, Any] = {
        "@type": "cr:FileObject",
        "@id": archive,
        "name": archive,
        "contentUrl": archive,
        "encodingFormat": ZIP_TYPE,
        "sha256": hashlib.sha256(release_zip(package)).hexdigest(),
    }
    resources = stamped_descriptor(package)["resources"]
    return _json(
        {
            "@context": CROISSANT_CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "citeAs": f"{AUTHORS}. {package.descriptor['title']}. Version {package.version}.",
            **_described(package),
            "distribution": [zipped, *(_file_object(archive, r) for r in resources)],
            "recordSet": [_record_set(package, r) for r in resources],
        }
    )


def _described(package: Package) -> dict[str, Any]:
    """What schema.org and Croissant say alike."""
    about = package.descriptor
    return {
        "name": about["name"],
        "alternateName": about["title"],
        "description": about["description"],
        "version": package.version,
        "datePublished": _date(package),
        "license": about["licenses"][0]["path"],
        "creator": {"@type": "Organization", "name": AUTHORS},
    }


def _file_object(archive: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": resource["path"],
        "name": resource["path"],
        "contentUrl": resource["path"],
        "containedIn": {"@id": archive},
        "encodingFormat": resource["mediatype"],
        "sha256": resource["hash"].removeprefix("sha256:"),
    }


def _record_set(package: Package, resource: dict[str, Any]) -> dict[str, Any]:
    # Foreign keys are left out: readers of Croissant can't load tables that refer to each other.
    name = resource["name"]
    fields = package.schema(resource)["fields"]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": resource["description"],
        "key": {"@id": f"{name}/{fields[0]['name']}"},
        "field": [_field(resource, f) for f in fields],
    }


def _field(resource: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{resource['name']}/{field['name']}",
        "name": field["name"],
        "description": field["description"],
        "dataType": CROISSANT_TYPES[field["type"]],
        "source": {
            "fileObject": {"@id": resource["path"]},
            "extract": {"column": field["name"]},
        },
    }


def _date(package: Package) -> str:
    return str(package.descriptor["created"])[:10]


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
