"""`kepu crawl`."""

from pathlib import Path
from typing import Any

import click

from archive.commands.ending import end
from archive.commands.options import channel, contact, database, quiet, verbose


@click.command
@database
@channel
@contact
@click.option(
    "--mode",
    type=click.Choice(["refresh", "backfill", "recheck"]),
    help="refresh, unless --id or --url say else.",
)
@click.option("--since", help="Of a backfill or recheck: the first day (2024, 2024-05 or 2024-05-10).")
@click.option("--until", help="The last day, in the same forms.")
@click.option("--id", "ids", multiple=True, help="Recheck the article of this id (n1/40148467).")
@click.option("--url", "urls", multiple=True, help="Recheck the article at this URL.")
@click.option("--limit", type=click.IntRange(1), help="Stop after so many new or changed articles.")
@click.option("--budget", help="Stop after 500 (requests), 90m, 8h, 2d, or 700/day (over all runs).")
@click.option("--hours", help="Ask only in these hours of Beijing: 22-7, or 22:30-06:45.")
@click.option("--sources", help="Begin with these only: home,sections,search,rolling,sitemaps.")
@click.option("--dry-run", is_flag=True, help="Print what would be asked for, and ask nothing.")
@click.option(
    "--report",
    "report_to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report here, as JSON.",
)
@click.option(
    "--alarm",
    envvar="KEPU_ALARM",
    show_envvar=True,
    help="Run this command, the report on its input, if the run went wrong.",
)
@quiet
@verbose
def crawl(
    db: Path,
    channel: str,
    contact: str | None,
    dry_run: bool,
    report_to: Path | None,
    alarm: str | None,
    quiet: bool,
    verbose: bool,
    **plan: Any,
) -> None:
    """Crawl the channel: what is new, what is due, and what an earlier run left.

    Exit statuses: 0 something new, 10 nothing new, 11 budget reached, 12 degraded, 13 refused, 14 disk full,
    15 locked, 16 unreachable, 130 interrupted, 1 failed, 2 usage.

    \b
    Examples:
      kepu crawl --contact you@example.org
      kepu crawl --mode backfill --since 2021 --budget 700/day
    """
    from crawler.command import Options
    from crawler.command import crawl as run_crawl

    options = Options(db, channel, contact, plan, dry_run, report_to, alarm, quiet, verbose)
    try:
        report = run_crawl(options, say=click.echo)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if report is not None:
        end(report, quiet=quiet)
