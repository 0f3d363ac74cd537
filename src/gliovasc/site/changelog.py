"""The newest entry of CHANGELOG.md as HTML."""

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


def _block(block: str) -> str:
    if block.startswith("### "):
        return f"<h4>{_inline(block.removeprefix('### '))}</h4>"
    if not block.startswith("- "):
        return f"<p>{_inline(block)}</p>"
    items = re.split(r"(?:^|\n)- ", block)[1:]
    return f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>"


def _inline(text: str) -> str:
    plain = LINK.sub(r"\1", " ".join(text.split()))
    return CODE.sub(r"<code>\1</code>", str(escape(plain)))
