"""`kepu search`."""

from pathlib import Path
from typing import Any

import click

from kepu.cli.shared_options import as_json, as_selection, database, selection_options


@click.command
@click.argument("query", nargs=-1)
@database
@click.option(
    "--order",
    type=click.Choice(["relevance", "date"]),
    default="relevance",
    show_default=True,
    help="Order of the results: best match or newest first.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=10,
    show_default=True,
    help="Number of articles per page.",
)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Page number, from 1.")
@click.option(
    "--all", "everything", is_flag=True, help="Include articles with the same text as another article."
)
@selection_options
@as_json
def search(
    query: tuple[str, ...],
    db: Path,
    order: str,
    limit: int,
    page: int,
    everything: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Find articles by their words: in headline, text, byline, source and captions.

    All words must occur; adjacent Han characters are a phrase. "…" is a phrase with spaces, -word excludes a word, OR
    joins its neighbours, AI* matches words that begin with AI. Filters: title: author: source: section: layout: id:
    since: until:, each followed by a value. Put `--` before a query that begins with a minus.

    \b
    Example:
      kepu search '大模型 "生成式人工智能" -汽车 source:新华社 since:2023-01'
      kepu search '嫦娥 OR 月球' --order date --json | jq -r .headline
    """
    import sys
    from typing import cast

    import orjson

    from archive.search import render_results
    from archive.search.search_articles import Order
    from archive.updated_search import find
    from kepu.messages import say
    from kepu.progress import Progress

    chosen = as_selection(options)
    with Progress() as shown:
        results = find(
            db,
            " ".join(query),
            order=cast("Order", order),
            limit=limit,
            page=page,
            duplicates=everything,
            selection=chosen,
            tell=lambda line: click.echo(f"kepu: {line}", err=True),
            progress=shown.tell,
        )
    if as_json:
        for hit in results.hits:
            click.echo(orjson.dumps(render_results.as_json(hit)).decode())
    else:
        for line in render_results.lines(
            results, render_results.COLOUR if sys.stdout.isatty() else render_results.PLAIN
        ):
            click.echo(line)
    for part in results.ignored:
        line = say("{part!r} contains no letter or digit, and was ignored", part=part)
        click.echo(f"kepu: {line}", err=True)
    if results.behind:
        line = say("{n} new or changed articles are not searched yet", n=results.behind)
        click.echo(f"kepu: {line}", err=True)
