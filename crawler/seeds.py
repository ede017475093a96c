"""The first requests of a run, by its mode, and how each kind of source is requested."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

from archive.section_lists import Section
from archive.url_state import KnownUrl, UrlState, format_time
from crawler.channels.channel_config import Channel, Channels
from crawler.crawl_options import CrawlOptions
from crawler.discovery import search_api, section_pages
from kepu import urls
from kepu.records import Discovery

FIRST_PAGES = 20
"""Priority of the first pages of lists, and of other sources. Articles have 0; re-checked URLs come last."""
NEXT_PAGES = -5
"""Priority of further pages of lists, which a search may make unnecessary."""

CYCLE_HOURS = 6
"""A run that continues an unfinished one does not request lists that were requested within these hours (a backfill: no
list that the unfinished run has read).
"""

SELDOM = timedelta(days=7)
"""Interval at which an index of sitemaps, and a home page that only redirects, are requested again."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """The unfinished earlier runs that a run continues. Lists that they have read are not read again."""

    run: int
    """Number of this run."""
    first: int
    """Number of the first run of the cycle."""
    since: str
    """Lists read before this time are read again; if it is empty, none is."""

    @classmethod
    def of(cls, memory: UrlState, plan: CrawlOptions, run: int, now: datetime) -> "Cycle":
        """Return the cycle of a run."""
        since = "" if plan.mode == "backfill" else format_time(now - timedelta(hours=CYCLE_HOURS))
        return cls(run, memory.cycle(plan.mode, run), since)

    def has_read(self, known: KnownUrl) -> bool:
        """Return whether a list was requested in this run, or recently in one that this run continues."""
        if known.run == self.run:
            return True
        if known.run is None or known.run < self.first or known.state == "pending":
            return False
        return (known.fetched_at or "") >= self.since


def beijing(moment: datetime) -> datetime:
    """Return a time in Beijing time, which the site uses."""
    return moment.astimezone(search_api.BEIJING)


def start(
    channel: Channel,
    plan: CrawlOptions,
    memory: UrlState,
    now: datetime,
    sections: Iterable[Section],
    *,
    run: int,
) -> Iterator[tuple[str, str, Discovery]]:
    """Yield (URL, kind, how it was found) of the first requests of a run; none for a recheck.

    `sections` are the ones whose first page is requested (crawler/requested_sections.py).
    """
    if plan.mode == "recheck":
        return
    if "home" in plan.sources:
        yield from ((url, "home", Discovery("seed")) for url in homes(channel, memory, now))
    if "sections" in plan.sources:
        yield from ((one.url, "section", Discovery("seed", section=one.title)) for one in sections)
    if "search" in plan.sources and channel.sources.search:
        yield from ((url, "search", Discovery("seed")) for url in searches(channel, plan, memory, now))
    if plan.mode == "backfill" or is_redundant(channel, plan, memory, run):
        return
    yield from newest(channel, plan, memory, now)


def start_all(
    channels: Channels,
    plan: CrawlOptions,
    memory: UrlState,
    now: datetime,
    sections: Sequence[Section],
    *,
    run: int,
) -> list[tuple[str, str, Discovery]]:
    """Return what `start` yields for each of several channels; what they share occurs once."""
    found: dict[str, tuple[str, str, Discovery]] = {}
    for number, channel in enumerate(channels.each):
        for one in start(channel, plan, memory, now, [] if number else sections, run=run):
            found.setdefault(one[0], one)
    return list(found.values())


def is_redundant(channel: Channel, plan: CrawlOptions, memory: UrlState, run: int) -> bool:
    """Return whether a run searches for all articles, so that the sources of the newest articles are redundant."""
    if "search" not in plan.sources or not channel.sources.search:
        return False
    whole = [one for one in sent_queries(channel, memory) if f"from={search_api.OLDEST}" in one.url]
    return not whole or any((one.run or 0) >= memory.cycle(plan.mode, run) for one in whole)


def sent_queries(channel: Channel, memory: UrlState) -> list[KnownUrl]:
    """Return the stored state of the queries that were sent for a channel."""
    api, domain = channel.sources.search, channel.sources.search_domain
    return [
        one
        for one in memory.of_kind("search")
        if one.url.startswith(f"{api}?") and (domain is None or search_api.domain_of(one.url) == domain)
    ]


def is_searched_whole(channel: Channel, memory: UrlState) -> bool:
    """Return whether a search for all articles of a channel was read to its last page."""
    api = channel.sources.search
    return bool(api) and memory.search_is_whole(f"{api}?", channel.sources.search_domain)


def newest(
    channel: Channel, plan: CrawlOptions, memory: UrlState, now: datetime
) -> Iterator[tuple[str, str, Discovery]]:
    """Yield the rolling news or the sitemaps, which have only the newest articles, as (URL, kind, how it was found).

    If a channel has both, runs alternate.
    """
    rolling = channel.sources.rolling if "rolling" in plan.sources else None
    index = channel.sources.sitemap_index if "sitemaps" in plan.sources else None
    if rolling and index:
        if _last(memory, rolling, "rolling") > _last(memory, index, "sitemap", "sitemap_index"):
            rolling = None
        else:
            index = None
    if rolling:
        yield rolling, "rolling", Discovery("seed")
    if index:
        yield from sitemaps(index, memory, now)


def _last(memory: UrlState, source: str, *kinds: str) -> str:
    """Return when a source, or a URL of these kinds that it links to, was last read; empty: never."""
    own = urls.canonical(source)
    times = (one.fetched_at or "" for one in memory.of_kind(*kinds) if own in (one.url, one.found_at))
    return max(times, default="")


def homes(channel: Channel, memory: UrlState, now: datetime) -> Iterator[str]:
    """Yield the home page; if it only redirects, its target, and the home page itself every SELDOM."""
    known = {one.url: one for one in memory.of_kind("home") if one.host in channel.hosts}
    targets = [one.url for one in known.values() if one.found_kind == "refresh" and one.had]
    yield from targets
    root = known.get(urls.canonical(channel.home))
    if not targets or root is None or _is_old(root, now):
        yield channel.home


def searches(channel: Channel, plan: CrawlOptions, memory: UrlState, now: datetime) -> Iterator[str]:
    """Yield the queries: one per month in a backfill; otherwise one for all articles at first, later for the newest."""
    api = channel.sources.search
    assert api is not None
    today = beijing(now).date()
    domain = channel.sources.search_domain
    if plan.mode == "backfill":
        until = min(plan.until or date.max, today + timedelta(days=1))
        months = search_api.months(api, plan.since or search_api.OLDEST_ANSWER, until)
        yield from (search_api.for_host(month, domain) for month in months)
        return
    whole = [one for one in sent_queries(channel, memory) if "from=" in one.url]
    if not whole:
        yield search_api.for_host(search_api.everything(api, today), domain)
    elif any(one.had for one in whole):
        yield search_api.for_host(search_api.recent(api), domain)


def sitemaps(index: str, memory: UrlState, now: datetime) -> Iterator[tuple[str, str, Discovery]]:
    """Yield the known sitemaps of an index, and the index itself every SELDOM."""
    for one in memory.of_kind("sitemap"):
        if one.found_at != urls.canonical(index):
            continue
        yield one.url, "sitemap", Discovery("seed")
    known = memory.known(urls.canonical(index))
    if known is None or _is_old(known, now):
        yield index, "sitemap_index", Discovery("seed")


def plan_recheck(memory: UrlState, plan: CrawlOptions, *, now: str) -> list[str]:
    """Mark the articles that the options select by id, URL or date as pending, and nothing else; return their URLs.

    Raises NotFound for an id that the archive does not have.
    """
    wanted = [url for article in plan.ids for url in memory.url_meant(article)]
    for url in plan.urls:
        article = urls.parse(url)
        assert article is not None
        memory.found(article.canonical, "article", article=article.key, via=Discovery("seed"), now=now)
        wanted += memory.urls_of(article.key)[:1]
    if plan.since or plan.until:
        wanted += memory.published(plan.since, plan.until)
    memory.only(wanted)
    for url in wanted:
        memory.plan(url)
    return wanted


def form(channels: Channels, kind: str, url: str, now: datetime) -> dict[str, Any]:
    """Return the arguments of `Request` for a URL of this kind: method, body and headers of a search; else none."""
    if kind != "search":
        return {}
    channel = channels.that_searches(url.split("?", 1)[0], search_api.domain_of(url))
    facts = channel.sources
    body = search_api.question(url, host=channel.hosts[0], key=facts.search_key, today=beijing(now).date())
    return {
        "url": facts.search,
        "method": "POST",
        "body": json.dumps(body, ensure_ascii=False).encode(),
        "headers": {"Content-Type": "application/json", "Accept": "application/json"},
    }


def kind_of(channel: Channel, url: str) -> str:
    """Return the kind of a URL that a person requested by hand: `article`, `home`, `section` or the kind of a source.

    Anything else on the channel's hosts counts as a `section`.
    """
    if urls.is_article(url):
        return "article"
    sources = channel.sources
    if sources.search and url.startswith(sources.search):
        return "search"
    if url == sources.rolling:
        return "rolling"
    if url == sources.sitemap_index:
        return "sitemap_index"
    if urlsplit(url).path.endswith((".xml", ".xml.gz")):
        return "sitemap"
    listed = section_pages.parse_list(url)
    return "home" if listed is not None and listed.node is None else "section"


def request(url: str, kind: str, via: Discovery) -> Request:
    """Return the request that passes a source to the frontier."""
    return Request(url, meta={"kind": kind, "via": via}, priority=FIRST_PAGES)


def _is_old(known: KnownUrl, now: datetime) -> bool:
    return not known.had or (known.fetched_at or "") < format_time(now - SELDOM)
