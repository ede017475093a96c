"""The exit statuses of the commands; docs/schedule.md explains each."""

from enum import IntEnum


class Status(IntEnum):
    """The exit status of `kepu crawl`, `kepu import` and `scrapy crawl`."""

    OK = 0
    """The run finished and stored something new."""
    FAILED = 1
    """The run ended with an error that has no status of its own."""
    USAGE = 2
    """The command line or the settings are wrong."""
    NOTHING_NEW = 10
    """The run finished and found nothing new."""
    BUDGET = 11
    """The run used up its budget of requests or time; the next run continues it."""
    DEGRADED = 12
    """The pages look different: articles lost fields, or lists lost links."""
    REFUSED = 13
    """The site refused requests."""
    DISK_FULL = 14
    """The disk is full; nothing stored is lost."""
    LOCKED = 15
    """Another process writes the archive, or took over the shard's lease."""
    UNREACHABLE = 16
    """The site could not be reached."""
    INTERRUPTED = 130
    """The run was interrupted, by Ctrl-C or a signal."""


NO_FAULT = frozenset({Status.OK, Status.NOTHING_NEW, Status.BUDGET, Status.INTERRUPTED, Status.LOCKED})
"""Statuses that need no attention: `--quiet` prints nothing, and no alarm is sent."""

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
"""Map the outcome of a run report, or the code of an ArchiveError, to its exit status. All others map to FAILED."""
