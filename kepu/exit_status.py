"""The exit statuses of the commands; docs/schedule.md explains each."""

from enum import IntEnum


class Status(IntEnum):
    """The exit status of `kepu crawl`, `kepu import` and `scrapy crawl`."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOTHING_NEW = 10
    BUDGET = 11
    DEGRADED = 12
    REFUSED = 13
    DISK_FULL = 14
    LOCKED = 15
    UNREACHABLE = 16
    INTERRUPTED = 130


NO_FAULT = frozenset({Status.OK, Status.NOTHING_NEW, Status.BUDGET, Status.INTERRUPTED, Status.LOCKED})
"""The ends of a run that nobody needs to be told of: `--quiet` prints nothing, and no alarm rings."""

OF_CODE = {
    "finished": Status.OK,
    "nothing_new": Status.NOTHING_NEW,
    "budget": Status.BUDGET,
    "degraded": Status.DEGRADED,
    "refused": Status.REFUSED,
    "disk_full": Status.DISK_FULL,
    "locked": Status.LOCKED,
    "lease_lost": Status.LOCKED,
    "unreachable": Status.UNREACHABLE,
    "shutdown": Status.INTERRUPTED,
    "usage": Status.USAGE,
}
"""The exit status of each way to end; anything else is FAILED."""
