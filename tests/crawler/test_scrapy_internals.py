"""Each private name of Scrapy that we use behaves as expected, on a real engine without network."""

import gzip
import subprocess
import sys

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.middlewares.decompression import Decompression
from crawler.network_errors import is_too_large

PROGRAM = """
import asyncio, sys
from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess
from crawler import scrapy_internals as internals

found = {}

class Probe(Spider):
    name = "probe"
    custom_settings = {"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}

    async def start(self):
        engine = self.crawler.engine
        found["not closing"] = internals.is_closing(engine) is False
        found["no slot yet"] = internals.known_slot(engine, "127.0.0.1") is None
        slot = internals.download_slot(engine, "127.0.0.1")
        slot.delay, slot.concurrency, slot.jitter, slot.lastseen = 600.0, 1, 0.0, __import__("time").monotonic()
        found["slot"] = internals.known_slot(engine, "127.0.0.1") is slot
        found["idle"] = internals.is_scraper_idle(engine) is True
        looked = []
        scheduled = engine._slot.nextcall.schedule
        engine._slot.nextcall.schedule = lambda *a: (looked.append(1), scheduled(*a))
        internals.wake(engine)
        internals.wake_in(engine, 0.01)
        await asyncio.sleep(0.1)
        found["woken"] = len(looked) >= 2
        yield Request("http://127.0.0.1:9/", errback=self.dropped)

    def dropped(self, failure):
        found["dropped"] = "the end" in str(failure.value)

async def end(crawler):
    engine = crawler.engine
    for _ in range(200):
        slot = internals.known_slot(engine, "127.0.0.1")
        if slot is not None and slot.queue:
            break
        await asyncio.sleep(0.02)
    found["waits in the slot"] = bool(slot.queue)
    closing = asyncio.get_running_loop().create_task(engine.close_spider_async(reason="probe"))
    await asyncio.sleep(0.05)
    found["closing"] = internals.is_closing(engine)
    internals.drop_waiting(engine, "the end")
    internals.look_whether_closed(engine)
    await closing

process = AsyncCrawlerProcess({"ROBOTSTXT_OBEY": False, "LOG_ENABLED": False, "RETRY_ENABLED": False})
crawler = process.create_crawler(Probe)
tasks = []
crawler.signals.connect(lambda: tasks.append(asyncio.get_running_loop().create_task(end(crawler))),
                        signals.spider_opened, weak=False)
process.crawl(crawler)
process.start()
print({name for name, is_right in found.items() if not is_right} or f"all {len(found)}")
"""


def test_private_names_of_scrapy_behave_as_expected() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "all 8", done.stdout + done.stderr


def test_a_body_that_is_too_large_once_decompressed_is_recognised_by_its_cause() -> None:
    crawler = get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": 1000})
    url = "http://kpzg.people.com.cn/"
    body = gzip.compress(bytes(50_000))
    response = Response(url, headers={"Content-Encoding": "gzip"}, body=body)
    with pytest.raises(IgnoreRequest) as caught:
        Decompression.from_crawler(crawler).process_response(Request(url), response)
    assert is_too_large(caught.value)
    assert not is_too_large(IgnoreRequest("robots.txt: the limit is exceeded"))
