"""Why a run ends before its work is done: the lines that say so, and when a budget or a limit is reached."""

from collections.abc import Mapping

from crawler.plan import Plan

INTERRUPTED = "interrupted: what was fetched is kept, and the next run goes on from here"
UNREACHABLE = "no host answered: is this machine on the network? The archive is as it was."
NOTHING_TO_RECHECK = (
    "none of these can be asked for again: not in the archive, or forgotten (kepu show says which)."
)
HOURS_OVER = "the hours in which hosts may be asked are over: the next run goes on"


def left_alone(seconds: float) -> str:
    """Return the line for a site whose every host rests for so long."""
    return f"the site asks to be left alone for {seconds / 60:.0f} more minutes: run again then"


def reached(
    plan: Plan, *, kept: Mapping[str, int], requests: int, seconds: float, requests_today: int
) -> str | None:
    """Return why a run should ask for nothing more, if its budget or its limit is reached."""
    budget, why = plan.budget, None
    if plan.limit and kept.get("new", 0) + kept.get("changed", 0) >= plan.limit:
        why = f"the limit of {plan.limit} articles is reached"
    elif budget.requests is not None and requests >= budget.requests:
        why = f"the budget of {budget.requests} requests is used up"
    elif budget.seconds is not None and seconds >= budget.seconds:
        why = f"the budget of {budget.seconds / 60:g} minutes is used up"
    elif budget.requests_a_day is not None and requests_today >= budget.requests_a_day:
        why = f"the budget of {budget.requests_a_day} requests a day is used up"
    return why and f"{why}: the next run goes on from here"
