"""Run a spider for a command, print the summary of its run, and exit with its status."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kepu.error_line import print_error
from kepu.messages import said, say

if TYPE_CHECKING:
    from crawler.run_report import RunReport


def run_spider(
    spider: str,
    arguments: dict[str, Any],
    settings: dict[str, Any],
    *,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Run a spider by name with these arguments and settings, print its summary, and exit with its status."""
    from crawler.runner import project_settings, run

    settings |= {"LOG_ENABLED": verbose, "KEPU_PROGRESS": not (quiet or verbose)}
    report = run(spider, arguments, project_settings(**settings))
    end(report, as_json=as_json, quiet=quiet)


def end(report: "RunReport", *, as_json: bool = False, quiet: bool = False) -> None:
    """Print the summary of a run, or its whole report as JSON, and exit with its status (SystemExit)."""
    import orjson

    from crawler.run_report import summary
    from kepu.exit_status import NO_FAULT, Status

    if as_json:
        click.echo(orjson.dumps(report.as_dict()).decode())
        sys.exit(int(report.status))
    nothing_came = report.status in {Status.UNREACHABLE, Status.LOCKED} or (
        report.message and not report.pages
    )
    if not quiet and not nothing_came:
        for line in summary(report):
            click.echo(line)
        jsonl = Path(report.archive).with_suffix(".jsonl")
        click.echo(say("archive: {db} and {jsonl}", db=report.archive, jsonl=jsonl))
    if report.message and not (quiet and report.status in NO_FAULT):
        print_error(said(report.message), logging.INFO if report.status in NO_FAULT else logging.ERROR)
    sys.exit(int(report.status))
