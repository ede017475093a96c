"""`kepu backup`."""

from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@database
@click.option("--captures", is_flag=True, help="Copy the WARC files too, to the folder beside FILE.")
@click.option("--force", is_flag=True, help="Write over FILE.")
@as_json
@quiet
def backup(file: Path, db: Path, captures: bool, force: bool, as_json: bool, quiet: bool) -> None:
    """Copy the archive to FILE, also while a crawl writes to it, and check the copy.

    The copy is of one moment, in one file, and appears whole or not at all. `kepu restore FILE` brings it back.

    \b
    Example:
      kepu backup /backup/kepu-20261123.db --captures
    """
    import orjson

    from archive.backup import backup as copy
    from kepu.messages import say
    from kepu.progress import MEGABYTES, Progress

    with Progress(MEGABYTES, quiet=quiet) as shown:
        copied = copy(db, file, with_captures=captures, force=force, progress=shown.tell)
    if as_json:
        click.echo(orjson.dumps(copied).decode())
    elif not quiet:
        files = say(", {n} WARC files", n=copied.captures) if captures else ""
        told = {"path": copied.path, "n": copied.articles, "files": files}
        click.echo(say("{path}: {n} articles{files}, checked", **told))
