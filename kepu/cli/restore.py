"""`kepu restore`."""

import sys
from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path), metavar="[SOURCE]...")
@database
@click.option("--force", is_flag=True, help="Move an existing archive aside.")
@as_json
@quiet
def restore(sources: tuple[Path, ...], db: Path, force: bool, as_json: bool, quiet: bool) -> None:
    """Restore an archive from SOURCE: backups, bags, JSONL files, WARC files or folders of them, damaged databases.

    Without SOURCE, it combines the remains of the archive: the readable part of the database, its JSONL and its
    captures. A backup restores everything, a JSONL the current version of each article, and captures every article,
    version and URL in them. What was forgotten stays forgotten. Unreadable files are listed, and the status is 1.

    \b
    Examples:
      kepu restore --force
      kepu restore /backup/kepu-20261123.db
      kepu restore /backup/bag-20261123
      kepu restore data/kepu-captures
    """
    import orjson

    from archive.restore import restore as bring_back
    from crawler.channels import channel_config
    from kepu.messages import said, say
    from kepu.progress import MEGABYTES, Progress

    holder = channel_config.load().copyright_holder
    with Progress(MEGABYTES, quiet=quiet) as shown:
        done = bring_back(sources, db, force=force, holder=holder, progress=shown.tell)
    if as_json:
        click.echo(orjson.dumps(done).decode())
    elif not quiet:
        for text in done.broken:
            click.echo(f"kepu: {said(text)}", err=True)
        for name in done.kept:
            click.echo(say("moved aside: {name}", name=name))
        click.echo(
            say(
                "{path}: {n} articles restored, {versions} versions, {urls} URLs",
                path=done.path,
                n=done.articles,
                versions=done.versions,
                urls=done.urls,
            )
        )
    sys.exit(1 if done.broken else 0)
