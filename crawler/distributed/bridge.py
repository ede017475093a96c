"""What scrapy-redis 0.9.1 lacks under Scrapy 2.19, all in one place.

It knows `start_requests` only, which Scrapy dropped for `async def start`; and its scheduler is asked for nothing while
the spider rests, as it cannot say that something will be due. A release of scrapy-redis with an async `start` and with
`spider_idle` by the scheduler's own word would replace this module.
"""

from collections.abc import AsyncIterator
from typing import Any

from scrapy.crawler import Crawler


class ArchiverStarts:
    """A spider middleware: the archiver puts the first requests of a run into Redis, so no worker starts with any."""

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Yield nothing, and never begin `start`."""
        nothing: tuple[Any, ...] = ()
        for one in nothing:
            yield one


def wake(crawler: Crawler) -> None:
    """Let the engine ask the scheduler again: what others found, and hosts that are due, tell nobody."""
    slot = crawler.engine._slot if crawler.engine is not None else None
    if slot is not None and slot.closing is None:
        slot.nextcall.schedule()
