"""`kepu verify`."""

import sys
from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@click.argument(
    "export",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="[EXPORT]",
)
@database
@click.option("--repair", is_flag=True, help="Write anew what can be derived again.")
@click.option("--deep", is_flag=True, help="Read each captured record too, and compute its digests.")
@as_json
@quiet
def verify(export: Path | None, db: Path, repair: bool, deep: bool, as_json: bool, quiet: bool) -> None:
    """Check that the archive is whole, in itself and with its JSONL; or that an export is as it was written.

    What is wrong is named with its file and place and with what to do, and the status is 1. --repair makes anew what
    follows from the articles: JSONL, indexes, groups of duplicates. Nothing else is ever changed.

    \b
    Examples:
      kepu verify --repair
      kepu verify out/
    """
    import orjson

    from archive.verify import verify as check
    from kepu.progress import Progress

    if export is not None:
        from archive.export.card import findings as of_export

        findings = of_export(export)
    else:
        with Progress(quiet=quiet) as shown:
            findings = check(db, repair=repair, deep=deep, progress=shown.tell)
    if as_json:
        click.echo(orjson.dumps(findings).decode())
    elif not (quiet and findings.whole):
        for line in findings.lines():
            click.echo(line)
    sys.exit(0 if findings.whole else 1)
