"""`kepu shards`: assign channels to shards, crawl these on many machines, and show their progress."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kepu.cli.help_layout import TranslatedGroup
from kepu.cli.shared_options import as_json, contact, quiet
from kepu.exit_status import Status
from kepu.messages import Text, say

if TYPE_CHECKING:
    from crawler.shards.dask_rounds import Progress
    from crawler.shards.shard_plan import ShardPlan


@click.group(cls=TranslatedGroup)
def shards() -> None:
    """Crawl many sites on many machines: channels are assigned to shards, each of which is an ordinary crawl.

    \b
    Example:
      kepu shards plan channels/*.toml --shards 20 --out plan.toml
      kepu crawl --shard plan.toml:3
      kepu shards run plan.toml --to /shared/crawl --scheduler tcp://10.0.0.1:8786
    """


@shards.command
@click.argument("channels", nargs=-1, required=True)
@click.option("--shards", "count", type=click.IntRange(1), required=True, help="Number of shards.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("plan.toml"),
    show_default=True,
    help="Plan file; an existing plan keeps its assignments.",
)
@as_json
@quiet
def plan(channels: tuple[str, ...], count: int, out: Path, as_json: bool, quiet: bool) -> None:
    """Assign channels (names, or paths of channel files) to shards, so that no host is in two shards."""
    import orjson

    from crawler.shards import shard_plan
    from kepu.messages import said, text_of

    try:
        made = shard_plan.make(channels, count, out)
    except ValueError as error:
        raise click.UsageError(said(text_of(error))) from error
    rows = [_row(made, number) for number in range(count)]
    if as_json:
        click.echo(orjson.dumps({"plan": str(out), "shards": rows}).decode())
    elif not quiet:
        for row in rows:
            click.echo(
                say("shard {shard}: {channels} channels, {hosts} hosts, {requests} expected requests", **row)
            )


def _row(made: "ShardPlan", number: int) -> dict[str, int]:
    parts = made.of_shard(number)
    return {
        "shard": number,
        "channels": sum(len(one.channels) for one in parts),
        "hosts": sum(len(one.hosts) for one in parts),
        "requests": sum(one.requests for one in parts),
    }


_TO = click.option(
    "--to",
    required=True,
    metavar="FOLDER",
    help="The folder that all machines share: a path, or s3://bucket/prefix.",
)
_SINGLE = click.option(
    "--single-scheduler",
    is_flag=True,
    help="Also accept a store without exclusive create; make sure that only one scheduler is ever used.",
)


@shards.command()
@click.argument("plan_file", metavar="PLAN", type=click.Path(dir_okay=False, path_type=Path))
@_TO
@click.option("--scheduler", metavar="ADDRESS", help="Address of a Dask scheduler: tcp://10.0.0.1:8786.")
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Number of processes on this machine, without --scheduler.",
)
@click.option("--round", "budget", default="30m", show_default=True, help="Budget of a round: 30m, or 500.")
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder on each worker for archives in progress.  [default: ~/.local/share/kepu-archive/shards]",
)
@contact
@_SINGLE
@click.option(
    "--lease",
    "lease_seconds",
    type=click.FloatRange(min=0.5),
    default=60.0,
    show_default=True,
    help="Seconds without renewal after which a worker stops sending.",
)
@click.option(
    "--grace",
    "grace_seconds",
    type=click.FloatRange(min=0.2),
    default=30.0,
    show_default=True,
    help="Further seconds until another worker takes over; at least a third of --lease.",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=600.0,
    show_default=True,
    help="Seconds to wait for a shared folder or a scheduler that is unreachable.",
)
@as_json
@quiet
def run(plan_file: Path, as_json: bool, quiet: bool, **options: Any) -> None:
    """Crawl every shard of a plan to its end, in rounds that Dask distributes. Needs the extra [distributed].

    After each round, the shard's archive is copied to --to. If a machine dies, another one continues from there. Run
    the same command again after an interruption.
    """
    from crawler.shards import run_plan, shard_plan
    from kepu.errors import WrongSettings

    if options["grace_seconds"] < options["lease_seconds"] / 3:
        raise WrongSettings("--grace is too short; it must be at least a third of --lease.")
    run_plan.check_budget(options["budget"])
    made = shard_plan.read(plan_file)

    def tell(what: object) -> None:
        if not (quiet or as_json):
            click.echo(_line(what))

    def waits(holder: str) -> None:
        text = Text(
            "{to} was last used by {holder}: waiting until that process ends or stops renewing its lease"
        )
        click.echo(say(text, to=options["to"], holder=holder), err=True)

    ended = run_plan.run(made, run_plan.Options(**options), tell, waits)
    _end(ended, as_json=as_json, quiet=quiet)


def _line(what: object) -> str:
    """Return an outcome of a round, or a message about the workers, as one line."""
    from crawler.shards.shard_round import Outcome
    from kepu.messages import said

    if not isinstance(what, Outcome):
        return said(str(what))
    if what.state == "published":
        text = Text(
            "shard {shard}, round {number}: {new} new articles, {requests} requests; {left} URLs are left"
        )
        facts = {name: what.report.get(name) for name in ("new", "requests", "left")}
        return say(text, shard=what.shard, number=what.number, **facts)
    text = Text("shard {shard}, round {number}: {state}: {message}")
    line = say(text, shard=what.shard, number=what.number, state=what.state, message=said(what.message or ""))
    kept = what.archive and say("its archive stays at {archive}", archive=what.archive)
    return f"{line}; {kept}" if kept else line


def _end(ended: "list[Progress]", *, as_json: bool, quiet: bool) -> None:
    """Print the outcome of all shards, and exit with the most serious status among them."""
    from dataclasses import asdict

    import orjson

    given_up = [one for one in ended if one.ended != "done"]
    if as_json:
        rows = [
            {
                "shard": one.round_.shard,
                "ended": one.ended,
                "rounds": one.rounds,
                "last": one.last and asdict(one.last),
            }
            for one in ended
        ]
        click.echo(orjson.dumps({"shards": rows}).decode())
    elif not quiet:
        rounds, done = sum(one.rounds for one in ended), len(ended) - len(given_up)
        click.echo(
            say("{done} of {n} shards are done, in {rounds} rounds", done=done, n=len(ended), rounds=rounds)
        )
    for one in given_up:
        message = _line(one.last) if one.last else ""
        click.echo(
            "kepu: " + say("shard {n} was given up: {message}", n=one.round_.shard, message=message), err=True
        )
    sys.exit(int(Status.FAILED if given_up else max(map(_status, ended), key=_GRAVITY.index)))


_GRAVITY = [
    Status.NOTHING_NEW,
    Status.OK,
    *(one for one in Status if one not in {Status.NOTHING_NEW, Status.OK}),
]
"""Statuses of shards in order of seriousness; a whole run ends with the last of those that occur."""


def _status(one: "Progress") -> Status:
    """Return the status of a shard's last round, or OK if that found nothing new but an earlier one did."""
    last = Status(one.last.report.get("status", Status.FAILED)) if one.last else Status.FAILED
    is_nothing = last in {Status.NOTHING_NEW, Status.FAILED}
    return Status.OK if one.kept and is_nothing else last


@shards.command()
@click.option("--to", required=True, metavar="FOLDER", help="The folder that all machines share.")
@_SINGLE
@click.option(
    "--metrics",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write Prometheus metrics to this file, labelled by shard.",
)
@as_json
def status(to: str, single_scheduler: bool, metrics: Path | None, as_json: bool) -> None:
    """Print a line per shard: what it does, its articles, requests and alarms, and the age of its last round."""
    import orjson

    from crawler.shards import shard_status
    from crawler.shards.shared_folder import opened

    found = shard_status.read(opened(to, single_scheduler=single_scheduler))
    if metrics:
        shard_status.write_metrics(found, metrics)
    if as_json:
        click.echo(orjson.dumps({"shards": found}).decode())
        return
    for one in found:
        click.echo(shard_status.line(one))


@shards.command()
@click.option("--to", required=True, metavar="FOLDER", help="The folder that all machines share.")
@_SINGLE
@click.option(
    "--captures/--no-captures", default=True, help="Also fetch the WARC files.  [default: captures]"
)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@quiet
def fetch(to: str, single_scheduler: bool, captures: bool, out: Path, quiet: bool) -> None:
    """Copy the last published archive of each shard to OUT/shard-0003/kepu.db, ready for merge, batch and serve."""
    from crawler.shards import shard_status
    from crawler.shards.shared_folder import opened

    folder = opened(to, single_scheduler=single_scheduler)
    for database in shard_status.fetch_all(folder, out, captures=captures):
        if not quiet:
            click.echo(str(database))
