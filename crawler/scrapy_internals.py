"""Wrap every private or undocumented name of Scrapy that this project uses in a function.

Each has a test in tests/crawler/test_scrapy_internals.py, which fails when Scrapy changes it. Written for Scrapy 2.19.
"""

import asyncio
from typing import Any

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils._compression import _DecompressionMaxSizeExceeded


def engine_of(crawler: Crawler) -> ExecutionEngine | None:
    """Return the engine of a crawler, or None before the crawl starts (Scrapy itself raises RuntimeError then)."""
    try:
        return crawler.engine
    except RuntimeError:
        return None


def is_closing(engine: ExecutionEngine | None) -> bool:
    """Return whether the engine has begun to close its spider (`engine._slot.closing`)."""
    slot = engine._slot if engine is not None else None
    return slot is not None and slot.closing is not None


def wake(engine: ExecutionEngine | None) -> None:
    """Make the engine ask the scheduler for a request now instead of at its next tick (`engine._slot.nextcall`)."""
    if engine is not None and engine._slot is not None:
        engine._slot.nextcall.schedule()


def wake_in(engine: ExecutionEngine | None, seconds: float) -> None:
    """Make the engine ask the scheduler for a request in `seconds` seconds, if its own next tick would be later."""
    slot = engine._slot if engine is not None else None
    if slot is not None and seconds < (slot.heartbeat.interval or 0.0):
        asyncio.get_running_loop().call_later(seconds, slot.nextcall.schedule)


def drop_waiting(engine: ExecutionEngine, why: str) -> None:
    """Fail the requests in the downloader's queues with the reason `why`, so that a closing spider ends at once."""
    for slot in engine.downloader.slots.values():
        while slot.queue:
            slot.queue.popleft()[1].errback(IgnoreRequest(why))


def look_whether_closed(engine: ExecutionEngine) -> None:
    """Make the scraper of a closing spider check whether it is idle (`scraper._check_if_closing`).

    Scrapy 2.19 omits this check after an item of `start()`, so a spider closed meanwhile would never end.
    """
    scraping = engine.scraper.slot
    if scraping is not None and scraping.closing is not None and not scraping.closing.called:
        engine.scraper._check_if_closing()


def is_scraper_idle(engine: ExecutionEngine) -> bool:
    """Return whether no response is being processed by a callback or an item pipeline."""
    assert engine.scraper.slot is not None
    return engine.scraper.slot.is_idle()


def download_slot(engine: ExecutionEngine, host: str) -> Any:
    """Return the downloader's slot of a host, and create it if necessary (`downloader._get_slot`)."""
    _, slot = engine.downloader._get_slot(Request(f"http://{host}/"))
    return slot


def known_slot(engine: ExecutionEngine, host: str) -> Any | None:
    """Return the downloader's slot of a host, or None if it has none; `delay` and `lastseen` are in seconds."""
    return engine.downloader.slots.get(host)


def is_too_large_decompressed(error: BaseException) -> bool:
    """Return whether Scrapy ignored a response because its decompressed body exceeds DOWNLOAD_MAXSIZE.

    Scrapy raises a plain IgnoreRequest for it; only its cause, `_DecompressionMaxSizeExceeded`, has a class of its own.
    """
    return isinstance(error.__cause__, _DecompressionMaxSizeExceeded)
