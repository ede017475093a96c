"""`kepu verify`."""

import sys
from pathlib import Path

import click

from archive.commands.options import as_json, database


@click.command
@database
@click.option("--repair", is_flag=True, help="Write anew what can be derived again.")
@as_json
def verify(db: Path, repair: bool, as_json: bool) -> None:
    """Check that the archive is whole and that its JSONL agrees with it.

    \b
    Example:
      kepu verify --repair
    """
    import orjson

    from archive.verify import verify as check

    findings = check(db, repair=repair)
    if as_json:
        click.echo(orjson.dumps(findings).decode())
    else:
        for line in findings.lines():
            click.echo(line)
    sys.exit(0 if findings.whole else 1)
