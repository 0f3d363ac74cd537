"""Mint keys: of references from author and year, of rows from what they describe."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, product
from string import ascii_lowercase

from gliovasc.curation.raw import Row

HANDLE_FIELDS = {"pmid": "pmid", "doi": "doi", "pmc": "pmcid", "nct": "registry_id", "url": "url"}


def handles(reference: Row) -> list[str]:
    """The names under which raw rows may cite a reference: `pmid:…`, `doi:…`, `nct:…`, `url:…`."""
    stated = [f"{k}:{reference[f]}" for k, f in HANDLE_FIELDS.items() if f in reference]
    if "doi" in reference:
        stated.append("doi:" + reference["doi"].lower())
    return [*stated, *([reference["source"]] if "source" in reference else [])]


def slug(text: str, keep: str = "a-z0-9") -> str:
    """Lower-case ASCII with runs of other characters turned into one hyphen."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(rf"[^{keep}]+", "-", ascii_text.lower()).strip("-")


def reference_base(reference: Row) -> str:
    """`chinot2014`; without an author the registry number, or container and year."""
    if reference.get("kind") == "registry_record" and "registry_id" in reference:
        return slug(reference["registry_id"]).replace("-", "")
    first = reference.get("authors", "").split(";")[0].strip()
    words = first.split()
    surname = " ".join(words[:-1]) if len(words) > 1 and words[-1].isupper() else first
    named = (
        surname,
        reference.get("container_title"),
        reference.get("pmcid"),
        reference.get("title"),
    )
    slugs = (slug(name).replace("-", "") for name in named if name)
    return next((s for s in slugs if s), "anonymous")[:24] + reference.get("year", "")


def known_names(reference: Row) -> list[str]:
    """What a reference is recognised by in earlier states: handles first, kind and title last.

    A reference that had no identifier when its key was minted may have one now.
    """
    title = slug(reference.get("title", "")) or slug(reference.get("container_title", ""))
    stated = handles({k: v for k, v in reference.items() if k != "source"})
    return [*stated, f"title:{reference.get('kind', '')}:{title}"]


def names_in_use(references: Iterable[Row]) -> dict[str, str]:
    """Names and keys of the references of an earlier state: a key is never given anew.

    A title recognises only a reference that has nothing better.
    """
    taken: dict[str, str] = {}
    for reference in references:
        names = known_names(reference)
        taken |= dict.fromkeys(names[:-1] or names, reference["reference_id"])
    return taken


def mint_references(references: Iterable[Row], taken: dict[str, str]) -> Iterator[tuple[str, Row]]:
    """Give each reference its key; `taken` maps the names of earlier releases to their keys."""
    used = set(taken.values())
    given: set[str] = set()
    for reference in references:
        known = [taken[name] for name in known_names(reference) if name in taken]
        again = next((key for key in known if key not in given), None)
        key = again or _free(reference_base(reference), used)
        used.add(key)
        given.add(key)
        yield key, reference


def _free(base: str, used: set[str]) -> str:
    """`base`, `baseb` … `basez`, `baseaa` …: the first that is free."""
    longer = ("".join(pair) for pair in product(ascii_lowercase, repeat=2))
    suffixes = chain(["", *ascii_lowercase[1:]], longer)
    return next(base + suffix for suffix in suffixes if base + suffix not in used)


def mint_rows(rows: list[Row], key: str, parts: Iterable[str]) -> None:
    """Fill the column `key` of rows from their columns `parts`; equal keys are numbered."""
    seen: Counter[str] = Counter()
    for row in rows:
        base = "-".join(slug(row[p], "a-z0-9_.") for p in parts if row.get(p))
        seen[base] += 1
        row[key] = base if seen[base] == 1 else f"{base}-{seen[base]}"


def fullest(rows: list[Row], parts: Iterable[str]) -> list[Row]:
    """Of rows alike in `parts` the one with most filled cells, the first of equals."""
    chosen: dict[tuple[str | None, ...], Row] = {}
    for row in rows:
        what = tuple(row.get(part) for part in parts)
        if what not in chosen or len(row) > len(chosen[what]):
            chosen[what] = row
    return list(chosen.values())


def name_quantities(rows: list[Row], what: tuple[str, ...], scope: tuple[str, ...]) -> None:
    """Fill `quantity_id`: rows alike in `what`, and in `scope` as far as both state it, share one.

    Two rows of one source are two quantities: a source doesn't print one number twice.
    """
    groups: dict[str, list[list[Row]]] = {}
    for row in sorted(rows, key=lambda r: -sum(bool(r.get(s)) for s in scope)):
        base = "-".join(slug(row[p], "a-z0-9_.") for p in what if row.get(p))
        clusters = groups.setdefault(base, [])
        home = next((c for c in clusters if all(_alike(row, other, scope) for other in c)), None)
        if home is None:
            clusters.append([row])
        else:
            home.append(row)
    for base, clusters in groups.items():
        for number, cluster in enumerate(clusters, start=1):
            for row in cluster:
                row["quantity_id"] = base if number == 1 else f"{base}-{number}"


def _alike(a: Row, b: Row, scope: tuple[str, ...]) -> bool:
    if a["reference_id"] == b["reference_id"]:
        return False
    # Who leaves the population open speaks of all patients, not of those with a marker.
    part = [row.get("population") == "biomarker_evaluable" for row in (a, b)]
    if part[0] != part[1]:
        return False
    return all(not a.get(s) or not b.get(s) or a[s] == b[s] for s in scope)
