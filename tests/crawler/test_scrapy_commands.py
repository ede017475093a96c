"""Scrapy commands in the checkout: only `crawl` opens an archive, and wrong arguments end before any request."""

import ast
import asyncio
import csv
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

import demo
from archive.export.article_cells import columns
from archive.read_articles import article as article_of
from archive.store import Store
from crawler.host_state import Hosts
from crawler.spiders.channel import ChannelSpider
from kepu.records import Page
from tests.crawler.conftest import KEPU, Trial
from tests.fork_server import run_program

Make = Callable[..., Trial]
SCRAPY = KEPU.with_name("scrapy")
CHECKOUT = Path(__file__).resolve().parents[2]
SECTION = "http://kpzg.people.com.cn/GB/404390/index.html"


LATER = ("cluster", "similarity", "duplicate_of")
"""Fields of a record that articles stored later may change."""


def scrapy(crawl: Trial, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a Scrapy command in the checkout against a replica, with `more` in the environment."""
    environment = os.environ | {
        "http_proxy": crawl.replica.proxy_url,
        "KEPU_DELAY_SCALE": "0",
        "KEPU_DB": str(crawl.db),
        **more,
    }
    return run_program(
        [SCRAPY, *words],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=90,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        ["fetch", "--nolog", "--spider=channel", SECTION],
        ["shell", "--nolog", "--spider=channel", SECTION, "-c", "response.status"],
        pytest.param(["fetch", "--nolog", SECTION], marks=pytest.mark.campaign),
        pytest.param(["view", "--nolog", "--spider=channel", SECTION], marks=pytest.mark.campaign),
        pytest.param(["list"], marks=pytest.mark.campaign),
        pytest.param(["check"], marks=pytest.mark.campaign),
    ],
)
def test_commands_leave_the_archive_alone(trial: Make, words: list[str]) -> None:
    crawl = trial()
    result = scrapy(crawl, *words, BROWSER="echo %s")
    assert result.returncode == 0, result.stderr
    assert (result.stdout + result.stderr).strip()
    assert not list(crawl.db.parent.iterdir())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["channel", "-a", "limt=3"], "limit"),
        (["channel", "-a", "mode=everything"], "refresh, backfill or recheck"),
        (["dump", "-a", "path=/nowhere/at/all"], "no such file"),
        (["channel", "-s", "KEPU_PATIENC=60"], "did you mean KEPU_PATIENCE"),
        (["doctor", "-a", "limt=3"], "unknown argument limt"),
        (["nosuch"], "unknown spider nosuch"),
    ],
)
def test_wrong_arguments_are_refused_before_any_request(trial: Make, words: list[str], says: str) -> None:
    crawl = trial()
    result = scrapy(crawl, "crawl", *words)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert crawl.replica.log() == []


def test_parse_prints_the_record_and_the_links_of_an_article(trial: Make) -> None:
    crawl = trial()
    story = next(iter(demo.articles()))
    result = scrapy(crawl, "parse", "--nocolour", "--spider=channel", story.url)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    items, requests = result.stdout.split("# Scraped Items")[1].split("# Requests")
    (record,) = ast.literal_eval(items.split("\n", 1)[1])
    assert record["id"] == story.id
    assert record["text_canonical"]
    assert record["content_sha256"]
    assert record["rights"]["copyright_holder"]
    assert "<GET http://kpzg.people.com.cn/" in requests
    assert not list(crawl.db.parent.iterdir())
    assert "Deprecat" not in result.stderr
    lost = scrapy(crawl, "parse", "--nolog", "--spider=channel", story.url, http_proxy="http://127.0.0.1:9")
    assert (lost.returncode, lost.stdout) == (1, "")
    assert lost.stderr.startswith("kepu: no page was fetched")


def test_a_host_requested_before_the_archive_is_opened_is_stored(tmp_path: Path) -> None:
    hosts = Hosts(scale=1)
    hosts.asked("scitech.people.com.cn")
    with Store(tmp_path / "kepu.db") as archive:
        hosts.load(archive.memory)
        with archive.remembering() as memory:
            hosts.save(memory)
        assert archive.memory.hosts().keys() == {"scitech.people.com.cn"}


def test_feeds_have_the_lines_of_the_jsonl(trial: Make) -> None:
    crawl = trial()
    folder = crawl.db.parent
    first = scrapy(crawl, "crawl", "channel", "-O", f"{folder}/out.jsonl", "-O", f"{folder}/out.csv")
    assert first.returncode == 0, first.stderr
    assert "Dropped" not in first.stderr
    expected = _by_id(crawl.db.with_suffix(".jsonl"))
    assert len(expected) > 10
    assert _by_id(folder / "out.jsonl") == expected
    assert (folder / "out.jsonl").read_bytes().count(b"\n") == len(expected)
    assert article_of(next(iter(expected.values()))).id in expected
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == columns()
    assert {row["id"] for row in rows} == set(expected)
    assert {row["headline"] for row in rows} == {line["headline"] for line in expected.values()}
    # A second run stores nothing new: its feed has no lines.
    again = {"FEEDS": orjson.dumps({f"{folder}/again.jsonl": {"format": "jsonl"}}).decode()}
    second = scrapy(crawl, "crawl", "channel", **{f"KEPU_{name}": value for name, value in again.items()})
    assert second.returncode == 10, second.stderr
    assert (folder / "again.jsonl").read_bytes() == b""


def _by_id(path: Path) -> dict[str, dict[str, object]]:
    """Return the records of a file of JSON lines by id, without the fields that later articles change."""
    records = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    found = {record["id"]: record for record in records}  # of an id in the JSONL the last line counts
    for record in records:
        for name in LATER:
            del record[name]
    return found


def test_settings_come_from_the_command_line_the_environment_and_kepu_toml(tmp_path: Path) -> None:
    environment = os.environ | {"SCRAPY_SETTINGS_MODULE": "crawler.settings", "KEPU_DOWNLOAD_TIMEOUT": "8"}

    def values() -> list[str]:
        script = (
            "from crawler import settings as s; print(s.DOWNLOAD_DELAY, s.KEPU_CONTACT, s.DOWNLOAD_TIMEOUT)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env=environment | {"PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout.split() if done.returncode == 0 else [str(done.returncode), done.stderr]

    toml = tmp_path / "kepu.toml"
    toml.write_text('db = "mine.db"\n[crawl]\ncontact = "me@example.org"\n[settings]\nDOWNLOAD_DELAY = 9\n')
    assert values() == ["9", "me@example.org", "8"]
    toml.write_text("[settings]\nDOWNLOD_DELAY = 9\n")
    status, message = values()
    assert status == "2"
    assert "did you mean DOWNLOAD_DELAY?" in message
    assert "Traceback" not in message


@pytest.mark.campaign
def test_genspider_makes_a_spider_that_crawls(trial: Make) -> None:
    crawl = trial()
    made = CHECKOUT / "crawler" / "spiders" / "made_by_a_test.py"
    try:
        begun = scrapy(crawl, "genspider", "made_by_a_test", "kpzg.people.com.cn")
        assert begun.returncode == 0, begun.stderr
        made.write_text(
            made.read_text().replace("https:", "http:").replace("pass", "yield {'url': response.url}")
        )
        out = crawl.db.parent / "out.jsonl"
        result = scrapy(crawl, "crawl", "made_by_a_test", "-O", str(out))
        assert result.returncode == 0, result.stderr
        assert orjson.loads(out.read_bytes())["url"].startswith("http://kpzg.people.com.cn")
    finally:
        made.unlink(missing_ok=True)


async def _items(results: object) -> list[object]:
    return [item async for item in results]  # type: ignore[attr-defined]


def test_callbacks_work_with_a_response_without_meta() -> None:
    story = next(iter(demo.articles()))
    body = (CHECKOUT / "tests/pages").glob("**/body.html")
    crawler = get_crawler(ChannelSpider, {"EXTENSIONS": {"crawler.crawl_run.CrawlRun": 0}})
    crawler.spider = spider = crawler._create_spider()
    page = (
        b'<html><head><title>A--B</title></head><body><a href="%s">A story</a></body></html>'
        % story.url.encode()
    )
    found = list(spider.parse(HtmlResponse(SECTION, body=page)))
    assert any(getattr(item, "url", None) == story.url for item in found)
    response = HtmlResponse(story.url, body=next(body).read_bytes())
    with ThreadPoolExecutor() as thread:  # a browser that was tried before leaves a loop in this one
        made = thread.submit(asyncio.run, _items(spider.parse(response))).result()
    assert any(isinstance(item, Page) and item.url == story.url for item in made)
