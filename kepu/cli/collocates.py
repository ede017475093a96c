"""`kepu collocates`."""

from pathlib import Path
from typing import Any

import click

from kepu.cli.corpus_options import corpus_options, selected, show


@click.command
@click.argument("query")
@corpus_options
@click.option(
    "--window",
    type=click.IntRange(1, 50),
    default=5,
    show_default=True,
    help="Number of tokens on either side, within the sentence.",
)
@click.option(
    "--min",
    "least",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Minimum number of co-occurrences.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    help="Maximum number of rows; 0 for all.",
)
def collocates(query: str, db: Path, *, window: int, least: int, limit: int, **options: Any) -> None:
    """Show which words occur near a word more often than by chance.

    Ordered by log-Dice (Rychlý 2008). MI and LLR compare with the number of co-occurrences expected by chance.

    \b
    Example:
      kepu collocates 人工智能 --window 5 --min 5
    """
    from archive.corpus.collocates import collocates as near
    from kepu.progress import Progress

    over = selected(db, options)
    with Progress(quiet=options["quiet"]) as shown:
        table = near(over, query, window=window, least=least, limit=limit, progress=shown.tell)
    show(table, options)
