"""What the archive knows of URLs: the table `urls` is the crawl's frontier, its seen-set and its resume point.

It is written in the same transactions as the articles, so that what is known of a URL and what is kept of its
article never part. A URL is `pending` until something came of it; what came of it stays beside the next plan.
"""

from sqlite_utils import Database

from archive.url_state.due_urls import Frontier
from archive.url_state.recheck_times import format_time, parse_time, retry_at, revisit_at
from archive.url_state.run_history import History
from archive.url_state.section_state import Lists
from archive.url_state.state_rows import HostRow, Known, Walk, host_in
from archive.url_state.url_outcomes import Urls

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
