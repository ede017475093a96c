"""`kepu keyness`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kepu.cli.corpus_options import comparing_options, counting, selection, show


@click.command
@click.argument("a")
@click.argument("b")
@comparing_options
@click.option(
    "--min",
    "least",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Minimum number of occurrences in both together.",
)
@click.option(
    "--alpha",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    help="Maximum p after Bonferroni correction; 1 shows all words.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    help="Maximum number of rows; 0 for all.",
)
def keyness(a: str, b: str, db: Path, *, least: int, alpha: float, limit: int, **options: Any) -> None:
    """Compare selection A with selection B: which words one has more often than the other.

    A side is a year, month or day (2021), a span (2021-03..2022), source:NAME, section:NAME, or several of these in
    quotation marks. Ordered by LLR (Rayson and Garside 2000); the log ratio (Hardie 2014, .5 added) is above 0 where A
    has more.

    \b
    Examples:
      kepu keyness 2023 2022
      kepu keyness "2023 source:新华社" "2023 source:科技日报"
    """
    from archive.corpus.keyness import compare, side
    from archive.corpus.keyness import keyness as compared
    from kepu.progress import Progress

    kept = selection(options)
    of_a, of_b = (
        replace(side(text), duplicates=kept.duplicates, complete_only=kept.complete_only) for text in (a, b)
    )
    with Progress(quiet=options["quiet"]) as shown:
        first, second = compare(db, of_a, of_b, counting(options), shown.tell)
    show(compared(first, second, least=least, limit=limit, alpha=alpha), options)
