"""Extract articles from imported pages, in this process or in several; nothing here writes to an archive."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from archive.captures.foreign_index import ForeignIndex, ForeignPage
from archive.captures.foreign_warc import read_page
from kepu.ordered_pool import ordered_pool
from kepu.records import Article, ImportedItem
from pipelines.build_article import article_or_refusal, captures_of

STRETCH = 50
"""Number of pages per task: about a tenth of a second."""

WORTH_PROCESSES = 3000
"""Number of pages below which one process finishes before others have started."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range of pages that one process reads and extracts."""

    start: int
    """Index of its first page, in the order of the import."""
    pages: list[ForeignPage]
    """The pages, in the order of the import."""
    run: int | None
    """Number of the run that imports them."""


@dataclass(slots=True)
class Imported:
    """The results of a stretch."""

    items: list[ImportedItem] = field(default_factory=list)
    """The articles and refusals, in the order of the pages."""
    left_out: list[str] = field(default_factory=list)
    """The reason for each record that is damaged."""


def imported(index: ForeignIndex, start: int, run: int | None, processes: int = 0) -> Iterator[Imported]:
    """Yield the results for the pages of an index from `start` on, in order.

    `processes` is the number of processes; 0 uses all cores if there are enough pages.
    """
    if not processes:
        processes = (os.cpu_count() or 1) if len(index) - start > WORTH_PROCESSES else 1
    with ordered_pool(import_stretch, processes) as work:
        for _, made in work(_stretches(index, start, run)):
            yield made


def _stretches(index: ForeignIndex, start: int, run: int | None) -> Iterator[Stretch]:
    """Yield the pages from index `start` on, in stretches of at most STRETCH pages."""
    pages = index.pages(start)
    while chunk := list(islice(pages, STRETCH)):
        yield Stretch(start, chunk, run)
        start += len(chunk)


def import_stretch(stretch: Stretch) -> Imported:
    """Read the pages of a stretch, and return an article or the reason for a refusal for each.

    A page none of whose records can be read gives no item; the reasons are in `left_out`.
    """
    made = Imported()
    for place, found in enumerate(stretch.pages, stretch.start):
        page = read_page(found, made.left_out.append, stretch.run)
        if page is None:
            continue
        record = article_or_refusal(page)
        if isinstance(record, Article):
            made.items.append(ImportedItem(place, record, captures_of(page), page.account))
        else:
            made.items.append(ImportedItem(place, record))
    return made
