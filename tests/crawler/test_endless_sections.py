"""Endless sections of the replica take few requests, and do not prevent real sections from being read."""

from collections.abc import Callable

import pytest

from tests.crawler.conftest import Trial

Make = Callable[..., Trial]


@pytest.mark.parametrize("trap", ["months", pytest.param("flat months", marks=pytest.mark.campaign)])
def test_a_calendar_of_sections_takes_few_requests(trial: Make, trap: str, all_ids: set[str]) -> None:
    crawl = trial(faults={"endless": trap})
    crawl.crawl(KEPU_CLOCK="2026-11-20T15:00:00Z")
    assert crawl.ids() == all_ids
    tried = [
        path for path in crawl.paths if path.startswith(("/GB/404214/1", "/GB/404214/2", "/GB/1", "/GB/20"))
    ]
    assert len(tried) <= 25
    assert crawl.report["alarms"], "reaching a bound is an alarm"
    assert len(crawl.report["new_sections"]) <= 25
    assert crawl.crawl(KEPU_CLOCK="2026-11-20T18:00:00Z").returncode == 10
    assert len(crawl.log) <= 15, crawl.paths
    crawl.replica.faults({})  # what the site has removed is dropped, and every run is complete again
    for minute in (10, 20):
        crawl.crawl(KEPU_CLOCK=f"2026-11-22T15:{minute}:00Z")
        assert crawl.report["complete"]
    assert len(crawl.log) <= 15
    # A real section that is linked only from a list is still found.
    assert crawl.rows("SELECT count(*) FROM sections WHERE state = 'known' AND url LIKE '%/GB/35110/%'") == [
        (1,)
    ]


def test_a_section_whose_articles_do_not_exist_is_dropped(trial: Make, all_ids: set[str]) -> None:
    crawl = trial(faults={"endless": "ghosts"})
    crawl.crawl(KEPU_CLOCK="2026-11-20T15:00:00Z")
    ghosts = [path for path in crawl.paths if "999002" in path]
    assert len(ghosts) <= 45
    assert crawl.ids() == all_ids
    assert any("do not exist" in alarm for alarm in crawl.report["alarms"])
    crawl.crawl(KEPU_CLOCK="2026-11-20T18:00:00Z")
    assert len(crawl.log) <= 15, crawl.paths
