"""The rules of a crawl as plain functions: options, delays, walks through lists, and reading of sources."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.coverage import thin_days
from archive.section_lists import SectionWalk
from archive.store import Store
from archive.url_state import revisit_at
from crawler import backoff, crawl_delay, drift_alarms
from crawler.channels import channel_config
from crawler.crawl_options import Budget, CrawlOptions, Hours, day
from crawler.discovery import rolling_news, search_api, section_walk_rules, sitemaps
from crawler.spiders.dump import DumpSpider
from kepu.records import Article

NOTHING_KNOWN = section_walk_rules.KnownArticles()
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


# --- options -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("500", Budget(requests=500)),
        ("90m", Budget(seconds=5400)),
        ("90min", Budget(seconds=5400)),
        ("500,600", Budget(requests=600)),
        ("8h, 300", Budget(requests=300, seconds=28800)),
        ("700/day", Budget(requests_a_day=700)),
        ("", Budget()),
    ],
)
def test_budgets_are_parsed(text: str, budget: Budget) -> None:
    assert Budget.parse(text) == budget


@pytest.mark.parametrize(
    "arguments",
    [
        {"budget": "many"},
        {"mode": "all"},
        {"hours": "22"},
        {"hours": "25-3"},
        {"sources": "rss"},
        {"since": "2024"},
        {"mode": "backfill", "since": "2024", "until": "2023"},
        {"mode": "backfill", "since": "last week"},
        {"mode": "backfill", "since": "2024-13"},
        {"mode": "backfill", "since": "2024-00"},
        {"mode": "backfill", "since": "2024-05-00"},
        {"mode": "backfill", "until": "9999-12-31"},
        {"images": "maybe"},
        {"mode": "recheck"},
        {"urls": ["http://kpzg.people.com.cn/"]},
        {"mode": "backfill", "ids": "n1/1"},
    ],
)
def test_invalid_options_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        CrawlOptions.parse(arguments)


@pytest.mark.parametrize(
    "text", ["2024-13", "2024-00", "2024-05-00", "2023-02-29", "9999", "9999-12-31", "0000"]
)
def test_a_day_that_does_not_exist_is_refused_with_a_message_that_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 2024, 2024-05 or 2024-05-10"):
        day(text, end=True)


@pytest.mark.parametrize("off", ["0", "no", "false", "off", "", None, False, 0])
def test_pictures_can_be_switched_off(off: object) -> None:
    options = CrawlOptions.parse({"images": off, "page_resources": off, "images_budget": "0"})
    assert (options.images, options.page_resources, options.images_budget) == (False, False, None)
    assert CrawlOptions.parse({"images": off, "images_budget": "5"}).images
    assert CrawlOptions.parse({"images": True}).images
    assert CrawlOptions.parse({"page_resources": "1"}).images


@pytest.mark.parametrize("off", ["no", "0", "false", "", False])
def test_options_of_the_dump_spider_can_be_switched_off(off: object, tmp_path: Path) -> None:
    spider = DumpSpider(path=str(tmp_path), all_hosts=off, by_time=off)  # type: ignore[arg-type]
    assert (spider.all_hosts, spider.by_time) == (False, False)
    assert DumpSpider(path=str(tmp_path), all_hosts="yes").all_hosts


def test_days_are_parsed() -> None:
    assert (day("2024"), day("2024", end=True)) == (date(2024, 1, 1), date(2025, 1, 1))
    assert (day("2024-12"), day("2024-12", end=True)) == (date(2024, 12, 1), date(2025, 1, 1))
    assert day("2024-02-29", end=True) == date(2024, 3, 1)


@given(st.integers(0, 23), st.integers(0, 23), st.datetimes(timezones=st.just(UTC)))
def test_requests_are_allowed_only_within_the_hours(start: int, end: int, now: datetime) -> None:
    hours = Hours.parse(f"{start}-{end}")
    wait = hours.opens_in(now)
    assert 0 <= wait <= 24 * 3600
    if now.year < 9999:
        assert hours.opens_in(now + timedelta(seconds=wait)) == 0


# --- delays ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", None),
        ("-5", None),
        ("soon", None),
        (None, None),
        ("31536000", backoff.REST_LAST),
        ("9" * 400, backoff.REST_LAST),
        ("Fri, 20 Nov 2026 12:05:00 GMT", 300.0),
        ("Fri, 20 Nov 2020 12:05:00 GMT", None),
        ("Fri, 99 Nov 2026 12:05:00 GMT", None),
        ("²", None),
    ],
)
def test_retry_after_is_parsed_and_limited(header: str | None, seconds: float | None) -> None:
    assert backoff.retry_after(header, NOW) == seconds


def test_rests_grow_up_to_a_maximum() -> None:
    assert [backoff.rest("refused", n, None) for n in (1, 2, 3)] == [60.0, 120.0, 240.0]
    assert backoff.rest("refused", 10_000, None) == backoff.REST_LAST
    assert backoff.rest("refused", 1, 7.0) == 7.0
    assert [bool(backoff.rest("forbidden", n, None)) for n in (1, 2, 3)] == [False, False, True]
    assert [bool(backoff.rest("broken", n, None)) for n in (1, 4, 5)] == [False, False, True]


@given(st.floats(0, 1e12) | st.none(), st.floats(0, 10), st.floats(0, 5))
def test_a_delay_on_the_live_site_is_never_below_the_floor(
    asked: float | None, usual: float, scale: float
) -> None:
    delay = crawl_delay.delay_to_keep(asked, usual=usual, scale=scale, on_replica=False)
    assert delay >= crawl_delay.FLOOR
    if scale >= 1 and asked is not None:
        assert delay >= min(asked, crawl_delay.CEILING)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 3600))
def test_an_adapted_delay_never_falls_below_what_was_asked(
    delay: float, latency: float, least: float
) -> None:
    assert least <= crawl_delay.adapted(delay, latency, least=least) <= max(crawl_delay.CEILING, least)


@given(st.integers(0, 9000))
def test_revisits_decay_within_bounds(age_days: int) -> None:
    published = (NOW - timedelta(days=age_days)).date().isoformat()
    due = datetime.fromisoformat(revisit_at("2026-11-20T12:00:00Z", published)) - NOW
    assert timedelta(days=1) <= due <= timedelta(days=180)
    assert due >= min(timedelta(days=age_days) / 2, timedelta(days=180))


# --- walks -------------------------------------------------------------------------------------------------


def walk(
    pages: int,
    news: set[int],
    *,
    known: section_walk_rules.KnownArticles = NOTHING_KNOWN,
    ended: bool = False,
    thorough: bool = False,
    pager: bool = True,
    broken: frozenset[int] = frozenset(),
) -> list[int]:
    """Walk a list of `pages` pages, of which those in `news` have new articles; return the requested pages, in order.

    The pager links to the last page or, with `pager` False, only to the next one; pages in `broken` fail.
    """
    every = frozenset(range(1, pages + 1))
    state = (
        SectionWalk("first", promised=pages, read=every, ended_at="before") if ended else SectionWalk("first")
    )
    waiting: list[int] = [1]
    asked: list[int] = []
    while waiting:
        page = waiting.pop(0)
        asked.append(page)
        last = pages if pager else min(page + 1, pages)
        outcome: section_walk_rules.Outcome = "fresh" if page in news else "stale"
        if page in broken:
            outcome = "failed"
        else:
            state = replace(state, promised=max(state.promised, last), read=state.read | {page})
        further, state = section_walk_rules.after(
            state, page, outcome, known, named=20, thorough=thorough, now="now"
        )
        if not further and not waiting and not thorough:
            further, state = section_walk_rules.resume(state, known, asked)
        waiting += [one for one in further if one not in asked and one not in waiting]
        assert len(asked) <= pages
    assert state.ended_at or state.unread()
    return asked


@given(st.integers(1, 60), st.data())
def test_a_first_walk_reads_all_new_pages_at_the_end_of_a_list(pages: int, data: st.DataObject) -> None:
    """New articles are on all pages from some page to the end, as after a search of only the newest articles."""
    since = data.draw(st.integers(1, pages))
    news = set(range(since, pages + 1))
    known = section_walk_rules.KnownArticles((since - 1) * 20, 20, search_is_whole=data.draw(st.booleans()))
    assert news <= set(walk(pages, news, known=known))


@given(st.integers(2, 60), st.data())
def test_a_walk_continues_after_a_failed_page(pages: int, data: st.DataObject) -> None:
    news = set(range(1, pages + 1))
    broken = frozenset({data.draw(st.integers(2, pages))})
    assert walk(pages, news, broken=broken) == list(range(1, pages + 1))


def test_which_pages_walks_read() -> None:
    searched = section_walk_rules.KnownArticles(10, 20, search_is_whole=True)
    all_known = section_walk_rules.KnownArticles(40 * 20, 20)
    assert walk(40, set(range(1, 41))) == list(range(1, 41))
    assert walk(40, set()) == list(range(1, 41)), "without a search nothing is passed over"
    assert len(walk(100, set(), known=searched)) <= 9
    assert walk(40, set(), known=all_known) == [1, 40]
    assert walk(41, set(), known=all_known) == list(range(1, 42)), "one article more than is known"
    assert walk(100, set(), ended=True) == [1]
    assert walk(100, {1, 2}, ended=True) == [1, 2, 3]
    assert walk(9, set(), thorough=True) == list(range(1, 10))
    assert walk(2000, set(), broken=frozenset(range(2, 2001))) == [1, 2, 3, 4], "nothing but failures"


# --- sources -----------------------------------------------------------------------------------------------


def test_sitemaps_are_read() -> None:
    index = (
        b'<?xml version="1.0"?><sitemapIndex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        b"<sitemap><loc> http://www.people.cn/sitemap/cn/kepu/news_sitemap.xml </loc></sitemap>"
        b"<sitemap><loc>http://www.people.cn/sitemap/cn/kepu/news_sitemap.xml</loc></sitemap>"
        b"<sitemap><loc>http://elsewhere.example/kepu.xml</loc></sitemap>"
        b"<sitemap><loc>http://www.people.cn/sitemap/cn/health/news_sitemap.xml</loc></sitemap></sitemapIndex>"
    )
    assert sitemaps.read(index, ("kepu",)).further == [
        ("sitemap", "http://www.people.cn/sitemap/cn/kepu/news_sitemap.xml")
    ]
    assert sitemaps.read(index).problem, "an index within an index is not followed"
    urls = (
        b"<urlset><url><loc>http://kpzg.people.com.cn/n1/2024/0105/c404214-40153123.html</loc></url></urlset>"
    )
    assert len(sitemaps.read(gzip.compress(urls)).articles) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<", b"<html>", b"\x1f\x8b\x08broken", b"\xff" * 100, gzip.compress(bytes(60 * 1024 * 1024))],
)
def test_invalid_sitemaps_are_reported(body: bytes) -> None:
    named = sitemaps.read(body, ())
    assert not named.articles
    assert not named.further


def test_what_is_wrong_with_a_sitemap_is_reported() -> None:
    page = "<html><body><p>Not found</p></body></html>"
    assert sitemaps.read(page.encode()).problem == "it is not a sitemap: <html>"
    entries = "".join(f"<url><loc>http://kpzg.people.com.cn/n{n}</loc></url>" for n in range(2000))
    links = sitemaps.read(gzip.compress(f"<urlset>{entries}</urlset>".encode())[:-2000])
    assert links.problem == "it is cut short"
    assert 0 < len(links.articles) < 2000, "what could be unpacked is read"


def test_an_entity_bomb_stays_small() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(12))
    bomb = f"<!DOCTYPE s [{entities}]><urlset><url><loc>&e11;</loc></url></urlset>".encode()
    assert all(len(url) < 1000 for url, _ in sitemaps.read(bomb).articles)


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(
        lambda value: json.dumps({"items": value, "data": {"records": value, "pages": 3}}).encode()
    )
)
def test_reading_a_source_never_raises(body: bytes) -> None:
    for named in (
        rolling_news.read(body),
        search_api.read(body, "http://s.cn/search?page=1"),
        sitemaps.read(body, ("kepu",)),
    ):
        assert isinstance(named.articles, list)


def test_rolling_news_are_read() -> None:
    body = json.dumps(
        {"items": [{"title": "&quot;冰&quot;从哪里长起", "url": " http://a.people.com.cn/x "}, {"id": 1}, 7]}
    )
    assert rolling_news.read(body.encode()).articles == [("http://a.people.com.cn/x", '"冰"从哪里长起')]


def test_the_months_of_a_backfill() -> None:
    asked = list(search_api.months("http://s.cn/search", date(2023, 11, 15), date(2024, 2, 3)))
    assert [url.split("?")[1] for url in asked] == [
        "from=2024-02-01&until=2024-02-03&page=1",
        "from=2024-01-01&until=2024-02-01&page=1",
        "from=2023-12-01&until=2024-01-01&page=1",
        "from=2023-11-15&until=2023-12-01&page=1",
    ]
    sent = search_api.question(asked[1], host="kpzg.people.com.cn", key="的", today=date(2026, 1, 1))
    assert sent["startTime"] == 1704038400000, "midnight in Beijing, in milliseconds, as an integer"
    assert sent["endTime"] - sent["startTime"] == 31 * 86400_000 - 1


def test_a_response_of_the_search_is_read() -> None:
    record = {
        "title": "<em>雪</em>线 &amp; 冰",
        "url": "http://kpzg.people.com.cn/n1/2024/0105/c404214-40153123.html",
    }
    body = json.dumps({"code": "0", "data": {"records": [record, 3], "pages": 2}}).encode()
    named = search_api.read(body, "http://s.cn/search?from=2024-01-01&until=2024-02-01&page=1")
    assert named.articles == [(record["url"], "雪线 & 冰")]
    assert named.further == [("search", "http://s.cn/search?from=2024-01-01&until=2024-02-01&page=2")]
    assert not search_api.read(body, named.further[0][1]).further


# --- alarms and reports ------------------------------------------------------------------------------------


def test_days_with_few_articles_are_found() -> None:
    days = {str(date(2026, 1, 5) + timedelta(days=n)): 1 if n % 7 >= 5 else 8 for n in range(60)}
    assert thin_days(days) == []
    days["2026-02-03"] = 1  # a Tuesday
    del days["2026-02-12"]  # a Thursday
    assert [(day, n) for day, n, _ in thin_days(days)] == [("2026-02-03", 1), ("2026-02-12", 0)]
    assert thin_days({"2026-01-01": 50}) == []


def test_alarms_are_raised(tmp_path: Path, article: Callable[..., Article]) -> None:
    now = datetime(2024, 3, 1, tzinfo=UTC)
    with Store(tmp_path / "kepu.db") as archive:
        first = archive.run("channel", "refresh")
        for n in range(1, 21):
            made = article(n, f"第{n}号观测站的记录。" * 40)
            made.provenance.run = first
            archive.put(made)
        archive.commit()
        seen = drift_alarms.DriftSample()
        assert drift_alarms.alarms(seen, archive.memory, now, run=2, share=0.3, days=0) == []
        assert (
            "no new article for 5"
            in drift_alarms.alarms(seen, archive.memory, now, run=2, share=0.3, days=14)[0]
        )
        for n in range(30, 50):
            short = article(n, "短。", warnings=["short_body"] if n % 2 else [])
            seen.article(short)
            seen.length(short)
        said = drift_alarms.alarms(seen, archive.memory, now, run=2, share=0.3, days=0)
        assert "10 of 20 pages: short_body, for example http://kpzg" in said[0]
        assert "the median article has 2 characters, and had " in said[1]
        assert len(drift_alarms.alarms(seen, archive.memory, now, run=2, share=0.6, days=0)) == 1


def test_a_run_continues_the_cycle_of_an_unfinished_one(tmp_path: Path) -> None:
    path = tmp_path / "kepu.db"
    numbers = []
    for outcome, mode in [
        ("finished", "refresh"),
        ("budget", "refresh"),
        (None, "refresh"),
        (None, "backfill"),
        (None, "backfill"),
    ]:
        with Store(path) as archive:
            numbers.append(archive.run("channel", mode))
            if outcome:
                archive.finish_run(outcome, 0, {})
    with Store(path) as archive:
        cycles = [
            archive.memory.cycle(mode, n)
            for n, mode in zip(numbers, ["refresh"] * 3 + ["backfill"] * 2, strict=True)
        ]
    assert cycles == [1, 2, 2, 4, 4]


# --- channel files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wrong", "says"),
    [
        (
            'hosts = ["kpzg.people.com.cn"]',
            'hosts = "kpzg.people.com.cn"',
            ["`hosts`", "a list", "line 6", "hosts = ["],
        ),
        ('title = "人民网科普中国"', "titel = 'x'", ["`titel`", "title", "line 4"]),
        ('publisher = "人民网"', "", ["`publisher`", "missing", 'publisher = "']),
        ('sitemap_names = ["kpzg", "kepu"]', 'sitemap_names = "kpzg"', ["`sitemap_names`", "a list"]),
        ('hosts = ["kpzg.people.com.cn"]', 'hosts = ["health.people.com.cn"]', ["`home`", "not among"]),
        ('name = "kpzg"', "name = ", ["not TOML", "line 3"]),
    ],
)
def test_errors_in_channel_files_name_key_and_line_with_an_example(
    tmp_path: Path, line: str, wrong: str, says: list[str]
) -> None:
    text = (channel_config.FOLDER / "kpzg.toml").read_text(encoding="utf-8")
    assert line in text
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace(line, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.toml") as raised:
        channel_config.load(str(path))
    message = str(raised.value)
    assert "\n" not in message
    for words in says:
        assert words in message, message
