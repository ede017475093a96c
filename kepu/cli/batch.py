"""`kepu batch`: rebuild, duplicates and export over shards, with many processes or machines."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from archive.export.formats.format_registry import FORMATS
from kepu.cli.export import as_plan, ask
from kepu.cli.export import export as export_archive
from kepu.cli.help_layout import TranslatedGroup
from kepu.cli.shared_options import DEFAULT_DB, as_json, quiet
from kepu.messages import say

if TYPE_CHECKING:
    from archive.batch.archive_decisions import ArchiveDecisions
    from archive.batch.executors import Executor
    from archive.batch.parquet_shards import BadShard

_PATH = click.Path(path_type=Path)

_OF_EXPORT = {
    "profile", "texts", "since", "until", "sections", "sources", "layouts", "duplicates", "complete_only", "bom",
    "accept_rights",
}  # fmt: skip
"""Options that are the same as those of `kepu export`."""


class BatchJob(NamedTuple):
    """The opened inputs and common options of the three commands."""

    shards: tuple[Path, ...]
    """The shards in the inputs: WARC files, or shards of records."""
    out: Path
    run: "Executor"
    how: dict[str, Any]
    """Keyword arguments for all three functions."""


@contextmanager
def _job(
    shards: tuple[Path, ...],
    out: Path,
    dbs: tuple[Path, ...],
    workers: int,
    scheduler: str | None,
    *,
    quiet: bool,
    are_records: bool,
    **how: bool,
) -> Iterator[BatchJob]:
    from archive.batch.archive_inputs import is_archive
    from archive.batch.executors import engine
    from kepu.progress import SHARDS, Progress

    archives = tuple(path for path in shards if is_archive(path))
    decided = _decisions(dbs + archives, quiet=quiet)
    with (
        Progress(SHARDS, quiet=quiet) as shown,
        engine(workers=workers, scheduler=scheduler, progress=shown.tell) as run,
        _opened(shards, out, run, are_records=are_records) as found,
    ):
        yield BatchJob(found, out, run, {"decisions": decided, **how})


@contextmanager
def _opened(
    inputs: tuple[Path, ...], out: Path, run: "Executor", *, are_records: bool
) -> Iterator[tuple[Path, ...]]:
    """Yield the shards in the inputs: shards of records with `are_records`, otherwise WARC files."""
    from archive.batch.archive_inputs import records, warc_files

    if not are_records:
        yield tuple(warc_files(inputs))
        return
    with records(inputs, out, run) as found:
        yield tuple(found)


def _decisions(dbs: tuple[Path, ...], *, quiet: bool) -> "ArchiveDecisions":
    """Return the manual decisions of the archives; if none is given or found, warn that they are unknown."""
    from archive.batch.archive_decisions import decisions

    if not dbs and not DEFAULT_DB.exists():
        warning = say(
            "no --db is given and {path} does not exist, so takedowns and manual decisions are unknown",
            path=DEFAULT_DB,
        )
        if not quiet:
            click.echo(warning, err=True)
        return decisions([])
    return decisions(dbs or [DEFAULT_DB])


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that the three commands have in common."""
    for option in (
        as_json,
        quiet,
        click.option("--force", is_flag=True, help="Replace existing output."),
        click.option(
            "--keep-going", is_flag=True, help="Continue without shards that are missing or damaged."
        ),
        click.option(
            "--scheduler", metavar="ADDRESS", help="Address of a Dask scheduler: tcp://10.0.0.1:8786."
        ),
        click.option(
            "--workers",
            type=click.IntRange(0),
            default=0,
            show_default=True,
            help="Number of processes on this machine; 0 runs everything in this process.",
        ),
        click.option(
            "--db",
            "dbs",
            type=click.Path(dir_okay=False, path_type=Path),
            multiple=True,
            envvar="KEPU_DB",
            show_envvar=True,
            help="Archive whose takedowns and manual decisions on duplicates apply; may be given several times.",
        ),
        click.argument("out", type=_PATH),
        click.argument("shards", type=_PATH, nargs=-1, required=True),
    ):
        command = option(command)
    return command


@click.group(cls=TranslatedGroup)
def batch() -> None:
    """Process more captures than fit on one machine: read shards and write Parquet shards, by Dask.

    Needs the extras [distributed] and [parquet]. The shards and OUT must have the same paths on every worker. Instead
    of shards, you can name archives (kepu.db) and folders of shards, which are read without merging them.

    \b
    Example:
      kepu batch rebuild --workers 2 data/kepu-captures/*.warc.gz records/
      kepu batch duplicates --workers 2 records/*.parquet clusters/
      kepu batch export --workers 2 --clusters clusters/ --accept-rights records/*.parquet out/
      kepu batch export --accept-rights shards/*/kepu.db out/
    """


@batch.command
@_common
def rebuild(as_json: bool, quiet: bool, **common: Any) -> None:
    """Extract records from WARC shards, without an archive."""
    from archive.batch.batch_rebuild import rebuild as make

    with _job(quiet=quiet, are_records=False, **common) as job:
        done = make(job.shards, job.out, job.run, **job.how)
    lines = [
        say(
            "{articles} articles of {captures} captures in {shards} shards",
            articles=done.articles,
            captures=done.captures,
            shards=done.shards,
        )
    ]
    if done.refused:
        refused = ", ".join(f"{n} {code}" for code, n in done.refused.most_common())
        lines.append(say("without an article: {refused}", refused=refused))
    _tell(done, lines, done.bad, as_json, quiet)


@batch.command
@_common
def duplicates(as_json: bool, quiet: bool, **common: Any) -> None:
    """Find the near duplicates among shards of records."""
    from archive.batch.batch_duplicates import duplicates as find

    with _job(quiet=quiet, are_records=True, **common) as job:
        counts, bad = find(job.shards, job.out, job.run, **job.how)
    line = ", ".join(f"{n} {name}" for name, n in sorted(counts.items(), reverse=True) if n)
    _tell({"counts": counts, "bad": bad}, [line or say("no duplicates")], bad, as_json, quiet)


@batch.command
@_common
@click.option("--clusters", type=_PATH, help="The output of `kepu batch duplicates` for these records.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="parquet", show_default=True)
@click.option("--split", hidden=True)
@click.option(
    "--files",
    type=click.Choice(["month", "year"]),
    default="month",
    show_default=True,
    help="How to split the articles into files.",
)
def export(
    as_json: bool,
    quiet: bool,
    shards: tuple[Path, ...],
    out: Path,
    dbs: tuple[Path, ...],
    workers: int,
    scheduler: str | None,
    force: bool,
    keep_going: bool,
    clusters: Path | None,
    accept_rights: bool,
    **plan: Any,
) -> None:
    """Export shards of records, like `kepu export`: one file per month, with a data card and a manifest."""
    from archive.batch.batch_export import export as write
    from kepu.cli.export import lines

    if str(out) == "-":
        raise click.UsageError(say("a batch export cannot go to standard output; name a folder."))
    as_planned = as_plan(plan)
    if as_planned.has_texts and not accept_rights:
        ask(f"{out}: ")
    how = {"force": force, "keep_going": keep_going}
    with _job(shards, out, dbs, workers, scheduler, quiet=quiet, are_records=True, **how) as job:
        done = write(job.shards, job.out, as_planned, job.run, clusters=clusters, **job.how)
    _tell(done, lines(done.facts, str(out)), done.bad, as_json, quiet)


export.params += [param for param in export_archive.params if param.name in _OF_EXPORT]


def _tell(done: object, lines: list[str], bad: list["BadShard"], as_json: bool, quiet: bool) -> None:
    """Print the results and the shards left out; exit with status 12 if there are any."""
    import orjson

    if as_json:
        click.echo(orjson.dumps(done).decode())
    elif not quiet:
        for line in lines:
            click.echo(line)
    for each in bad:
        click.echo(say("left out: {shard}: {why}", shard=each.shard, why=each.why), err=True)
    sys.exit(12 if bad else 0)
