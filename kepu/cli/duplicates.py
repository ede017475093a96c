"""`kepu duplicates`."""

import json
from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet
from kepu.messages import said, say


@click.command
@click.argument("article", required=False)
@database
@click.option("--alone", is_flag=True, help="Take ARTICLE out of its cluster for good.")
@click.option("--together", is_flag=True, help="Take that back.")
@as_json
@quiet
def duplicates(
    article: str | None, db: Path, alone: bool, together: bool, as_json: bool, quiet: bool
) -> None:
    """Bring near duplicates up to date and print the clusters, or what ARTICLE has in common with others.

    Every article keeps its row: `cluster` and `similarity` say what it belongs to. Needs the extra [duplicates].

    \b
    Example:
      kepu duplicates
      kepu duplicates n1/40148467 --alone
      kepu duplicates --json | python -m json.tool --no-ensure-ascii
    """
    from archive import duplicate_summary
    from archive.revisions import find
    from archive.store import reading
    from kepu.progress import Progress

    if alone == together and (alone or together):
        raise click.UsageError(say("--alone and --together are each other's opposites."))
    if (alone or together) and not article:
        raise click.UsageError(say("say which ARTICLE, by its id (n1/40148467)."))
    with reading(db) as there:  # an archive that is not there is not made
        article = article and find(there, article)
    if alone or together:
        duplicate_summary.decide(db, article or "", alone=alone)
    with Progress(quiet=quiet) as shown:
        counts = duplicate_summary.duplicates(db, shown.tell)
    if quiet:
        return
    with reading(db) as there:
        if as_json:
            click.echo(json.dumps(duplicate_summary.plain(there, article), ensure_ascii=False))
            return
        for line in duplicate_summary.lines(there, article):
            click.echo(line)
    click.echo(said(duplicate_summary.counted(counts)))
