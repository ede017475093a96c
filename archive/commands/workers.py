"""`kepu workers`."""

import json
import time

import click

from archive.commands.archive_worker import prefix, redis_url
from archive.commands.options import as_json


@click.command
@redis_url
@prefix
@as_json
@click.option("--watch", is_flag=True, help="Show it again every two seconds.")
def workers(url: str, prefix: str, as_json: bool, watch: bool) -> None:
    """Show workers, their rates, hosts and the queue.

    \b
    Example:
      kepu workers --redis redis://127.0.0.1:6379/0 --watch
    """
    from archive.worker.status import lines, status
    from crawler.distributed.connection import connect, explained

    server = connect(url)
    while True:
        with explained(url):
            found = status(server, prefix)
        click.echo(json.dumps(found) if as_json else "\n".join(lines(found)))
        if not watch:
            return
        time.sleep(2)
