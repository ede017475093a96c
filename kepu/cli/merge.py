"""`kepu merge`."""

from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@click.argument("other", type=click.Path(dir_okay=False, path_type=Path))
@database
@as_json
@quiet
def merge(other: Path, db: Path, as_json: bool, quiet: bool) -> None:
    """Take the articles of the archive OTHER, with their captures, into this one. OTHER is not changed.

    Of an article that both have, the newer version is the present one, and the others are its earlier versions. What
    either has forgotten stays forgotten. Merging twice changes nothing.

    \b
    Example:
      kepu merge ~/laptop/kepu.db
    """
    import orjson

    from archive.merge import merge as join
    from kepu.messages import say
    from kepu.progress import Progress

    with Progress(quiet=quiet) as shown:
        done = join(db, other, shown.tell)
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
        if not done.clusters:
            click.echo(say("near duplicates wait for `kepu duplicates`, which needs numpy"))
    if done.captures_lost:
        lost = say(
            "{n} captures that {other} names are not in its WARC files", n=done.captures_lost, other=other
        )
        click.echo(f"kepu: {lost}", err=True)
