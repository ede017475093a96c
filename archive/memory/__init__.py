"""What the archive knows of URLs: the table `urls` is the crawl's frontier, its seen-set and its resume point.

It is written in the same transactions as the articles, so that what is known of a URL and what is kept of its
article never part. A URL is `pending` until something came of it; what came of it stays beside the next plan.
"""

from sqlite_utils import Database

from archive.memory.frontier import Frontier
from archive.memory.history import History
from archive.memory.lists import Lists
from archive.memory.rows import HostRow, Known, Walk, host_in
from archive.memory.times import format_time, parse_time, retry_at, revisit_at
from archive.memory.urls import Urls

__all__ = [
    "HostRow",
    "Known",
    "Memory",
    "Walk",
    "format_time",
    "host_in",
    "parse_time",
    "retry_at",
    "revisit_at",
]


class Memory(Urls, Frontier, Lists, History):
    """The one object through which the crawler knows the archive: each of its bases is the questions to one table."""

    def __init__(self, db: Database) -> None:
        Frontier.__init__(self, db)
