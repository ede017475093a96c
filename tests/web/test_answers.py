"""What the reading room answers, and refuses, over HTTP."""

import csv
import hashlib
import http.client
import io
import json
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import lxml.etree
import lxml.html
import pytest

from archive.duplicates.duplicate_queries import doubtful
from archive.readonly import reading
from archive.web.guard import POLICY
from tests.web.asking import ask
from tests.web.conftest import ALIKE, HOSTILE
from tests.web.replica import rows

PAGES = (
    "/",
    "/search",
    "/search?q=" + quote("冰"),
    "/browse",
    "/report",
    "/duplicates",
    "/corpus",
    "/corpus?view=words",
    "/corpus?q=" + quote("冰") + "&sort=right",
    "/corpus?view=collocates&q=" + quote("冰"),
    "/corpus?view=trend&by=year&q=" + quote("冰"),
    "/corpus?view=keyness&a=2024&b=2023",
    "/corpus?view=keyness&a=x&b=2023",
    "/browse?month=2024-05",
    f"/article/{HOSTILE}",
    f"/article/{HOSTILE}/words",
    f"/article/{HOSTILE}/capture",
    f"/article/{HOSTILE}/compare?with=n1/66600002",
    f"/article/{HOSTILE}/revisions",
    f"/article/{HOSTILE}/account",
    "/article/n1/66600020/account",
    "/data",
    "/data/article",
    "/data/article?_facet=section",
    "/data/articles",
    "/data/articles/1",
    "/data?sql=select+1",
    "/data/articles?_facet=article_section&_sort=id",
    "/-/versions",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_and_carries_the_policy(room: str, path: str) -> None:
    status, headers, body = ask(room, path)
    assert status == 200
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert body.rstrip().endswith("</html>")
    page = lxml.html.document_fromstring(body)
    for data in page.xpath("//script[@type='application/ld+json']"):
        data.drop_tree()
    assert not page.xpath(
        "//script | //style | //iframe | //img | //object | //base | //*[@style] | //*[@src]"
    )
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    for href in page.xpath("//@href"):
        assert href.startswith(("/", "#", "?", "http://", "https://", "data:text/csv;")), href
        assert not href.startswith("//"), href


def test_what_is_hostile_is_text(room: str) -> None:
    _, _, body = ask(room, f"/article/{HOSTILE}")
    assert "&lt;script&gt;" in body
    assert 'href="javascript' not in body
    assert 'href="http://example.org/?a=&lt;b&gt;&amp;c"' in body
    assert "{{ 7*7 }}" in body


def test_the_review_page_lists_the_doubtful_pairs_and_puts_each_side_by_side(
    room: str, database: Path
) -> None:
    with reading(database) as db:
        wanted = doubtful(db)
    assert wanted
    page = lxml.html.document_fromstring(ask(room, "/duplicates")[2])
    lines = page.xpath("//tbody/tr")
    assert len(lines) == len(wanted)
    for line, pair in zip(lines, wanted, strict=True):
        assert line.xpath("string(td[1])") == f"{pair.doubt:.2f}"
        earlier, later, compare = line.xpath("td/a/@href")
        assert (unquote(earlier), unquote(later)) == (f"/article/{pair.earlier}", f"/article/{pair.later}")
        status, _, body = ask(room, compare)
        assert status == 200
        both = lxml.html.document_fromstring(body).xpath("//a/@href")
        assert {earlier, later} <= set(both)


QUERIES = (
    '"',
    "'",
    '"""" OR OR -',
    "-",
    "NEAR(冰, 湖)",
    "text:冰*",
    "source:",
    "since:2024-99",
    "'; DROP TABLE articles; --",
    "\x00冰",
    "<script>alert(1)</script>",
    "冰" * 10_000,
    "a" * 10_000,
    "%",
    "(" * 500,
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
)


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_any_query_is_answered(room: str, query: str) -> None:
    status, _, body = ask(room, "/search?q=" + quote(query, safe=""))
    assert status == 200
    assert "<script>alert" not in body
    assert ask(room, "/search.csv?q=" + quote(query, safe=""))[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=x&year=1%27%20OR%201=1--&section=%22%29;drop+table+articles&page=-1",
        "/search?page=999999999999",
        "/search?page=99999",
        "/search?q=x&sort=;drop",
        "/browse?month=2024-05%27--",
        "/browse?month=9999-99&page=99999",
        "/search?q=%FF%FE%80",
        "/search?source=%E2%80%9C%22%E2%80%9D",
    ],
)
def test_odd_parameters_are_answered(room: str, path: str) -> None:
    assert ask(room, path)[0] == 200


def facets(body: str) -> list[tuple[str, str, int]]:
    """Return (value, address, count) of each value of each facet on a page of results."""
    items = lxml.html.document_fromstring(body).xpath("//aside//li")
    return [
        (item.xpath("string(a)"), item.xpath("string(a/@href)"), int(item.xpath("string(span)")))
        for item in items
    ]


def total(body: str) -> int:
    return int(lxml.html.document_fromstring(body).xpath("string(//p[@role='status']/strong)").split()[1])


def test_every_value_of_every_facet_finds_what_it_counts(room: str) -> None:
    for query in ("", quote("冰")):
        values = facets(ask(room, f"/search?q={query}")[2])
        assert set(ALIKE) < {value for value, _, _ in values}
        assert sum(value == "未注明" for value, _, _ in values) >= 3
        for value, address, count in values:
            body = ask(room, address)[2]
            assert total(body) == count, value
            lines = ask(room, address.replace("/search?", "/search.jsonl?"))[2].splitlines()
            assert len(lines) == count, value


def test_conditions_are_chosen_together_kept_and_dropped(room: str, database: Path) -> None:
    nowhere = rows(
        database,
        "SELECT count(*) FROM articles WHERE source IS NULL AND article_section IS NULL AND duplicate_of IS NULL",
    )[0][0]
    _, _, body = ask(room, "/search?q=&without=source&without=section")
    assert nowhere
    assert total(body) == nowhere
    assert {value for value, _, _ in facets(body)} & {"未注明"}
    page = lxml.html.document_fromstring(body)
    assert page.xpath("//form//input[@type='hidden']/@value") == ["section", "source"]
    dropped = [ask(room, href)[2] for href in page.xpath("//ul[@class='chosen']//a/@href")]
    assert [
        lxml.html.document_fromstring(one).xpath("//form//input[@type='hidden']/@value") for one in dropped
    ] == [
        ["source"],
        ["section"],
    ]
    assert all(total(one) >= nowhere for one in dropped)
    _, _, body = ask(room, "/search?without=year&without=nonsense&year=")
    assert (
        total(body)
        == rows(
            database, "SELECT count(*) FROM articles WHERE date_published IS NULL AND duplicate_of IS NULL"
        )[0][0]
    )


def test_an_article_lists_each_that_is_like_it_once(room: str) -> None:
    _, _, body = ask(room, "/article/n1/66600020")
    section = lxml.html.document_fromstring(body).xpath("//section[@aria-labelledby='near']")[0]
    kinds = [item.xpath("string(p)").split(" ")[0] for item in section.xpath(".//li")]
    ids = [href.removeprefix("/article/") for href in section.xpath(".//li/a/@href")]
    assert sorted(ids) == [f"n1/666000{n}" for n in range(21, 32)]
    assert kinds == ["转载"] * 10 + ["正文相同"]
    assert ids[-1] == "n1/66600021"
    assert section.xpath("string(details/summary)") == "还有 3 篇"


def test_what_is_not_there_is_404_in_the_readers_language(room: str) -> None:
    for path in ("/article/n1/1", "/article/n1/1/words", "/nope", "/data/nope", "/-/databases", "/-/threads",
                 "/_internal", "/_memory?sql=select+1", f"/article/{HOSTILE}/compare?with=n1/404",
                 f"/article/{HOSTILE}/revisions?from=7", "/article/" + "x" * 4000 + "/1", "/assets/../plugin.py",
                 "/assets/%2e%2e/plugin.py", f"/article/{HOSTILE}/capture.bin"):  # fmt: skip
        status, headers, body = ask(room, path, Accept_Language="en")
        assert status in {302, 404}, path
        assert headers["content-security-policy"] == POLICY
        if status == 404 and "/assets/" not in path:
            assert "There is no such page" in body
    assert "没有这一页" in ask(room, "/nope", Accept_Language="zh-CN,zh;q=0.9,en;q=0.8")[2]


def test_a_pasted_url_or_id_opens_its_article(room: str, database: Path) -> None:
    ((id_, url),) = rows(database, "SELECT id, url FROM articles WHERE id LIKE 'n1/4%' LIMIT 1")
    for pasted in (url, str(url).removeprefix("http://"), str(url).replace("http:", "https:") + "?x#y", id_,
                   str(id_).split("/")[1]):  # fmt: skip
        status, headers, _ = ask(room, "/search?q=" + quote(str(pasted), safe=""))
        assert (status, headers["location"]) == (302, f"/article/{id_}"), pasted
    status, _, body = ask(room, "/search?q=" + quote("n1/49999999"))
    assert status == 200
    assert "没有这个网址或编号" in body
    assert ask(room, "/search?q=" + quote("2024"))[0] == 200
    page = lxml.html.document_fromstring(ask(room, "/article/n1/49999999")[2])
    assert "n1/49999999" in page.xpath("string(//p[@class='note'])")
    assert page.xpath("//main//input[@type='search']")


def test_reference_managers_find_what_they_read(room: str, database: Path) -> None:
    (id_, url, headline, authors) = rows(
        database,
        "SELECT id, url, headline, author FROM articles WHERE json_array_length(author) > 1 AND headline IS NOT NULL",
    )[0]
    page = lxml.html.document_fromstring(ask(room, f"/article/{id_}")[2])
    metas = [
        (one.get("name"), one.get("content")) for one in page.xpath("//meta[starts-with(@name, 'citation_')]")
    ]
    names = [author["name"] for author in json.loads(str(authors))]
    assert ("citation_title", headline) in metas
    assert [value for name, value in metas if name == "citation_author"] == names
    assert ("citation_public_url", url) in metas
    data = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    assert (data["@type"], data["url"], data["headline"]) == ("NewsArticle", url, headline)
    assert [author["name"] for author in data["author"]] == names
    hostile = ask(room, f"/article/{HOSTILE}")[2]
    assert "</script><" not in hostile.replace("</script>\n", "")
    assert (
        "<script>"
        in json.loads(
            lxml.html.document_fromstring(hostile).xpath("string(//script[@type='application/ld+json'])")
        )["headline"]
    )


def test_the_feed_has_headlines_and_no_text(room: str, database: Path) -> None:
    status, headers, body = ask(room, "/feed.atom")
    assert (status, headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    atom = "{http://www.w3.org/2005/Atom}"
    feed = lxml.etree.fromstring(body.encode())
    entries = feed.findall(f"{atom}entry")
    assert len(entries) == 50
    headlines = {headline or id_ for headline, id_ in rows(database, "SELECT headline, id FROM articles")}
    assert {entry.findtext(f"{atom}title") for entry in entries} <= headlines
    assert all(str(entry.findtext(f"{atom}updated")).endswith("+08:00") for entry in entries)
    assert not {one.tag for one in feed.iter()} & {f"{atom}summary", f"{atom}content"}


def test_crawlers_are_kept_out(room: str) -> None:
    assert ask(room, "/robots.txt")[2] == "User-agent: *\nDisallow: /\n"
    for path in ("/", "/data", "/search.csv?q=x", "/nope"):
        assert ask(room, path)[1]["x-robots-tag"].startswith("noindex"), path
    assert "未经书面授权禁止使用" in ask(room, "/rights")[2]


def test_tables_are_described_and_internal_ones_hidden(room: str) -> None:
    page = lxml.html.document_fromstring(ask(room, "/data", Accept_Language="en")[2])
    names = page.xpath("//ul[@class='tables']/li/a/code/text()")
    assert names[:3] == ["article", "article_author", "article_text"]
    assert "articles" in names
    assert not [name for name in names if name.startswith("internal_")]
    described = json.loads(ask(room, "/-/metadata.json")[2])["databases"]["data"]["tables"]
    assert all(described[name]["description"] for name in names)
    assert described["articles"]["columns"]["headline"]
    assert described["article"]["columns"]["date_published"] == "the day, in Beijing"
    assert described["captures"]["columns"]["type"] == "response, revisit, resource"
    assert described["internal_near_pairs"]["hidden"]
    facets = ask(room, "/data/article.json?_facet=section&_size=0&_shape=objects")[2]
    assert json.loads(facets)["facet_results"]


def test_ready_made_queries_run(room: str) -> None:
    queries = json.loads(ask(room, "/-/metadata.json")[2])["databases"]["data"]["queries"]
    page = ask(room, "/data")[2]
    assert len(queries) >= 5
    for name in queries:
        assert f'href="/data/{name}"' in page
        answer = json.loads(ask(room, f"/data/{name}.json?word=" + quote("冰"))[2])
        assert answer["ok"], name
        assert answer["columns"]
        assert ask(room, f"/data/{name}?word=" + quote("冰"))[0] == 200


def test_what_was_left_out_and_why_is_one_click_away(room: str, database: Path) -> None:
    (id_, rule) = rows(database, "SELECT article, rule FROM excluded WHERE text IS NOT NULL LIMIT 1")[0]
    assert f"/article/{id_}/account" in ask(room, f"/article/{id_}")[2]
    assert f"<code>{rule}</code>" in ask(room, f"/article/{id_}/account")[2]
    body = ask(room, "/article/n1/66600021/account", Accept_Language="en")[2]
    assert 'href="/article/n1/66600020"' in body
    assert "same text" in body
    assert "a repost" in ask(room, "/article/n1/66600020/account", Accept_Language="en")[2]


def test_the_language_is_the_readers_choice(room: str) -> None:
    assert '<html lang="zh-Hans">' in ask(room, "/")[2]
    assert '<html lang="en">' in ask(room, "/", Accept_Language="fr, en;q=0.5, zh;q=0.1")[2]
    _, headers, body = ask(room, "/data/articles?lang=en&_sort=id", Accept_Language="zh")
    assert '<html lang="en">' in body
    assert "kepu_lang=en" in headers["set-cookie"]
    assert '<html lang="en">' in ask(room, "/", Cookie="kepu_lang=en", Accept_Language="zh")[2]
    assert '<html lang="zh-Hans">' in ask(room, "/?lang=<x>", Cookie='kepu_lang="><script>')[2]


WRITES = (
    "drop table articles",
    "delete from articles",
    "insert into runs (id) values (77)",
    "attach database '/tmp/kepu-web-test.db' as other",
    "pragma query_only = off",
    "pragma writable_schema = on",
    "vacuum into '/tmp/kepu-web-test.db'",
    "with x as (select 1) delete from runs",
    "select load_extension('x')",
    "select * from pragma_query_only(0)",
    "select 1; drop table runs",
    "explain delete from runs",
)


def test_nothing_can_be_written(room: str, database: Path) -> None:
    before = rows(database, "SELECT count(*), (SELECT count(*) FROM runs) FROM articles")
    for sql in WRITES:
        for form in ("", ".json", ".csv"):
            status, _, body = ask(room, f"/data{form}?sql={quote(sql)}")
            # Datasette answers a failed query as CSV with status 200 and no rows.
            assert status in {400, 404} or "not authorized" in body or body == "\r\n", sql
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
        for path in ("/", "/data/articles", "/search", "/-/logout"):
            assert ask(room, path, method, body="a=1")[0] == 405, method
    assert ask(room, "/data.db")[0] in {403, 404}
    assert rows(database, "SELECT count(*), (SELECT count(*) FROM runs) FROM articles") == before
    assert not Path("/tmp/kepu-web-test.db").exists()


def test_only_this_machine_is_meant(room: str) -> None:
    assert ask(room, "/", Host="evil.example")[0] == 403
    assert ask(room, "/", Host="127.0.0.1.evil.example:80")[0] == 403
    assert ask(room, "/", Host="localhost:1")[0] == 200
    assert ask(room, "/?q=" + "a" * 150_000)[0] == 414


HOLDS_ICE = (
    "SELECT id FROM articles WHERE (text LIKE '%冰%' OR headline LIKE '%冰%') AND duplicate_of IS NULL"
)


def but_for_the_check(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without `last_checked`, which the JSONL leaves out: it changes though the page does not."""
    return record | {"revision": record["revision"] | {"last_checked": None}}


def test_downloads_are_what_was_found(room: str, database: Path) -> None:
    query = "/search.{}?q=" + quote("冰")
    status, headers, body = ask(room, query.format("jsonl"))
    records = [json.loads(line) for line in body.splitlines()]
    kept = {
        line
        for (line,) in rows(
            database,
            "SELECT id FROM articles WHERE (text LIKE '%冰%' OR headline LIKE '%冰%') AND duplicate_of IS NULL",
        )
    }
    assert status == 200
    assert "attachment" in headers["content-disposition"]
    assert {record["id"] for record in records} >= kept
    by_id = {
        json.loads(line)["id"]: but_for_the_check(json.loads(line))
        for line in database.with_suffix(".jsonl").open(encoding="utf-8")
    }
    assert all(by_id[record["id"]] == but_for_the_check(record) for record in records)
    table = list(csv.DictReader(io.StringIO(ask(room, query.format("csv"))[2].removeprefix("\ufeff"))))
    assert [row["id"] for row in table] == [record["id"] for record in records]
    formula = next(row for row in table if row["id"] == "n1/66600002")
    assert formula["headline"].startswith("'=HYPERLINK")
    assert headers["link"] == '</rights>; rel="license"'


def test_a_capture_is_shown_as_text_and_given_as_it_was(room: str, database: Path) -> None:
    (id_, digest) = rows(database, "SELECT id, provenance ->> '$.payload_sha256' FROM articles LIMIT 1")[0]
    status, headers, body = ask(room, f"/article/{id_}/capture")
    assert status == 200
    assert headers["content-security-policy"] == POLICY
    assert "&lt;html" in body.lower()
    assert str(digest) in body
    parts = urlsplit(room)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)) as connection:
        connection.request("GET", f"/article/{id_}/capture.bin")
        answer = connection.getresponse()
        assert hashlib.sha256(answer.read()).hexdigest() == digest
        assert answer.getheader("content-type") == "application/octet-stream"
        assert "attachment" in str(answer.getheader("content-disposition"))
        assert str(answer.getheader("content-security-policy")).startswith("sandbox")


def test_the_record_is_the_line_of_the_jsonl(room: str, database: Path) -> None:
    for line in database.with_suffix(".jsonl").open(encoding="utf-8"):
        record = json.loads(line)
        answered = json.loads(ask(room, f"/article/{record['id']}/record.json")[2])
        assert but_for_the_check(answered) == but_for_the_check(record)


def test_every_article_can_be_read_compared_and_cited(room: str, database: Path) -> None:
    for (id_,) in rows(database, "SELECT id FROM articles"):
        for view in (
            "",
            "/words",
            "/capture",
            "/revisions",
            "/citation.txt",
            "/citation.bib",
            "/citation.ris",
        ):
            status, _, body = ask(room, f"/article/{id_}{view}")
            assert status == 200, (id_, view)
            assert body.strip()
