"""`kepu archive-worker`."""

from pathlib import Path
from typing import Any

import click

from archive.commands.options import channel, database, quiet

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
@click.option("--mode", type=click.Choice(["refresh", "backfill"]), help="refresh, unless said.")
@quiet
def archive_worker(db: Path, url: str, prefix: str, channel: str, quiet: bool, **plan: Any) -> None:
    """Begin a run in Redis, and keep in the archive what workers fetch; killed, it goes on where it was.

    \b
    Examples:
      kepu archive-worker --redis redis://127.0.0.1:6379/0
      KEPU_PROFILE=distributed kepu crawl        (a worker, on any machine)
    """
    from archive.store import Store
    from archive.worker.archiver import archive_worker as work
    from crawler.distributed.connection import connect, explained

    def say(line: str) -> None:
        if not quiet:
            click.echo(line)

    server = connect(url)
    with Store(db) as archive, explained(url):
        counts = work(archive, server, url=url, prefix=prefix, channel=channel, plan=plan, say=say)
    say(", ".join(f"{n} {name}" for name, n in sorted(counts.items())) or "nothing new")
