"""How things are called, in English or Chinese: words of vocabularies and names of entities."""

from __future__ import annotations

from gliovasc.site.records import Records, Row

LANGUAGES = ("en", "zh")
BOOLEANS = {"true": ("yes", "是"), "false": ("no", "否")}


class Words:
    """Labels in one language; what has no Chinese label keeps its English one."""

    def __init__(self, records: Records, language: str):
        self.records = records
        self.language = language

    def t(self, english: str, chinese: str) -> str:
        """The text of the page's language."""
        return chinese if self.language == "zh" else english

    def label(self, vocabulary: str, code: str) -> str:
        """Label of a word of a vocabulary; words of no vocabulary as they are."""
        if code in BOOLEANS:
            return self.t(*BOOLEANS[code])
        term = self.records.row("terms", f"{vocabulary}:{code}")
        return self._named(term, "label", "label_zh") if term else code.replace("_", " ")

    def definition(self, vocabulary: str, code: str) -> str:
        """What a word means."""
        term = self.records.row("terms", f"{vocabulary}:{code}")
        return term["definition"] if term else ""

    def name(self, table: str, key: str) -> str:
        """Name of an entity as readers know it, or its key."""
        row = self.records.row(table, key)
        return NAMES[table](self, row) if row and table in NAMES else key

    def _named(self, row: Row, column: str, chinese: str) -> str:
        return (self.language == "zh" and row[chinese]) or row[column]

    def trial(self, row: Row) -> str:
        """Acronym of a trial, or its key in plain words."""
        first, *others = row["trial_id"].split("-")
        plain = " ".join([first.capitalize() if first.isalpha() else first, *others])
        return row["acronym"] or plain

    def agent(self, row: Row) -> str:
        """Name of an agent."""
        return self._named(row, "name", "name_zh")

    def mechanism(self, row: Row) -> str:
        """Label of a mechanism."""
        label = self._named(row, "label", "label_zh")
        return label[:1].upper() + label[1:]

    def finding(self, row: Row) -> str:
        """Statement of a finding."""
        return self._named(row, "statement", "statement_zh")

    def reference(self, row: Row) -> str:
        """First author and year; without authors the container or the title."""
        authors = row["authors"].split("; ")
        first = _surname(authors[0])
        more = " et al." if len(authors) > 1 else ""
        others = ("container_title", "title", "registry_id", "pmcid", "pmid", "reference_id")
        title = next(row[column] for column in others if row[column])
        named = first + more if first else title if len(title) <= 40 else f"{title[:39].rstrip()}…"
        return f"{named} {row['year']}".strip()


def _surname(author: str) -> str:
    """`Chinot OL` without initials; an organisation as it is."""
    surname, _, initials = author.rpartition(" ")
    return surname if surname and initials.isupper() and len(initials) <= 4 else author


NAMES = {
    "trials": Words.trial,
    "agents": Words.agent,
    "mechanisms": Words.mechanism,
    "findings": Words.finding,
    "references": Words.reference,
    "molecules": lambda words, row: row["symbol"],
    "arms": lambda words, row: row["label"],
    "subgroups": lambda words, row: row["label"],
}
