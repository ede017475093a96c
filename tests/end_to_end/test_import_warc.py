"""Imports of WARC and WACZ files of other crawlers, written by warcio: what is imported, and in which order."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.readonly import reading
from archive.revisions import versions
from tests.conftest import Run

ReadJsonl = Callable[[Path], dict[str, dict[str, Any]]]

HOST = "http://kpzg.people.com.cn"
ONE = f"{HOST}/n1/2024/0203/c404214-40170001.html"
TWO = f"{HOST}/n1/2024/0204/c404214-40170002.html"
SENTENCE = "候鸟认路靠的不只是太阳，还有地磁场。它们的眼睛里有一种蛋白，遇到蓝光就能感到磁力线的方向。"


def page(n: int, text: str, more: str = "") -> bytes:
    """Return an article's page."""
    return (
        f'<html><head><meta charset="utf-8"><title>候鸟认路（{n}）--科普中国--人民网</title>'
        f'<meta name="contentid" content="4017000{n}"></head><body><div class="rm_txt"><h1>候鸟认路（{n}）</h1>'
        f'<div class="channel"><div class="col-1-1">2024年02月0{n + 2}日 | 来源：<a href="/">人民网</a></div></div>'
        f'<div class="rm_txt_con"><p>　　{text}</p><p>　　{SENTENCE}</p>{more}<div class="edit">(责编：林禾)</div>'
        "</div></div></body></html>"
    ).encode()


class Warc:
    """A WARC file that is being written, as other crawlers write it."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=True)

    def add(
        self,
        url: str,
        at: str,
        body: bytes,
        *,
        kind: str = "text/html",
        status: str = "200 OK",
        zipped: bool = False,
    ) -> None:
        """Add a response; with `zipped`, compressed by gzip and in chunks, as servers send it."""
        fields = [("Content-Type", kind), ("Set-Cookie", "id=me")]
        if zipped:
            fields += [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
            packed = gzip.compress(body)
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
        head = StatusAndHeaders(status, fields, protocol="HTTP/1.1")
        record = self.writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), http_headers=head, warc_headers_dict={"WARC-Date": at}
        )
        self.writer.write_record(record)

    def revisit(self, url: str, at: str, digest: str) -> None:
        """Add a revisit of a payload."""
        record = self.writer.create_revisit_record(
            url, digest, url, "2024-02-03T10:00:00Z", warc_headers_dict={"WARC-Date": at}
        )
        self.writer.write_record(record)


def crawl() -> bytes:
    """Return the WARC file of another crawler, with unordered records."""
    made = Warc()
    made.add(ONE, "2024-03-01T10:00:00Z", page(1, "改过的第一段，编辑在三月里补了一句。"), zipped=True)
    made.add(ONE, "2024-02-03T10:00:00Z", page(1, "第一段原来的样子。"))
    next_part = '<div class="zdfy"><a href="c404214-40170002-2.html">2</a></div>'
    made.add(TWO, "2024-02-05T10:00:00.25Z", page(2, "第二篇的开头。", next_part))
    # Two captures of part 1 share the only one of part 2, and one record occurs twice.
    made.add(TWO, "2024-02-07T10:00:00Z", page(2, "第二篇的开头。", next_part))
    made.add(TWO, "2024-02-07T10:00:00Z", page(2, "第二篇的开头。", next_part))
    made.add(TWO.replace(".html", "-2.html"), "2024-02-05T10:00:05Z", page(2, "第二篇的后半。"))
    made.add(f"{HOST}/", "2024-02-05T10:00:00Z", b"<html>home</html>")
    made.add(
        "http://www.example.org/n1/2024/0203/c1-40170009.html", "2024-02-05T10:00:00Z", page(9, "别处的。")
    )
    made.add(ONE.replace("001.", "003."), "2024-02-05T10:00:00Z", b"no", status="404 Not Found")
    made.add(ONE.replace("001.", "004."), "2124-02-05T10:00:00Z", page(4, "未来。"))
    made.add(ONE.replace("001.", "005."), "2024-02-05T10:00:00Z", b"\xff\xd8", kind="image/jpeg")
    made.revisit(ONE.replace("001.", "006."), "2024-02-06T10:00:00Z", "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    return made.out.getvalue()


@pytest.fixture(params=["crawl.warc.gz", "crawl.wacz", "cut"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the file: unchanged, in a WACZ with a member outside its folder, or truncated in its last member."""
    if request.param == "crawl.wacz":
        path = tmp_path / "crawl.wacz"
        with zipfile.ZipFile(path, "w") as bundle:
            bundle.writestr("../../archive/crawl.warc.gz", crawl())
            bundle.writestr("datapackage.json", "{}")
        return path
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(crawl()[:-100] if request.param == "cut" else crawl())
    return path


def test_a_warc_of_another_crawler(file: Path, run: Run, read_jsonl: ReadJsonl, tmp_path: Path) -> None:
    db = tmp_path / "data" / "kepu.db"
    done = run("kepu", "import", file, "--db", db, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    articles = read_jsonl(db)
    assert sorted(articles) == ["n1/40170001", "n1/40170002"]
    assert "改过的第一段" in articles["n1/40170001"]["text"]
    assert articles["n1/40170001"]["provenance"]["fetched_at"] == "2024-03-01T10:00:00Z"
    assert "第二篇的后半" in articles["n1/40170002"]["text"]
    with reading(db) as archive:
        assert [each.since for each in versions(archive, "n1/40170001")] == [
            "2024-02-03T10:00:00Z",
            "2024-03-01T10:00:00Z",
        ]
        captures = archive.execute(
            "SELECT at, part, type FROM captures WHERE article = 'n1/40170002' ORDER BY n"
        ).fetchall()
    assert captures == [
        ("2024-02-05T10:00:00Z", 1, "response"),
        ("2024-02-05T10:00:05Z", 2, "response"),
        ("2024-02-07T10:00:00Z", 1, "revisit"),
        ("2024-02-05T10:00:05Z", 2, "revisit"),
    ]
    reasons = report["left_out"]
    expected = {
        "not the URL of an article": 1,
        "another host": 1,
        "status 404": 1,
        "no valid date, or one in the future": 1,
        "not HTML": 1,
    }
    assert {why: reasons.get(why) for why in expected} == expected
    assert not (tmp_path / "data" / "kepu.importing").exists()
    assert not any(
        b"Set-Cookie" in gzip.decompress(each.read_bytes()) for each in (tmp_path / "data").rglob("*.gz")
    )
    assert run("kepu", "verify", "--db", db).returncode == 0
    again = run("kepu", "import", file, "--db", db, "--json")
    assert (json.loads(again.stdout)["new"], json.loads(again.stdout)["changed"]) == (0, 0)


def test_old_captures_become_earlier_revisions(run: Run, read_jsonl: ReadJsonl, tmp_path: Path) -> None:
    db = tmp_path / "kepu.db"
    newer, older = Warc(), Warc()
    newer.add(ONE, "2025-01-01T00:00:00Z", page(1, "今年的样子。"))
    older.add(ONE, "2024-02-03T10:00:00Z", page(1, "去年的样子。"))
    for name, made in (("newer.warc.gz", newer), ("older.warc.gz", older)):
        (tmp_path / name).write_bytes(made.out.getvalue())
        assert run("kepu", "import", tmp_path / name, "--db", db).returncode == 0
    assert "今年的样子" in read_jsonl(db)["n1/40170001"]["text"]
    with reading(db) as archive:
        texts = [each.record["text"][:2] for each in versions(archive, "n1/40170001")]
    assert texts == ["去年", "今年"]
    assert run("kepu", "verify", "--db", db).returncode == 0


def test_older_saved_pages_become_earlier_revisions(run: Run, tmp_path: Path) -> None:
    """This holds for any order of the pages in an import, and for an import after a newer page."""

    def saved(name: str, text: str, moment: str) -> Path:
        comment = f"<!--\n Page saved with SingleFile \n url: {ONE} \n saved date: {moment} (CST)\n-->"
        path = tmp_path / "saved" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(page(1, text).replace(b"<head>", f"<head>{comment}".encode()))
        return path

    saved("a.html", "五月里改过的样子。", "Wed May 01 2024 18:00:00 GMT+0800")
    saved("b.html", "第一段原来的样子。", "Sat Feb 03 2024 18:00:00 GMT+0800")
    db = tmp_path / "kepu.db"
    done = run("kepu", "import", tmp_path / "saved", "--db", db)
    assert done.returncode == 0, done.stderr
    third = saved("c.html", "三月里的样子。", "Fri Mar 01 2024 18:00:00 GMT+0800")
    done = run("kepu", "import", third, "--db", db)
    assert done.returncode == 0, done.stderr
    with reading(db) as archive:
        assert [each.since for each in versions(archive, "n1/40170001")] == [
            "2024-02-03T10:00:00Z",
            "2024-03-01T10:00:00Z",
            "2024-05-01T10:00:00Z",
        ]
        (text,) = archive.execute("SELECT text FROM articles").fetchone()
    assert "五月里改过的样子" in text
