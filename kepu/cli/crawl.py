"""`kepu crawl`."""

import json
from pathlib import Path
from typing import Any

import click

from kepu.cli.run_spider import end
from kepu.cli.shared_options import (
    alarm_to,
    as_json,
    contact,
    database,
    new,
    plan_options,
    quiet,
    report_to,
    verbose,
)
from kepu.messages import Text, said, say, text_of

NO_CONTACT = Text(
    "No contact is given: a site that can write to you need not block you. "
    "Give one by --contact you@example.org, KEPU_CONTACT, or `contact` below [crawl] in kepu.toml."
)
"""The hint that is printed if no contact is given."""


@click.command
@database
@click.option(
    "--channel",
    "channels",
    multiple=True,
    help="Channel name or path of a channel file; may be given several times.  [default: kpzg]",
)
@click.option(
    "--shard", metavar="PLAN:N", help="Crawl the channels of a shard: plan.toml:3 (kepu shards plan)."
)
@contact
@plan_options
@new
@click.option("--dry-run", is_flag=True, help="Print the URLs that would be requested, and request none.")
@report_to
@alarm_to
@click.option(
    "--metrics",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write Prometheus metrics to this file when the run ends.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: print log lines as JSON on standard error instead of a progress bar.",
)
@as_json
@quiet
@verbose
def crawl(
    db: Path,
    channels: tuple[str, ...],
    shard: str | None,
    contact: str | None,
    new: bool,
    dry_run: bool,
    report_to: Path | None,
    alarm: str | None,
    metrics: Path | None,
    log_format: str,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **plan: Any,
) -> None:
    """Crawl the channel: fetch new pages, pages due for a re-check, and those that an earlier run left pending.

    With --shard the archive is data/shards/N/kepu.db, unless --db names another.

    Exit statuses: 0 something new, 10 nothing new, 11 budget reached, 12 degraded, 13 refused, 14 disk full,
    15 locked, 16 unreachable, 130 interrupted, 1 failed, 2 usage.

    \b
    Examples:
      kepu crawl --contact you@example.org
      kepu crawl --mode backfill --since 2021 --budget 700/day
      kepu crawl --shard plan.toml:3
    """
    from kepu.systemd_notify import notify

    notify("READY=1")
    from crawler.crawl_and_doctor import CommandOptions
    from crawler.crawl_and_doctor import crawl as run_crawl

    if not (contact or dry_run or quiet or as_json):
        click.echo(say(NO_CONTACT))
    names, number = list(channels), None
    if shard is not None:
        if channels:
            raise click.UsageError(say("--shard already sets the channels; leave out --channel"))
        db, names, number = _of_shard(shard, db)
    if plan.get("ids"):
        _check_ids(db, plan["ids"])
    options = CommandOptions(
        db,
        names,
        contact,
        plan,
        dry_run,
        report_to,
        alarm,
        quiet or as_json,
        verbose,
        metrics,
        log_format == "json",
        new,
        number,
    )
    lines: list[str] = []
    try:
        report = run_crawl(options, say=lines.append if as_json else click.echo)
    except ValueError as error:
        raise click.UsageError(said(text_of(error))) from error
    if report is None and as_json:
        click.echo(json.dumps({"dry_run": lines}, ensure_ascii=False))
    if report is not None:
        end(report, as_json=as_json, quiet=quiet)


def _check_ids(db: Path, names: tuple[str, ...]) -> None:
    """Raise NotFound, before any request, if the archive has no article with one of the names."""
    from archive.readonly import reading
    from archive.url_state import UrlState

    with reading(db) as there:
        for name in names:
            UrlState(there).url_meant(name)


def _of_shard(shard: str, db: Path) -> tuple[Path, list[str], int]:
    """Return a shard's archive, channels and number; raise WrongPlan if the archive crawled another shard's hosts."""
    from click.core import ParameterSource

    from crawler.shards.plan_checks import check_archive
    from crawler.shards.shard_plan import parse_shard

    plan, number = parse_shard(shard)
    if click.get_current_context().get_parameter_source("db") is ParameterSource.DEFAULT:
        db = Path("data", "shards", str(number), "kepu.db")
    check_archive(plan, number, db)
    return db, plan.channel_files(number), number
