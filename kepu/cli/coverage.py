"""`kepu coverage`."""

import os
from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database


@click.command
@database
@click.option(
    "--by-section", is_flag=True, help="Print one line per month and section instead of one per month."
)
@as_json
def coverage(db: Path, by_section: bool, as_json: bool) -> None:
    """Show by month how many articles were found, archived, failed and gone, which lists have gaps, and thin days.

    \b
    Example:
      kepu coverage --by-section
    """
    import orjson

    from archive.coverage import LOOK_SHARE
    from archive.coverage import coverage as look
    from archive.store import reading

    with reading(db) as archive:
        found = look(archive, look_share=float(os.environ.get("KEPU_LOOK_SHARE", LOOK_SHARE)))
    if as_json:
        click.echo(orjson.dumps(found.as_dict()).decode())
    else:
        for line in found.lines(by_section=by_section):
            click.echo(line)
