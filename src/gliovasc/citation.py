"""Cite the dataset and the primary studies behind rows: as text, BibTeX or RIS."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from gliovasc.tables import Dataset

TITLE = "gliovasc: anti-angiogenic therapy and therapeutic resistance in glioma"
BIBTEX_KINDS = {"journal_article": "article", "review": "article", "meta_analysis": "article"}
RIS_KINDS = {
    "journal_article": "JOUR",
    "review": "JOUR",
    "meta_analysis": "JOUR",
    "conference_abstract": "CPAPER",
    "news": "NEWS",
    "preprint": "UNPB",
}
# Field of `references`, BibTeX field, RIS tag.
FIELDS = (
    ("title", "title", "TI"),
    ("container_title", "journal", "JO"),
    ("year", "year", "PY"),
    ("volume", "volume", "VL"),
    ("issue", "number", "IS"),
    ("pages", "pages", "SP"),
    ("doi", "doi", "DO"),
    ("pmid", "pmid", "AN"),
    ("pmcid", "pmcid", "C2"),
    ("url", "url", "UR"),
)
# Characters with a meaning of their own in TeX.
TEX = str.maketrans({c: f"\\{c}" for c in "&%$#_"} | {"{": r"\{", "}": r"\}"})

Reference = dict[str, str]


def cite(ds: Dataset, rows: pd.DataFrame | Iterable[str], form: str = "text") -> str:
    """Citations of the dataset and of every reference behind some rows.

    `rows` is a frame with the column `reference_id` (any rows of any table with provenance), or
    keys of references; `form` is `text`, `bibtex` or `ris`. One citation per line or block, the
    dataset first, then the primary studies by key.

    Raises ValueError for a form or a reference that does not exist, or rows without `reference_id`.
    """
    if form not in FORMS:
        raise ValueError(f"no form {form}; use one of {', '.join(FORMS)}")
    keys = _keys(rows)
    references = _references(ds)
    unknown = sorted(keys - set(references))
    if unknown:
        raise ValueError(f"no reference {unknown[0]}; take keys from the table references")
    chosen = [_dataset(ds), *(references[key] for key in sorted(keys))]
    joint = "\n" if form == "text" else "\n\n"
    return joint.join(FORMS[form](reference) for reference in chosen)


def bibliography(ds: Dataset, form: str) -> str:
    """All references in one form, the dataset first."""
    return cite(ds, ds.references, form) + "\n"


def _keys(rows: pd.DataFrame | Iterable[str]) -> set[str]:
    if not isinstance(rows, pd.DataFrame):
        return set(rows)
    if "reference_id" not in rows:
        raise ValueError("the rows have no column reference_id; cite rows of a table that has it")
    return set(rows["reference_id"].dropna())


def _references(ds: Dataset) -> dict[str, Reference]:
    frame = ds.references.astype("string").fillna("")
    rows = [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]
    return {row["reference_id"]: row for row in rows}


def _dataset(ds: Dataset) -> Reference:
    return {
        "reference_id": f"gliovasc{ds.version.replace('.', '_')}",
        "kind": "dataset",
        "authors": "gliovasc contributors",
        "title": f"{TITLE}. Version {ds.version}",
        "year": ds.created[:4],
    }


def _text(reference: Reference) -> str:
    names = reference.get("authors", "").replace("; ", ", ")
    parts = [names, reference.get("title", ""), reference.get("container_title", "")]
    place = reference.get("year", "")
    if reference.get("volume"):
        place += f";{reference['volume']}"
        place += f"({reference['issue']})" if reference.get("issue") else ""
        place += f":{reference['pages']}" if reference.get("pages") else ""
    known = ("doi", "pmid", "pmcid")
    found = [f"{name.upper()} {reference[name]}" for name in known if reference.get(name)]
    found = found or [reference[n] for n in ("registry_id", "url") if reference.get(n)][:1]
    return ". ".join(part.rstrip(".") for part in [*parts, place, *found] if part) + "."


def _bibtex(reference: Reference) -> str:
    kind = BIBTEX_KINDS.get(reference["kind"], "misc")
    lines = [f"@{kind}{{{reference['reference_id']},"]
    if reference.get("authors"):
        names = [_bibtex_name(name) for name in reference["authors"].split("; ")]
        lines.append(f"  author = {{{' and '.join(names)}}},")
    for name, field, _ in FIELDS:
        if reference.get(name):
            raw = name in ("doi", "url")
            value = reference[name] if raw else reference[name].translate(TEX)
            lines.append(f"  {field} = {{{value}}},")
    return "\n".join([*lines, "}"])


def _bibtex_name(name: str) -> str:
    """`Chinot OL` as `Chinot, O L`; `et al` as `others`; an organisation in braces."""
    if name == "et al":
        return "others"
    surname, _, initials = name.rpartition(" ")
    if surname and initials.isupper() and len(initials) <= 4:
        return f"{surname.translate(TEX)}, {' '.join(initials)}"
    return "{" + name.translate(TEX) + "}"


def _ris(reference: Reference) -> str:
    default = "DATA" if reference["kind"] == "dataset" else "GEN"
    kind = RIS_KINDS.get(reference["kind"], default)
    lines = [f"TY  - {kind}", f"ID  - {reference['reference_id']}"]
    authors = [a for a in reference.get("authors", "").split("; ") if a and a != "et al"]
    lines += [f"AU  - {author}" for author in authors]
    lines += [f"{tag}  - {reference[name]}" for name, _, tag in FIELDS if reference.get(name)]
    return "\n".join([*lines, "ER  - "])


FORMS: dict[str, Callable[[Reference], str]] = {"text": _text, "bibtex": _bibtex, "ris": _ris}
