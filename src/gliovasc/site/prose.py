"""Texts of the project with a little Markdown in them, as HTML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

CODE = re.compile(r"`([^`]+)`")
# A link of the changelog leads into the repository; on the site its words are enough.
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def latest(changelog: str) -> tuple[str, str]:
    """Heading and HTML of the first section: its paragraphs and lists, code marked up."""
    section = changelog.partition("\n## ")[2].partition("\n## ")[0]
    heading, _, body = section.partition("\n")
    html = [_block(block) for block in re.split(r"\n\s*\n", body.strip()) if block]
    return heading.strip(), Markup("".join(html))


def inline(text: str) -> Markup:
    """One paragraph: code marked up, links without their targets, white space as single blanks."""
    plain = LINK.sub(r"\1", " ".join(text.split()))
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(plain))))


def _block(block: str) -> str:
    if block.startswith("### "):
        return f"<h4>{inline(block.removeprefix('### '))}</h4>"
    if not block.startswith("- "):
        return f"<p>{inline(block)}</p>"
    items = re.split(r"(?:^|\n)- ", block)[1:]
    return f"<ul>{''.join(f'<li>{inline(item)}</li>' for item in items)}</ul>"
