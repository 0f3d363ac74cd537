"""The site in a real browser: it loads, links, filters, switches, fits a phone, and is readable."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

import gliovasc
from conftest import ROOT, need, path_of
from gliovasc.descriptor import open_package
from gliovasc.pooling import contrasts
from gliovasc.site import figures
from gliovasc.site.build import build
from gliovasc.site.chinese import in_chinese
from gliovasc.site.forest import Choice, subgroups_alike
from gliovasc.site.mentions import Mentions
from gliovasc.site.prose import latest
from gliovasc.site.records import Records
from gliovasc.tables import Tables

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Entity pages of a kind are alike: of each folder so many are loaded, the heaviest among them.
SAMPLE = 5
# One page of each kind.
KINDS = [
    "index.html",
    "findings.html",
    "findings/pfs-prolonged.html",
    "trials.html",
    "trials/avaglio.html",
    "forest.html",
    "mechanisms.html",
    "mechanisms/invasion.html",
    "molecules.html",
    "molecules/vegfa.html",
    "agents.html",
    "agents/bevacizumab.html",
    "references.html",
    "discrepancies.html",
    "codebook.html",
    "search.html",
    "download.html",
]
AXE = {"resultTypes": ["violations"]}
# Rows of one list are alike: axe looks at the first of each, or it would take minutes.
FEWER_ROWS = """document.querySelectorAll("tbody, ul, ol").forEach(list =>
    [...list.children].slice(12).forEach(row => row.remove()))"""
PHONE = {"width": 375, "height": 740}
LARGEST_PAGE = 1_500_000
LARGEST_HOME = 300_000


# Templates quote with double quotes, and text has none that are not escaped.
ATTRIBUTE = re.compile(r'[\s](id|href|src)="([^"]*)"')
LOADED = re.compile(r'(?:<link rel="stylesheet" href|\ssrc)="([^"]+)"')


class Links:
    """Ids, addresses of links, and what a page loads."""

    def __init__(self, html: str) -> None:
        found: dict[str, list[str]] = defaultdict(list)
        for name, value in ATTRIBUTE.findall(html):
            found[name].append(unescape(value))
        self.ids = Counter(found["id"])
        self.targets = set(found["href"])
        self.assets = set(map(unescape, LOADED.findall(html)))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once."""
    out = tmp_path_factory.mktemp("site") / "site"
    build(open_package(ROOT), out)
    return out


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, Links]:
    """Every page with its ids and links."""
    pages = sorted(site.rglob("*.html"))
    return {path.resolve(): Links(path.read_text("utf-8")) for path in pages}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = need("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that fails the test on a console error or a request that leaves the site."""
    context = browser.new_context()
    opened = context.new_page()
    wrong = watch(opened)
    yield opened
    context.close()
    assert not wrong


def watch(page: Page) -> list[str]:
    """What goes wrong on a page from now on."""
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:")) else wrong.append(r.url),
    )
    # A change of language leaves the page before its script has come: that is no failure.
    page.on(
        "requestfailed",
        lambda r: None if r.failure == "net::ERR_ABORTED" else wrong.append(f"{r.url} failed"),
    )
    return wrong


def test_two_builds_are_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """A site that changes with the clock or the order of sets can't be proven current."""
    again = tmp_path / "again"
    command = [sys.executable, "scripts/site.py", "--out", str(again)]
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    first = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    second = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert first.keys() == second.keys()
    assert [path for path, content in first.items() if second[path] != content] == []


def test_every_link_leads_somewhere(site: Path, parsed: dict[Path, Links]) -> None:
    """A row that can't be reached."""
    broken = set()
    for path, links in parsed.items():
        for target in links.targets | links.assets:
            if re.match(r"(https?|data):", target):
                continue
            file, _, fragment = target.partition("#")
            place = (path.parent / unquote(file.partition("?")[0])).resolve() if file else path
            inside = place.is_file() and place.is_relative_to(site.resolve())
            if not inside or (fragment and unquote(fragment) not in parsed[place].ids):
                broken.add((path.name, target))
    assert sorted(broken)[:5] == []


def test_no_page_has_an_id_twice(parsed: dict[Path, Links]) -> None:
    """An address that leads to two places."""
    twice = [
        (path.name, name)
        for path, links in parsed.items()
        for name, count in links.ids.items()
        if count > 1
    ]
    assert twice[:5] == []


def test_every_row_with_a_place_is_shown(site: Path, parsed: dict[Path, Links]) -> None:
    """A row of the tables that no reader of the site can find."""
    ds = gliovasc.load(ROOT)
    shown = {name for path, links in parsed.items() if "zh" not in path.parts for name in links.ids}
    tables = ("outcomes", "effects", "adverse_events", "biomarkers", "arms", "trial_endpoints")
    tables += ("mechanism_evidence", "strategies", "vascular_measurements", "references")
    tables += ("regulatory_decisions", "agent_targets", "discrepancies", "trials", "terms")
    missing = [
        f"{table}:{key}"
        for table in tables
        for key in ds[table].iloc[:, 0]
        if f"{table}:{key}" not in shown
    ]
    assert missing[:5] == []


def test_weights(site: Path, parsed: dict[Path, Links]) -> None:
    """A page that a phone can't load."""
    for path, links in parsed.items():
        loaded = {(path.parent / asset).resolve() for asset in links.assets}
        drawn = sorted(a.stat().st_size for a in loaded if a.suffix == ".svg")
        # Of the forest plots one is shown at a time, and none is loaded before.
        others = sum(a.stat().st_size for a in loaded if a.suffix != ".svg")
        weight = path.stat().st_size + others + sum(drawn[-1:])
        assert weight < (LARGEST_HOME if path.name == "index.html" else LARGEST_PAGE), path


def sample(site: Path) -> list[Path]:
    """All pages at the root of a language, and some of each folder."""
    pages: list[Path] = []
    for folder in sorted({path.parent for path in site.rglob("*.html")}):
        inside = sorted(folder.glob("*.html"))
        if folder not in (site, site / "zh"):
            heaviest = max(inside, key=lambda path: path.stat().st_size)
            inside = [heaviest, *inside[:: len(inside) // SAMPLE + 1]]
        pages += inside
    return pages


def test_pages_load_and_fit_a_phone(site: Path, browser: Browser) -> None:
    """Console errors, outside requests, and pages that scroll sideways."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    wrong = watch(page)
    wide = []
    for path in sample(site):
        page.goto(path.as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(str(path.relative_to(site)))
    context.close()
    assert not wrong
    assert not wide


@pytest.mark.parametrize(
    ("folder", "scheme", "kinds"),
    [
        ("", "light", KINDS[::2]),
        ("", "dark", KINDS[1::2]),
        ("zh", "light", KINDS[1::4]),
        ("zh", "dark", KINDS[::4]),
    ],
)
def test_nothing_serious_for_axe(
    site: Path, browser: Browser, folder: str, scheme: Any, kinds: list[str]
) -> None:
    """Contrast, names, landmarks, tables: what readers with a screen reader rely on."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    axe = Axe()
    found: dict[str, list[str]] = defaultdict(list)
    for kind in kinds:
        page.goto((site / folder / kind).as_uri())
        page.evaluate(FEWER_ROWS)
        for violation in axe.run(page, options=AXE).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                place = violation["nodes"][0]["html"][:120]
                found[violation["id"]].append(f"{kind}: {place}")
    context.close()
    assert not found


def test_trials_are_found_and_filtered(site: Path, page: Page) -> None:
    """Search finds, filters filter, the address keeps the choice."""
    page.goto((site / "trials.html").as_uri())
    rows = page.locator("#trials tbody tr:visible")
    every = rows.count()
    page.get_by_label("Search", exact=True).fill("avaglio")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Clear filters").click()
    expect(rows).to_have_count(every)
    page.get_by_label("Phase").select_option("3")
    page.get_by_label("Agent").select_option("bevacizumab")
    some = rows.count()
    assert 0 < some < every
    assert "phase=3" in page.url
    page.reload()
    expect(rows).to_have_count(some)
    page.get_by_label("Search", exact=True).fill("no such trial")
    expect(page.get_by_text("Nothing fits")).to_be_visible()


def test_trials_are_filtered_by_year(site: Path, page: Page) -> None:
    """Both ends of a range count."""
    page.goto((site / "trials.html").as_uri())
    page.get_by_label("From year").select_option("2009")
    page.get_by_label("To year").select_option("2012")
    years = page.locator("#trials tbody tr:visible td:nth-child(2)").all_text_contents()
    assert years
    assert all(2009 <= int(year) <= 2012 for year in years)


def test_a_column_sorts_both_ways(site: Path, page: Page) -> None:
    """Numbers sort as numbers, and empty cells come last."""
    page.goto((site / "trials.html").as_uri())
    button = page.get_by_role("button", name="Year", exact=True)
    cells = page.locator("#trials tbody td:nth-child(2)")
    button.click()
    rising = [int(text) for text in cells.all_text_contents() if text]
    button.click()
    falling = [int(text) for text in cells.all_text_contents() if text]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)


def test_forest_plots_can_be_chosen(site: Path, page: Page) -> None:
    """A choice shows its plot, an address leads to it, and nothing leads nowhere."""
    page.goto((site / "forest.html").as_uri())
    page.get_by_label("Question").select_option("overall_survival-hazard_ratio")
    page.get_by_label("Class or agent").select_option("agent:bevacizumab")
    shown = page.locator(".plot:visible")
    expect(shown).to_have_count(1)
    assert page.url.endswith("#overall_survival-hazard_ratio-bevacizumab")
    estimate = shown.locator("tbody.pooled b").first.text_content()
    pooled = gliovasc.pool(gliovasc.load(ROOT), endpoint="overall_survival", agent="bevacizumab")
    assert pooled is not None
    assert estimate == f"{pooled.ratio()[0]:.2f}"
    image = shown.locator("img")
    image.scroll_into_view_if_needed()
    page.wait_for_function("element => element.naturalWidth > 0", arg=image.element_handle())
    page.reload()
    expect(page.get_by_label("Class or agent")).to_have_value("agent:bevacizumab")


def test_every_choice_of_forest_plots_shows_one(site: Path, page: Page) -> None:
    """A combination that can be chosen and shows nothing."""
    page.goto((site / "forest.html").as_uri())
    keys = page.evaluate(
        "JSON.parse(document.getElementById('choices').textContent).map(c => c[5])"
    )
    assert len(keys) == len(set(keys))
    for key in keys:
        page.evaluate("key => { location.hash = key; }", key)
        expect(page.locator(".plot:visible")).to_have_count(1)


def test_language_switches_and_is_remembered(site: Path, page: Page) -> None:
    """A reader who chose Chinese stays with it, at the same row."""
    page.goto((site / "trials" / "avaglio.html").as_uri() + "#effects")
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**/zh/trials/avaglio.html?lang=zh#effects")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.goto((site / "agents.html").as_uri())
    page.wait_for_url("**/zh/agents.html")
    expect(page.get_by_role("link", name="贝伐珠单抗").first).to_be_visible()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/site/agents.html?lang=en")


def test_an_address_can_ask_for_a_language(site: Path, page: Page) -> None:
    """A link that somebody shares."""
    page.goto((site / "findings.html").as_uri() + "?lang=zh")
    page.wait_for_url("**/zh/findings.html?lang=zh")


def test_the_head_searches_the_site(site: Path, page: Page) -> None:
    """From any page to any entity."""
    page.goto((site / "trials" / "avaglio.html").as_uri())
    page.get_by_label("Search the site").fill("vegfa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=vegfa")
    page.locator("#entries a:visible", has_text="VEGFA").first.click()
    page.wait_for_url("**/molecules/*.html")


def test_dark_and_light_switch(site: Path, page: Page) -> None:
    """The choice outlasts the page."""
    page.goto((site / "index.html").as_uri())
    page.locator(".theme").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto((site / "trials.html").as_uri())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    assert dark != "rgb(255, 255, 255)"


def test_copy_button_says_so(site: Path, page: Page) -> None:
    """A button that seems to do nothing."""
    page.goto((site / "download.html").as_uri())
    page.get_by_role("button", name="Copy BibTeX").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()


def test_a_row_offers_its_address(site: Path, page: Page) -> None:
    """A row that can be linked to, if one knew how."""
    page.goto((site / "trials" / "avaglio.html").as_uri())
    row = page.locator("tr[id^='effects:']").first
    row.hover()
    row.get_by_role("link", name="Link to this row").click()
    assert page.evaluate("decodeURIComponent(location.hash)") == f"#{row.get_attribute('id')}"


def test_everything_is_there_without_scripts(site: Path, browser: Browser) -> None:
    """Search engines, old browsers, careful readers."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "forest.html").as_uri())
    assert page.locator(".plot:visible").count() > 1
    page.goto((site / "trials.html").as_uri())
    assert page.locator("#trials tbody tr:visible").count() > 1
    context.close()


def test_text_of_tables_is_escaped(minimal: Path, tmp_path: Path) -> None:
    """A title or an address that would run as a script."""
    attack, address = "<script>alert(1)</script>", "javascript:alert(1)"
    for table in ("trials", "references"):
        path = path_of(minimal, table)
        text = path.read_text("utf-8").replace("A made-up", attack)
        # The record of the second trial has an address instead of its registry number.
        path.write_text(text.replace("NCT00000001,,,,", f",{address},,,"), "utf-8")
    build(open_package(minimal), tmp_path / "site")
    listed = (tmp_path / "site" / "trials.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in listed
    for page in (tmp_path / "site").rglob("*.html"):
        html = page.read_text("utf-8")
        assert attack not in html
        assert f'href="{address}' not in html


def test_a_package_of_few_rows_has_a_site(minimal: Path, tmp_path: Path) -> None:
    """Pages must not lean on rows that stand in the tables today."""
    build(open_package(minimal), tmp_path / "site")
    assert (tmp_path / "site" / "zh" / "index.html").is_file()


def test_an_interrupted_build_leaves_the_old_site(minimal: Path, tmp_path: Path) -> None:
    """Half a site is worse than last week's."""
    out = tmp_path / "site"
    out.mkdir()
    (out / "index.html").write_text("old")
    (minimal / "data" / "references.csv").unlink()
    (minimal / "schemas" / "references.json").unlink()
    with pytest.raises(gliovasc.UnreadableError):
        build(open_package(minimal), out)
    assert (out / "index.html").read_text() == "old"
    assert list(tmp_path.glob(".site-*")) == []


def test_subgroups_that_mean_the_same_are_pooled() -> None:
    """Patients of one kind in several trials, and nobody else."""
    ds = gliovasc.load(ROOT)
    trials = ["avaglio", "rtog-0825"]
    whole = ds.effects.subgroup_id.isna() & ds.effects.trial_id.isin(trials)
    named = ds.effects.subgroup_id.mask(whole, ds.effects.trial_id)
    ds._typed["effects"] = ds.effects.assign(subgroup_id=named)
    facts = {
        "subgroup_id": trials,
        "dimension": "mgmt",
        "level": ">= 8 %",
        "cutoff": "",
        "unit": "",
    }
    ds._typed["subgroups"] = pd.DataFrame(facts)
    question = ("overall_survival", "hazard_ratio")
    alike = subgroups_alike(ds, *question)
    assert alike == {"mgmt|>= 8 %": set(trials)}
    assert set(contrasts(ds, *question, set(trials)).trial_id) == set(trials)
    choice = Choice("overall_survival", "", "hazard_ratio", "", "", "mgmt|>= 8 %", "")
    assert choice.key == "overall_survival-hazard_ratio-mgmt_u3eu3d_8_u25"


def test_places_on_the_axis() -> None:
    """1 is in the middle, and what is off the axis stays on its end."""
    assert figures.place(1) == 50
    assert figures.place(100) == 100
    assert figures.whisker("0.5", "", "") == (figures.place(0.5),) * 3
    assert figures.whisker("", "", "") is None
    assert figures.whisker("0", "0", "1") is None


def test_newest_entry_of_the_changelog() -> None:
    """The entry is data: it is escaped, its links lose their target."""
    text = "# Changelog\n\n## 2 (now)\n\n- a `b` <i>\n  [c](d.md)\n\n## 1\n\n- old\n"
    assert latest(text) == ("2 (now)", "<ul><li>a <code>b</code> &lt;i&gt; c</li></ul>")
    assert latest("nothing") == ("", "")


def test_verdicts_are_told_in_chinese() -> None:
    """A key figure that was reworded in the library and stays English on the Chinese pages."""
    ds = gliovasc.load(ROOT)
    keys = [*ds.trials.trial_id, *ds.findings.finding_id]
    known = re.compile("|".join(sorted(map(re.escape, keys), key=len, reverse=True)))
    for row in ds.finding_assessments.itertuples():
        for text in (row.key_figures, row.explanation):
            rest = known.sub("", in_chinese(text))
            assert not re.search(r"[A-Za-z]{3,}", rest), (row.finding_id, rest)


def test_mentions_take_the_longest_key() -> None:
    """`cabaret-part2` is no mention of `cabaret`."""
    mentions = Mentions(Records(Tables(open_package(ROOT))))
    found = mentions.split("better in avaglio; worse in rtog-0825, not xavaglio")
    assert [piece for piece, table in found if table] == ["avaglio", "rtog-0825"]
