"""Wrong list pages of the replica: the articles that a wrong page lacks are found by the next correct one."""

from collections.abc import Callable

import pytest

import demo
from tests.crawler.conftest import Trial

Make = Callable[..., Trial]
HOST = "http://kpzg.people.com.cn"
PAGE_2 = f"{HOST}/GB/404390/index2.html"
LISTS = ("--sources", "home,sections")
"""Without the search, articles are found only on lists."""

BROKEN = {
    "missing": "404",
    "cut": "cut",
    "its beginning": "beginning",
    "the home": "to home",
    "another section's": f"as {HOST}/GB/404389/index2.html",
}
"""Map each case to the fault of page 2 of a section: see demo/faults.py."""

AT_ONCE = {
    f"{HOST}/GB/404214/index2.html": BROKEN["missing"],
    f"{HOST}/GB/35110/index2.html": BROKEN["cut"],
    f"{HOST}/GB/404389/index2.html": BROKEN["the home"],
    PAGE_2: BROKEN["its beginning"],
    f"{HOST}/GB/404214/index3.html": BROKEN["another section's"],
}
"""A plan with several of these faults in one crawl."""

PLANS = [
    pytest.param(AT_ONCE, id="all at once"),
    *(pytest.param({PAGE_2: how}, id=name, marks=pytest.mark.campaign) for name, how in BROKEN.items()),
]


@pytest.fixture(scope="module")
def from_lists() -> set[str]:
    """Return the ids of the articles on the channel's lists."""
    return {s.id for s in demo.articles(60) if s.listed and any(HOST in url for url in s.urls)}


@pytest.mark.parametrize("plan", PLANS)
def test_a_page_that_is_wrong_for_a_whole_run_loses_nothing(
    trial: Make, plan: dict[str, str], from_lists: set[str]
) -> None:
    crawl = trial(size=60, per_page=5, faults={"urls": plan})
    crawl.crawl(*LISTS, KEPU_CLOCK="2026-11-20T15:00:00Z")
    missed = from_lists - crawl.ids()
    assert crawl.report["complete"] is False
    wrong = ", ".join(f"'{url}'" for url in plan)
    assert not crawl.rows(f"SELECT 1 FROM urls WHERE url IN ({wrong}) AND etag IS NOT NULL")
    assert "/GB/404390/index3.html" in crawl.paths, "the walk goes on behind it"
    crawl.replica.faults({})
    crawl.crawl(*LISTS, KEPU_CLOCK="2026-11-20T15:10:00Z")
    assert from_lists <= crawl.ids(), (missed, crawl.report["failures"])
    assert crawl.report["complete"] is True


@pytest.mark.parametrize(
    "broken",
    ["beginning", *(pytest.param(one, marks=pytest.mark.campaign) for one in ("404", "cut", "to home"))],
)
def test_a_page_that_is_wrong_once_is_read_in_the_same_run(
    trial: Make, broken: str, from_lists: set[str]
) -> None:
    crawl = trial(size=60, per_page=5, faults={"urls": {PAGE_2: broken}, "times": 1})
    crawl.crawl(*LISTS)
    assert from_lists <= crawl.ids()
    assert crawl.report["complete"] is True
