"""`kepu rebuild`."""

import sys
from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@click.argument("names", nargs=-1)
@database
@click.option("--dry-run", is_flag=True, help="Print what would change, without changing anything.")
@click.option("--diff", is_flag=True, help="Show what changes in each article.")
@click.option("--jobs", type=click.IntRange(1), help="Number of processes; by default one per core.")
@quiet
@as_json
def rebuild(
    names: tuple[str, ...], db: Path, dry_run: bool, diff: bool, jobs: int | None, quiet: bool, as_json: bool
) -> None:
    """Re-extract all articles, or those with these names, from their captures, offline.

    Use it after the extractor was improved. It creates no revisions, which record only changes by the site. An article
    that can no longer be extracted, or less completely than before, is left as it is and listed, and the status is 12.

    \b
    Example:
      kepu rebuild --dry-run
      kepu rebuild n1/40148467 --dry-run --diff
    """
    import orjson

    from archive.rebuild.driver import rebuild as make_anew
    from archive.rebuild.worker import RebuiltVersion
    from archive.revisions import find
    from archive.store import reading
    from archive.terminal_view import TerminalStyle, record_diff
    from kepu.messages import say
    from kepu.progress import Progress

    style = TerminalStyle(sys.stdout.isatty())

    def show(change: RebuiltVersion) -> None:
        if change.records is not None and change.fields:
            values = {"id": change.id, "n": change.n, "fields": ", ".join(change.fields)}
            click.echo(style.of(say("{id} version {n}: {fields}", **values), bold=True))
            for line in record_diff(*change.records, style):
                click.echo(line)

    ids = []
    if names:
        with reading(db) as archive:
            ids = [find(archive, name) for name in names]
    with Progress(quiet=quiet) as progress:
        report = make_anew(
            db,
            ids,
            dry_run=dry_run,
            jobs=jobs,
            show=show if diff and not as_json else None,
            tell=progress.tell,
        )
    if as_json:
        click.echo(orjson.dumps(report.as_dict()).decode())
    elif not quiet:
        for line in report.lines():
            click.echo(line)
    sys.exit(12 if report.left else 0)
