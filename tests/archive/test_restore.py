"""An archive is restored from its captures alone, its JSONL alone, or a damaged database."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import tombstone_file
from archive.backup import backup
from archive.captures import folder_for
from archive.captures.warc_reader import walk
from archive.forget import forget, targets
from archive.jsonl_lines import path_for
from archive.restore import restore
from archive.store import Store, reading, records
from archive.verify import verify
from kepu.errors import Damaged
from kepu.records import Capture, Page
from pipelines.build_article import article_from_page, normalize
from pipelines.content_hash import content_sha256  # noqa: F401
from pipelines.validate import validate

NOT_OF_THE_PAGE = ("revision", "provenance", "duplicate_of", "cluster", "similarity", "appearances")


def page(n: int, version: int = 1) -> Page:
    """Return a page of the layout rm_txt, as the crawler passes it on, with its capture."""
    import hashlib

    url = f"http://kpzg.people.com.cn/n1/2024/0105/c404214-{n}.html"
    text = f"第{n}号雨量筒在清晨被人倒空，第{version}次记下，再放回原处。今天的雨比昨天小一些。"
    text *= 6 if n % 10 else 30  # some rows take more than one page of the database
    body = f"""<html><head><meta charset="utf-8"><title>雨量（{n}）--科普中国--人民网</title></head><body>
<div class="col col-1"><h1>雨量（{n}）</h1><div class="col-1-1 fl">2024年01月05日08:00 | 来源：<a>科普报</a></div>
<div class="rm_txt_con cf"><p>　　{text}</p><p>　　{text}</p></div></div></body></html>""".encode()
    at = f"2026-01-{version:02}T03:04:05Z"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    digest = hashlib.sha256(body).hexdigest()
    made = Page(body, url, url, status=200, content_type="text/html; charset=utf-8", fetched_at=at)
    made.capture = Capture(url, at, body, b"GET / HTTP/1.1\r\n\r\n", head, 200, None, digest)
    return made


def keep(archive: Store, each: Page) -> str:
    article = validate(normalize(article_from_page(each)))
    article.rights.copyright_holder = "人民网"
    assert each.capture is not None
    return archive.put(article, [each.capture])


def filled(path: Path, count: int = 60) -> None:
    """Return an archive of pages, every third edited once and every ninth twice."""
    with Store(path, warc_bytes=30_000) as archive:
        archive.run("writer")
        for version in (1, 2, 3):
            for n in range(4001, 4001 + count):
                if n % 3 ** (version - 1) == 0:
                    assert keep(archive, page(n, version)) == ("new" if version == 1 else "changed")
        archive.run("writer")
        forget(archive, targets(archive.db, ["n1/4005"]), "asked")


def said(path: Path) -> dict[tuple[str, int], Any]:
    """Return the content of every version of every article, by id and number."""
    import json

    with reading(path) as db:
        found = list(records(db))
        found += [json.loads(text) for (text,) in db.execute("SELECT record FROM revisions")]
    return {
        (record["id"], record["revision"]["n"]): {
            name: value for name, value in record.items() if name not in NOT_OF_THE_PAGE
        }
        | {"previous": record["revision"]["previous_sha256"], "first": record["revision"]["first_seen"]}
        for record in found
    }


def urls(path: Path) -> set[tuple[str, ...]]:
    with reading(path) as db:
        return set(db.execute("SELECT url, article, state, coalesce(code, '') FROM urls"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "kepu.db"
    filled(path)
    assert verify(path, deep=True).whole
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole.parent, tmp_path / "it")
    return tmp_path / "it" / "kepu.db"


@pytest.mark.parametrize("left", ["captures", "jsonl", "jsonl and captures", "database", "older database"])
def test_an_archive_is_restored_from_each_of_its_forms(path: Path, whole: Path, left: str) -> None:
    if left == "older database":
        with Store(path) as archive:
            for n in range(4070, 4080):
                keep(archive, page(n, 4))
            keep(archive, page(4003, 4))
        wanted = said(path)
        shutil.copy(whole, path)
    else:
        wanted = said(whole)
        if "database" not in left:
            path.unlink()
        if "jsonl" not in left:
            path_for(path).unlink()
        if left in {"jsonl", "database"}:
            shutil.rmtree(folder_for(path))
    before = {file.name: file.read_bytes() for file in folder_for(path).glob("*.gz")}
    done = restore((), path, force=True, holder="人民网")
    assert done.broken == []
    if left == "jsonl":
        latest = {id_: max(n for i, n in wanted if i == id_) for id_, _ in wanted}
        wanted = {key: value for key, value in wanted.items() if latest[key[0]] == key[1]}
    assert said(path) == wanted
    assert "n1/4005" not in {id_ for id_, _ in said(path)}
    if left != "older database":
        assert {row for row in urls(path) if "4005" not in row[0]} == {
            row for row in urls(whole) if "4005" not in row[0]
        }
    assert {file.name: file.read_bytes() for file in folder_for(path).glob("*.gz")} == before
    findings = verify(path, deep=True)
    assert findings.whole or left in {"jsonl", "database"}, findings.lines()


def test_every_readable_row_of_a_damaged_database_is_saved(path: Path, whole: Path) -> None:
    """Database pages are overwritten, and neither JSONL nor captures exist."""
    shutil.rmtree(folder_for(path))
    path_for(path).unlink()
    chance = random.Random(7)
    data = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as conn:
        pages = conn.execute("SELECT pagetype, pageno FROM dbstat WHERE name = 'articles'").fetchall()
    leaves, more = ([n for kind, n in pages if kind == wanted] for wanted in ("leaf", "overflow"))
    for number in chance.sample(leaves, 2):
        data[(number - 1) * 4096 : number * 4096] = chance.randbytes(4096)
    # The first four bytes of an overflow page say where the row goes on: without them it could not be read at all.
    number = chance.choice(more)
    data[(number - 1) * 4096 + 4 : number * 4096] = chance.randbytes(4092)
    path.write_bytes(data)
    done = restore((), path, force=True)
    there, wanted = said(path), said(whole)
    assert {key: wanted[key] for key in there} == there
    assert len(there) > len(wanted) - 12
    assert any("articles, row" in text for text in done.broken), done.broken
    assert any("is damaged: " in text for text in done.broken), done.broken
    missing = {id_ for id_, _ in wanted.keys() - there.keys()}
    assert all(any(id_ in text for text in done.broken) for id_ in missing)


def test_captures_are_restored_in_any_order_compressed_or_not(
    path: Path, whole: Path, tmp_path: Path
) -> None:
    """The files have other names and another order, and one is not compressed."""
    import gzip

    given = []
    for n, file in enumerate(sorted(folder_for(path).glob("*.warc.gz"), reverse=True)):
        target = tmp_path / f"{n}-elsewhere.warc{'.gz' if n else ''}"
        target.write_bytes(file.read_bytes() if n else gzip.decompress(file.read_bytes()))
        given.append(target)
    assert len(given) > 2
    fresh = tmp_path / "new" / "kepu.db"
    fresh.parent.mkdir()
    shutil.copy(path.with_name("kepu-tombstones.jsonl"), fresh.parent)
    restore(given, fresh, holder="人民网")
    assert said(fresh) == said(whole)


def test_a_damaged_record_of_an_uncompressed_file_is_named_and_the_following_ones_are_restored(
    path: Path, tmp_path: Path
) -> None:
    import gzip

    largest = max(folder_for(path).glob("*.warc.gz"), key=lambda file: file.stat().st_size)
    data = gzip.decompress(largest.read_bytes())
    given, broken = tmp_path / "given.warc", tmp_path / "broken.warc"
    given.write_bytes(data)
    records = [(at, size) for at, size, _ in walk(given)]
    at, size = records[len(records) // 2]
    broken.write_bytes(
        data[:at] + data[at : at + size].replace(b"Content-Length", b"Kontent-Length") + data[at + size :]
    )
    (tmp_path / "new").mkdir()
    fresh = tmp_path / "new" / "kepu.db"
    done = restore(broken, fresh, holder="人民网")
    assert any(f"bytes {at} to {at + size - 1} are not a readable record" in text for text in done.broken), (
        at,
        size,
        done.broken,
    )
    packed = [record.fields for _, _, record in walk(folder_for(fresh) / "broken.warc.gz")]
    assert packed == [record.fields for place, _, record in walk(given) if place != at]


@pytest.mark.parametrize("content", [b"", b"notes", b"\x1f\x8b\x08 torn", b"SQLite format 3\0" + bytes(4000)])
def test_unusable_sources_are_refused_before_any_change(path: Path, content: bytes) -> None:
    bad = path.with_name("bad.db")
    bad.write_bytes(content)
    shutil.rmtree(folder_for(path))
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(Damaged):
        restore(bad, path, force=True)
    after = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert after | {"kepu.db.lock": b""} == before | {"kepu.db.lock": b""}


def test_a_jsonl_with_a_bom_is_restored(path: Path, whole: Path) -> None:
    jsonl = path_for(path)
    jsonl.write_bytes(b"\xef\xbb\xbf" + jsonl.read_bytes())
    path.unlink()
    assert restore(jsonl, path).broken == []
    assert said(path) == said(whole)


def test_a_schema_with_invalid_utf_8_is_reported_as_damage(path: Path, whole: Path) -> None:
    """SQLite's message contains the broken definition, which Python cannot decode."""
    data = path.read_bytes()
    comment = "-- 引题".encode()
    path.write_bytes(data.replace(comment, b"\nCHECK \xda\xda"[: len(comment)]))
    with pytest.raises(Damaged, match="schema is damaged"), reading(path):
        pass
    assert "schema is damaged" in str(verify(path))
    restore((), path, force=True)
    assert said(path) == said(whole)


def test_what_is_forgotten_after_a_backup_stays_forgotten_where_its_tombstones_are_given(
    path: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.db"
    backup(path, saved)
    with Store(path) as archive:
        forget(archive, targets(archive.db, ["n1/4003"]), "asked")
    elsewhere = tmp_path / "elsewhere" / "kepu.db"
    elsewhere.parent.mkdir()
    restore((saved, tombstone_file.path_for(path)), elsewhere)
    assert "n1/4003" not in {id_ for id_, _ in said(elsewhere)}
    assert said(elsewhere) == said(path)
    # The file beside a source counts too, and it cannot be the only source.
    shutil.copy(tombstone_file.path_for(path), tombstone_file.path_for(saved))
    restore(saved, tmp_path / "third.db")
    assert said(tmp_path / "third.db") == said(path)
    with pytest.raises(Damaged, match="Nothing was changed"):
        restore(tombstone_file.path_for(path), tmp_path / "fourth.db")
