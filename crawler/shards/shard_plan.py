"""Which channels belong to which shard: groups of hosts that are never split, dealt out by rendezvous hashing.

The unit is a connected component of channels and all their hosts, source hosts included: a list on one host names
articles on another, and all channels of one site share its search. So no host is in two shards.
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
"""Expected requests of a channel file that does not name any."""

SLACK = 1.1
"""How much more than its equal part a shard may hold before a component goes to its second choice."""

STEP = 1.1
"""The bound of a shard is rounded up to a power of this, so that one more channel seldom moves another."""


class WrongPlan(ArchiveError):
    """A plan that cannot be used; the message names the file."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class Component:
    """Channels that share hosts, and the shard that crawls them."""

    shard: int
    """From 0."""
    requests: int
    """Expected requests of a whole crawl."""
    channels: tuple[str, ...]
    """Names of channels, or paths of their files."""
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """How channels are dealt out."""

    path: Path
    shards: int
    components: tuple[Component, ...]

    def of_shard(self, number: int) -> list[Component]:
        """Return the components of a shard; raise WrongPlan where there is no such shard."""
        if not 0 <= number < self.shards:
            raise WrongPlan(
                "{path} has no shard {number}: it has 0 to {last}.",
                path=self.path,
                number=number,
                last=self.shards - 1,
            )
        return [one for one in self.components if one.shard == number]

    def channel_files(self, number: int) -> list[str]:
        """Return the names or paths of a shard's channels, paths relative to the plan made whole."""
        names = [name for one in self.of_shard(number) for name in one.channels]
        return [str(self.path.parent / name) if name.endswith(".toml") else name for name in names]

    def shard_of(self) -> dict[str, int]:
        """Return the shard of each host."""
        return {host: one.shard for one in self.components for host in one.hosts}


def components(channels: dict[str, Channel]) -> list[Component]:
    """Return the connected components of channels, given by name or path, dealt to no shard yet (-1)."""
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
    """Return components with the shard that each goes to: its own in the plan `before`, else by rendezvous hashing.

    A component goes to the shard with its highest score (Thaler and Ravishankar 1998) that has room for its expected
    requests, the largest first. Each shard has room for about its equal part, so that adding channels moves nothing
    but what has no room.
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
    """Return the shard and the requests of the component of each host in an earlier plan."""
    return {host: (one.requests, one.shard) for one in before.components for host in one.hosts}


def _shard_before(one: Component, kept: dict[str, tuple[int, int]]) -> int | None:
    """Return the shard that the greatest of a component's earlier parts was in; None where all of it is new."""
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
    """Assign channels to shards and write the plan to `out`; assignments of an earlier plan there are kept.

    Raises ValueError for a channel that cannot be read, WrongPlan for an earlier plan that cannot.
    """
    before = read(out) if out.exists() else None
    channels = {_name(file, out): load(file) for file in dict.fromkeys(files)}
    plan = ShardPlan(out, shards, tuple(deal(components(channels), shards, before)))
    write_whole(out, text(plan).encode())
    return plan


def _name(file: str, out: Path) -> str:
    """Return how a plan names a channel: by its name, or by the path of its file as seen from the plan."""
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
        "# Written by `kepu shards plan`, which keeps what is dealt out here when it is run again.",
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
    """Return the plan in a file; raise WrongPlan, naming the file, where it is missing or not sound."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _PlanFile)
    except OSError as error:
        raise WrongPlan(
            "{path}: no plan can be read ({why}): make one with kepu shards plan.",
            path=path,
            why=error.strerror,
        ) from error
    except ValueError as error:  # not UTF-8, not TOML, or not of the form of a plan
        raise WrongPlan(
            "{path}: not a plan of kepu shards plan ({why}).", path=path, why=str(error)
        ) from error
    if found.version != 1:
        raise WrongPlan("{path}: a plan of version {n}; this program reads 1.", path=path, n=found.version)
    plan = ShardPlan(path, found.shards, found.component)
    _check(plan)
    return plan


def _check(plan: ShardPlan) -> None:
    """Raise WrongPlan where a component has no shard of the plan, or a host is in two components."""
    seen: set[str] = set()
    for one in plan.components:
        plan.of_shard(one.shard)
        if twice := seen.intersection(one.hosts):
            raise WrongPlan(
                "{path}: {host} is in two components: make the plan again.", path=plan.path, host=min(twice)
            )
        seen.update(one.hosts)


def parse_shard(text_: str) -> tuple[ShardPlan, int]:
    """Return the plan and the number of `plan.toml:3`; raise WrongPlan for anything else."""
    path, _, number = text_.rpartition(":")
    if not path or not (number.isascii() and number.isdigit()):
        raise WrongPlan("{text!r} names no shard: write plan.toml:3", text=text_)
    plan = read(Path(path))
    plan.of_shard(int(number))
    return plan, int(number)
