"""`kepu duplicates`."""

import json
from pathlib import Path
from typing import Literal

import click

from kepu.cli.shared_options import as_json, database, quiet
from kepu.messages import said, say


@click.command
@click.argument("article", required=False)
@click.argument("other", required=False)
@database
@click.option(
    "--alone", is_flag=True, help="Decide that ARTICLE is a duplicate of no other, or not of OTHER."
)
@click.option("--together", is_flag=True, help="Decide that ARTICLE and OTHER are near duplicates.")
@click.option("--undo", is_flag=True, help="Withdraw the decision about ARTICLE, or about the pair.")
@click.option("--review", is_flag=True, help="List the doubtful pairs, the most doubtful first.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="Maximum number of pairs that --review lists.",
)
@as_json
@quiet
def duplicates(
    article: str | None,
    other: str | None,
    db: Path,
    alone: bool,
    together: bool,
    undo: bool,
    review: bool,
    limit: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Update the near duplicates and print the clusters, or explain why exports include or omit ARTICLE.

    No article is deleted; `cluster` and `similarity` show what it belongs to. An export omits an article only if it is
    similar to one that the export includes, which is the one that was seen first.

    \b
    Example:
      kepu duplicates
      kepu duplicates n1/40148467
      kepu duplicates n1/40148467 n1/40150012 --alone
      kepu duplicates --review
      kepu duplicates --json | python -m json.tool --no-ensure-ascii
    """
    from archive import duplicate_summary
    from archive.revisions import find
    from archive.store import reading
    from kepu.progress import Progress

    decision = _decision(article, other, alone=alone, together=together, undo=undo, review=review)
    with reading(db) as there:  # raises an error for a missing archive instead of creating it
        article = article and find(there, article)
        other = other and find(there, other)
    if decision is not None:
        duplicate_summary.decide(db, article or "", decision, other)
    with Progress(quiet=quiet) as shown:
        done = duplicate_summary.duplicates(db, shown.tell)
    if quiet and not as_json:
        return
    with reading(db) as there:
        if as_json:
            found = (
                duplicate_summary.plain_review(there, limit)
                if review
                else duplicate_summary.plain(there, article)
            )
            click.echo(json.dumps(found, ensure_ascii=False))
            return
        lines = (
            duplicate_summary.review_lines(there, limit)
            if review
            else duplicate_summary.lines(there, article)
        )
        for line in [*lines, *duplicate_summary.turned(done.turned)]:
            click.echo(line)
    click.echo(said(duplicate_summary.counted(done.counts)))


def _decision(
    article: str | None, other: str | None, *, alone: bool, together: bool, undo: bool, review: bool
) -> Literal["alone", "together", "undo"] | None:
    """Return the manual decision in the options, or None. Raises UsageError for contradictory options."""
    if sum((alone, together, undo, review)) > 1:
        raise click.UsageError(say("--alone, --together, --undo and --review exclude each other; use one."))
    if review and article:
        raise click.UsageError(say("--review lists pairs of the whole archive; leave out ARTICLE."))
    if not (alone or together or undo):
        if other:
            raise click.UsageError(say("two articles are named; add --alone, --together or --undo."))
        return None
    if not article:
        raise click.UsageError(say("no ARTICLE is named; give its id, such as n1/40148467."))
    return "alone" if alone else "undo" if undo else "together"
