"""`kepu`, the command: a thin layer over what Python can call too. What a command needs is imported in it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import ArchiveError

if TYPE_CHECKING:
    from crawler.items import Article
    from crawler.outcome import Report

database = click.option(
    "--db",
    "db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("data/kepu.db"),
    envvar="KEPU_DB",
    show_default=True,
    show_envvar=True,
    help="The archive; its JSONL lies beside it.",
)
quiet = click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
verbose = click.option("--verbose", "-v", is_flag=True, help="Print Scrapy's log instead of a progress bar.")


class OneLine(click.Group):
    """A group whose commands end with one line and a status when the archive cannot be used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people need them, which is that of this file."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            from crawler.outcome import OF_CODE, Status

            click.echo(f"kepu: {error}", err=True)
            ctx.exit(int(OF_CODE.get(error.code, Status.FAILED)))


@click.group(cls=OneLine, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kepu-archive", prog_name="kepu")
def main() -> None:
    """Crawl 人民网科普中国 politely and keep its articles, complete and clean, in SQLite and JSONL."""


@main.command(short_help="Crawl the channel: what is new and what is due.")
@database
@click.option(
    "--channel", default="kpzg", show_default=True, help="A channel's name, or the path of its facts."
)
@click.option(
    "--contact",
    envvar="KEPU_CONTACT",
    show_envvar=True,
    help="Your e-mail or page, told to the site with each request.",
)
@click.option(
    "--mode",
    type=click.Choice(["refresh", "backfill", "recheck"]),
    help="refresh, unless --id or --url say else.",
)
@click.option("--since", help="Of a backfill or recheck: the first day (2024, 2024-05 or 2024-05-10).")
@click.option("--until", help="The last day, in the same forms.")
@click.option("--id", "ids", multiple=True, help="Recheck the article of this id (n1/40148467).")
@click.option("--url", "urls", multiple=True, help="Recheck the article at this URL.")
@click.option("--limit", type=click.IntRange(1), help="Stop after so many new or changed articles.")
@click.option("--budget", help="Stop after 500 (requests), 90m, 8h, 2d, or 700/day (over all runs).")
@click.option("--hours", help="Ask only in these hours of Beijing: 22-7, or 22:30-06:45.")
@click.option("--sources", help="Begin with these only: home,sections,search,rolling,sitemaps.")
@click.option("--dry-run", is_flag=True, help="Print what would be asked for, and ask nothing.")
@click.option(
    "--report",
    "report_to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report here, as JSON.",
)
@click.option(
    "--alarm",
    envvar="KEPU_ALARM",
    show_envvar=True,
    help="Run this command, the report on its input, if the run went wrong.",
)
@quiet
@verbose
def crawl(
    db: Path,
    channel: str,
    contact: str | None,
    dry_run: bool,
    report_to: Path | None,
    alarm: str | None,
    quiet: bool,
    verbose: bool,
    **plan: Any,
) -> None:
    """Crawl the channel: what is new, what is due, and what an earlier run left.

    Exit statuses: 0 something new, 10 nothing new, 11 budget reached, 12 degraded, 13 refused, 14 disk full,
    15 locked, 16 unreachable, 130 interrupted, 1 failed, 2 usage.

    \b
    Examples:
      kepu crawl --contact you@example.org
      kepu crawl --mode backfill --since 2021 --budget 700/day
    """
    from crawler.command import Options
    from crawler.command import crawl as run_crawl

    options = Options(db, channel, contact, plan, dry_run, report_to, alarm, quiet, verbose)
    try:
        report = run_crawl(options, say=click.echo)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if report is not None:
        end(report, quiet=quiet)


@main.command("import", short_help="Import saved pages and text dumps.")
@click.argument("paths", nargs=-1, required=True)
@database
@click.option("--url", help="Where the one file that is named came from.")
@quiet
@verbose
def import_(paths: tuple[str, ...], db: Path, url: str | None, quiet: bool, verbose: bool) -> None:
    """Import saved HTML pages and text dumps: files, or folders of them.

    \b
    Example:
      kepu import ~/saved-pages people-kepu-20231228.txt
    """
    _run("dump", {"path": list(paths), "url": url}, {"KEPU_DB": str(db)}, quiet=quiet, verbose=verbose)


@main.command(short_help="Check that the archive is whole.")
@database
@click.option("--repair", is_flag=True, help="Write anew what can be derived again.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
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


@main.command(short_help="Try each source of the channel once.")
@click.option(
    "--channel", default="kpzg", show_default=True, help="A channel's name, or the path of its facts."
)
@click.option(
    "--contact", envvar="KEPU_CONTACT", show_envvar=True, help="Your e-mail or page, told to the site."
)
@click.option(
    "--save", type=click.Path(file_okay=False, path_type=Path), help="Save what was answered to this folder."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print all that was found, robots.txt and headers too, as JSON."
)
def doctor(channel: str, contact: str | None, save: Path | None, as_json: bool) -> None:
    """Ask each source of the channel once, politely, and say what it found; keeps no article. Takes some minutes.

    \b
    Example:
      kepu doctor --save doctor/
    """
    import orjson

    from crawler.command import doctor as examine

    try:
        spider = examine(channel, contact=contact, save=save)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(orjson.dumps(spider.report()).decode())
    else:
        for host, delay in spider.report()["delays"].items():
            asked = spider.report()["delays_asked"].get(host)
            click.echo(
                f"{host}: {f'asks for {asked:g} s' if asked else 'asks for no delay'}; {delay:g} s are kept"
            )
        for finding in spider.findings:
            click.echo(finding.line())
    sys.exit(0 if any(finding.works for finding in spider.findings) else 16)


@main.command(short_help="Say what is there, what failed, what looks thin.")
@database
@click.option("--by-section", is_flag=True, help="A line a month and section, and not a line a month.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def coverage(db: Path, by_section: bool, as_json: bool) -> None:
    """Say, by month, what was seen, archived, failed and gone; which lists have gaps; which days are thin.

    \b
    Example:
      kepu coverage --by-section
    """
    import orjson

    from archive.coverage import coverage as look
    from archive.store import reading

    with reading(db) as archive:
        found = look(archive)
    if as_json:
        click.echo(orjson.dumps(found.as_dict()).decode())
    else:
        for line in found.lines(by_section=by_section):
            click.echo(line)


@main.command(short_help="Find reposts and edited versions.")
@click.argument("article", required=False)
@database
@click.option("--alone", is_flag=True, help="Take ARTICLE out of its cluster for good.")
@click.option("--together", is_flag=True, help="Take that back.")
@quiet
def duplicates(article: str | None, db: Path, alone: bool, together: bool, quiet: bool) -> None:
    """Bring near duplicates up to date and print the clusters, or what ARTICLE has in common with others.

    Every article keeps its row: `cluster` and `similarity` say what it belongs to. Needs the extra [duplicates].

    \b
    Example:
      kepu duplicates
      kepu duplicates n1/40148467 --alone
    """
    from archive.duplicates import command
    from archive.store import reading

    if alone == together and (alone or together):
        raise click.UsageError("--alone and --together are each other's opposites.")
    if (alone or together) and not article:
        raise click.UsageError("say which ARTICLE, by its id (n1/40148467).")
    with reading(db):
        pass  # an archive that is not there is not made
    if alone or together:
        command.decide(db, article or "", alone=alone)
    counts = command.duplicates(db)
    if quiet:
        return
    with reading(db) as there:
        for line in command.lines(there, article):
            click.echo(line)
    click.echo(", ".join(f"{n} {name}" for name, n in counts.items()))


@main.command(short_help="Print the record that a saved page gives.")
@click.argument("files", nargs=-1, required=True)
@click.option("--url", help="Where the page came from.")
@click.option("--content-type", help="The Content-Type header that it came with.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the whole record (the default prints a short view)."
)
def extract(files: tuple[str, ...], url: str | None, content_type: str | None, as_json: bool) -> None:
    """Print the record that saved pages give, without an archive; `-` reads standard input.

    \b
    Example:
      kepu extract page.html --url http://kpzg.people.com.cn/n1/2023/1228/c404214-40148467.html --json
    """
    import orjson

    from pipelines.records import records

    status = 0
    for file in files:
        source = sys.stdin.buffer.read() if file == "-" else file
        for record in records(source, url=url, content_type=content_type):
            if record.article is None:
                click.echo(f"kepu: {record.where}: {record.refused}", err=True)
                status = 1
            elif as_json:
                click.echo(orjson.dumps(record.article).decode())
            else:
                click.echo(view(record.article))
    sys.exit(status)


def view(article: "Article") -> str:
    """Return an article as a person reads it on a terminal: its head, its blocks, its warnings."""
    names = "、".join(author.name for author in article.author)
    head = {
        "id": article.id,
        "url": article.url,
        "published": article.date_published,
        "authors": names,
        "source": article.source and article.source.name,
        "editors": "、".join(editor.name for editor in article.editor),
        "layout": article.provenance.layout,
        "warnings": ", ".join(article.warnings),
    }
    lines = [text for text in (article.kicker, article.headline, article.alternative_headline) if text]
    lines += [f"{name:>9}: {value}" for name, value in head.items() if value]
    return "\n".join([*lines, "", *(f"[{block.type}] {block.text}" for block in article.blocks), ""])


def _run(
    spider: str, arguments: dict[str, Any], settings: dict[str, Any], *, quiet: bool, verbose: bool
) -> None:
    """Run a spider, print its summary, and leave with its status."""
    from crawler.run import project_settings, run

    settings |= {"LOG_ENABLED": verbose, "KEPU_PROGRESS": not (quiet or verbose)}
    report = run(spider, arguments, project_settings(**settings))
    end(report, quiet=quiet)


def end(report: "Report", *, quiet: bool = False) -> None:
    """Print a run's summary and leave with its status."""
    from crawler.outcome import Status, summary

    nothing_came = report.status in {Status.UNREACHABLE, Status.LOCKED} or (
        report.message and not report.pages
    )
    if not quiet and not nothing_came:
        for line in summary(report):
            click.echo(line)
        click.echo(f"archive: {report.archive} and {Path(report.archive).with_suffix('.jsonl')}")
    if report.message:
        click.echo(f"kepu: {report.message}", err=True)
    sys.exit(int(report.status))


if __name__ == "__main__":
    main()
