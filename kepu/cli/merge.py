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
    """Add the articles of other archives, with their captures, to this one. The OTHER archives are not changed.

    If several archives have an article, its newest version becomes the current one, and the others become earlier
    versions. What one archive has forgotten stays forgotten. Merging twice changes nothing. Articles with the same id
    on different sites are refused.

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
                "{new} new articles, {changed} articles updated, {captures} captures, {forgotten} forgotten",
                new=done.new,
                changed=done.changed,
                captures=done.captures,
                forgotten=done.forgotten,
            )
        )
    for other, n in done.captures_lost.items():
        lost = say("{n} captures that {other} names are not in its WARC files", n=n, other=other)
        click.echo(f"kepu: {lost}", err=True)
