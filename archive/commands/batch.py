"""`kepu batch`: rebuild, duplicates and export over shards, on many processes or machines."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.commands.options import as_json, quiet

if TYPE_CHECKING:
    from archive.batch.shards import Bad

_PATH = click.Path(path_type=Path)


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what the three have in common."""
    for option in (
        as_json,
        quiet,
        click.option("--force", is_flag=True, help="Replace the output that is there."),
        click.option("--keep-going", is_flag=True, help="Go on without shards that are missing or torn."),
        click.option("--scheduler", metavar="ADDRESS", help="A scheduler of Dask: tcp://10.0.0.1:8786."),
        click.option(
            "--workers",
            type=click.IntRange(0),
            default=0,
            show_default=True,
            help="Processes on this machine; 0: this one.",
        ),
        click.argument("out", type=_PATH),
        click.argument("shards", type=_PATH, nargs=-1, required=True),
    ):
        command = option(command)
    return command


@click.group
def batch() -> None:
    """Work on more captures than one machine holds: shards in, Parquet shards out, by Dask.

    Needs the extras [distributed], [parquet] and, for duplicates, [duplicates]. The shards and OUT must lie under the
    same paths for every worker.

    \b
    Example:
      kepu batch rebuild --workers 2 data/kepu-captures/*.warc.gz records/
      kepu batch duplicates --workers 2 records/*.parquet clusters/
      kepu batch export --workers 2 --clusters clusters/ --accept-rights records/*.parquet out/
    """


@batch.command
@_common
def rebuild(
    shards: tuple[Path, ...],
    out: Path,
    as_json: bool,
    quiet: bool,
    force: bool,
    keep_going: bool,
    **where: Any,
) -> None:
    """Make records of WARC shards, without an archive."""
    from archive.batch.engine import engine
    from archive.batch.rebuild import rebuild as make

    with engine(**where) as run:
        done = make(shards, out, run, keep_going=keep_going, force=force)
    refused = ", ".join(f"{n} {code}" for code, n in done.refused.most_common())
    line = f"{done.articles} articles of {done.captures} captures in {done.shards} shards"
    _tell(done, [line, *([f"gave no article: {refused}"] if refused else [])], done.bad, as_json, quiet)


@batch.command
@_common
def duplicates(
    shards: tuple[Path, ...],
    out: Path,
    as_json: bool,
    quiet: bool,
    force: bool,
    keep_going: bool,
    **where: Any,
) -> None:
    """Find the near duplicates among shards of records."""
    from archive.batch.duplicates import duplicates as find
    from archive.batch.engine import engine

    with engine(**where) as run:
        counts, bad = find(shards, out, run, keep_going=keep_going, force=force)
    line = ", ".join(f"{n} {name}" for name, n in sorted(counts.items(), reverse=True)) or "no duplicates"
    _tell({"counts": counts, "bad": bad}, [line], bad, as_json, quiet)


@batch.command
@_common
@click.option("--clusters", type=_PATH, help="The output of `kepu batch duplicates` for these records.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl", "jsonl.zst", "csv", "parquet"]),
    default="parquet",
    show_default=True,
)
@click.option("--profile", type=click.Choice(["metadata", "text", "full"]), default="text", show_default=True)
@click.option("--duplicates", "copies", is_flag=True, help="Keep copies, which are left out.")
@click.option("--accept-rights", is_flag=True, help="Say that you know whose the texts are.")
def export(
    shards: tuple[Path, ...], out: Path, as_json: bool, quiet: bool, force: bool, keep_going: bool,
    clusters: Path | None, format_: Any, profile: Any, copies: bool, accept_rights: bool, **where: Any,
) -> None:  # fmt: skip
    """Export shards of records, a file a month."""
    from archive.batch.engine import engine
    from archive.batch.export import export as write
    from archive.commands.export import RightsNotAccepted
    from archive.export.plan import Plan
    from archive.selection import Selection

    plan = Plan(format=format_, profile=profile, selection=Selection(duplicates=copies))
    if plan.has_texts and not accept_rights:
        raise RightsNotAccepted(
            "this export holds texts that belong to their publisher: say --accept-rights, or --profile metadata."
        )
    with engine(**where) as run:
        done = write(shards, out, plan, run, clusters=clusters, keep_going=keep_going, force=force)
    lines = [f"{out}: {done.rows} articles in {len(done.files)} files"]
    if done.left_out:
        lines.append("left out: " + ", ".join(f"{n} {why}" for why, n in sorted(done.left_out.items())))
    _tell(done, lines, done.bad, as_json, quiet)


def _tell(done: object, lines: list[str], bad: list["Bad"], as_json: bool, quiet: bool) -> None:
    """Say what was done, and which shards were left out; the status is 12 where some were."""
    import orjson

    if as_json:
        click.echo(orjson.dumps(done).decode())
    elif not quiet:
        for line in lines:
            click.echo(line)
    for each in bad:
        click.echo(f"left out: {each.shard}: {each.why}", err=True)
    sys.exit(12 if bad else 0)
