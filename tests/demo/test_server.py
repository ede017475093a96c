"""The replica over HTTP, as a crawler uses it."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest

import demo
from demo import RunningReplica
from demo.channel import SECTIONS
from demo.stages import edited, taken_away
from tests.fork_server import Popen

ARTICLE = "http://kpzg.people.com.cn/n1/2023/1228/c404214-40148467.html"
HOME = "http://kpzg.people.com.cn/"
SEARCH = "http://search.people.cn/search-platform/front/search"
CHECKOUT = Path(demo.__file__).parents[1]


@pytest.fixture(scope="module")
def replica() -> Iterator[RunningReplica]:
    with demo.running_replica(crawl_delay=7, start=Popen) as running:
        yield running


def ask(
    replica: RunningReplica, url: str, body: str | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    """Return (response, body) of a request through the proxy, in absolute form."""
    connection = HTTPConnection(urlsplit(replica.proxy_url).netloc, timeout=120)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET" if body is None else "POST", url, body, named)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def search(replica: RunningReplica, **query: object) -> tuple[int, dict[str, object]]:
    asked = {"key": "的", "page": 1, "limit": 100, "domain": "kpzg.people.com.cn", **query}
    response, body = ask(replica, SEARCH, json.dumps(asked))
    return response.status, json.loads(body)


def test_an_article_is_sent_with_the_headers_of_the_site(replica: RunningReplica) -> None:
    response, body = ask(replica, ARTICLE)
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html"
    story = next(each for each in demo.articles() if each.url == ARTICLE)
    assert body == demo.page(story)
    zipped, packed = ask(replica, ARTICLE, Accept_Encoding="gzip")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == body


def test_conditional_requests(replica: RunningReplica) -> None:
    first, _ = ask(replica, ARTICLE)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert modified == "Wed, 27 Dec 2023 23:56:00 GMT"
    for condition in (
        {"If_None_Match": etag},
        {"If_None_Match": f"W/{etag}"},
        {"If_Modified_Since": modified},
    ):
        response, body = ask(replica, ARTICLE, **condition)
        assert (response.status, body) == (304, b"")
        assert response.headers["ETag"] == etag
    assert ask(replica, ARTICLE, If_None_Match='"other"', If_Modified_Since=modified)[0].status == 200
    assert ask(replica, ARTICLE, If_Modified_Since="Wed, 27 Dec 2023 23:55:00 GMT")[0].status == 200
    assert ask(replica, ARTICLE, If_Modified_Since="yesterday")[0].status == 200


def test_robots_txt_of_each_host(replica: RunningReplica) -> None:
    rules = ask(replica, "http://kpzg.people.com.cn/robots.txt")[1].decode()
    assert "Crawl-delay: 7" in rules
    assert "Disallow: /2015m2/" in rules
    assert "Crawl-delay" not in ask(replica, "http://scitech.people.com.cn/robots.txt")[1].decode()


def test_missing_pages_and_other_hosts(replica: RunningReplica) -> None:
    statuses = set()
    for n in range(4):
        response, body = ask(replica, f"http://kpzg.people.com.cn/n1/2020/0101/c404214-3000000{n}.html")
        statuses.add(response.status)
        assert "<title>页面没有找到</title>" in body.decode("gb18030")
    assert statuses == {200, 404}
    assert ask(replica, "http://kpzg.people.com.cn/GB/")[0].status == 403
    for url in ("http://elsewhere.example/", "http://127.0.0.1/", "http://counter.people.cn:8000/c.gif?id=1"):
        assert ask(replica, url)[0].status == 403


def test_every_listed_article_can_be_reached_from_the_home(replica: RunningReplica) -> None:
    home = re.search(r"url=([^\"]+)", ask(replica, HOME)[1].decode())
    assert home
    queue, seen, found = [home[1]], set(), set()
    while queue:
        url = queue.pop()
        seen.add(url)
        page = lxml.html.fromstring(ask(replica, url)[1].decode("gb18030"))
        links = {
            urljoin(url, href.strip()).replace("https:", "http:").partition("#")[0]
            for href in page.xpath("//a/@href")
        }
        found |= links
        lists = {link for link in links if re.search(r"//kpzg[^/]+/GB/\d+/index\d*\.html$", link)}
        queue += sorted(lists - seen - set(queue))
    kpzg = {(url, story.listed) for story in demo.articles() for url in story.urls if "//kpzg" in url}
    assert {url for url, listed in kpzg if listed} <= found
    assert not {url for url, listed in kpzg if not listed} & found
    assert len(seen) > len([section for section in SECTIONS.values() if "kpzg" in section.host])


def test_search_is_strict_and_finds_by_month(replica: RunningReplica) -> None:
    january, february = 1704038400000, 1706716800000  # 2024, in Beijing
    status, answer = search(replica, startTime=january, endTime=february)
    data = answer["data"]
    assert status == 200
    assert isinstance(data, dict)
    urls = {record["url"] for record in data["records"]}
    expected = {url for s in demo.articles() if s.published[:7] == "2024-01" and s.listed for url in s.urls}
    assert urls == expected
    assert all(record["id"] > 1_000_000_000_000 for record in data["records"])
    _, pages = search(replica, limit=7)
    assert isinstance(pages["data"], dict)
    assert pages["data"]["pages"] == -(-pages["data"]["total"] // 7)
    for wrong in ({"startTime": str(january)}, {"limit": 101}, {"key": ""}, {"page": "1"}, {"page": 0}):
        assert search(replica, **wrong)[0] == 400
    assert ask(replica, SEARCH, "not json")[0].status == 400
    marked = search(replica, key="冰花")[1]["data"]
    assert isinstance(marked, dict)
    assert any("<em>冰花</em>" in record["title"] for record in marked["records"])


def test_sitemaps_and_rolling_news(replica: RunningReplica) -> None:
    index = ask(replica, "http://www.people.cn/sitemap_index.xml")[1].decode()
    places = re.findall(r"<loc>([^<]+)</loc>", index)
    assert "<sitemapIndex" in index
    assert len(places) > len(set(places))
    kepu = next(place for place in places if place.endswith(".gz"))
    urls = re.findall(r"<loc>([^<]+)</loc>", gzip.decompress(ask(replica, kepu)[1]).decode())
    assert ARTICLE in urls
    news = json.loads(ask(replica, "http://news.people.com.cn/210801/211150/index.js?_=1")[1])
    assert any("c404214-40841207" in item["url"] for item in news["items"])
    assert any("&quot;" in item["title"] for item in news["items"])


def test_every_request_is_logged(replica: RunningReplica) -> None:
    ask(replica, f"{ARTICLE}?logged", User_Agent="tester", If_None_Match='"x"')
    line = next(line for line in reversed(replica.log()) if line["path"].endswith("?logged"))
    assert (line["method"], line["host"], line["status"]) == ("GET", "kpzg.people.com.cn", 200)
    assert (line["user_agent"], line["if_none_match"], line["fault"]) == ("tester", '"x"', None)
    assert line["bytes"] > 20_000


def test_the_replica_moves_to_the_next_day() -> None:
    with demo.running_replica(size=80, seed=2, start=Popen) as replica:
        before = {story.id: story for story in demo.articles(size=80, seed=2)}
        url = before[edited(1, 80, 2)[0]].url
        gone = before[taken_away(1, 80, 2)[0]].url
        old = ask(replica, url)[0].headers
        assert ask(replica, gone)[0].status == 200
        assert "stage 1" in replica.stage(1)
        new = ask(replica, url, If_None_Match=old["ETag"], If_Modified_Since=old["Last-Modified"])[0]
        assert new.status == 200
        assert new.headers["Last-Modified"] != old["Last-Modified"]
        assert ask(replica, gone)[0].status == 404


def test_it_ends_with_its_parent_even_by_sigkill() -> None:
    owner = """
import sys, demo
with demo.running_replica() as replica:
    print(replica.process.pid, flush=True)
    sys.stdin.read()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", owner], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 120
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)


def alive(pid: int) -> bool:
    """Return whether a process is running; a zombie is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
