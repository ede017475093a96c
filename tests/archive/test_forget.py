"""A forgotten article is removed to the last byte, and nothing stores it again."""

import json
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from archive import captures
from archive.forget import forget, purge, targets, unpurged
from archive.jsonl_lines import path_for
from archive.store import Store, reading, records
from archive.verify import verify
from kepu.errors import Locked, NotFound
from kepu.records import Account, Appearance, Article, Discovery, Part, Visit
from kepu.records.letter_account import Added, Excluded
from tests.archive.captures.conftest import answer, body, judged
from tests.fork_server import run_program

Make = Callable[..., Article]
SECRET = "雪崩预警站的老周要求撤下这一篇"
LONG = "湖冰在夜里开裂的声音，像远处有人拉动一张很旧的木桌。" * 3
VIA = Discovery("section", "http://kpzg.people.com.cn/GB/404390/index.html", f"{SECRET}（列表）", "答疑")


def secret(article: Make, n: int = 40140007, text: str = SECRET + LONG, **fields: object) -> Article:
    made = article(n, text, headline=f"{SECRET}之标题", **fields)
    url = made.url or ""
    payload = sha256(text.encode()).hexdigest()
    made.parts = [Part(1, url, payload), Part(2, url.replace(".html", "-2.html"), "cd" * 32)]
    return made


def left_out() -> Account:
    """Return the account of a page that has the secret outside of the text too."""
    return Account(
        60,
        10,
        0,
        0,
        [Excluded(1, "related_list", f"{SECRET}：{n}", 10) for n in range(5)],
        [Added(1, "repeated_cell", SECRET)],
        [SECRET * 3],
    )


def filled(path: Path, article: Make) -> None:
    """Return an archive with the secret in all places that can have text."""
    url = article(40140007).url or ""
    with Store(path) as archive:
        archive.run("writer")
        archive.found(url, "article", article="n1/40140007", via=VIA)
        archive.found(url.replace("404214", "404390"), "article", article="n1/40140007", via=VIA)
        archive.note(Visit(url, "failed", "2026-01-01T00:00:00Z", code="cut_short", message=SECRET))
        for n in range(1, 7):
            archive.put(article(n))
        archive.put(secret(article), (), left_out())
        archive.put(secret(article, text=SECRET + "后来改过。" + LONG), (), left_out())
        archive.put(secret(article, text=SECRET + LONG), (), left_out())
        archive.put(article(8, SECRET[:4] + LONG))
        for n in range(9, 60):
            archive.put(article(n))


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_forgotten_article_leaves_no_byte(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    assert SECRET.encode() in everything(tmp_path)
    with reading(path) as db:
        assert db.table("excluded").count == 5
        assert db.table("revisions").count == 2
    with Store(path) as archive:
        (found,) = targets(archive.db, ["n1/40140007"])
        forget(archive, [found], "asked by the author")
        assert SECRET.encode() not in everything(tmp_path)
    assert SECRET.encode() not in everything(tmp_path)
    assert len(path_for(path).read_bytes().splitlines()) == 58
    assert verify(path).whole
    with reading(path) as db:
        id_, urls, reason = db.execute("SELECT id, urls, reason FROM tombstones").fetchone()
        places = db.execute("SELECT url, state, code FROM urls WHERE article = 'n1/40140007'").fetchall()
    assert (id_, reason) == ("n1/40140007", "asked by the author")
    # Both nodes and the second part: all are closed.
    assert len(json.loads(urls)) == 3
    assert {(state, code) for _, state, code in places} == {("excluded", "forgotten")}
    assert sorted(url for url, _, _ in places) == json.loads(urls)


def test_a_forgotten_article_never_returns(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    with Store(path) as archive:
        forget(
            archive,
            targets(archive.db, ["http://kpzg.people.com.cn/n1/2024/0105/c404390-40140007-2.html"]),
            "asked",
        )
    with Store(path) as archive:
        elsewhere = "http://kpzg.people.com.cn/n1/2024/0105/c404999-40140007.html"
        assert archive.found(elsewhere, "article", article="n1/40140007", via=VIA) == "known"
        archive.plan(elsewhere)
        archive.plan()
        pending = "SELECT 1 FROM urls WHERE state = 'pending' AND url LIKE '%40140007%'"
        assert archive.db.execute(pending).fetchone() is None
        assert archive.put(secret(article)) == "forgotten"
        other_id = secret(article, id="url/00112233445566aa", url="http://kpzg.people.com.cn/a.html")
        other_id.url_requested, other_id.appearances = other_id.url, [Appearance(other_id.url or "")]
        assert archive.put(other_id) == "forgotten"  # the same text, without an id of its own
        moved = secret(article, 99)
        moved.appearances.append(Appearance(elsewhere))
        assert archive.put(moved) == "forgotten"  # another id, at a URL of what was forgotten
        assert archive.put(secret(article, 98)) == "new"  # a repost, with an id and a URL of its own
    with reading(path) as db:
        assert {r["id"] for r in records(db) if SECRET in str(r)} == {"n1/98"}
        assert not db.execute("SELECT 1 FROM urls WHERE title LIKE ?", (f"%{SECRET}%",)).fetchall()


def test_another_copy_becomes_the_original(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n in (1, 2, 3):
            archive.put(article(n, LONG))
        (found,) = targets(archive.db, ["n1/1"])
        assert found.alike == ["n1/2", "n1/3"]
        forget(archive, [found], "asked")
    with reading(path) as db:
        counted = dict(db.execute("SELECT id, duplicate_of FROM articles"))
        written = db.execute("SELECT article, duplicate_of FROM duplicates").fetchall()
    assert counted == {"n1/2": None, "n1/3": "n1/2"}
    assert written == [("n1/3", "n1/2")]
    assert verify(path).whole


def test_clusters_are_recomputed(tmp_path: Path, article: Make) -> None:
    from archive.duplicates import update

    path = tmp_path / "kepu.db"
    story = "".join(f"第{n}段：观测员在{n}点记下了风向和雪深，然后烧水。" for n in range(40))
    with Store(path) as archive:
        for n in (1, 2, 3):
            archive.put(article(n, story + f"（转载之{n}）"))
        update(archive.db)
        assert archive.db.execute("SELECT DISTINCT cluster FROM articles").fetchall() == [("n1/1",)]
        forget(archive, targets(archive.db, ["n1/1"]), "asked")
        assert archive.db.execute("SELECT id, cluster FROM articles").fetchall() == [
            ("n1/2", "n1/2"),
            ("n1/3", "n1/2"),
        ]
        tables = ("internal_near_articles", "internal_near_texts", "internal_near_members")
        assert {archive.db[table].count for table in tables} == {2}
    assert verify(path).whole


def test_forgetting_by_author_and_before_an_article_is_stored(tmp_path: Path, article: Make) -> None:
    from kepu.records import Author

    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.put(article(1, author=[Author("周冰", "记者")]))
        archive.put(article(2, author=[Author("周冰山", "记者")]))
        with pytest.raises(NotFound, match="Nothing was changed"):
            targets(archive.db, ["n1/5"], author="周冰")
        found = targets(archive.db, ["n1/5"], author="周冰", unseen=True)
        assert [(target.id, target.seq) for target in found] == [("n1/5", None), ("n1/1", 1)]
        forget(archive, found, "asked")
        assert archive.put(article(5)) == "forgotten"
        with pytest.raises(NotFound, match="无名"):
            targets(archive.db, [], author="无名")
        with pytest.raises(NotFound, match="no article"):
            targets(archive.db, ["1/2/3"])


def test_a_payload_shared_with_another_article_is_kept_for_it(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n in (4001, 4002, 4003):
            archive.put(article(n), [answer(n, body(1))])
        forget(archive, targets(archive.db, ["4001"]), "asked")
    with reading(path) as db, captures.CaptureReader(db, captures.folder_for(path)) as reader:
        kept = captures.rows(db, "1")
        assert [(row.article, row.type) for row in kept] == [("n1/4002", "response"), ("n1/4003", "revisit")]
        assert [reader.body(row) for row in kept] == [body(1)] * 2
        assert list(captures.check(captures.folder_for(path), db)) == []
    assert b"4001" not in b"".join(payload for _, payload in judged(path))
    assert verify(path, deep=True).whole


def test_a_blocking_reader_is_reported_and_the_command_can_be_repeated(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    with closing(sqlite3.connect(path)) as reader, Store(path) as archive:
        archive.db.execute("PRAGMA busy_timeout = 100")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        with pytest.raises(Locked, match="run the same command again"):
            forget(archive, targets(archive.db, ["n1/40140007"]), "asked")
        assert unpurged(archive.db) == ["n1/40140007"]
        reader.rollback()
        forget(archive, targets(archive.db, ["n1/40140007"]), "asked")
    assert SECRET.encode() not in everything(tmp_path)


FORGETTER = """
import sys, os
from pathlib import Path
from kepu.fast_start import import_sqlite_utils
import_sqlite_utils()
from archive.store import Store
from archive import captures
from archive.forget import forget, targets
def trace(frame, event, arg, left=[int(sys.argv[2])]):
    if event == "line" and "/archive/" in frame.f_code.co_filename:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), 9)
    return trace
with Store(Path(sys.argv[1])) as archive:
    found = targets(archive.db, ["n1/40140007"])
    sys.settrace(trace)
    forget(archive, found, "asked")
    sys.settrace(None)
"""
"""Forgets, and is killed before the n-th line of ours."""


def test_killed_forgetting_is_completed_by_the_next_call(tmp_path: Path, article: Make) -> None:
    made = tmp_path / "made.db"
    filled(made, article)
    killed = 0
    for n in (1, 17, 33, 60, 110, 400):
        folder = tmp_path / str(n)
        folder.mkdir()
        path = folder / "kepu.db"
        path.write_bytes(made.read_bytes())
        path_for(path).write_bytes(path_for(made).read_bytes())
        ended = run_program([sys.executable, "-c", FORGETTER, path, str(n)], check=False)
        killed += ended.returncode == -signal.SIGKILL
        with Store(path) as archive:
            forget(archive, targets(archive.db, ["n1/40140007"]), "asked")
        assert SECRET.encode() not in everything(folder)
        assert verify(path).whole
        assert not list(folder.glob("*.new"))
    assert killed >= 4


def test_purging_again_changes_nothing(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    with Store(path) as archive:
        forget(archive, targets(archive.db, ["n1/40140007"]), "asked")
        before = archive.db.conn.total_changes
        purge(archive)
        assert archive.db.conn.total_changes == before
