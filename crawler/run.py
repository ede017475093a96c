"""Run a spider of this project to its end and return what it did: `kepu` and `scrapy crawl` both come here."""

import os
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.outcome import Report
from crawler.session import Session


def project_settings(**ours: Any) -> Settings:
    """Return the project's settings, with some of our own on top, from whatever folder this runs in."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    settings = get_project_settings()
    settings.setdict(ours, priority="cmdline")
    return settings


def run(spider: str, arguments: dict[str, Any], settings: Settings) -> Report:
    """Run a spider by name and return its report."""
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, **arguments)
    process.start()
    if process.bootstrap_failed:
        raise RuntimeError(f"the spider {spider!r} could not be started: run it with --verbose to see why")
    session = Session.of(crawler)
    if not session.closed and session.report.outcome == "finished":  # Ctrl-C, twice
        session.report.outcome = "shutdown"
        session.report.message = "interrupted at once: the next run goes on from the last batch"
    return session.report
