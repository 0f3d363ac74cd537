"""The tables as rows of text, found by key or by any column: what pages are made of."""

from __future__ import annotations

from collections import defaultdict

from gliovasc.tables import Tables

Row = dict[str, str]


class Records:
    """Rows as dictionaries of printed text, each table read when first asked for."""

    def __init__(self, tables: Tables):
        self._tables = tables
        self._rows: dict[str, list[Row]] = {}
        self._found: dict[tuple[str, str], dict[str, list[Row]]] = {}

    def __getitem__(self, table: str) -> list[Row]:
        if table not in self._rows:
            frame = self._tables[table].frame
            columns = list(frame.columns)
            values = frame.to_numpy().tolist()
            self._rows[table] = [dict(zip(columns, row, strict=True)) for row in values]
        return self._rows[table]

    def key(self, table: str) -> str:
        """Name of the key column of a table."""
        return self._tables[table].key

    def where(self, table: str, column: str, value: str) -> list[Row]:
        """Rows of a table whose column has the value, in the order of the table."""
        if (table, column) not in self._found:
            index: dict[str, list[Row]] = defaultdict(list)
            for row in self[table]:
                index[row[column]].append(row)
            self._found[(table, column)] = dict(index)
        return self._found[(table, column)].get(value, [])

    def row(self, table: str, key: str) -> Row | None:
        """The row with this key, if there is one."""
        rows = self.where(table, self.key(table), key)
        return rows[0] if rows else None

    def vocabulary(self, table: str, column: str) -> str:
        """Vocabulary that the words of a column come from, or an empty text."""
        return str(self._tables[table].fields.get(column, {}).get("vocabulary", ""))
