"""The codebook: every table and field, from the schemas."""

from __future__ import annotations

from typing import Any

from gliovasc.descriptor import Package

HEAD = """# Codebook

Built from the schemas by `python scripts/docs.py`; don't edit it. Every table has a key in its
first column. An empty cell means "not stated in what was read". Numbers keep their printed digits.
The words of a vocabulary are explained in [data/terms.csv](../data/terms.csv).
"""
GROUPS = {
    "review": "What the review says, and the words used",
    "clinical": "Clinical evidence",
    "mechanism": "Mechanisms",
    "method": "How the evidence was gathered",
    "derived": "Built from the other tables",
}


def codebook(package: Package) -> str:
    """Markdown text of the whole codebook."""
    parts = [HEAD]
    for group, title in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_table(package, r) for r in package.resources if r["group"] == group]
    return "\n".join(parts)


def _table(package: Package, resource: dict[str, Any]) -> str:
    schema = package.schema(resource)
    targets = {
        key["fields"][0]: key["reference"]["resource"] or resource["name"]
        for key in schema.get("foreignKeys", [])
    }
    lines = [
        f"### {resource['name']}",
        "",
        f"{schema['description']} File: `{resource['path']}`.",
        "",
        "| field | type | description | example |",
        "|---|---|---|---|",
    ]
    lines += [_field(f, targets.get(f["name"])) for f in schema["fields"]]
    return "\n".join(lines) + "\n"


def _field(field: dict[str, Any], target: str | None) -> str:
    constraints = field.get("constraints", {})
    kind = field["type"] + (", required" if constraints.get("required") else "")
    more = []
    if target:
        more.append(f"Key of [{target}](#{target}).")
    if "vocabulary" in field:
        words = ", ".join(f"`{word}`" for word in constraints["enum"])
        more.append(f"Vocabulary `{field['vocabulary']}`: {words}.")
    text = " ".join([field["description"], *more]).replace("|", "\\|")
    return f"| `{field['name']}` | {kind} | {text} | {field['example']} |"
