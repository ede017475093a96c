"""`scrapy crawl`, with an exit status that says how the run ended."""

import argparse
import logging

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from crawler import settings, settings_sources
from crawler.crawl_run import CrawlRun
from crawler.runner import heed_hangup
from kepu.messages import said, text_of

logger = logging.getLogger(__name__)


class Command(ScrapyCrawl):
    """Scrapy's command, with the exit statuses of `kepu crawl` (crawler/run_report.py).

    Invalid arguments and settings end it with status 2 and one line of error, before any request.
    """

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options, and let the run open the archive before its first request."""
        super().process_options(args, opts)
        assert self.settings is not None
        self.settings.set("KEPU_KEEPS", True, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider and set the exit status. Raises UsageError for an unknown spider, argument or setting."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl channel, or scrapy crawl dump -a path=…")
        assert self.crawler_process is not None
        spiders = self.crawler_process.spider_loader.list()
        if args[0] not in spiders:
            raise UsageError(
                f"unknown spider {args[0]}; the spiders are {', '.join(spiders)}", print_help=False
            )
        crawler = self._create_crawler(args[0])
        try:
            check = getattr(crawler.spidercls, "check_arguments", None)
            if check is not None:
                check(opts.spargs)
            settings_sources.check(crawler.settings, dir(settings))
        except ValueError as error:
            raise UsageError(said(text_of(error)), print_help=False) from error
        self.crawler_process.crawl(crawler, **opts.spargs)
        heed_hangup()
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed:
            self.exitcode = 1
            return
        report = CrawlRun.of(crawler).report
        self.exitcode = int(report.status)
        if report.message:
            logger.error(report.message)
