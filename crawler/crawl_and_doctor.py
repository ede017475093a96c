"""`kepu crawl` and `kepu doctor` as functions: check the options, run the spider, return its report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import dry_run, metrics, settings_sources
from crawler import settings as settings_module
from crawler.channels import channel_config
from crawler.crawl_options import CrawlOptions
from crawler.robots import through_replica
from crawler.run_report import RunReport
from crawler.runner import project_settings, run, tell
from crawler.spiders.doctor import DoctorSpider
from kepu import json_log

LEAST_CONCURRENT = 8
"""Minimum of Scrapy's CONCURRENT_REQUESTS."""


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """The options of `kepu crawl`."""

    db: Path
    """Path of the archive."""
    channel: str | Sequence[str] = "kpzg"
    """Names or paths of channels; a string may list several, separated by commas."""
    contact: str | None = None
    """Contact of the operator, which becomes part of the User-Agent."""
    plan: dict[str, Any] | None = None
    """The arguments of crawler/crawl_options.py."""
    dry_run: bool = False
    """Whether to print the requests instead of sending them."""
    report: Path | None = None
    """File to write the report of the run to, as JSON."""
    alarm: str | None = None
    """Shell command to run if the run needs attention: see runner.alarm."""
    quiet: bool = False
    """Whether to print nothing but errors."""
    verbose: bool = False
    """Whether to print Scrapy's log instead of a progress bar."""
    metrics: Path | None = None
    """File to write Prometheus metrics to."""
    log_json: bool = False
    """Whether to print log lines as JSON instead of a progress bar."""
    new: bool = False
    """Whether to create an empty archive beside the remains of an older one, which are moved aside."""
    shard: int | None = None
    """Number of the shard, for metrics and the report."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Further settings of Scrapy and of this project."""


def crawl(options: CommandOptions, say: Callable[[str], Any] = print) -> RunReport | None:
    """Run a crawl and return its report, or None after a dry run.

    `say` is called with each line of a dry run, and with the estimate of a backfill. Raises ValueError for invalid
    options, and NotFound for an id to re-check that the archive does not have.
    """
    facts, plan = channel_config.load_all(options.channel), CrawlOptions.parse(options.plan or {})
    ours: dict[str, Any] = {
        "KEPU_DB": str(options.db),
        "KEPU_NEW": options.new,
        "LOG_ENABLED": options.verbose and not options.log_json,
        "CONCURRENT_REQUESTS": concurrency(facts),
        "KEPU_PROGRESS": not (options.quiet or options.verbose or options.log_json),
    }
    if options.log_json:
        json_log.install()
    if options.contact:
        ours["KEPU_CONTACT"] = options.contact
    settings = project_settings(**ours | options.settings)
    settings_sources.check(settings, dir(settings_module))
    if options.dry_run:
        for line in dry_run.lines(options.db, facts, plan, **pace(settings)):
            say(line)
        return None
    if plan.mode == "backfill" and not options.quiet:
        with dry_run.memory_of(options.db) as memory:
            for line in dry_run.forecast(memory, facts, plan, datetime.now(UTC), [], **pace(settings)):
                say(line)
    arguments = {name: value for name, value in (options.plan or {}).items() if value}
    report = run("channel", {"channel": options.channel, **arguments}, settings)
    report.shard = options.shard
    tell(report, options.report, options.alarm)
    if options.metrics:
        metrics.write([report], options.metrics)
    return report


def concurrency(channels: channel_config.Channels) -> int:
    """Return Scrapy's CONCURRENT_REQUESTS for these channels: one per host, since waiting requests count too."""
    return max(LEAST_CONCURRENT, len(channels.all_hosts))


def pace(settings: Settings) -> dict[str, Any]:
    """Return the settings from which dry_run.py computes delays, as its keyword arguments."""
    return {
        "usual": settings.getfloat("DOWNLOAD_DELAY"),
        "scale": settings.getfloat("KEPU_DELAY_SCALE"),
        "on_replica": through_replica(),
    }


def doctor(channel_name: str, *, contact: str | None = None, save: Path | None = None) -> DoctorSpider:
    """Request each source of a channel once and return the spider with its findings.

    Raises ValueError for invalid options.
    """
    channel_config.load(channel_name)
    ours: dict[str, Any] = {"LOG_ENABLED": False}
    if contact:
        ours["KEPU_CONTACT"] = contact
    process = AsyncCrawlerProcess(project_settings(**ours))
    crawler = process.create_crawler("doctor")
    process.crawl(crawler, channel=channel_name, save=save and str(save))
    process.start()
    assert isinstance(crawler.spider, DoctorSpider)
    return crawler.spider
