"""`kepu archive-worker`."""

import signal
from pathlib import Path
from typing import Any

import click

from archive.commands.ending import end
from archive.commands.options import alarm_to, as_json, channel, database, plan_options, quiet, report_to
from archive.language import said, text_of

redis_url = click.option(
    "--redis", "url", envvar="KEPU_REDIS", show_envvar=True, default="redis://127.0.0.1:6379/0", show_default=True,
    help="The URL of Redis.",
)  # fmt: skip
prefix = click.option(
    "--prefix", envvar="KEPU_REDIS_PREFIX", default="kepu", show_default=True, help="Of the keys in Redis."
)


@click.command("archive-worker")
@database
@redis_url
@prefix
@channel
@plan_options
@report_to
@alarm_to
@as_json
@quiet
def archive_worker(
    db: Path,
    url: str,
    prefix: str,
    channel: str,
    report_to: Path | None,
    alarm: str | None,
    as_json: bool,
    quiet: bool,
    **plan: Any,
) -> None:
    """Begin a run in Redis, and keep in the archive what workers fetch; killed, it goes on where it was.

    What the run is to do is said here, and holds for all workers together. Exit statuses are those of `kepu crawl`.

    \b
    Examples:
      kepu archive-worker --redis redis://127.0.0.1:6379/0
      kepu archive-worker --mode backfill --since 2021 --budget 700/day
      KEPU_PROFILE=distributed kepu crawl        (a worker, on any machine)
    """
    from archive.store import Store
    from archive.worker.archiver import archive_worker as work
    from crawler.distributed.connection import connect, explained
    from crawler.run import tell

    def told(line: str) -> None:
        if not (quiet or as_json):
            click.echo(line)

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # systemd's stop ends it as Ctrl-C does
    server = connect(url)
    try:
        with Store(db) as archive, explained(url):
            report = work(archive, server, url=url, prefix=prefix, channel=channel, plan=plan, tell=told)
    except ValueError as error:
        raise click.UsageError(said(text_of(error))) from error
    tell(report, report_to, alarm)
    end(report, as_json=as_json, quiet=quiet)
