"""`kepu forget`."""

import sys
from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet
from kepu.messages import say


@click.command
@click.argument("articles", nargs=-1, metavar="[ID|URL]...")
@database
@click.option("--author", help="Forget every article that has an author of exactly this name.")
@click.option("--reason", help="Reason; it is stored in the tombstone and in exports.")
@click.option("--unseen", is_flag=True, help="Also accept ids of articles that the archive has never seen.")
@click.option("--dry-run", is_flag=True, help="Print what would be forgotten, without changing anything.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@as_json
@quiet
def forget(
    articles: tuple[str, ...],
    db: Path,
    author: str | None,
    reason: str | None,
    unseen: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Remove articles permanently: from every table, the JSONL, the index and the captures.

    A tombstone remains (id, URLs, hashes, reason, time; no text), so that no crawl, import, merge or rebuild brings the
    article back. Exports list the tombstones. Earlier backups, exports, and files
    that a restore moved aside (see `kepu gc`) still contain the article.

    \b
    Example:
      kepu forget n1/40148467 --reason "asked by the author, 2026-11-23"
      kepu forget --author 张三 --dry-run
    """
    import orjson

    from archive.forget import forget as take_out
    from archive.forget import targets
    from archive.leftover_files import leftovers
    from archive.store import Store, reading

    if not articles and author is None:
        raise click.UsageError(say("no article is named; give ids (n1/40148467), URLs, or --author."))
    if not (reason or dry_run):
        raise click.UsageError(say("no reason is given; add --reason TEXT."))
    with reading(db) as there:
        found = targets(there, articles, author=author, unseen=unseen)
    if not (quiet or as_json):
        for target in found:
            click.echo("\n".join(target.lines()))
    if not dry_run:
        _ask(say("Remove {n} articles from {db} permanently?", n=len(found), db=db), yes=yes)
        with Store(db) as archive:
            take_out(archive, targets(archive.db, [target.id for target in found], unseen=True), reason or "")
    if as_json:
        click.echo(orjson.dumps(found).decode())
    elif not (quiet or dry_run):
        click.echo(say("{n} forgotten", n=len(found)))
        if aside := leftovers(db):
            click.echo(
                say(
                    "files that were moved aside may still contain the text ({path}): see `kepu gc`",
                    path=", ".join(each.path for each in aside),
                )
            )


def _ask(question: str, *, yes: bool) -> None:
    """Ask for confirmation unless `yes`; raise Abort if the answer is no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(say("this needs confirmation, and there is no terminal; add --yes."))
    click.confirm(question, abort=True, err=True)
