"""`kepu words`."""

from pathlib import Path
from typing import Any

import click

from kepu.cli.corpus_options import corpus_options, selected, show


@click.command
@corpus_options
@click.option("--characters", is_flag=True, help="Count characters instead of words.")
@click.option(
    "-n",
    "n",
    type=click.IntRange(1, 5),
    default=1,
    show_default=True,
    help="Length of the sequences to count.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    help="Maximum number of rows; 0 for all.",
)
@click.option(
    "--min",
    "least",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Minimum number of occurrences.",
)
def words(db: Path, *, characters: bool, n: int, limit: int, least: int, **options: Any) -> None:
    """Count words, characters, or sequences of them.

    The table has the count, the frequency per million tokens, the number of documents, and Gries' DP: 0 is evenly
    spread over the documents, 1 is concentrated in few of them. The first call splits all articles into words.

    \b
    Examples:
      kepu words --since 2023 --limit 100
      kepu words -n 2 --min 10 --csv > bigrams.csv
    """
    from archive.corpus.frequencies import frequencies

    unit = "character" if characters else "word"
    over = selected(db, options)
    show(frequencies(over, unit=unit, n=n, limit=limit, least=least), options)  # type: ignore[arg-type]
