"""Keys of trials and findings inside a text, so that a page can link them."""

from __future__ import annotations

import re

from gliovasc.site.records import Records

MENTIONED = ("trials", "findings")


class Mentions:
    """Finds the keys of entities in texts that the library wrote."""

    def __init__(self, records: Records):
        self._table = {
            row[records.key(table)]: table for table in MENTIONED for row in records[table]
        }
        longest_first = sorted(self._table, key=lambda key: (-len(key), key))
        keys = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(rf"(?<![a-z0-9_-])({keys})(?![a-z0-9_-])") if keys else None

    def split(self, text: str) -> list[tuple[str, str]]:
        """Pieces of the text, each with the table that it is a key of, or an empty text."""
        if self._pattern is None:
            return [(text, "")]
        pieces = self._pattern.split(text)
        return [(piece, self._table.get(piece, "")) for piece in pieces if piece]
