"""Lists and other sources that are wrong in a first crawl: the third run has all articles, no earlier one says so."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

import demo
from archive.coverage import coverage
from archive.store import reading
from tests.crawler.conftest import Trial

Make = Callable[..., Trial]
SIZE, PER_PAGE = 60, 5
CRAWL_DELAY, SCALE = 120, "0.0003"
"""Crawl-delay of the replica in seconds, and the scale of the runs, which makes it 36 ms."""
HOST = "http://kpzg.people.com.cn"
PAGES = {n: f"{HOST}/GB/404390/index{n if n > 1 else ''}.html" for n in range(1, 9)}
OTHERS = {n: f"{HOST}/GB/404389/index{n if n > 1 else ''}.html" for n in range(1, 9)}
HOME = f"{HOST}/GB/404214/home.html"
SEARCH = "http://search.people.cn/search-platform/front/search"
ROLLING = "http://news.people.com.cn/210801/211150/index.js"
SITEMAP = "http://www.people.cn/sitemap/cn/kepu/news_sitemap.xml.gz"
INDEX = "http://www.people.cn/sitemap_index.xml"


class Scenario(NamedTuple):
    """The faults of the replica, and the sources with which the runs begin."""

    faults: dict[str, Any]
    sources: str = "sections"
    size: int = SIZE
    is_seen: bool = True
    """Whether a run can notice that something is missing; otherwise only the next run finds it.

    A wrong home page may look like any list, and missing rolling news or sitemaps may never have existed.
    """


def on(how: str, *pages: int, is_seen: bool = True) -> Scenario:
    return Scenario({"urls": {PAGES[n]: how for n in pages or (2,)}}, is_seen=is_seen)


def source(
    how: str, url: str, sources: str, size: int = SIZE, after: int = 0, *, is_seen: bool = True
) -> Scenario:
    return Scenario({"urls": {url: how}, "after": after}, f"sections,{sources}", size, is_seen)


SCENARIOS = {
    "page 2 is missing": on("404"),
    "page 2 is an error": on("500"),
    "page 2 is cut on the way": on("cut"),
    "page 2 is cut and whole by its length": on("beginning"),
    "page 2 is empty": on("empty"),
    "page 2 names nothing": on("no articles"),
    "page 2 leads home": on("to home"),
    "page 2 leads to another section": on("other section"),
    "page 2 leads to another host": on("other host"),
    "page 2 is another section's": on(f"as {HOST}/GB/404389/index2.html"),
    "page 2 is page 4": on(f"as {PAGES[4]}"),
    "page 2 is an older one": on("older"),
    "page 2 has page 3's items": on("swapped"),
    "page 2 is in a wrong charset": on("charset"),
    "page 2 is unchanged, though nobody had it": on("304"),
    "page 1 is unchanged, though nobody had it": on("304", 1),
    "page 1 is an older one": on("older", 1, is_seen=False),
    "page 1 is cut and whole by its length": on("beginning", 1),
    "page 2 says that it is missing": on("missing"),
    "page 2 is a firewall's page": on("waf"),
    "page 1 is missing": on("404", 1),
    "page 1 says that it is missing": on("missing", 1),
    "page 1 is empty": on("empty", 1),
    "page 1 is cut on the way": on("cut", 1),
    "page 1 leads home": on("to home", 1),
    "page 1 leads to another section": on("other section", 1),
    "page 1 is another section's": on(f"as {OTHERS[1]}", 1),
    "page 1 is page 3": on(f"as {PAGES[3]}", 1),
    "the last page is missing": on("404", 8),
    "pages have their items twice": on("doubled", 1, 2, 3),
    "pages have their items from the last to the first": on("reversed", 1, 2, 3),
    "pages 2 and 3 have changed places": on("swapped", 2, 3),
    "the pager of page 1 promises too little": on("fewer pages", 1),
    "all pagers promise too little": on("no pager", *PAGES, is_seen=False),
    "the pager of page 1 promises too much": on("more pages", 1),
    "two sections give each other's node": Scenario(
        {"urls": {PAGES[n]: "node 404389" for n in PAGES} | {OTHERS[n]: "node 404390" for n in OTHERS}}
    ),
    "the home is cut": source("beginning", HOME, "home"),
    "the home is an error": source("500", HOME, "home"),
    "the home is a firewall's page": source("waf", HOME, "home"),
    "the home is missing": source("404", HOME, "home"),
    "the home says that it is missing": source("missing", HOME, "home"),
    "the home is a section's page": source(f"as {OTHERS[1]}", HOME, "home", is_seen=False),
    "the home is unchanged, though nobody had it": source("304", HOME, "home"),
    "the home names nothing": source("no articles", HOME, "home"),
    "the search is cut": source("cut text", SEARCH, "search", 130),
    "the search is HTML": source("html", SEARCH, "search", 130),
    "page 2 of the search is missing": source("404", SEARCH, "search", 130, after=1),
    "page 2 of the search is HTML": source("html", SEARCH, "search", 130, after=1),
    "page 2 of the search is empty": source("empty JSON", SEARCH, "search", 130, after=1),
    "the rolling news are cut": source("cut text", ROLLING, "rolling"),
    "the rolling news are HTML": source("html", ROLLING, "rolling"),
    "the rolling news name nothing": source("empty JSON", ROLLING, "rolling"),
    "the rolling news are missing": source("404", ROLLING, "rolling", is_seen=False),
    "the rolling news are unchanged, though nobody had them": source("304", ROLLING, "rolling"),
    "the sitemap is missing": source("404", SITEMAP, "sitemaps", is_seen=False),
    "the sitemap is empty": source("empty", SITEMAP, "sitemaps"),
    "the sitemap leads home": source("to home", SITEMAP, "sitemaps"),
    "the sitemap is unchanged, though nobody had it": source("304", SITEMAP, "sitemaps"),
    "the sitemap is cut": source("cut text", SITEMAP, "sitemaps"),
    "the sitemap is another site's": source("other sitemap", SITEMAP, "sitemaps"),
    "the index of sitemaps is cut": source("cut text", INDEX, "sitemaps"),
    "the index of sitemaps is HTML": source("html", INDEX, "sitemaps"),
}
IN_THE_SUITE = ("page 1 is unchanged, though nobody had it",)


def cases(chosen: Iterable[str]) -> list[Any]:
    return [
        pytest.param(name, id=name, marks=[] if name in chosen else [pytest.mark.campaign])
        for name in SCENARIOS
    ]


def runs(crawl: Trial, scenario: Scenario, faults: list[dict[str, Any]]) -> list[bool]:
    """Crawl once with each plan of faults; assert that no run is wrongly `complete`, and that the last one has all.

    Return the value of `complete` of each run.
    """
    wanted = {s.id for s in demo.articles(scenario.size) if s.listed and any(HOST in url for url in s.urls)}
    said = []
    for n, plan in enumerate(faults):
        crawl.replica.faults(plan)
        clock = f"2026-11-20T{9 + n * 3:02}:00:00Z"
        crawl.crawl("--sources", scenario.sources, KEPU_CLOCK=clock, KEPU_DELAY_SCALE=SCALE)
        is_complete = crawl.report["complete"]
        said.append(is_complete)
        missed = wanted - crawl.ids()
        print(n, len(missed), is_complete, len(crawl.log), crawl.report["message"])
        assert not (missed and is_complete and scenario.is_seen), "it says that all is there, which is not so"
        with reading(crawl.db) as archive:
            has_gaps = any("NOT" in walk.line() for walk in coverage(archive).walks)
        assert not (has_gaps and is_complete)
        assert not (
            missed and scenario.is_seen and not is_complete and not has_gaps and not crawl.report["sources"]
        )
    assert not missed, crawl.report
    assert said[-1], crawl.report
    times = [
        line["monotonic"] for line in crawl.replica.log() if line["host"] == HOST.removeprefix("http://")
    ]
    assert min(b - a for a, b in pairwise(times)) >= CRAWL_DELAY * float(SCALE)
    return said


@pytest.mark.parametrize("name", cases(IN_THE_SUITE))
def test_a_source_that_is_wrong_for_a_whole_run_hides_nothing(trial: Make, name: str) -> None:
    scenario = SCENARIOS[name]
    plans = [scenario.faults, {}] if name in IN_THE_SUITE else [scenario.faults, {}, {}]
    said = runs(trial(size=scenario.size, per_page=PER_PAGE), scenario, plans)
    if scenario.sources != "sections" and scenario.is_seen:
        assert not said[0], "a source that is broken may have named more"


@pytest.mark.parametrize("name", cases(()))
def test_a_source_that_is_wrong_once_hides_nothing(trial: Make, name: str) -> None:
    scenario = SCENARIOS[name]
    once = {**scenario.faults, "times": 1}
    runs(trial(size=scenario.size, per_page=PER_PAGE), scenario, [once, once, once])


@pytest.mark.campaign
@pytest.mark.parametrize("how", ["304", "older", "beginning", "404", "fewer pages"])
def test_a_list_that_is_wrong_on_the_day_that_it_changes(trial: Make, how: str) -> None:
    crawl = trial(size=SIZE, per_page=PER_PAGE)
    crawl.crawl(KEPU_CLOCK="2026-11-20T15:00:00Z")
    crawl.replica.stage(1)
    crawl.replica.faults({"urls": {PAGES[1]: how, HOME: how}})
    crawl.crawl(KEPU_CLOCK="2026-11-21T15:00:00Z")
    crawl.replica.faults({})
    crawl.crawl(KEPU_CLOCK="2026-11-21T21:00:00Z")
    wanted = {s.id for s in demo.articles(SIZE, stage=1) if s.listed and any(HOST in url for url in s.urls)}
    assert wanted <= crawl.ids()
    assert crawl.report["complete"]
