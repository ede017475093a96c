"""`kepu sections`: list the sections that a crawl knows, and decide on them."""

from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database
from kepu.messages import said, say


@click.command
@database
@click.option("--pin", "pins", multiple=True, metavar="URL", help="Request this section in every run.")
@click.option("--drop", "drops", multiple=True, metavar="URL", help="Never request this section again.")
@click.option("--add", "adds", multiple=True, metavar="URL", help="Add a section, and pin it.")
@as_json
def sections(
    db: Path, pins: tuple[str, ...], drops: tuple[str, ...], adds: tuple[str, ...], as_json: bool
) -> None:
    """List the channel's sections: which are requested, how far each was read, which were dropped and why.

    A URL is that of the section's first page, such as http://kpzg.people.com.cn/GB/404390/index.html. Sections of the
    channel file are requested in every run unless they are dropped here.

    \b
    Examples:
      kepu sections
      kepu sections --drop http://kpzg.people.com.cn/GB/999001/index.html
    """
    import orjson

    from archive.coverage import sections_of
    from archive.manual_section_decisions import decide
    from archive.store import reading

    if pins or drops or adds:
        try:
            for line in decide(db, pins=pins, drops=drops, adds=adds):
                click.echo(said(line))
        except ValueError as error:
            raise click.UsageError(said(error.args[0])) from error
        return
    with reading(db) as archive:
        found = sections_of(archive)
    if as_json:
        click.echo(orjson.dumps(found).decode())
        return
    for one in found:
        click.echo(f"{say(one.state):10} {one.line()}")
    if not found:
        click.echo(say("no sections are known yet: a crawl finds them"))
