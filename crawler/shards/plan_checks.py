"""Check whether a plan still agrees with the channel files and with the archives that were crawled by it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from archive.former_table_names import has_table
from archive.readonly import reading
from crawler.channels.channel_config import Channels, load_all
from crawler.shards.shard_plan import ShardPlan, WrongPlan


def check_archive(plan: ShardPlan, number: int, database: Path) -> Channels:
    """Return the channels of a shard; raise WrongPlan if the plan contradicts their files or the archive.

    A missing archive contradicts nothing. Raises ValueError for an invalid channel file.
    """
    channels = channels_of(plan, number)
    if database.exists():
        check_moved(plan.path, plan.shard_of(), number, hosts_in(database), str(database))
    return channels


def channels_of(plan: ShardPlan, number: int) -> Channels:
    """Return the channels of a shard; raise WrongPlan if it has none, or if their files contradict the plan.

    Raises ValueError for an invalid channel file.
    """
    names = plan.channel_files(number)
    if not names:
        raise WrongPlan(
            "{path}: shard {number} has no channels, because there are more shards than groups of hosts; use fewer.",
            path=plan.path,
            number=number,
        )
    channels = load_all(names)
    check_hosts(plan, number, channels)
    return channels


def hosts_in(database: Path) -> list[str]:
    """Return the hosts to which an archive's crawls have sent requests. Raises the ArchiveErrors of `reading`."""
    with reading(database) as db:
        if not has_table(db, "internal_hosts"):
            return []
        return [host for (host,) in db.execute("SELECT host FROM internal_hosts WHERE asked_at IS NOT NULL")]


def check_hosts(plan: ShardPlan, number: int, channels: Channels) -> None:
    """Raise WrongPlan if the channel files of a shard name a host that the plan does not assign to it."""
    own = {host for one in plan.of_shard(number) for host in one.hosts}
    for host in channels.all_hosts:
        if host not in own:
            raise WrongPlan(
                "{path}: the channel files of shard {number} name {host}, but the plan does not: a file has "
                "changed. Update the plan with kepu shards plan.",
                path=plan.path,
                number=number,
                host=host,
            )


def check_moved(
    plan: Path, shard_of: Mapping[str, int], number: int, hosts: Iterable[str], where: str
) -> None:
    """Raise WrongPlan if the plan now assigns one of `hosts`, which shard `number` has crawled, to another shard.

    `shard_of` maps each host of the plan to its shard; `plan` is the plan's path and `where` that of the shard's
    archive, both for the message.
    """
    for host in sorted(hosts):
        if shard_of.get(host, number) != number:
            raise WrongPlan(
                "the plan changed: {host} is in shard {there} of {path}, and {where}, the archive of shard {number}, "
                "has crawled it. Use the earlier plan, or merge that archive into the one of shard {there} first.",
                host=host,
                there=shard_of[host],
                path=plan,
                where=where,
                number=number,
            )
