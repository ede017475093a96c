"""`kepu kwic`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kepu.cli.corpus_options import corpus_options, selected, show
from kepu.messages import left, right, say

if TYPE_CHECKING:
    from archive.corpus.corpus_tables import CorpusTable


@click.command
@click.argument("query")
@corpus_options
@click.option(
    "--width",
    type=click.IntRange(0, 500),
    default=20,
    show_default=True,
    help="Number of characters on either side.",
)
@click.option(
    "--sort",
    type=click.Choice(["date", "left", "right"]),
    default="date",
    show_default=True,
    help="Order lines by date, or by the three tokens to the left or right.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="Number of lines per page; 0 for all.",
)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Page number, from 1.")
@click.option("--sample", type=click.IntRange(1), help="Show a random sample of this many lines.")
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Seed of the sample: the same seed gives the same lines.",
)
def kwic(
    query: str,
    db: Path,
    *,
    width: int,
    sort: str,
    limit: int,
    page: int,
    sample: int | None,
    seed: int,
    **options: Any,
) -> None:
    """Show every occurrence of a word or phrase with its context (a concordance).

    The query matches whole words of the segmented texts, in simplified and in traditional characters.

    \b
    Examples:
      kepu kwic 人工智能 --width 20 --sort right
      kepu kwic 气候变化 --sample 200 --limit 0 --csv > lines.csv
    """
    from archive.corpus.concordance import concordance

    over = selected(db, options)
    table = concordance(
        over,
        query,
        width=width,
        sort=sort,  # type: ignore[arg-type]  # one of the choices above
        limit=limit or 1 << 60,
        offset=(page - 1) * limit,
        sample=sample,
        seed=seed,
    )
    if options["as_csv"] or options["as_json"]:
        show(table, options)
        return
    values = {"hits": table.facts["hits"], "documents": table.facts["documents_with_hits"]}
    more = say("{hits:,} hits in {documents:,} documents", **values)
    show(_aligned(table, width), options, more=more)


def _aligned(table: "CorpusTable", width: int) -> "CorpusTable":
    """Return a concordance with the context to the left right-aligned, so that the found words form a column."""
    table.rows = [
        (id_, date, right(str(before), 2 * width), node, left(str(after), 2 * width))
        for id_, date, before, node, after in table.rows
    ]
    return table
