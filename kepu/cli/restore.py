"""`kepu restore`."""

import sys
from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@database
@click.option("--force", is_flag=True, help="Move the archive that is there aside.")
@as_json
@quiet
def restore(file: Path, db: Path, force: bool, as_json: bool, quiet: bool) -> None:
    """Bring an archive back from FILE: a backup, or a JSONL of an archive whose database is lost.

    A backup brings back everything, and what was forgotten since stays forgotten. A JSONL brings back the present
    version of each article, and the WARC files beside the archive their captures; earlier versions, runs and
    tombstones are lost.

    \b
    Example:
      kepu restore /backup/kepu-20261123.db
      kepu restore data/kepu.jsonl --force
    """
    import orjson

    from archive.restore import restore as bring_back
    from kepu.messages import said, say
    from kepu.progress import MEGABYTES, Progress

    with Progress(MEGABYTES, quiet=quiet) as shown:
        done = bring_back(file, db, force=force, progress=shown.tell)
    if as_json:
        click.echo(orjson.dumps(done).decode())
    elif not quiet:
        for text in done.broken:
            click.echo(f"kepu: {said(text)}", err=True)
        for name in done.kept:
            click.echo(say("moved aside: {name}", name=name))
        click.echo(say("{path}: {n} articles restored", path=done.path, n=done.articles))
    sys.exit(1 if done.broken else 0)
