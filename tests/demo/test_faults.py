"""Each fault does what its name says, and the plan alone determines which answers are broken."""

import re
import socket
import zlib
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

import demo
from demo import RunningReplica
from demo.faults import HUGE, KINDS, Plan, parse
from demo.hostile import ROBOTS, SITEMAPS
from tests.fork_server import Popen

STORY = demo.articles()[0]
URL = STORY.url
BODY = demo.page(STORY)


@pytest.fixture(scope="module")
def replica() -> Iterator[RunningReplica]:
    with demo.running_replica(start=Popen) as running:
        yield running


def ask(replica: RunningReplica, url: str, timeout: float = 60) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(replica.proxy_url).netloc, timeout=timeout)
    try:
        connection.request("GET", url)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def broken(
    replica: RunningReplica, kind: str, seconds: float = 30, timeout: float = 60
) -> tuple[HTTPResponse, bytes]:
    replica.faults({"urls": {URL: kind}, "seconds": seconds})
    return ask(replica, URL, timeout)


@given(st.integers(0, 1 << 16), st.floats(0, 1))
def test_the_share_of_broken_answers_is_the_rate(seed: int, rate: float) -> None:
    plan = Plan(rate=rate, seed=seed)
    drawn = [plan.kind(f"http://kpzg.people.com.cn/{n}", attempt) for n in range(400) for attempt in (1, 2)]
    assert abs(sum(kind is not None for kind in drawn) / len(drawn) - rate) < 0.1
    assert drawn == [
        plan.kind(f"http://kpzg.people.com.cn/{n}", attempt) for n in range(400) for attempt in (1, 2)
    ]


def test_every_kind_is_drawn_and_robots_never_broken() -> None:
    plan = Plan(rate=1)
    assert {plan.kind(f"http://kpzg.people.com.cn/{n}", 1) for n in range(300)} == set(KINDS)
    assert plan.kind("http://kpzg.people.com.cn/robots.txt", 1) is None


@pytest.mark.parametrize(
    "plan", ['{"rat": 1}', '{"kinds": ["nothing"]}', '{"robots": "no such"}', '{"urls": {"a": "b"}}']
)
def test_a_plan_with_an_unknown_fault_is_refused(plan: str) -> None:
    with pytest.raises(ValueError, match="no such"):
        parse(plan)


@pytest.mark.parametrize(
    ("kind", "status", "retry_after"),
    [
        ("500", 500, None),
        ("403", 403, None),
        ("404", 404, None),
        ("missing", 200, None),
        ("refresh elsewhere", 200, None),
        ("429", 429, "2"),
        ("503", 503, "2"),
        ("503 date", 503, "Fri, 20 Nov 2026 00:00:00 GMT"),
        ("503 negative", 503, "-5"),
        ("503 year", 503, "31536000"),
        ("empty", 200, None),
        ("waf", 200, None),
        ("stub", 200, None),
    ],
)
def test_wrong_answers(replica: RunningReplica, kind: str, status: int, retry_after: str | None) -> None:
    response, body = broken(replica, kind)
    assert (response.status, response.headers["Retry-After"]) == (status, retry_after)
    assert len(body) < 1000


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("loop", URL),
        ("to file", "file:///etc/passwd"),
        ("to loopback", "http://127.0.0.1:9/"),
        ("to elsewhere", "http://elsewhere.example/page.html"),
        ("to home", "http://kpzg.people.com.cn/"),
    ],
)
def test_redirects(replica: RunningReplica, kind: str, target: str) -> None:
    response, _ = broken(replica, kind)
    assert (response.status, response.headers["Location"]) == (302, target)


def test_a_wrong_charset_contradicts_the_bytes(replica: RunningReplica) -> None:
    response, body = broken(replica, "charset")
    assert body == BODY
    assert response.headers.get_content_charset() == "gbk"
    with pytest.raises(UnicodeDecodeError):
        BODY.decode("gbk")


def test_a_redesign_leaves_no_container_of_the_old_name(replica: RunningReplica) -> None:
    _, body = broken(replica, "redesigned")
    assert lxml.html.fromstring(BODY).xpath("//*[@id='rm_txt_zw']")
    assert not lxml.html.fromstring(body).xpath("//*[@id='rm_txt_zw']")
    assert STORY.headline in body.decode()


@pytest.mark.parametrize("kind", ["reset", "cut", "chunk"])
def test_broken_connections(replica: RunningReplica, kind: str) -> None:
    with pytest.raises((HTTPException, ConnectionError)):
        broken(replica, kind)


def test_a_hang_and_a_drip_take_their_time(replica: RunningReplica) -> None:
    with pytest.raises(socket.timeout):
        broken(replica, "hang", seconds=20, timeout=0.3)
    _, body = broken(replica, "drip", seconds=0.1)
    assert body == BODY


def test_endless_bodies(replica: RunningReplica) -> None:
    replica.faults({"urls": {URL: "huge"}})
    connection = HTTPConnection(urlsplit(replica.proxy_url).netloc, timeout=60)
    connection.request("GET", URL)
    response = connection.getresponse()
    assert response.headers["Content-Length"] == str(HUGE)
    assert response.read(1 << 20) == bytes(1 << 20)
    connection.close()
    _, packed = broken(replica, "inflating")
    assert len(packed) < HUGE / 500
    unpacked = zlib.decompressobj(31).decompress(packed, 1 << 20)
    assert unpacked == bytes(1 << 20)


@pytest.mark.parametrize("name", sorted(ROBOTS))
def test_robots_variants(replica: RunningReplica, name: str) -> None:
    usual = ask(replica, "http://health.people.com.cn/robots.txt")[1]
    replica.faults({"robots": name})
    assert ask(replica, "http://kpzg.people.com.cn/robots.txt")[1] != usual
    replica.faults({})


@pytest.mark.parametrize("name", sorted(SITEMAPS))
def test_sitemap_variants(replica: RunningReplica, name: str) -> None:
    replica.faults({"sitemap": name})
    body = ask(replica, "http://www.people.cn/sitemap_index.xml")[1]
    assert len(body) < 2_000_000
    if name == "levels":
        deeper = re.search(rb"<loc>([^<]+)", body)
        assert deeper is not None
        assert b"<loc>" in ask(replica, deeper[1].decode())[1]
    replica.faults({})


def test_traps_always_link_to_more_pages(replica: RunningReplica) -> None:
    replica.faults({"traps": True})
    section = "http://kpzg.people.com.cn/GB/404214/index.html"
    baits = lxml.html.fromstring(ask(replica, section)[1]).xpath("//div[@class='trap']/a/@href")
    for bait in baits[:4]:
        url, seen = urljoin(section, bait), set()
        for _ in range(12):
            seen.add(url)
            links = lxml.html.fromstring(ask(replica, url)[1]).xpath("//a/@href")
            assert URL in links[0]
            url = urljoin(url, links[-1])
        assert len(seen) == 12, bait
    replica.faults({})
