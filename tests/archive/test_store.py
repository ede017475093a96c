"""Storing an article: new, changed, unchanged, or a copy of another."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.jsonl_lines import lines, path_for
from archive.schema import SCHEMA_STEPS
from archive.store import Store, reading, records
from kepu.errors import Damaged, Locked, NotFound, WrongSchema
from kepu.records import Article, Discovery, Part, Visit

Make = Callable[..., Article]
LONG = "同一段文字出现在两个网址下面，读的人并不会因此多知道一件事。" * 2


def stored(path: Path) -> dict[str, dict[str, Any]]:
    with reading(path) as db:
        return {str(record["id"]): record for record in records(db)}


def test_a_line_equals_the_record(tmp_path: Path, article: Make) -> None:
    made = article(1)
    with Store(tmp_path / "kepu.db") as archive:
        assert archive.put(made) == "new"
    (line,) = path_for(tmp_path / "kepu.db").read_text(encoding="utf-8").splitlines()
    record, wanted = json.loads(line), asdict(made)
    assert list(record) == list(wanted)
    for name in ("appearances", "revision"):  # these the archive fills
        record.pop(name), wanted.pop(name)
    assert record == wanted


def test_an_edited_article_keeps_its_earlier_version(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.put(article(1))
    with Store(path) as archive:
        assert archive.put(article(1)) == "unchanged"
        assert archive.put(article(1, headline="冰从岸边长起")) == "changed"
    record = stored(path)["n1/1"]
    assert record["headline"] == "冰从岸边长起"
    assert record["revision"]["n"] == 2
    with reading(path) as db:
        ((before,),) = db.execute("SELECT record FROM revisions")
    assert json.loads(before)["headline"] == "冰从哪里长起（1）"
    assert path_for(path).read_bytes() == b"".join(line for _, line in _lines(path))


def test_a_change_outside_the_article_makes_no_revision(tmp_path: Path, article: Make) -> None:
    """The hash of the page's bytes changed, but nothing in the record."""
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.put(article(1, parts=[Part(1, "http://kpzg.people.com.cn/1.html", "0" * 64)]))
        other = [Part(1, "http://kpzg.people.com.cn/1.html", "1" * 64)]
        assert archive.put(article(1, parts=other)) == "unchanged"
        assert archive.put(article(1, parts=other, headline="冰从岸边长起")) == "changed"
        assert archive.put(article(1, parts=other * 2, headline="冰从岸边长起")) == "changed"
    assert stored(path)["n1/1"]["revision"]["n"] == 3


def test_an_incomplete_version_never_replaces_a_complete_one(tmp_path: Path, article: Make) -> None:
    with Store(tmp_path / "kepu.db") as archive:
        archive.put(article(1, text=LONG + LONG))
        assert archive.put(article(1, text=LONG, warnings=["incomplete"])) == "unchanged"
    assert stored(tmp_path / "kepu.db")["n1/1"]["text"] == LONG + LONG


def test_a_version_with_drift_warnings_replaces_nothing(tmp_path: Path, article: Make) -> None:
    with Store(tmp_path / "kepu.db") as archive:
        archive.put(article(1, text=LONG))
        assert archive.put(article(1, text="", warnings=["empty_body"])) == "unchanged"
        assert archive.put(article(1, text="本文已撤回。", warnings=["short_body"])) == "changed"
        archive.put(article(2, text="", warnings=["empty_body"]))
        assert archive.put(article(2, text="", warnings=["empty_body"], headline="空白")) == "changed"
    assert stored(tmp_path / "kepu.db")["n1/1"]["text"] == "本文已撤回。"


def test_the_original_of_a_text_does_not_depend_on_the_order(tmp_path: Path, article: Make) -> None:
    copies = [
        article(3, LONG, date_published="2024-01-03"),
        article(2, LONG, date_published="2024-01-03"),
        article(9, LONG, date_published="2024-01-01"),
        article(0, LONG, id="file/0011223344556677", url=None, url_requested=None, date_published=None),
    ]
    for n, order in enumerate(permutations(copies)):
        path = tmp_path / str(n) / "kepu.db"
        with Store(path) as archive:
            for copy in order:
                archive.put(copy)
                copy.revision.n = 1
        kept = stored(path)
        assert {i: r["duplicate_of"] for i, r in kept.items()} == {
            "n1/9": None,
            "n1/2": "n1/9",
            "n1/3": "n1/9",
            "file/0011223344556677": "n1/9",
        }
        with reading(path) as db:
            rows = set(db.execute("SELECT article, duplicate_of, reason FROM duplicates"))
        assert rows == {(i, "n1/9", "same_text") for i in kept if i != "n1/9"}


def test_a_copy_whose_text_changes_becomes_an_original(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.put(article(1, LONG))
        assert archive.put(article(2, LONG)) == "duplicate"
        assert archive.put(article(3, LONG)) == "duplicate"
        archive.put(article(1, LONG + "后来又添了一句。"))
    assert {i: r["duplicate_of"] for i, r in stored(path).items()} == {
        "n1/1": None,
        "n1/2": None,
        "n1/3": "n1/2",
    }


def test_pictures_alone_are_no_copies_of_each_other(tmp_path: Path, article: Make) -> None:
    with Store(tmp_path / "kepu.db") as archive:
        assert [archive.put(article(n, "")) for n in (1, 2)] == ["new", "new"]


def test_a_second_url_of_an_article_becomes_an_appearance(tmp_path: Path, article: Make) -> None:
    path, via = (
        tmp_path / "kepu.db",
        Discovery("section", "http://kpzg.people.com.cn/GB/404390/index.html", None, "答疑"),
    )
    urls = [f"http://kpzg.people.com.cn/n1/2024/0105/c{node}-1.html" for node in (404214, 404389, 404390)]
    with Store(path) as archive:
        assert archive.found(urls[0], "article", article="n1/1", via=via) == "new"
        assert archive.found(urls[1], "article", article="n1/1", via=via) == "elsewhere"
        archive.put(article(1))
        assert archive.found(urls[2], "article", article="n1/1", via=via) == "elsewhere"
        assert archive.found(urls[2], "article", article="n1/1", via=via) == "known"
        assert archive.memory.count_pending() == 0
    appearances = stored(path)["n1/1"]["appearances"]
    assert [a["url"] for a in appearances] == urls
    with reading(path) as db:
        rows = db.execute("SELECT url, duplicate_of, reason FROM duplicates ORDER BY url").fetchall()
    assert rows == [(url, "n1/1", "same_content_id") for url in urls[1:]]


def test_a_gone_article_stays(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.put(article(1))
        url = article(1).url or ""
        archive.note(Visit(url, "gone", "2026-02-02T00:00:00Z", article="n1/1", status=404))
    record = stored(path)["n1/1"]
    assert record["text"] == article(1).text
    assert (record["revision"]["status"], record["revision"]["last_checked"]) == (
        "gone",
        "2026-02-02T00:00:00Z",
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["put", "commit", "rollback", "reopen"]), st.integers(0, 4), st.integers(0, 2)
        ),
        max_size=25,
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_jsonl_equals_the_rows_after_any_history(
    tmp_path_factory: pytest.TempPathFactory, article: Make, steps: list[tuple[str, int, int]]
) -> None:
    path = tmp_path_factory.mktemp("archive") / "kepu.db"
    archive = Store(path)
    for step, n, version in steps:
        if step == "put":
            archive.put(article(n, LONG * (version + 1)))
        elif step == "commit":
            archive.commit()
        elif step == "rollback":
            archive.rollback()
        else:
            archive.close()
            archive = Store(path)
    archive.close()
    written = path_for(path).read_bytes() if path_for(path).exists() else b""
    assert written == b"".join(line for _, line in _lines(path))


def _lines(path: Path) -> list[tuple[int, bytes]]:
    if not path.exists():
        return []
    with reading(path) as db:
        return list(lines(db))


def test_line_separators_are_escaped(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.put(article(1, "一行\u2028又一行\u2029再一行\u0085末一行"))
    text = path_for(path).read_text(encoding="utf-8")
    assert "\u2028" not in text
    assert "\u2029" not in text
    assert json.loads(text)["text"] == "一行\u2028又一行\u2029再一行\u0085末一行"


def test_only_one_writer(tmp_path: Path) -> None:
    with (
        Store(tmp_path / "kepu.db"),
        pytest.raises(Locked, match=r"kepu\.db is being written by process \d+"),
    ):
        Store(tmp_path / "kepu.db")
    Store(tmp_path / "kepu.db").close()


def test_opening_without_writing_creates_no_archive(tmp_path: Path) -> None:
    Store(tmp_path / "kepu.db").close()
    assert not (tmp_path / "kepu.db").exists()
    assert not (tmp_path / "kepu.jsonl").exists()
    with pytest.raises(NotFound, match="kepu crawl"), reading(tmp_path / "kepu.db"):
        pass


def test_other_databases_are_refused_and_unchanged(tmp_path: Path, article: Make) -> None:
    newer, other, noise = tmp_path / "newer.db", tmp_path / "other.db", tmp_path / "noise.db"
    with Store(newer) as archive:
        archive.put(article(1))
    conn = sqlite3.connect(newer)
    conn.execute(f"PRAGMA user_version = {SCHEMA_STEPS + 1}")
    conn.close()
    conn = sqlite3.connect(other)
    conn.execute("CREATE TABLE bookmarks (url TEXT)")
    conn.close()
    noise.write_bytes(b"these are notes of mine, and no database at all. " * 40)
    for path, error, words in (
        (newer, WrongSchema, "newer kepu"),
        (other, WrongSchema, "some other program"),
        (noise, Damaged, "noise.db"),
    ):
        before = path.read_bytes()
        with pytest.raises(error, match=words):
            Store(path)
        with pytest.raises(error, match=words), reading(path):
            pass
        assert path.read_bytes() == before
