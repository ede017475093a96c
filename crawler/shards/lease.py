"""Leases, by which at most one process at a time crawls a shard.

Leases of a shard are numbered. The file of each number can be created only once, by one process, which then holds the
lease. The lease ends when the file with its number is created in `rounds/`: by the holder, with the outcome of its
round, or by a successor that takes over. So a holder that was paused for an hour can no longer publish anything.

Who holds a lease does not depend on whether the clocks of two machines agree. A holder that has not renewed its lease
for `seconds` by its own clock stops sending requests. A successor takes over when it has seen no renewal for `seconds`
+ `grace` by its own clock.

With each renewal the holder writes what a successor must know about the hosts: their delays, and until when they rest.
Only the ends of the rests are times of day, which the successor compares with its own clock.

`Away`, which most functions may raise, is the error of crawler/shards/shared_folder.py for a folder out of reach.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from crawler.shards.shared_folder import SharedFolder
from kepu.errors import ArchiveError

SECONDS = 60.0
"""Default seconds after its last renewal for which a holder may send requests."""

GRACE = 30.0
"""Default seconds, after those of the lease, until a successor takes over.

Together they tolerate a slow store, and a dead machine delays its shard by only a minute and a half.
"""

KEPT_NUMBERS = 20
"""Number of ended leases whose files are kept."""


class Held(ArchiveError):
    """Another process holds the lease."""

    code = "locked"


def now() -> float:
    """Return the seconds of a clock that cannot be set and continues while the machine sleeps (CLOCK_BOOTTIME)."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(slots=True)
class HostFacts:
    """What a successor must know about the hosts of a shard."""

    rests: dict[str, float] = field(default_factory=dict)
    """Map each host that rests to the end of its rest, in seconds since 1970."""
    delays: dict[str, float] = field(default_factory=dict)
    """Map each host to the seconds between two requests."""


class Lease:
    """A lease that this process holds. A thread renews it; `holds` is called before each request."""

    def __init__(
        self, folder: SharedFolder, key: str, number: int, *, seconds: float, before: HostFacts | None
    ) -> None:
        """Create the lease with this number, whose file `claim` has created; `seconds` is its duration."""
        self.number = number
        """Number of the lease, from 1."""
        self.before = before
        """The host facts of the previous holder; None if there was none, or if it published its round."""
        self._folder, self._key, self._seconds = folder, key, seconds
        self._facts = HostFacts(*((dict(before.rests), dict(before.delays)) if before else ()))
        self._deadline = 0.0
        self._is_lost = False
        self._renewals = 0
        self._wake, self._ends = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"lease {key}", daemon=True)

    def __deepcopy__(self, _: object) -> "Lease":
        """Return the lease itself: as a value of a setting it is deep-copied by Scrapy, but must not be duplicated."""
        return self

    def begin(self) -> None:
        """Renew the lease once, then start the thread that renews it. Raises Away."""
        self._renew()
        self._thread.start()

    def holds(self) -> bool:
        """Return whether requests may be sent now: the last renewal is recent enough, and no successor was noticed.

        It may stay True for up to `seconds` after `end` or `close`: then the caller itself sends nothing more.
        """
        return not self._is_lost and now() < self._deadline

    @property
    def is_lost(self) -> bool:
        """Whether a renewal has noticed that a successor holds the shard; False until then, even after a take-over."""
        return self._is_lost

    def rest(self, host: str, until: float) -> None:
        """Note that a host rests until `until` (seconds since 1970); the later of two times counts.

        The thread writes it with a renewal that it starts now. This returns before that, and raises nothing.
        """
        self._facts.rests[host] = max(until, self._facts.rests.get(host, 0.0))
        self._wake.set()

    def delay(self, host: str, seconds: float) -> None:
        """Note the seconds between two requests to a host; if they changed, the thread renews now, to write them."""
        if self._facts.delays.get(host) != seconds:
            self._facts.delays[host] = seconds
            self._wake.set()

    def _run(self) -> None:
        while not self._ends.is_set() and not self._is_lost:
            self._wake.wait(self._seconds / 3)
            self._wake.clear()
            if self._ends.is_set():
                return
            try:
                self._renew()
            except ArchiveError:
                self._ends.wait(self._seconds / 10)
                self._wake.set()

    def _renew(self) -> None:
        with self._lock:
            started = now()
            self._renewals += 1
            body = {"n": self._renewals, "rests": dict(self._facts.rests), "delays": dict(self._facts.delays)}
            self._folder.write(_alive(self._key, self.number), orjson.dumps(body))
            if self._folder.read(_lease(self._key, self.number + 1)) is not None:
                self._is_lost = True
            else:
                self._deadline = started + self._seconds

    def end(self, body: dict[str, Any]) -> bool:
        """End the lease with the outcome of the round; return False if a successor has already taken it over.

        Raises Away.
        """
        self._ends.set()
        self._wake.set()
        return self._folder.create(_round(self._key, self.number), orjson.dumps(body))

    def close(self) -> None:
        """Stop renewing, without ending the lease."""
        self._ends.set()
        self._wake.set()


def claim(
    folder: SharedFolder,
    key: str,
    *,
    seconds: float = SECONDS,
    grace: float = GRACE,
    patience: float = 0.0,
    tell: Callable[[str], object] = lambda _: None,
) -> Lease:
    """Take the lease of the shard `key`, start the thread that renews it, and return it.

    If there is an earlier lease, wait until it ends, or take over when it was not renewed for `seconds` + `grace`;
    `tell` is called once per lease that is waited for, with the name of its holder. The files of old leases are
    removed. Raises Held at the first renewal by another holder that is seen after `patience` seconds, and Away if the
    folder cannot be reached.
    """
    give_up = now() + patience
    while True:
        last = last_number(folder, key)
        has_ended = not last or _wait_for_end(folder, key, last, seconds + grace, give_up, tell)
        number = last + 1
        if not folder.create(_lease(key, number), orjson.dumps(_holder())):
            continue
        if last_number(folder, key) != number:
            continue  # an outdated number: the files of later leases have been pruned
        if not has_ended:
            folder.create(
                _round(key, last), orjson.dumps({"state": "lost"})
            )  # returns False if the holder ends it at this moment
        before = facts_of(folder, key, last) if last and not _ended_well(folder, key, last) else None
        lease = Lease(folder, key, number, seconds=seconds, before=before)
        lease.begin()
        _prune(folder, key, number)
        return lease


def _wait_for_end(
    folder: SharedFolder,
    key: str,
    number: int,
    seconds: float,
    give_up: float,
    tell: Callable[[str], object],
) -> bool:
    """Wait for the end of a lease: return True if it has ended, False if it was not renewed for `seconds`.

    Raises Held if it is still being renewed at the time `give_up`.
    """
    seen, since, was_told = folder.read(_alive(key, number)), now(), False
    while not is_ended(folder, key, number):
        there = folder.read(_alive(key, number))
        if there != seen:
            seen, since = there, now()
            if now() >= give_up:
                raise Held(
                    "{key} of {address} is held by {holder}; wait until that process ends.",
                    key=key,
                    address=folder.address,
                    holder=holder_of(folder, key, number),
                )
        if now() - since >= seconds:
            return False
        if not was_told:
            was_told = True
            tell(holder_of(folder, key, number))
        time.sleep(min(1.0, seconds / 20))
    return True


def _holder() -> dict[str, Any]:
    return {"holder": f"process {os.getpid()} on {socket.gethostname()}", "at": time.time()}


def holder_of(folder: SharedFolder, key: str, number: int) -> str:
    """Return who holds or held a lease, as text for people."""
    body = folder.read(_lease(key, number))
    return str(orjson.loads(body)["holder"]) if body else "?"


def facts_of(folder: SharedFolder, key: str, number: int) -> HostFacts:
    """Return the host facts that were last written under a lease.

    If none were, return those of the lease before it, or empty ones if there is none or it ended as `published`.
    """
    body = folder.read(_alive(key, number))
    if body is None and number > 1 and not _ended_well(folder, key, number - 1):
        return facts_of(folder, key, number - 1)
    found = orjson.loads(body) if body else {}
    return HostFacts(found.get("rests", {}), found.get("delays", {}))


def _ended_well(folder: SharedFolder, key: str, number: int) -> bool:
    end = end_of(folder, key, number)
    return end is not None and end["state"] == "published"


def last_number(folder: SharedFolder, key: str) -> int:
    """Return the number of the newest lease; 0 if there is none."""
    names = folder.names(f"{key}/leases")
    return int(names[-1].partition(".")[0]) if names else 0


def is_ended(folder: SharedFolder, key: str, number: int) -> bool:
    """Return whether a lease has ended."""
    return folder.read(_round(key, number)) is not None


def end_of(folder: SharedFolder, key: str, number: int) -> dict[str, Any] | None:
    """Return the outcome with which a lease ended, or None if it has not ended.

    Its key `state` is `published`, `failed`, `lost` (a successor took over) or `ended` (the lease of a whole plan,
    which publishes nothing itself).
    """
    body = folder.read(_round(key, number))
    return orjson.loads(body) if body else None


def last_published(folder: SharedFolder, key: str) -> tuple[int, dict[str, Any]]:
    """Return the number and the outcome of the last published round; 0 and an empty dict if there is none."""
    for name in reversed(folder.names(f"{key}/rounds")):
        number = int(name.partition(".")[0])
        end = end_of(folder, key, number)
        if end is not None and end["state"] == "published":
            return number, end
    return 0, {}


def _prune(folder: SharedFolder, key: str, number: int) -> None:
    """Remove the files of all but the last KEPT_NUMBERS leases; the last published round is always kept."""
    old = [
        (int(name.partition(".")[0]), f"{key}/{kind}/{name}")
        for kind in ("leases", "alive", "rounds")
        for name in folder.names(f"{key}/{kind}")[: -KEPT_NUMBERS or None]
    ]
    old = [(n, name) for n, name in old if n < number - KEPT_NUMBERS]
    published = last_published(folder, key)[0] if old else 0
    for n, name in old:
        if n != published:
            folder.remove(name)


def _lease(key: str, number: int) -> str:
    return f"{key}/leases/{number:08}.json"


def _alive(key: str, number: int) -> str:
    return f"{key}/alive/{number:08}.json"


def _round(key: str, number: int) -> str:
    return f"{key}/rounds/{number:08}.json"
