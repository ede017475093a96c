"""Decide when a run ends early because a budget or limit is reached, and say why it ended, in one line."""

from collections.abc import Mapping

from crawler.crawl_options import CrawlOptions
from kepu.messages import Text

INTERRUPTED = Text("interrupted: what was fetched is kept, and the next run goes on from here")
"""Why a run ended: Ctrl-C or a signal."""
UNREACHABLE = Text("no host answered: is this machine on the network? The archive is as it was.")
"""Why a run ended: no host has responded."""
NOTHING_TO_RECHECK = Text(
    "none of these can be re-checked: they are not in the archive, or were forgotten (see kepu show)."
)
"""Why a recheck ended without requests: the archive has none of the requested articles."""
LEASE_LOST = Text("the lease of the shard was not renewed in time: the next round goes on from here")
"""Why the crawl of a shard ended: its lease was not renewed in time."""
NOTHING_IS_DUE = Text("nothing is due: the lists were read a short while ago, and nothing else is left")
"""Why a run ended without requests."""
HOURS_OVER = Text("the permitted hours are over: the next run goes on from here")
"""Why a run ended: the hours of `--hours` are over."""


def left_alone(seconds: float) -> str:
    """Return the line for a run that ends because all hosts rest for `seconds`."""
    minutes = round(seconds / 60)
    return Text("the site asks to be left alone for {n} more minutes: run again then", n=minutes)


def used_up(n: int) -> str:
    """Return the line for a run that ends because its budget of `n` requests is used up."""
    return Text("the budget of {n} requests is used up: the next run goes on from here", n=n)


def is_full(plan: CrawlOptions, kept: Mapping[str, int]) -> bool:
    """Return whether a run has as many new and changed articles as its limit allows."""
    return bool(plan.limit) and kept.get("new", 0) + kept.get("changed", 0) >= (plan.limit or 0)


def reached(
    plan: CrawlOptions, *, kept: Mapping[str, int], requests: int, seconds: float, requests_today: int
) -> str | None:
    """Return why a run should send no more requests, if a budget or its limit is reached; else None.

    `kept` is what CrawlRun.kept returns; `requests` and `seconds` are those of this run, and `requests_today` is the
    number of requests in the last 24 hours, over all runs.
    """
    budget = plan.budget
    if is_full(plan, kept):
        return Text("the limit of {n} articles is reached: the next run goes on from here", n=plan.limit)
    if budget.requests is not None and requests >= budget.requests:
        return used_up(budget.requests)
    if budget.seconds is not None and seconds >= budget.seconds:
        minutes = budget.seconds / 60
        return Text("the budget of {n:g} minutes is used up: the next run goes on from here", n=minutes)
    if budget.requests_a_day is not None and requests_today >= budget.requests_a_day:
        n = budget.requests_a_day
        return Text("the budget of {n} requests a day is used up: the next run goes on from here", n=n)
    return None
