"""`kepu import`."""

import shutil
from pathlib import Path
from typing import Any

import click

from kepu.cli.run_spider import end, run_spider
from kepu.cli.shared_options import as_json, channel, database, new, quiet, verbose


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@database
@new
@click.option("--url", help="Where the one file that is named came from.")
@channel
@click.option(
    "--all-hosts", is_flag=True, help="Take pages of the whole site from WARC files, not the channel's only."
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
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Import saved pages, text dumps, and WARC or WACZ files of other crawlers: files, or folders of them.

    Saved pages may be HTML, MHTML, SingleFile, complete-page saves of a browser, Wayback copies, or `.html.gz`.

    \b
    Examples:
      kepu import ~/saved-pages people-kepu-20231228.txt
      kepu import old-crawl.warc.gz
    """
    from crawler.spiders.dump import DumpSpider
    from kepu.messages import said, text_of

    arguments = {"path": list(paths), "url": url, "channel": channel, "all_hosts": all_hosts}
    try:
        DumpSpider.check_arguments(arguments)
    except ValueError as error:
        raise click.UsageError(said(text_of(error))) from error
    arguments["by_time"] = _is_out_of_order([Path(path) for path in paths], db)
    if not (arguments["by_time"] or any(_has_warc(Path(path)) for path in paths)):
        settings = {"KEPU_DB": str(db), "KEPU_NEW": new}
        run_spider("dump", arguments, settings, as_json=as_json, quiet=quiet, verbose=verbose)
        return
    _check_place(db, new=new)
    _through_another_archive(arguments, db, as_json=as_json, quiet=quiet, verbose=verbose)


def _has_warc(path: Path) -> bool:
    """Return whether a path is a WARC or WACZ file, or a folder that holds one."""
    from archive.captures.foreign_warc import is_foreign

    return any(is_foreign(file) for file in path.rglob("*")) if path.is_dir() else is_foreign(path)


def _is_out_of_order(paths: list[Path], db: Path) -> bool:
    """Return whether saved pages are older than what the archive has of them, or than those before them."""
    from archive.import_order import is_out_of_order
    from pipelines.local_files import files, told_by

    found = (file for path in paths for file in (sorted(files(path)) if path.is_dir() else [path]))
    try:
        return is_out_of_order(db, map(told_by, found))
    except OSError:
        return False  # the import itself says why a folder cannot be read


def _check_place(db: Path, *, new: bool) -> None:
    """Refuse to begin an archive beside what is left of an older one; with `new`, move that aside."""
    from archive import open_checks
    from archive.readonly import home

    if not db.exists():
        (open_checks.set_aside if new else open_checks.check_new)(home(db))


def _through_another_archive(
    arguments: dict[str, Any], db: Path, *, as_json: bool, quiet: bool, verbose: bool
) -> None:
    """Import into an archive of its own and merge that: old captures become earlier revisions of what is there.

    The other archive lies in `NAME.importing` beside the database. A killed import leaves it, and the same command
    goes on with it.
    """
    from archive.merge import merge
    from crawler.runner import project_settings, run
    from kepu.exit_status import Status

    folder = db.with_name(f"{db.stem}.importing")
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
