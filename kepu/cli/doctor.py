"""`kepu doctor`."""

import sys
from pathlib import Path

import click

from kepu.cli.shared_options import channel, contact
from kepu.messages import said, say, text_of


@click.command
@channel
@contact
@click.option(
    "--save", type=click.Path(file_okay=False, path_type=Path), help="Save the responses to this folder."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print all findings as JSON, including robots.txt and headers."
)
def doctor(channel: str, contact: str | None, save: Path | None, as_json: bool) -> None:
    """Request each source of the channel once and print what was found. Stores no articles; takes some minutes.

    \b
    Example:
      kepu doctor --save doctor/
    """
    import orjson

    from crawler.crawl_and_doctor import doctor as examine

    try:
        spider = examine(channel, contact=contact, save=save)
    except ValueError as error:
        raise click.UsageError(said(text_of(error))) from error
    report = spider.report()
    if as_json:
        click.echo(orjson.dumps(report).decode())
    else:
        for host, delay in report["delays"].items():
            values = {"host": host, "asked": report["delays_asked"].get(host), "kept": delay}
            if values["asked"]:
                line = say("{host}: asks for {asked:g} s; {kept:g} s are kept", **values)
            elif spider.has_read_robots(host):
                line = say("{host}: asks for no delay; {kept:g} s are kept", **values)
            else:
                line = say("{host}: robots.txt not read; {kept:g} s are kept", **values)
            click.echo(line)
        for finding in spider.findings:
            click.echo(finding.line())
    sys.exit(0 if any(finding.works for finding in spider.findings) else 16)
