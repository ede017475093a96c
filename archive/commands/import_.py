"""`kepu import`."""

from pathlib import Path

import click

from archive.commands.ending import run_spider
from archive.commands.options import database, quiet, verbose


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@database
@click.option("--url", help="Where the one file that is named came from.")
@quiet
@verbose
def import_(paths: tuple[str, ...], db: Path, url: str | None, quiet: bool, verbose: bool) -> None:
    """Import saved HTML pages and text dumps: files, or folders of them.

    \b
    Example:
      kepu import ~/saved-pages people-kepu-20231228.txt
    """
    run_spider("dump", {"path": list(paths), "url": url}, {"KEPU_DB": str(db)}, quiet=quiet, verbose=verbose)
