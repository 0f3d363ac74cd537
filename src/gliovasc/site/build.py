"""Write the whole site into a folder, or leave the folder as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gliovasc.citation import bibliography
from gliovasc.descriptor import DESCRIPTOR, Package
from gliovasc.site import figures, links
from gliovasc.site.about import about_pages
from gliovasc.site.addresses import anchor
from gliovasc.site.agents import agent_pages
from gliovasc.site.chinese import in_chinese
from gliovasc.site.findings import finding_pages
from gliovasc.site.forest import Plots, drawings, forest_page
from gliovasc.site.mechanisms import mechanism_pages
from gliovasc.site.mentions import Mentions
from gliovasc.site.page import Page, World
from gliovasc.site.prose import inline
from gliovasc.site.references import reference_pages
from gliovasc.site.trials import trial_pages
from gliovasc.site.words import LANGUAGES, Words

ASSETS = ("site.css", "site.js")
# English pages stand at the root, Chinese ones in a folder with the same names.
FOLDER = {"en": "", "zh": "zh/"}
BIBLIOGRAPHIES = {"bib": "bibtex", "ris": "ris", "txt": "text"}


def build(package: Package, out: Path) -> list[Path]:
    """Build the site into `out`; returns the files written.

    Everything is made in a temporary folder first and then renamed, so that an interrupted build
    leaves no half-written site. Raises UnreadableError if the package can't be read.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=".site-") as folder:
        stage = Path(folder) / "site"
        for path, content in _content(World(package)):
            target = stage / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if out.exists():
            shutil.rmtree(out)
        stage.replace(out)
    return sorted(path for path in out.rglob("*") if path.is_file())


def _content(world: World) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file."""
    plots = Plots(world.ds)
    pages = list(_pages(world, plots))
    for language in LANGUAGES:
        words = Words(world.records, language)
        environment = _environment(world, words)
        for page in pages:
            yield FOLDER[language] + page.path, _render(environment, page, language)
        for path, svg in drawings(plots, language, lambda e, w=words: w.label("endpoint", e)):
            yield FOLDER[language] + path, svg
    for name in ASSETS:
        yield f"assets/{name}", files("gliovasc.site").joinpath("assets", name).read_bytes()
    yield from _downloads(world)


def _pages(world: World, plots: Plots) -> Iterator[Page]:
    yield from about_pages(world)
    yield from finding_pages(world, plots)
    yield from trial_pages(world)
    yield forest_page(plots)
    yield from mechanism_pages(world)
    yield from agent_pages(world)
    yield from reference_pages(world)


def _downloads(world: World) -> Iterator[tuple[str, bytes]]:
    """The package itself, and its references for reference managers."""
    package = world.package
    paths = {r["path"] for r in package.resources} | {r["schema"] for r in package.resources}
    for path in sorted(paths):
        yield f"package/{path}", package.read(path)
    descriptor = json.dumps(package.descriptor, indent=2, ensure_ascii=False) + "\n"
    yield f"package/{DESCRIPTOR}", descriptor.encode("utf-8")
    for ending, form in BIBLIOGRAPHIES.items():
        yield f"package/references.{ending}", bibliography(world.ds, form).encode("utf-8")


def _environment(world: World, words: Words) -> Environment:
    environment = Environment(
        loader=PackageLoader("gliovasc.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"compact_json": _compact_json, "inline": inline}
    environment.globals |= {
        "language": words.language,
        "t": words.t,
        "label": words.label,
        "definition": words.definition,
        "name": words.name,
        "address": world.addresses.of,
        "anchor": anchor,
        "records": world.records,
        "figures": figures,
        "links": links,
        "in_chinese": in_chinese,
        "mentions": Mentions(world.records).split,
        "version": world.package.version,
        "created": str(world.package.descriptor.get("created", ""))[:10],
    }
    return environment


def _compact_json(value: Any) -> Markup:
    """JSON for a script element: no character in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _render(environment: Environment, page: Page, language: str) -> bytes:
    up = "../" * page.path.count("/")
    root = up + "../" * FOLDER[language].count("/")
    other = next(code for code in LANGUAGES if code != language)
    rendered = environment.get_template(page.template).render(
        page.content,
        title=page.title[LANGUAGES.index(language)],
        section=page.section,
        up=up,
        root=root,
        other=other,
        counterpart=root + FOLDER[other] + page.path,
    )
    return _without_blank_lines(rendered).encode("utf-8")


def _without_blank_lines(html: str) -> str:
    """Templates leave blank lines and indents behind; code examples have neither."""
    return "\n".join(line for line in html.splitlines() if line.strip()) + "\n"
