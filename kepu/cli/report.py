"""`kepu report`."""

from pathlib import Path
from typing import Any

import click

from kepu.cli.shared_options import as_json, as_selection, database, quiet, selection_options


@click.command
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@database
@selection_options
@as_json
@quiet
def report(file: Path | None, db: Path, as_json: bool, quiet: bool, **options: Any) -> None:
    """Write a page of charts to FILE, or to report.html: a single file, which needs only a browser.

    Articles by month and section, sources, lengths, duplicates, revisions, fields and layouts by year, runs, thin
    days, frequent words, words that rose and fell.

    \b
    Example:
      kepu report archive-2026.html
      kepu report 2024.html --since 2024 --until 2024
    """
    import orjson

    from archive.report.make_report import look
    from archive.report.make_report import report as page_of
    from kepu.atomic_files import write_whole
    from kepu.messages import say
    from kepu.progress import Progress

    chosen = as_selection(options)
    if as_json:
        figures, terms = look(db, selection=chosen)
        click.echo(
            orjson.dumps({"figures": figures, "terms": terms}, option=orjson.OPT_NON_STR_KEYS).decode()
        )
        return
    file = file or Path("report.html")
    with Progress(quiet=quiet) as shown:
        text = page_of(db, shown.tell, chosen)
    write_whole(file, text.encode())
    if not quiet:
        click.echo(say("{file}: written; open it in a browser.", file=file))
