"""`kepu import`."""

from pathlib import Path

import click

from kepu.cli.run_spider import run_spider
from kepu.cli.shared_options import as_json, database, quiet, verbose


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@database
@click.option("--url", help="Where the one file that is named came from.")
@as_json
@quiet
@verbose
def import_(
    paths: tuple[str, ...], db: Path, url: str | None, as_json: bool, quiet: bool, verbose: bool
) -> None:
    """Import saved HTML pages and text dumps: files, or folders of them.

    \b
    Example:
      kepu import ~/saved-pages people-kepu-20231228.txt
    """
    arguments = {"path": list(paths), "url": url}
    run_spider("dump", arguments, {"KEPU_DB": str(db)}, as_json=as_json, quiet=quiet, verbose=verbose)
