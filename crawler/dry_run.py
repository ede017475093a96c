"""List what a run would request, and estimate how long it takes, without sending requests."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from scrapy.robotstxt import ProtegoRobotParser
from sqlite_utils import Database

from archive import section_lists
from archive.schema import migrate
from archive.section_lists import Section
from archive.store import reading
from archive.url_state import UrlState, format_time, host_in
from crawler import seeds
from crawler.channels.channel_config import Channels
from crawler.crawl_delay import delay_to_keep
from crawler.crawl_options import CrawlOptions
from crawler.discovery import search_api
from crawler.requested_sections import chosen
from kepu import urls
from kepu.errors import NotFound
from kepu.messages import say

NEXT_RUN = 2**62
"""A run number that no run has yet."""

ARTICLES_A_MONTH = 60
"""Estimated number of articles per month of a backfill if the archive has none of its period: two per day."""


@contextmanager
def memory_of(path: Path) -> Iterator[UrlState]:
    """Yield the URL state of the archive at `path` for reading, or an empty one if there is no archive."""
    try:
        with reading(path) as db:
            yield UrlState(db)
    except NotFound:
        empty = Database(memory=True)
        migrate(empty)
        yield UrlState(empty)


def planned_requests(
    memory: UrlState, channels: Channels, plan: CrawlOptions, now: datetime
) -> list[tuple[str, str]]:
    """Return (reason, URL) of each request of a run, in approximate order, without those that follow from the pages."""
    if plan.mode == "recheck":
        wanted = [url for article in plan.ids for url in memory.url_meant(article)]
        wanted += [url for url in map(urls.canonical, plan.urls) if url not in wanted]
        if plan.since or plan.until:
            wanted += memory.published(plan.since, plan.until)
        return [("recheck", url) for url in wanted]
    given = [Section(one.url, one.node, one.title, "") for one in channels.sections]
    found = chosen(memory.db, {one.url for one in given}, channels=len(channels.each))
    sections = list({one.url: one for one in [*given, *found]}.values())
    begin = seeds.start_all(channels, plan, memory, now, sections, run=NEXT_RUN)
    first = [(kind, url) for url, kind, _ in begin]
    seen = {url for _, url in first}
    left = [(why, url) for why, url in memory.waiting(format_time(now)) if url not in seen]
    return [*first, *left]


def delays(
    memory: UrlState, hosts: tuple[str, ...], *, usual: float, scale: float, on_replica: bool
) -> dict[str, float]:
    """Return the seconds between two requests to each host, according to its last known robots.txt.

    For `usual`, `scale` and `on_replica` see crawl_delay.delay_to_keep.
    """
    rows = memory.hosts()
    found = {}
    for host in hosts:
        row = rows.get(host)
        rules = ProtegoRobotParser(row.robots, None) if row and row.robots else None
        wanted = rules.crawl_delay("kepu-archive") if rules else None
        found[host] = delay_to_keep(wanted, usual=usual, scale=scale, on_replica=on_replica)
    return found


def backfill_requests(
    memory: UrlState, channels: Channels, plan: CrawlOptions, now: datetime
) -> dict[str, int]:
    """Return the minimum number of requests of a backfill, by host: searches by month, list pages, missing articles."""
    today = seeds.beijing(now).date()
    until = min(plan.until or date.max, today + timedelta(days=1))
    since = plan.since or search_api.OLDEST_ANSWER
    months = max(1, round((until - since).days / 30.4))
    had = memory.count_published(since, until)
    pages = sum(one.promised for one in section_lists.sections(memory.db)) or len(channels.sections)
    several = len(channels.each)
    counts = Counter[str]()
    for channel in channels.each:
        counts[channel.hosts[0]] += (pages + max(0, several * months * ARTICLES_A_MONTH - had)) // several
        if channel.sources.search and "search" in plan.sources:
            counts[host_in(channel.sources.search)] += months
    return dict(counts)


def estimate(requests: dict[str, int], kept: dict[str, float]) -> list[str]:
    """Return lines that estimate the duration of a run; hosts are requested in parallel, so the slowest decides.

    `requests` is the number of requests by host, `kept` the seconds between two requests by host (0 if missing).
    """
    seconds = {host: n * kept.get(host, 0.0) for host, n in requests.items()}
    longest = duration(max(seconds.values(), default=0.0))
    lines = [
        say(
            "about {n} requests to {host}, {delay:g} s apart: {time}",
            n=n,
            host=host,
            delay=kept.get(host, 0.0),
            time=duration(seconds[host]),
        )
        for host, n in requests.items()
    ]
    return [
        *lines,
        say("the run takes at least {time}; it is safe to interrupt", time=longest),
    ]


def lines(
    path: Path, channels: Channels, plan: CrawlOptions, *, usual: float, scale: float, on_replica: bool
) -> Iterator[str]:
    """Yield the lines that `kepu crawl --dry-run` prints: the requests, their number, and the estimated duration.

    The keyword arguments are those of `delays`. Raises NotFound for an id that the archive does not have.
    """
    now = datetime.now(UTC)
    with memory_of(path) as memory:
        wanted = planned_requests(memory, channels, plan, now)
        for why, url in wanted:
            yield f"{why}\t{url}"
        yield say("{n} requests, and more for the links that they find; none was sent", n=len(wanted))
        yield from forecast(
            memory, channels, plan, now, wanted, usual=usual, scale=scale, on_replica=on_replica
        )


def forecast(
    memory: UrlState,
    channels: Channels,
    plan: CrawlOptions,
    now: datetime,
    wanted: list[tuple[str, str]],
    *,
    usual: float,
    scale: float,
    on_replica: bool,
) -> list[str]:
    """Return lines that estimate the duration of a run from its first requests.

    `wanted` is what `planned_requests` returns; the keyword arguments are those of `delays`.
    """
    requests = dict(Counter(host_in(url) for _, url in wanted))
    if plan.mode == "backfill":
        requests = backfill_requests(memory, channels, plan, now)
    kept = delays(memory, channels.all_hosts, usual=usual, scale=scale, on_replica=on_replica)
    known = memory.hosts()
    notes = (
        []
        if channels.hosts[0] in known
        else [say("robots.txt was not read yet: it may ask for longer delays")]
    )
    return [*estimate(requests, kept), *notes]


def duration(seconds: float) -> str:
    """Return a duration for people: `3 days 4 h`, `2 h 10 min`, `45 s`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return say("{days} days {hours} h", days=days, hours=hours)
    if hours:
        return say("{hours} h {minutes} min", hours=hours, minutes=minutes)
    return say("{n} min {rest} s", n=minutes, rest=rest) if minutes else say("{rest} s", rest=rest)
