"""The spider that reads what people already have: saved pages and text dumps, a file or a folder of them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Spider

from crawler.crawl_run import CrawlRun
from kepu.records import Page, Visit
from pipelines.local_files import read


class DumpSpider(Spider):
    """Import files: `scrapy crawl dump -a path=FILE_OR_FOLDER [-a url=URL]`."""

    name = "dump"
    custom_settings = {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}  # noqa: RUF012  Scrapy's own form

    def __init__(self, path: str | list[str] = "", url: str | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.paths = [Path(name) for name in ([path] if isinstance(path, str) else path) if name]
        self.url = url
        if not self.paths:
            raise ValueError("say what to import: scrapy crawl dump -a path=FILE_OR_FOLDER")

    async def start(self) -> AsyncIterator[Page | Visit]:
        """Yield each file as a page."""
        crawl_run = CrawlRun.of(self.crawler)
        run = crawl_run.run()
        for path in self.paths:
            tally = crawl_run.tally
            for item in read(path, run=run, url=self.url, opened=tally.opened, skipped=tally.skipped):
                crawl_run.answered = True
                crawl_run.files += 1
                yield item
