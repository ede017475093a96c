"""The spider that reads what people already have: saved pages and text dumps, a file or a folder of them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Spider

from crawler.crawl_run import Session
from crawler.local_files import read
from kepu.records import Page, Visit


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
        session = Session.of(self.crawler)
        run = session.run()
        for path in self.paths:
            for item in read(path, run=run, url=self.url):
                session.answered = True
                session.files += 1
                yield item
