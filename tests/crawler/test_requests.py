"""Requests that are avoided or necessary: schemes, periods, breadcrumbs, further parts, hosts outside the channel."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

import demo
from archive.coverage import sections_of
from archive.store import Store, reading
from crawler.article_links import section_hrefs
from crawler.host_state import Hosts
from crawler.middlewares.redirects import LeftTheChannel, Redirects
from tests.crawler.conftest import Trial

Make = Callable[..., Trial]
HOST = "http://kpzg.people.com.cn"


def test_the_scheme_to_which_a_host_redirects_is_remembered(tmp_path: Path) -> None:
    """Each further page of the host takes one request; other hosts and redirects to other URLs have no effect."""
    hosts = Hosts(scale=1)
    middleware = Redirects(Settings({"REDIRECT_ENABLED": True, "REDIRECT_MAX_TIMES": 3}))
    middleware.crawler = SimpleNamespace(spider=None)  # type: ignore[assignment]
    middleware.hosts, middleware.crawl_run = ("kpzg.people.com.cn",), SimpleNamespace(hosts=hosts)  # type: ignore[assignment]

    def led(url: str, to: str) -> Request | Response:
        return middleware.process_response(Request(url), Response(url, 301, {"Location": to}))

    led(f"{HOST}/a.html", f"{HOST}/b.html".replace("http:", "https:"))
    with pytest.raises(LeftTheChannel):
        led(f"{HOST}/a.html", "https://elsewhere.example/a.html")
    assert hosts.address(f"{HOST}/c.html") == f"{HOST}/c.html"
    led(f"{HOST}/a.html", f"{HOST}/a.html".replace("http:", "https:"))
    with Store(tmp_path / "kepu.db", new=True) as store, store.remembering() as memory:
        hosts.save(memory)
        later = Hosts(scale=1)
        later.load(memory)
    assert later.address(f"{HOST}/c.html") == "https://kpzg.people.com.cn/c.html"
    assert later.address("http://www.people.cn/c.html") == "http://www.people.cn/c.html"
    later.forget_scheme("https://kpzg.people.com.cn/c.html")
    assert later.address(f"{HOST}/c.html") == f"{HOST}/c.html"


def test_a_backfill_requests_only_articles_of_its_period(trial: Make) -> None:
    crawl = trial(size=200)
    crawl.crawl("--mode", "backfill", "--since", "2023", "--until", "2023")
    asked = [path for path in crawl.paths if path.endswith(".html") and "index" not in path]
    articles = [path for path in asked if "/c" in path or (path.startswith("/GB/") and "home" not in path)]
    wanted = {s.id for s in demo.articles(200) if s.published[:4] == "2023" and s.listed}
    assert wanted
    assert wanted <= crawl.ids()
    assert all("/2023/" in path for path in articles), articles


def test_breadcrumbs_lead_to_sections(trial: Make, tmp_path: Path) -> None:
    """Without sections in the channel file and without a home page, only pages of articles link to lists."""
    facts = Path("crawler/channels/kpzg.toml").read_text(encoding="utf-8")
    channel = tmp_path / "bare.toml"
    channel.write_text(facts[: facts.index("[[sections]]")], encoding="utf-8")
    crawl = trial()
    crawl.crawl("--channel", str(channel), "--sources", "search,sections")
    lists = {path for path in crawl.paths if "/index" in path}
    assert {"/GB/404390/index.html", "/GB/404843/index.html"} <= lists


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ('<a href="/GB/404214/index.html">返回人民网科普频道</a>', "/GB/404214/index.html"),
        ("<A HREF='http://kpzg.people.com.cn/GB/404390/'>返回科普频道</A>", "/GB/404390/"),
        ("<a href=../../../GB/35104/35110/index.html>动手做</a>", "/GB/35104/35110/index.html"),
        ('<a href="/GB/404214/1023.html">一篇文章</a>', None),
        ('<a href="/GB/about/index.html">关于</a>', None),
    ],
)
def test_links_to_sections_in_articles(link: str, leads_to: str | None) -> None:
    body = f"<body><p>正文。</p>{link}</body>".encode("gb18030")
    found = list(section_hrefs(body, f"{HOST}/n1/2024/0105/c404214-40153123.html", set()))
    assert found == ([f"{HOST}{leads_to}"] if leads_to else [])


def test_large_responses_corrections_in_part_two_and_hosts_outside_the_channel(trial: Make) -> None:
    """The first take one request, the second are found by --id and by spot checks, the third are excluded.

    A further part in which only the menu has changed causes no request for its article.
    """
    single = [s.urls[0] for s in demo.articles() if s.listed and len(s.urls) == 1 and len(s.parts) == 1]
    crawl = trial(faults={"urls": {single[0]: "huge", single[-1]: "inflating"}})
    crawl.crawl(KEPU_CLOCK="2026-11-20T15:00:00Z", KEPU_DOWNLOAD_TIMEOUT="30")
    asked = Counter(f"http://{line['host']}{line['path']}" for line in crawl.log)
    assert (asked[single[0]], asked[single[-1]]) == (1, 1)
    assert crawl.rows("SELECT code, count(*) FROM urls WHERE state = 'failed' GROUP BY 1") == [
        ("too_large", 2)
    ]
    *long, other = [story for story in demo.articles() if len(story.parts) > 1 and story.listed][:3]
    corrected = {story.part_url(2, url): "corrected" for story in long for url in story.urls}
    new_menu = {other.part_url(n, url): "new menu" for n in (1, 2) for url in other.urls}
    crawl.replica.faults({"urls": corrected | new_menu})

    crawl.crawl("--id", long[0].id, KEPU_CLOCK="2026-11-20T16:00:00Z")
    assert crawl.report["changed"] == 1
    assert "此处已更正" in crawl.rows(f"SELECT text FROM articles WHERE id = '{long[0].id}'")[0][0]

    with closing(sqlite3.connect(crawl.db)) as db, db:
        db.execute(
            "INSERT INTO urls (url, host, kind, state, article, first_seen, last_seen) VALUES "
            "('http://old.people.com.cn/n1/2020/0101/c1-31500000.html', 'old.people.com.cn', 'article', 'pending', "
            "'n1/31500000', '2026-11-20T15:00:00Z', '2026-11-20T15:00:00Z')"
        )
    crawl.crawl(KEPU_CLOCK="2026-11-23T15:00:00Z", KEPU_LOOK_SHARE="20")
    assert "此处已更正" in crawl.rows(f"SELECT text FROM articles WHERE id = '{long[1].id}'")[0][0]
    asked = Counter(f"http://{line['host']}{line['path']}" for line in crawl.log)
    assert sum(asked[other.part_url(2, url)] for url in other.urls) == 1, "another menu makes no correction"
    query = "SELECT state, code, message IS NOT NULL FROM urls WHERE host = 'old.people.com.cn'"
    assert crawl.rows(query) == [("excluded", "no_queue", 1)]
    assert crawl.report["complete"]


def test_a_section_whose_new_address_stands_in_a_meta_refresh_is_followed(
    trial: Make, tmp_path: Path
) -> None:
    """The old first page is a stub; nothing else links to the new list. The old list is reported as not readable."""
    old, new = (f"{HOST}/GB/{node}/index.html" for node in ("404390", "404389"))
    channel = tmp_path / "moved.toml"
    channel.write_text(
        f'name = "moved"\ntitle = "搬家"\nhome = "{HOST}/"\nhosts = ["kpzg.people.com.cn"]\npublisher = "人民网"\n'
        'copyright_holder = "人民网"\n'
        f'[sources]\n[[sections]]\nnode = "404390"\ntitle = "旧栏目"\nurl = "{old}"\n',
        encoding="utf-8",
    )
    crawl = trial(faults={"urls": {old: "refresh to section"}})
    done = crawl.crawl("--channel", str(channel), "--sources", "sections")
    assert crawl.ids(), done.stderr
    assert "/GB/404389/index.html" in crawl.paths
    assert not crawl.report["complete"]
    with reading(crawl.db) as db:
        lines = {walk.url: walk.line() for walk in sections_of(db)}
    assert "redirected" in lines[old]
    assert "redirected" not in lines[new]
