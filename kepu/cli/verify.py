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
@click.option(
    "--repair",
    is_flag=True,
    help="Rebuild damaged data that can be derived; without this option, nothing is written.",
)
@click.option("--deep", is_flag=True, help="Also read each captured record and compute its digests.")
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append the time, the files and the outcome to this file, as a line of JSON.",
)
@as_json
@quiet
def verify(
    export: Path | None, db: Path, repair: bool, deep: bool, log: Path | None, as_json: bool, quiet: bool
) -> None:
    """Check that the archive is intact and agrees with its JSONL; or that an export is as it was written.

    It only reads, so it works on a read-only disk, during a crawl, and on a backup without captures. Problems are
    grouped and counted, with examples and advice, and the status is 1. --repair rebuilds derived data (JSONL, indexes,
    clusters of duplicates), and a damaged row from its line in the JSONL.

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
    if log is not None:
        from archive.verify.check_log import append

        append(log, db, findings, deep=deep)
    if as_json:
        click.echo(orjson.dumps(findings).decode())
    elif not (quiet and findings.whole):
        for line in findings.lines():
            click.echo(line)
    sys.exit(0 if findings.whole else 1)
