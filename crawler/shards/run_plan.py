"""`kepu shards run`: crawl every shard of a plan to its end, in rounds that Dask distributes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from crawler.channels.channel_config import FOLDER
from crawler.shards import dask_rounds, lease
from crawler.shards.dask_rounds import Progress, Tell
from crawler.shards.plan_checks import channels_of, check_moved
from crawler.shards.round_archive import COUNT, Base, count_shards, key_of
from crawler.shards.shard_plan import ShardPlan, WrongPlan
from crawler.shards.shard_round import Round
from crawler.shards.shared_folder import Away, opened
from kepu.errors import ArchiveError

RUN = "run"
"""Key of the lease that `kepu shards run` holds, so that only one runs at a time."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `kepu shards run`."""

    to: str
    """Address of the shared folder: a path, or a URL."""
    workers: int = 1
    """Number of processes on this machine, if there is no scheduler."""
    scheduler: str | None = None
    """Address of a Dask scheduler; None to start one on this machine."""
    work: Path | None = None
    """Folder for archives in progress on each worker; None for one in the home folder."""
    budget: str = "30m"
    """Budget of one round, as in `kepu crawl --budget`."""
    contact: str | None = None
    """Contact in the User-Agent, or None."""
    single_scheduler: bool = False
    """Whether only one scheduler distributes rounds (see shared_folder.opened)."""
    lease_seconds: float = lease.SECONDS
    """Seconds after which a lease ends if it is not renewed."""
    grace_seconds: float = lease.GRACE
    """Further seconds until a successor takes over."""
    patience: float = 600.0
    """Seconds to wait for a shared folder or a scheduler that cannot be reached."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Scrapy settings of the crawls."""


def run(
    plan: ShardPlan, options: Options, tell: Tell, waits: Callable[[str], object] = lambda _: None
) -> list[Progress]:
    """Crawl every shard of a plan to its end; return the progress of each.

    `waits` is called with the name of another process whose lease must end first. Raises Held if another `kepu shards
    run` uses the shared folder, WrongPlan if hosts have changed shards since the last run, and NoScheduler, Away and
    NotShared.
    """
    folder = opened(options.to, single_scheduler=options.single_scheduler, new=True)
    shard_of = plan.shard_of()
    rounds = [
        _round(plan, shard_of, number, options) for number in range(plan.shards) if plan.of_shard(number)
    ]
    for number in (*(one.shard for one in rounds), *range(plan.shards, count_shards(folder))):
        hosts = Base.of(folder, key_of(number)).body.get("hosts", ())
        check_moved(plan.path, shard_of, number, hosts, f"{key_of(number)} of {folder.address}")
    held = lease.claim(folder, RUN, seconds=options.lease_seconds, grace=options.grace_seconds, tell=waits)
    try:
        count = max(plan.shards, count_shards(folder))
        folder.write(COUNT, orjson.dumps({"shards": count}))
        return dask_rounds.run(
            rounds,
            workers=options.workers,
            scheduler=options.scheduler,
            patience=options.patience,
            tell=tell,
            may_go_on=lambda: not held.is_lost,
        )
    finally:
        _end(held)


def _end(held: lease.Lease) -> None:
    try:
        held.end({"state": "ended"})
    except Away:
        held.close()


def _round(plan: ShardPlan, shard_of: dict[str, int], number: int, options: Options) -> Round:
    """Return the instructions for rounds of a shard; raise WrongPlan or ArchiveError if its channel files are wrong."""
    try:
        channels = channels_of(plan, number)
    except ValueError as error:
        raise WrongPlan("{path}: {why}", path=plan.path, why=error) from error
    files = [Path(name) for name in plan.channel_files(number)]
    files = [path if path.suffix == ".toml" else FOLDER / f"{path}.toml" for path in files]
    digest = hashlib.sha256(options.to.encode()).hexdigest()[:12]
    work = options.work or Path.home() / ".local" / "share" / "kepu-archive" / "shards"
    return Round(
        to=options.to if "://" in options.to else str(Path(options.to).absolute()),
        shard=number,
        plan=str(plan.path),
        channels={
            f"{n:05}-{path.name}": path.read_text(encoding="utf-8-sig") for n, path in enumerate(files)
        },
        hosts=list(channels.all_hosts),
        shard_of=shard_of,
        work=str((work / digest).absolute()),
        budget=options.budget,
        contact=options.contact,
        single_scheduler=options.single_scheduler,
        lease_seconds=options.lease_seconds,
        grace_seconds=options.grace_seconds,
        patience=options.patience,
        settings=options.settings,
    )


def check_budget(text: str) -> None:
    """Raise WrongPlan if the text is not a valid budget, and ArchiveError if it sets no limit."""
    from crawler.crawl_options import Budget

    try:
        budget = Budget.parse(text)
    except ValueError as error:
        raise WrongPlan("{why}", why=error) from error
    if budget == Budget():
        raise ArchiveError("a round needs a budget; write 30m, or 500 (requests).")
