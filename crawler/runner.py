"""Run a spider of this project to its end and return its report; used by `kepu` and `scrapy crawl`."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import orjson
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.crawl_run import CrawlRun
from crawler.run_report import RunReport
from kepu.atomic_files import write_whole
from kepu.error_line import print_error
from kepu.exit_status import NO_FAULT
from kepu.messages import Text, say

ALARM_SECONDS = 60
"""After this time, the alarm command is stopped."""


def project_settings(**ours: Any) -> Settings:
    """Return the project's settings, overridden by `ours`, whatever the working directory."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    try:
        settings = get_project_settings()
    except PermissionError:
        # Scrapy looks for scrapy.cfg in the working directory, which the user may not enter.
        settings = Settings()
        settings.setmodule(os.environ["SCRAPY_SETTINGS_MODULE"], priority="project")
    settings.setdict({"KEPU_KEEPS": True} | ours, priority="cmdline")
    return settings


def run(spider: str, arguments: dict[str, Any], settings: Settings) -> RunReport:
    """Run a spider by name and return its report. Raises RuntimeError if the spider could not be started."""
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, **arguments)
    heed_hangup()
    process.start()
    if process.bootstrap_failed:
        raise RuntimeError(f"the spider {spider!r} could not be started: run it with --verbose to see why")
    crawl_run = CrawlRun.of(crawler)
    if not crawl_run.closed and crawl_run.report.outcome == "finished":  # Ctrl-C, twice
        crawl_run.report.outcome = "shutdown"
        crawl_run.report.message = Text("interrupted at once: the next run goes on from the last batch")
    return crawl_run.report


def heed_hangup() -> None:
    """Make a closed terminal end a run as SIGTERM does, unless SIGHUP is ignored (nohup)."""
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def write_report(report: RunReport, path: Path) -> None:
    """Write a run's report as JSON in one step, so that readers never see an incomplete one."""
    body = orjson.dumps(report.as_dict() | {"status": int(report.status)}, option=orjson.OPT_INDENT_2)
    write_whole(path, body)


def tell(report: RunReport, path: Path | None, command: str | None) -> None:
    """Write a run's report to `path` and run the alarm command; None leaves out either."""
    if path:
        write_report(report, path)
    if command:
        alarm(report, command)


def alarm(report: RunReport, command: str) -> int | None:
    """Run a command with the report as JSON on its standard input if the run needs attention.

    Return the command's status, or None if it did not run or was stopped after 60 seconds. If it fails, one line on
    standard error says so. For a webhook use `curl -sf --json @- https://…`.
    """
    if report.status in NO_FAULT:
        return None
    body = orjson.dumps(report.as_dict() | {"status": int(report.status)})
    try:
        done = subprocess.run(command, shell=True, input=body, check=False, timeout=ALARM_SECONDS)  # noqa: S602  the user's own
    except subprocess.TimeoutExpired:
        print_error(say("the alarm command was stopped after {n} seconds", n=ALARM_SECONDS))
        return None
    if done.returncode:
        print_error(say("the alarm command ended with status {status}", status=done.returncode))
    return done.returncode
