"""`kepu runs`."""

from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database
from kepu.messages import say


@click.command
@database
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Maximum number of runs; 0 lists all.",
)
@as_json
def runs(db: Path, limit: int, as_json: bool) -> None:
    """List the last runs, the latest first: when each began and ended, its exit status, and what it did.

    Times are in Beijing time, with --json in UTC. A run that could not reach any host leaves the archive unchanged and
    is not in the list.

    \b
    Examples:
      kepu runs
      kepu runs --limit 1 --json
    """
    import orjson

    from archive.readonly import reading
    from archive.run_list import last_runs, lines

    with reading(db) as archive:
        found = last_runs(archive, limit)
    if as_json:
        click.echo(orjson.dumps(found).decode())
        return
    for line in lines(found) if found else [say("the archive has no runs yet")]:
        click.echo(line)
