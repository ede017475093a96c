"""`kepu extract`."""

import sys
from contextlib import nullcontext

import click


@click.command
@click.argument("files", nargs=-1, required=True)
@click.option("--url", help="URL of the page.")
@click.option("--content-type", help="Content-Type header of the page.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the whole record (the default prints a short view)."
)
@click.option(
    "--explain",
    is_flag=True,
    help="Print what became of each line of the page: its block or field, or the rule that left it out. A line of a "
    "block has no mark; = marks a field, − what a rule left out, · what is outside the article, and + what the program "
    "added. With --json, print the same for scripts, in place of the record.",
)
def extract(
    files: tuple[str, ...], url: str | None, content_type: str | None, as_json: bool, explain: bool
) -> None:
    """Print the records extracted from saved pages, without an archive; `-` reads standard input.

    \b
    Example:
      kepu extract page.html --url http://kpzg.people.com.cn/n1/2023/1228/c404214-40148467.html --json
    """
    import orjson

    from archive.terminal_article import view
    from kepu.messages import said
    from kepu.records import Account
    from pipelines import explain as explained
    from pipelines.chrome import explain_page_lines
    from pipelines.extract_file import records

    status = 0
    for file in files:
        source = sys.stdin.buffer.read() if file == "-" else file
        with explain_page_lines.wanted() if explain else nullcontext():
            found = list(records(source, url=url, content_type=content_type))
        for record in found:
            if record.article is None:
                click.echo(f"kepu: {record.where}: {said(record.refused or '')}", err=True)
                status = 1
            elif explain and as_json:
                made = explained.as_json(record.article, record.account or Account())
                click.echo(orjson.dumps(made).decode())
            elif explain:
                click.echo("\n".join(explained.lines(record.article, record.account or Account())))
            elif as_json:
                click.echo(orjson.dumps(record.article).decode())
            else:
                click.echo(view(record.article))
    sys.exit(status)
