"""What a page is, and what all of them are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gliovasc.descriptor import Package
from gliovasc.site.addresses import Addresses
from gliovasc.site.records import Records
from gliovasc.tables import Dataset, Tables


@dataclass(frozen=True)
class Page:
    """A page in both languages.

    `path` is below the root of its language, `template` one of templates/, `title` English and
    Chinese, `content` what the template shows, `section` the entry of the menu it belongs to.
    """

    path: str
    template: str
    title: tuple[str, str]
    content: dict[str, Any] = field(default_factory=dict)
    section: str = ""


class World:
    """A package, opened once for all pages."""

    def __init__(self, package: Package):
        self.package = package

    @cached_property
    def tables(self) -> Tables:
        """The tables as text."""
        return Tables(self.package)

    @cached_property
    def records(self) -> Records:
        """Rows of text by key and column."""
        return Records(self.tables)

    @cached_property
    def addresses(self) -> Addresses:
        """Where rows stand on the site."""
        return Addresses(self.records)

    @cached_property
    def ds(self) -> Dataset:
        """The typed tables, for pooling."""
        return Dataset(self.package)
