"""`kepu backup`."""

from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@database
@click.option("--captures", is_flag=True, help="Also copy the WARC files, to the folder beside FILE.")
@click.option(
    "--bag",
    type=click.Path(file_okay=False, path_type=Path),
    help="Make a bag (RFC 8493) of this folder instead: database, JSONL, captures, tombstones and their SHA-256.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@as_json
@quiet
def backup(
    file: Path | None, db: Path, captures: bool, bag: Path | None, force: bool, as_json: bool, quiet: bool
) -> None:
    """Copy the archive to FILE, also while a crawl writes to it, and check the copy.

    The copy is a consistent snapshot in one file, which appears only when it is complete. Restore it by
    `kepu restore FILE`.

    \b
    Examples:
      kepu backup /backup/kepu-20261123.db --captures
      kepu backup --bag /backup/kepu-20261123
    """
    import orjson

    from archive.backup import backup as copy
    from kepu.messages import say
    from kepu.progress import MEGABYTES, Progress

    if (file is None) == (bag is None):
        raise click.UsageError(say("no destination is given; name a FILE, or a folder with --bag."))
    with Progress(MEGABYTES, quiet=quiet) as shown:
        if bag is not None:
            from archive.bag import bag as make_bag

            copied = make_bag(db, bag, progress=shown.tell)
        elif file is not None:
            copied = copy(db, file, with_captures=captures, force=force, progress=shown.tell)
    if as_json:
        click.echo(orjson.dumps(copied).decode())
    elif not quiet:
        files = say(", {n} WARC files", n=copied.captures) if captures or bag else ""
        values = {"path": copied.path, "n": copied.articles, "files": files}
        click.echo(say("{path}: {n} articles{files}, checked", **values))
