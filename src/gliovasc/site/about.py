"""Home, codebook, vocabularies, biomarkers, search, and how to download and cite."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from gliovasc.citation import TITLE, cite
from gliovasc.report import UnreadableError
from gliovasc.site.findings import finding_of
from gliovasc.site.page import Page, World
from gliovasc.site.prose import latest
from gliovasc.site.records import Records, Row

# Groups of tables, in the order of the codebook.
GROUPS = (
    ("review", ("What the review says, and the words used", "综述结论与词表")),
    ("clinical", ("Clinical evidence", "临床证据")),
    ("mechanism", ("Mechanisms", "机制")),
    ("method", ("How the evidence was gathered", "证据的收集方法")),
    ("derived", ("Built from the other tables", "由其他表生成")),
)
SEARCHED = ("findings", "trials", "agents", "mechanisms", "molecules")
# The question that the home page answers first: endpoints and settings of pooled hazard ratios.
SHOWN = {"vascular_class": "", "model": "random_effects", "measure": "hazard_ratio"}


def about_pages(world: World) -> Iterator[Page]:
    """The pages that say what there is."""
    title = ("Anti-angiogenic therapy of glioma, as data", "胶质瘤抗血管生成治疗数据集")
    yield Page("index.html", "home.html", title, _home(world), "home")
    content: dict[str, Any] = {"groups": _groups(world)}
    yield Page("codebook.html", "codebook.html", ("Codebook", "数据字典"), content, "codebook")
    title = ("Vocabularies", "词表")
    content = {"vocabularies": _vocabularies(world.records)}
    yield Page("vocabularies.html", "vocabularies.html", title, content, "codebook")
    title = ("Biomarkers", "生物标志物")
    yield Page("biomarkers.html", "biomarkers.html", title, _biomarkers(world.records), "trials")
    content = {"entries": [(t, row) for t in SEARCHED for row in world.records[t]]}
    yield Page("search.html", "search.html", ("Search", "搜索"), content)
    title = ("Download and cite", "下载与引用")
    yield Page("download.html", "download.html", title, _download(world), "download")


def _home(world: World) -> dict[str, Any]:
    records = world.records
    rows = sorted(records["findings"], key=lambda row: (row["review_sentence"], row["finding_id"]))
    return {
        "findings": [finding_of(records, row) for row in rows],
        "counts": _counts(records),
        "pooled": _pooled(records),
        "change": _latest_change(world),
        "text": cite(world.ds, []),
    }


def _counts(records: Records) -> dict[str, int]:
    """How much there is. Parts of a trial and analyses over several do not count patients twice."""
    own = [
        trial
        for trial in records["trials"]
        if not trial["parent_trial_id"] and trial["study_type"] == "interventional"
    ]
    return {
        "trials": len(records["trials"]),
        "randomised": sum(int(trial["n_randomised"] or 0) for trial in own),
        "references": len(records["references"]),
        "mechanisms": len(records["mechanisms"]),
        "numbers": sum(len(records[name]) for name in ("outcomes", "effects", "adverse_events")),
    }


def _pooled(records: Records) -> list[Row]:
    """Pooled hazard ratios over all classes and designs, survival first."""
    rows = [
        row
        for row in records["pooled_effects"]
        if all(row.get(column, value) == value for column, value in SHOWN.items())
        and row["pooled_effect_id"] == _plain_key(row)
    ]
    return sorted(rows, key=lambda row: (row["endpoint"], row["setting"]))


def _plain_key(row: Row) -> str:
    """Key of a pooled result without restriction to a design of trials."""
    return "-".join(word for word in (row["endpoint"], row["setting"], row["model"]) if word)


def _latest_change(world: World) -> tuple[str, str]:
    try:
        return latest(world.package.read("CHANGELOG.md").decode("utf-8"))
    except UnreadableError:
        return "", ""


def _groups(world: World) -> list[dict[str, Any]]:
    found = []
    for group, title in GROUPS:
        resources = [r for r in world.package.resources if r["group"] == group]
        tables = [_table(world, resource) for resource in resources]
        found.append({"name": group, "title": title, "tables": tables})
    return found


def _table(world: World, resource: dict[str, Any]) -> dict[str, Any]:
    schema = world.package.schema(resource)
    targets = {
        key["fields"][0]: key["reference"]["resource"] or resource["name"]
        for key in schema.get("foreignKeys", [])
    }
    rows = len(world.tables[resource["name"]].frame)
    return {"resource": resource, "schema": schema, "targets": targets, "rows": rows}


def _vocabularies(records: Records) -> list[tuple[str, list[Row]]]:
    rows = sorted(records["terms"], key=lambda row: row["vocabulary"])
    return [(name, list(words)) for name, words in groupby(rows, lambda row: row["vocabulary"])]


def _biomarkers(records: Records) -> dict[str, Any]:
    rows = records["biomarkers"]
    return {
        "rows": sorted(rows, key=lambda row: (row["marker"].casefold(), row["biomarker_id"])),
        "options": {
            "marker_type": sorted({row["marker_type"] for row in rows} - {""}),
            "role": sorted({row["role"] for row in rows} - {""}),
        },
    }


def _download(world: World) -> dict[str, Any]:
    ds = world.ds
    forms = {form: cite(ds, [], form) for form in ("bibtex", "ris")}
    forms["apa"] = f"gliovasc contributors. ({ds.created[:4]}). {TITLE} (Version {ds.version})"
    forms["apa"] += " [Data set]."
    return {"forms": forms, "groups": _groups(world)}
