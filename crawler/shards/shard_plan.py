"""Assign channels to shards by rendezvous hashing, so that no host is in two shards.

Channels that share a host, directly or through others, form a component, which is never split. Hosts of sources count
as well: a list on one host links to articles on another, and all channels of one site share its search.
"""

import hashlib
import json
import os
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crawler.channels.channel_config import FOLDER, Channel, connected, load
from kepu.atomic_files import write_whole
from kepu.errors import ArchiveError

USUAL_REQUESTS = 1000
"""Expected number of requests of a channel whose file does not state one."""

SLACK = 1.1
"""Maximum load of a shard, as a multiple of the average load; a component that exceeds it goes to another shard."""

STEP = 1.1
"""The maximum load is rounded up to a power of this, so that an additional channel rarely moves another one."""


class WrongPlan(ArchiveError):
    """A plan that cannot be used; the message names the file."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class Component:
    """A group of channels that share hosts, and the shard that crawls them."""

    shard: int
    """Number of the shard, from 0."""
    requests: int
    """Expected number of requests of a whole crawl."""
    channels: tuple[str, ...]
    """Names of channels, or paths of their files."""
    hosts: tuple[str, ...]
    """All hosts of the channels, sorted."""


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """The assignment of channels to shards, and the path of its file."""

    path: Path
    """Path of its file; the paths of channel files in it are relative to that folder."""
    shards: int
    """Number of shards."""
    components: tuple[Component, ...]
    """The groups of channels, each with its shard."""

    def of_shard(self, number: int) -> list[Component]:
        """Return the components of a shard; raise WrongPlan if the plan has no shard of this number."""
        if not 0 <= number < self.shards:
            raise WrongPlan(
                "{path} has no shard {number}; its shards are 0 to {last}.",
                path=self.path,
                number=number,
                last=self.shards - 1,
            )
        return [one for one in self.components if one.shard == number]

    def channel_files(self, number: int) -> list[str]:
        """Return the names of a shard's channels, or the paths of their files.

        Raises WrongPlan if there is no such shard.
        """
        names = [name for one in self.of_shard(number) for name in one.channels]
        return [str(self.path.parent / name) if name.endswith(".toml") else name for name in names]

    def shard_of(self) -> dict[str, int]:
        """Map each host to its shard."""
        return {host: one.shard for one in self.components for host in one.hosts}


def components(channels: dict[str, Channel]) -> list[Component]:
    """Return the groups of channels that share hosts, in any order. `channels` maps names or paths to channels.

    The shard of each component is still -1; `deal` assigns it.
    """
    groups = connected(channel.all_hosts for channel in channels.values())
    group_of = {host: n for n, group in enumerate(groups) for host in group}
    members: dict[int, list[str]] = {}
    for name, channel in channels.items():
        members.setdefault(group_of[channel.hosts[0]], []).append(name)
    return [
        Component(
            shard=-1,
            requests=sum(
                USUAL_REQUESTS if channels[name].requests is None else channels[name].requests or 1
                for name in names
            ),
            channels=tuple(sorted(names)),
            hosts=tuple(sorted(groups[n])),
        )
        for n, names in members.items()
    ]


def deal(found: Iterable[Component], shards: int, before: ShardPlan | None = None) -> list[Component]:
    """Return the components with a shard for each: the one in the plan `before`, or else one by rendezvous hashing.

    Components are assigned in order of their expected requests, the largest first. Each goes to the shard with the
    highest score for it (Thaler and Ravishankar 1998) among those with room, which is about 1 / `shards` of all
    requests. So adding channels moves another component only if there is no longer room for it.
    """
    todo = sorted(found, key=lambda one: (-one.requests, one.hosts))
    total = sum(one.requests for one in todo)
    room = _rounded_up(max([SLACK * total / shards, *(one.requests for one in todo)]))
    kept = _kept(before) if before is not None and before.shards == shards else {}
    loads, dealt = [0] * shards, []
    for one in sorted(todo, key=lambda one: _shard_before(one, kept) is None):
        shard = _shard_before(one, kept)
        if shard is None:
            order = sorted(range(shards), key=lambda n: _score(one.hosts[0], n), reverse=True)
            fitting = [n for n in order if loads[n] + one.requests <= room]
            shard = fitting[0] if fitting else min(order, key=lambda n: loads[n])
        loads[shard] += one.requests
        dealt.append(Component(shard, one.requests, one.channels, one.hosts))
    return sorted(dealt, key=lambda one: (one.shard, one.hosts))


def _kept(before: ShardPlan) -> dict[str, tuple[int, int]]:
    """Map each host of an earlier plan to the requests and the shard of its component."""
    return {host: (one.requests, one.shard) for one in before.components for host in one.hosts}


def _shard_before(one: Component, kept: dict[str, tuple[int, int]]) -> int | None:
    """Return the earlier shard of a component, by its part with the most requests; None if all its hosts are new."""
    found = [kept[host] for host in one.hosts if host in kept]
    return max(found)[1] if found else None


def _score(host: str, shard: int) -> bytes:
    return hashlib.blake2b(f"{host}\0{shard}".encode(), digest_size=8).digest()


def _rounded_up(least: float) -> float:
    room = 1.0
    while room < least:
        room *= STEP
    return room


# --- the file ----------------------------------------------------------------------------------------------


def make(files: Sequence[str], shards: int, out: Path) -> ShardPlan:
    """Assign channels to shards, write the plan to `out`, and return it; assignments of an earlier plan there are kept.

    Raises ValueError for an invalid channel file, and WrongPlan for an invalid earlier plan.
    """
    before = read(out) if out.exists() else None
    channels = {_name(file, out): load(file) for file in dict.fromkeys(files)}
    plan = ShardPlan(out, shards, tuple(deal(components(channels), shards, before)))
    write_whole(out, text(plan).encode())
    return plan


def _name(file: str, out: Path) -> str:
    """Return a channel as a plan lists it: by name or, for another file, by its path relative to the plan's folder."""
    path = Path(file)
    if path.suffix != ".toml" or (FOLDER / path.name).resolve() == path.resolve():
        return path.stem
    return os.path.relpath(path.resolve(), out.resolve().parent)


@dataclass(frozen=True, slots=True)
class _PlanFile:
    """The tables of a plan's file."""

    version: int
    shards: int
    component: tuple[Component, ...]


def text(plan: ShardPlan) -> str:
    """Return a plan as TOML."""
    lines = [
        "# Written by `kepu shards plan`, which keeps these assignments when it is run again.",
        f"version = 1\nshards = {plan.shards}",
    ]
    for one in plan.components:
        lines += [
            "",
            "[[component]]",
            f"shard = {one.shard}",
            f"requests = {one.requests}",
            f"channels = {json.dumps(one.channels, ensure_ascii=False)}",
            f"hosts = {json.dumps(one.hosts, ensure_ascii=False)}",
        ]
    return "\n".join([*lines, ""])


def read(path: Path) -> ShardPlan:
    """Return the plan in a file. Raises WrongPlan, with the file's path, if it is missing or invalid."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _PlanFile)
    except OSError as error:
        raise WrongPlan(
            "{path}: the plan cannot be read ({why}); make one with kepu shards plan.",
            path=path,
            why=error.strerror,
        ) from error
    except ValueError as error:  # not UTF-8, not TOML, or not a _PlanFile
        raise WrongPlan(
            "{path}: not a plan of kepu shards plan ({why}).", path=path, why=str(error)
        ) from error
    if found.version != 1:
        raise WrongPlan("{path}: a plan of version {n}; this program reads 1.", path=path, n=found.version)
    plan = ShardPlan(path, found.shards, found.component)
    _check(plan)
    return plan


def _check(plan: ShardPlan) -> None:
    """Raise WrongPlan if a component's shard is not in the plan, or if a host is in two components."""
    seen: set[str] = set()
    for one in plan.components:
        plan.of_shard(one.shard)
        if twice := seen.intersection(one.hosts):
            raise WrongPlan(
                "{path}: {host} is in two components; make the plan again.", path=plan.path, host=min(twice)
            )
        seen.update(one.hosts)


def parse_shard(text_: str) -> tuple[ShardPlan, int]:
    """Parse `plan.toml:3`: return the plan and the number of the shard. Raises WrongPlan for anything else."""
    path, _, number = text_.rpartition(":")
    if not path or not (number.isascii() and number.isdigit()):
        raise WrongPlan("invalid shard {text!r}; write plan.toml:3", text=text_)
    plan = read(Path(path))
    plan.of_shard(int(number))
    return plan, int(number)
