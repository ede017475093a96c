"""What the reading room answers, refuses and never does, over HTTP; how it starts and ends."""

import csv
import hashlib
import http.client
import io
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import lxml.html
import pytest

from archive.schema import SCHEMA_STEPS
from archive.web.guard import POLICY
from tests.web.conftest import HOSTILE, Serve
from tests.web.replica import rows

Answer = tuple[int, dict[str, str], str]


def ask(address: str, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
    """Return status, headers and body of an answer; the path goes out as it is."""
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)) as connection:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders((body or "").encode() if body is not None else None)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, answer.read().decode("utf-8", "replace")


PAGES = (
    "/",
    "/search",
    "/search?q=" + quote("冰"),
    "/browse",
    "/report",
    "/browse?month=2024-05",
    f"/article/{HOSTILE}",
    f"/article/{HOSTILE}/words",
    f"/article/{HOSTILE}/capture",
    f"/article/{HOSTILE}/compare?with=n1/66600002",
    f"/article/{HOSTILE}/revisions",
    "/data",
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
    assert not page.xpath(
        "//script | //style | //iframe | //img | //object | //base | //*[@style] | //*[@src]"
    )
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    for href in page.xpath("//@href"):
        assert href.startswith(("/", "#", "?", "http://", "https://")), href
        assert not href.startswith("//"), href


def test_what_is_hostile_is_text(room: str) -> None:
    _, _, body = ask(room, f"/article/{HOSTILE}")
    assert "&lt;script&gt;" in body
    assert 'href="javascript' not in body
    assert 'href="http://example.org/?a=&lt;b&gt;&amp;c"' in body
    assert "{{ 7*7 }}" in body


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


def test_downloads_are_what_was_found(room: str, database: Path) -> None:
    query = "/search.{}?q=" + quote("冰")
    status, headers, body = ask(room, query.format("jsonl"))
    records = [json.loads(line) for line in body.splitlines()]
    kept = {
        line
        for (line,) in rows(
            database, "SELECT id FROM articles WHERE text LIKE '%冰%' OR headline LIKE '%冰%'"
        )
    }
    assert status == 200
    assert "attachment" in headers["content-disposition"]
    assert {record["id"] for record in records} >= kept
    by_id = {
        json.loads(line)["id"]: json.loads(line)
        for line in database.with_suffix(".jsonl").open(encoding="utf-8")
    }
    assert all(by_id[record["id"]] == record for record in records)
    table = list(csv.DictReader(io.StringIO(ask(room, query.format("csv"))[2].removeprefix("\ufeff"))))
    assert [row["id"] for row in table] == [record["id"] for record in records]
    formula = next(row for row in table if row["id"] == "n1/66600002")
    assert formula["headline"].startswith("'=HYPERLINK")


def test_a_capture_is_shown_as_text_and_given_as_it_was(room: str, database: Path) -> None:
    (id_, digest) = rows(database, "SELECT id, provenance ->> '$.payload_sha256' FROM articles LIMIT 1")[0]
    status, headers, body = ask(room, f"/article/{id_}/capture")
    assert status == 200
    assert headers["content-security-policy"] == POLICY
    assert "&lt;html" in body.lower()
    assert str(digest) in body
    parts = urlsplit(room)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)) as connection:
        connection.request("GET", f"/article/{id_}/capture.bin")
        answer = connection.getresponse()
        assert hashlib.sha256(answer.read()).hexdigest() == digest
        assert answer.getheader("content-type") == "application/octet-stream"
        assert "attachment" in str(answer.getheader("content-disposition"))
        assert str(answer.getheader("content-security-policy")).startswith("sandbox")


def test_the_record_is_the_line_of_the_jsonl(room: str, database: Path) -> None:
    for line in database.with_suffix(".jsonl").open(encoding="utf-8"):
        record = json.loads(line)
        assert json.loads(ask(room, f"/article/{record['id']}/record.json")[2]) == record


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


# --- how it starts and ends ------------------------------------------------------------------------------


def refused(run: Callable[..., subprocess.CompletedProcess[str]], *options: str | Path) -> tuple[int, str]:
    """Return status and the one line with which `kepu serve` does not begin."""
    done = run("kepu", "serve", *options, timeout=30, LANGUAGE="en")
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_an_archive_that_cannot_be_shown_is_one_line(
    run: Callable[..., Any], tmp_path: Path, database: Path
) -> None:
    missing, empty, other, broken, newer, locked = (tmp_path / f"{n}.db" for n in range(6))
    empty.touch()
    with closing(sqlite3.connect(other)) as conn:
        conn.execute("CREATE TABLE notes (a)")
    broken.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    for path in (newer, locked):
        path.write_bytes(database.read_bytes())
    with closing(sqlite3.connect(newer)) as conn:
        conn.execute(f"PRAGMA user_version = {SCHEMA_STEPS + 1}")
    assert "there is no archive" in refused(run, "--db", missing)[1]
    assert "is empty" in refused(run, "--db", empty)[1]
    assert "some other program" in refused(run, "--db", other)[1]
    assert "kepu verify" in refused(run, "--db", broken)[1]
    assert "newer kepu" in refused(run, "--db", newer)[1]
    with closing(sqlite3.connect(locked, isolation_level=None)) as conn:
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute("BEGIN EXCLUSIVE")
        status, line = refused(run, "--db", locked)
        assert (status, "locked" in line) == (15, True)


def test_a_port_in_use_is_one_line(run: Callable[..., Any], database: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refused(run, "--db", database, "--port", port)[1]
        assert port in line
        assert "--port" in line
    assert "--host" in refused(run, "--db", database, "--host", "203.0.113.7", "--port", "0")[1]


def test_ctrl_c_closes_it(serving: Serve, database: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with serving(database) as (address, process):
            assert ask(address, "/")[0] == 200
            process.send_signal(number)
            out, err = process.communicate(timeout=15)
            assert "closed" in out
            assert err == ""
            assert process.returncode == 0


def test_open_shows_it_in_a_browser(serving: Serve, database: Path, tmp_path: Path) -> None:
    browser, told = tmp_path / "browser", tmp_path / "told"
    browser.write_text(f'#!/bin/sh\necho "$1" > {told}\n')
    browser.chmod(0o755)
    with serving(database, "--open", BROWSER=f"{browser} %s") as (address, _):
        assert ask(address, "/")[0] == 200
        assert told.read_text() == f"{address}/\n"


def test_without_the_extra_it_says_what_to_install(
    database: Path, environment: Callable[..., dict[str, str]]
) -> None:
    without = "import sys; sys.modules['datasette'] = None; sys.modules['datasette.app'] = None; "
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            without + "from archive.cli import run; run()",
            "serve",
            "--db",
            str(database),
        ],
        env=environment(LANGUAGE="en"),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pip install 'kepu-archive[web]'" in done.stderr


def test_beyond_loopback_it_says_so(serving: Serve, database: Path) -> None:
    with serving(database, "--host", "0.0.0.0") as (address, process):
        assert "not on this machine alone" in (process.stdout.readline() if process.stdout else "")
        assert ask(address.replace("0.0.0.0", "127.0.0.1"), "/", Host="archive.example")[0] == 200


def test_a_crawl_may_write_meanwhile(
    serving: Serve, database: Path, tmp_path: Path, article: Callable[..., Any]
) -> None:
    from archive.store import Archive

    copy = tmp_path / "kepu.db"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with serving(copy) as (address, _):
        assert ask(address, "/")[0] == 200
        with Archive(copy) as archive:
            for n in range(70_000_001, 70_000_121):
                archive.put(article(n))
                assert n % 40 or ask(address, "/search?q=" + quote("冰"))[0] == 200
            assert ask(address, "/article/n1/70000050")[0] == 200
            assert ask(address, "/article/n1/70000120")[0] == 404, "what is not committed is not seen"
        time.sleep(3.1)
        assert "冰从哪里长起（70000120）" in ask(address, "/article/n1/70000120")[2]
        (total,) = rows(copy, "SELECT count(*) FROM articles")[0]
        assert f"<dd>{total}</dd>" in ask(address, "/")[2]
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
        status, _, body = ask(address, "/article/n1/70000120")
        assert status == 503
        assert "not there any more" in body
        copy.write_bytes(database.read_bytes())
        assert ask(address, "/article/n1/70000120")[0] == 404, "another archive in its place is read at once"


OLDER = (
    "search_index",
    "search_columns",
    "search_kinds",
    "search_state",
    "near_pairs",
    "near_articles",
    "captures",
)
"""Tables that an archive of an older kepu does not have."""


def test_what_was_forgotten_is_said_to_be(serving: Serve, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kepu.db"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with serving(copy) as (address, _):
        assert ask(address, "/article/n1/66600002")[0] == 200
        with closing(sqlite3.connect(copy)) as conn:
            conn.execute("DELETE FROM articles WHERE id = 'n1/66600002'")
            conn.execute(
                "INSERT INTO tombstones (id, urls, texts, reason, forgotten_at) "
                "VALUES ('n1/66600002', '[]', '[]', 'x', 'y')"
            )
            conn.commit()
        status, _, body = ask(address, "/article/n1/66600002", Accept_Language="en")
        assert status == 410
        assert "taken out" in body
        assert "66600002" not in ask(address, "/search?q=" + quote("算式里的冰"))[2].split("<main")[1]


def test_an_archive_of_an_older_kepu_can_be_read(serving: Serve, database: Path, tmp_path: Path) -> None:
    older = tmp_path / "kepu.db"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(older)) as target:
        source.backup(target)
        for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            target.execute(f"DROP TRIGGER {name}")
        for name in OLDER:
            target.execute(f"DROP TABLE {name}")
        target.execute("PRAGMA user_version = 1")
        target.commit()
    (id_,) = rows(older, "SELECT id FROM articles WHERE text LIKE '%冰花%'")[0]
    with serving(older) as (address, _):
        for path in ("/", "/browse", "/data", f"/article/{id_}?q=x", f"/article/{id_}/capture"):
            assert ask(address, path)[0] == 200, path
        assert f"/article/{id_}" in ask(address, "/search?q=" + quote("冰花"))[2]
        assert "kepu search" in ask(address, "/search?q=" + quote("冰花"))[2]
        assert str(id_) in ask(address, "/search.jsonl?q=" + quote("冰花"))[2]
        assert "</html>" in ask(address, "/search?q=" + quote("100% '\"冰") + "&year=2024&source=x")[2]
