"""`kepu trend`."""

from pathlib import Path
from typing import Any

import click

from kepu.cli.corpus_options import corpus_options, selected, show


@click.command
@click.argument("queries", metavar="WORD...", nargs=-1, required=True)
@corpus_options
@click.option(
    "--by", type=click.Choice(["month", "year"]), default="month", show_default=True, help="The periods."
)
def trend(queries: tuple[str, ...], db: Path, *, by: str, **options: Any) -> None:
    """Show how often words are used, month by month, per million tokens of the month.

    \b
    Examples:
      kepu trend 人工智能 大数据 --since 2018
      kepu trend 碳中和 --by year --csv
    """
    from archive.corpus.trend import trend as over_time

    show(over_time(selected(db, options), queries, by=by), options)  # type: ignore[arg-type]
