"""`kepu import`."""

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from kepu.cli.run_spider import end, run_spider
from kepu.cli.shared_options import as_json, channel, database, new, quiet, verbose

STANDARD_INPUT = "-"
"""The argument by which a user names standard input instead of a file."""


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@database
@new
@click.option("--url", help="URL of the page, if a single file is imported.")
@channel
@click.option(
    "--all-hosts",
    is_flag=True,
    help="Import pages of the whole site from WARC files, not only those of the channel.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    default=0,
    help="Number of processes that read WARC files; by default one per core.",
)
@as_json
@quiet
@verbose
def import_(
    paths: tuple[str, ...],
    db: Path,
    new: bool,
    url: str | None,
    channel: str,
    all_hosts: bool,
    workers: int,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Import saved pages, text dumps, and WARC or WACZ files of other crawlers: files, folders, or - for a pipe.

    Saved pages may be HTML, MHTML, SingleFile, complete-page saves of a browser, Wayback copies, or `.html.gz`.
    Run the same command again to resume an interrupted import.

    \b
    Examples:
      kepu import ~/saved-pages people-kepu-20231228.txt
      kepu import old-crawl.warc.gz
      zstdcat old-crawl.warc.zst | kepu import -
    """
    from archive.import_folder import import_folder
    from crawler.spiders.dump import DumpSpider
    from kepu.messages import said, text_of

    folder = import_folder(db)
    given = [_standard_input(folder) if path == STANDARD_INPUT else path for path in paths]
    arguments: dict[str, Any] = {"path": given, "url": url, "channel": channel, "all_hosts": all_hosts}
    arguments["workers"] = workers
    try:
        spider = DumpSpider(**arguments)
    except ValueError as error:
        raise click.UsageError(said(text_of(error))) from error
    settings = {"KEPU_DB": str(db), "KEPU_NEW": new}
    try:
        if (folder / "kepu.db").exists() or _is_out_of_order(spider, db, quiet=quiet or verbose):
            arguments["by_time"] = True
            _check_place(db, new=new)
            _through_another_archive(arguments, db, as_json=as_json, quiet=quiet, verbose=verbose)
        else:
            run_spider("dump", arguments, settings, as_json=as_json, quiet=quiet, verbose=verbose)
    except SystemExit as ended:
        _tidy(folder, ended.code)
        raise


def _standard_input(folder: Path) -> str:
    """Copy standard input to a file and return its path, because an import reads files by position."""
    from archive.captures.standard_input import kept

    folder.mkdir(parents=True, exist_ok=True)
    return str(kept(sys.stdin.buffer, folder))


def _tidy(folder: Path, status: Any) -> None:
    """Delete the copy of standard input once it is imported, and its folder if it is empty."""
    from kepu.exit_status import Status

    if not folder.exists():
        return
    if status in {Status.OK, Status.NOTHING_NEW, Status.FAILED}:
        for file in folder.glob("standard-input*"):
            file.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _is_out_of_order(spider: Any, db: Path, *, quiet: bool) -> bool:
    """Return whether a page in the files is older than the archive's version of it, or than a page before it."""
    from itertools import chain

    from archive.captures.foreign_index import ForeignIndex
    from archive.import_folder import import_folder
    from archive.import_order import article_at, is_out_of_order
    from archive.import_place import last
    from archive.readonly import reading
    from crawler.import_files import find_files, fingerprint
    from pipelines.local_files import origin_stated_in

    try:
        found = find_files(spider.paths)
        with ForeignIndex(import_folder(db), spider.scope) as index:
            if found.warcs:
                spider.fill(index, found.warcs, lambda _: None, quiet=quiet)
            start = 0
            if db.exists():
                with reading(db) as archive:
                    start = last(archive, fingerprint(found.files, index))
            files = (origin_stated_in(file) for file in found.files[start:] if isinstance(file, Path))
            saved = ((article_at(url), at) for url, at in files)
            return is_out_of_order(db, chain(saved, index.earliest(max(0, start - len(found.files)))))
    except OSError:
        return False  # the import itself says why a file cannot be read


def _check_place(db: Path, *, new: bool) -> None:
    """Raise an error if remains of an older archive are where one would be created; with `new`, move them aside."""
    from archive.lost_database import check_lost
    from archive.open_checks import set_aside
    from archive.readonly import home

    if not db.exists():
        (set_aside if new else check_lost)(home(db))


def _through_another_archive(
    arguments: dict[str, Any], db: Path, *, as_json: bool, quiet: bool, verbose: bool
) -> None:
    """Import into a separate archive and merge that one, so that old captures become earlier revisions of articles.

    The separate archive is in the folder `NAME.importing` beside the database. If the import is killed, the folder
    remains, and the same command resumes with it.
    """
    from archive.import_folder import import_folder
    from archive.merge import merge
    from crawler.runner import project_settings, run
    from kepu.exit_status import Status

    folder = import_folder(db)
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "KEPU_DB": str(folder / "kepu.db"),
        "KEPU_DERIVES": False,
        "LOG_ENABLED": verbose,
        "KEPU_PROGRESS": not (quiet or verbose),
    }
    report = run("dump", arguments, project_settings(**settings))
    report.archive = str(db)
    if (folder / "kepu.db").exists() and report.status in {Status.OK, Status.NOTHING_NEW, Status.FAILED}:
        found = report.new + report.changed + report.unchanged
        done = merge(db, folder / "kepu.db")
        report.new, report.changed = done.new, done.changed
        report.unchanged = max(0, found - done.new - done.changed)
        shutil.rmtree(folder)
    end(report, as_json=as_json, quiet=quiet)
