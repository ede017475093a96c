"""What the describing files are made from: options, facts, columns, figures and version of an export."""

from dataclasses import dataclass
from typing import Any

from archive.export.card.column_docs import Column
from archive.export.card.dataset_figures import DatasetFigures
from archive.export.card.dataset_version import DatasetVersion
from archive.export.export_options import ExportOptions
from archive.export.export_stats import ExportFacts
from archive.export.pieces import pattern

TITLE = "人民网科普中国 (People's Daily Online, Science China)"
"""Name of the dataset."""

SITE = "http://kpzg.people.com.cn/"
"""Home page of the channel."""

PUBLISHER = "人民网"
"""Operator of the site."""

NOTICE = "LICENSE-NOTICE.md"
"""Name of the file about the rights in the texts."""

LICENSE = "https://rightsstatements.org/vocab/InC/1.0/"
"""In Copyright: the statement of rightsstatements.org for protected works without a licence."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """An export that is described."""

    plan: ExportOptions
    """The options of the export."""
    facts: ExportFacts
    """What was exported."""
    columns: tuple[Column, ...]
    """The columns of its files."""
    figures: DatasetFigures
    """Figures that were computed from its rows."""
    version: DatasetVersion
    """Its version."""
    manifest: dict[str, Any]
    """What manifest.json has: see manifest.facts_of."""

    @property
    def is_flat(self) -> bool:
        """Whether lists and objects are JSON in a cell."""
        return self.plan.kind.rows == "cells"

    @property
    def media_type(self) -> str:
        """Media type of the files with articles."""
        return self.plan.kind.media_type

    @property
    def day(self) -> str | None:
        """The day of the latest check of an article, used as the date of the export; None if no article was checked."""
        return self.facts.checked and self.facts.checked[:10]

    def patterns(self, split: str | None) -> list[str]:
        """Return the glob patterns that match the files of one part of the split only."""
        return [pattern(self.plan, split)] if any(file.split == split for file in self.facts.files) else []
