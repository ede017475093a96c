"""`kepu merge`."""

from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@click.argument(
    "others", metavar="OTHER...", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path)
)
@database
@as_json
@quiet
def merge(others: tuple[Path, ...], db: Path, as_json: bool, quiet: bool) -> None:
    """Take the articles of other archives, with their captures, into this one. The OTHER archives are not changed.

    Of an article that several have, the newer version is the present one, and the others are its earlier versions. What
    one has forgotten stays forgotten. Merging twice changes nothing. Articles of the same id on different sites are
    refused.

    \b
    Example:
      kepu merge ~/laptop/kepu.db
      kepu merge --db all/kepu.db out/shard-*/kepu.db
    """
    import orjson

    from archive.merge import merge_all
    from kepu.messages import say
    from kepu.progress import Progress

    with Progress(quiet=quiet) as shown:
        done = merge_all(db, others, shown.tell)
    if as_json:
        click.echo(orjson.dumps(done).decode())
    elif not quiet:
        click.echo(
            say(
                "{new} new articles, {changed} of which more was known, {captures} captures, {forgotten} forgotten",
                new=done.new,
                changed=done.changed,
                captures=done.captures,
                forgotten=done.forgotten,
            )
        )
    for other, n in done.captures_lost.items():
        lost = say("{n} captures that {other} names are not in its WARC files", n=n, other=other)
        click.echo(f"kepu: {lost}", err=True)
