"""Where a run of workers stops: its budget, limit and hours, and a site that asks to be left alone, for all of them."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from archive.memory import format_time
from archive.store import Store
from archive.worker.feed import Feed
from crawler import endings, sources

PATIENCE = float(os.environ.get("KEPU_PATIENCE", "1800"))
"""Seconds that a run waits for hours to begin, or for hosts to have rested."""


def heed(archive: Store, feed: Feed, requests: int) -> tuple[str, str] | None:
    """Tell Redis what workers may ask; return how and why the run is to end, as a code and a line, or None.

    `requests` were made by all workers. What is being asked when a budget of requests is nearly used up counts as
    made, so that it is not exceeded; a limit of articles, or of time, may be exceeded by what is under way.
    """
    plan, now = feed.plan, datetime.now(UTC)
    hours = plan.hours
    shut_for = hours.opens_in(sources.beijing(now)) if hours else 0.0
    if shut_for > PATIENCE:
        return "budget", endings.HOURS_OVER
    today = 0
    if plan.budget.requests_a_day is not None:
        yesterday = format_time(now - timedelta(days=1))
        today = archive.memory.requests_since(yesterday, before=feed.run) + requests
    reason = endings.reached(
        plan, kept=archive.kept, requests=requests, seconds=feed.seconds(), requests_today=today
    )
    if reason:
        return "budget", reason
    feed.allow(_most(plan.budget.requests, plan.budget.requests_a_day, today - requests), shut_for)
    rest = feed.first_due()
    if rest is not None and rest > PATIENCE and not feed.in_flight():
        return "refused", endings.left_alone(rest)
    return None


def _most(requests: int | None, a_day: int | None, before: int) -> int | None:
    """Return how many requests this run may make, of which `before` others were made today."""
    some = [n for n in (requests, None if a_day is None else a_day - before) if n is not None]
    return min(some, default=None)


def closed(feed: Feed) -> Mapping[str, str]:
    """Return the hosts of the channel that shut the run out, with their reasons."""
    told = {host.decode(): why.decode() for host, why in feed.server.hgetall(feed.key("closed")).items()}
    return {host: why for host, why in told.items() if host in feed.channel.hosts}
