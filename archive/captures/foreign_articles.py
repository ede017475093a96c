"""Stretches of imported pages made into articles, in this process or in several: nothing here writes to an archive."""

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
"""Pages of one piece of work: a tenth of a second."""

WORTH_PROCESSES = 3000
"""Pages up to which one process is done before others have started."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pages that are read and extracted by one process."""

    start: int
    """The number of the first of them, in the order of the index."""
    pages: list[ForeignPage]
    run: int | None


@dataclass(slots=True)
class Imported:
    """What came of a stretch."""

    items: list[ImportedItem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """The reason for each record that was not whole."""


def imported(index: ForeignIndex, start: int, run: int | None, processes: int = 0) -> Iterator[Imported]:
    """Yield what came of the pages of an index from the number `start` on, in their order.

    `processes` is how many do the work; 0: as many as this machine has cores, if there is work enough.
    """
    if not processes:
        processes = (os.cpu_count() or 1) if len(index) - start > WORTH_PROCESSES else 1
    with ordered_pool(import_stretch, processes) as work:
        for _, made in work(_stretches(index, start, run)):
            yield made


def _stretches(index: ForeignIndex, start: int, run: int | None) -> Iterator[Stretch]:
    pages = index.pages(start)
    while some := list(islice(pages, STRETCH)):
        yield Stretch(start, some, run)
        start += len(some)


def import_stretch(stretch: Stretch) -> Imported:
    """Return what came of a stretch."""
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
