"""The index finds what a plain search through all texts finds, after whatever happened to the articles."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from archive import schema
from archive.readonly import reading
from archive.search import check_index, facet_columns, search, spaced_texts, update_index
from archive.search.search_tokens import spaced, tokens
from archive.store import Store
from kepu.errors import NotFound
from kepu.records import Article, Author, Image, Source
from tests.fork_server import Popen

Make = Callable[..., Article]

HAN = "冰湖的一\U00020bb7\u3007"
LETTERS = st.text(st.sampled_from(HAN + HAN + "，。\n“"), max_size=40)
MIXED = st.text(st.sampled_from(HAN + "aAＡb1２.，\n 　é\u0301\u200b"), max_size=40)


def empty() -> Database:
    db = schema.in_memory()
    db.conn.isolation_level = None
    return db


def put(db: Database, seq: int, text: str, headline: str = "") -> None:
    db.execute(
        "INSERT INTO articles (seq, id, headline, text, text_canonical, text_canonical_offsets) "
        "VALUES (?, ?, ?, ?, ?, '[]')",
        (seq, f"n1/{seq}", headline, text, text),
    )


def found(db: Database, query: str) -> set[int]:
    return {hit.seq for hit in search(db, query, limit=1000).hits}


@settings(deadline=None, max_examples=60)
@given(st.lists(LETTERS, min_size=1, max_size=8), st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_index_finds_what_a_plain_search_finds(texts: list[str], length: int, rng: random.Random) -> None:
    db = empty()
    for seq, text in enumerate(texts, 1):
        put(db, seq, text)
    update_index.update(db)
    pieces = [text[at : at + length] for text in texts for at in range(len(text))]
    queries = [piece for piece in pieces if piece and all(c in HAN for c in piece)]
    for query in [*rng.sample(queries, min(8, len(queries))), "".join(rng.choices(HAN, k=length))]:
        assert found(db, f'"{query}"') == {seq for seq, text in enumerate(texts, 1) if query in text}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(MIXED, st.text(max_size=9)), max_size=9), st.integers(1, 60))
def test_tokens_of_many_texts_are_those_of_each(texts: list[str], chars: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spaced_texts, "CHARS", chars)
        assert list(spaced_texts.spaced_texts(texts)) == list(map(spaced, texts))


@pytest.mark.parametrize("query", ["气象台", "氣象臺", "氣象台"])
def test_simplified_and_traditional_find_each_other(query: str) -> None:
    db = empty()
    put(db, 1, "市气象台发布预报。")
    put(db, 2, "市氣象臺發布預報。")
    put(db, 3, "市气象局发布预报。")
    update_index.update(db)
    hits = search(db, query, limit=10).hits
    assert {hit.seq for hit in hits} == {1, 2}
    shown = {
        hit.seq: "".join(hit.snippets[0].text[slice(*mark)] for mark in hit.snippets[0].marks) for hit in hits
    }
    assert shown == {1: "气象台", 2: "氣象臺"}  # in the text's own form


@settings(deadline=None, max_examples=60)
@given(st.lists(MIXED, min_size=1, max_size=6), MIXED)
@example(["1\u0301 \u03011"], "1 1")
def test_whole_words_match_in_any_case_width_and_accents(texts: list[str], query: str) -> None:
    """Each hit also has its match marked; marks are made without the index."""
    db = empty()
    for seq, text in enumerate(texts, 1):
        put(db, seq, text)
    update_index.update(db)
    words = " ".join(tokens(query)).strip("¶ ")
    if not words:
        return
    right = {seq for seq, text in enumerate(texts, 1) if f" {words} " in f" {' '.join(tokens(text))} "}
    results = search(db, f'"{query}"'.replace("\n", "，"))
    assert {hit.seq for hit in results.hits} == right
    for hit in results.hits:
        text, snippet = texts[hit.seq - 1], hit.snippets[0]
        assert snippet.text == text[snippet.start : snippet.end]
        assert snippet.marks
        for start, end in snippet.marks:
            assert words in " ".join(tokens(snippet.text[start:end]))


def contents(db: Database) -> Any:
    """Return the content of the index, with articles named by id."""
    db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, internal_search_index, instance)")
    try:
        words = db.execute("SELECT doc, col, offset, term FROM temp.words ORDER BY 1, 2, 3").fetchall()
    finally:
        db.execute("DROP TABLE temp.words")
    everything = search(db, "", limit=1000, duplicates=True)
    some = search(db, "冰 OR 湖 OR 的", limit=1000, duplicates=True)
    return (
        words,
        everything.facets,
        some.facets,
        [(hit.seq, hit.score) for hit in some.hits],
        everything.behind,
    )


def afresh(db: Database) -> Any:
    """Return the content of a new index, built in a copy of the archive."""
    copy = Database(memory=True)
    db.conn.backup(copy.conn)
    copy.conn.isolation_level = None
    update_index.rebuild(copy)
    return contents(copy)


STEP = st.tuples(
    st.sampled_from(["new", "change", "redate", "delete", "replace", "update", "stop"]),
    st.integers(1, 9),
    LETTERS,
)


@settings(deadline=None, max_examples=80)
@given(st.lists(STEP, max_size=25))
@example([(what, 5, "冰湖") for what in ("new", "update", "delete", "update", "new")])  # the same `seq` again
def test_the_index_equals_a_new_one_after_any_history(steps: list[tuple[str, int, str]]) -> None:
    db = empty()
    for what, seq, text in steps:
        if what == "new" and not db.execute("SELECT 1 FROM articles WHERE seq = ?", (seq,)).fetchone():
            put(db, seq, text, text[:3])
        elif what == "change":
            db.execute("UPDATE articles SET text_canonical = ? WHERE seq = ?", (text, seq))
        elif what == "redate":
            where = "SET date_published = ?, duplicate_of = ? WHERE seq = ?"
            db.execute(f"UPDATE articles {where}", (f"200{seq}-01-01", text[:1] or None, seq))
        elif what == "delete":
            db.execute("DELETE FROM articles WHERE seq = ?", (seq,))
        elif what == "replace":
            db.execute(
                "UPDATE OR REPLACE articles SET headline = ?, byline = ? WHERE seq = ?", (text, text, seq)
            )
        elif what == "update":
            update_index.update(db)
        elif what == "stop":
            _stopped(db)
    update_index.update(db)
    assert contents(db) == afresh(db)
    assert check_index.check(db) == []


def _stopped(db: Database) -> None:
    """Stop an update in the middle of its first transaction that writes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facet_columns, "write", _fail)
        with suppress(MemoryError):
            update_index.update(db)


def _fail(*_: object) -> None:
    raise MemoryError


def test_an_update_processes_only_changes(tmp_path: Path, article: Make) -> None:
    path, batches = tmp_path / "kepu.db", list[int]()
    with Store(path) as archive:
        for n in range(1, 60):
            archive.put(article(n))
    with Store(path) as archive:
        for n in range(1, 60):
            archive.put(article(n))  # unchanged
        archive.put(article(7, "湖心的冰化了。"))
        archive.put(article(60))
        archive.commit()
        assert update_index.behind(archive.db.conn) == 2
        update_index.update(archive.db, batches.append)
        assert sum(batches) == 2
        update_index.update(archive.db, batches.append)
        assert sum(batches) == 2
        assert found(archive.db, "化了") == {7}
        assert search(archive.db, "第7篇短文").total == 0


def test_an_index_made_by_other_rules_is_rebuilt(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.put(article(1))
        archive.put(article(2))
    with Store(path) as archive:
        archive.db.execute("UPDATE internal_search_state SET made_by = 'another Unicode'")
        archive.db.execute("INSERT INTO internal_search_index (internal_search_index) VALUES ('delete-all')")
    with reading(path) as db:
        assert search(db, "短文").total == 2


def test_a_forgotten_article_leaves_no_word_in_the_index(tmp_path: Path, article: Make) -> None:
    """Uses Latin words, because the index stores only the part of a word that differs from the previous one."""
    path = tmp_path / "kepu.db"

    def stored() -> bytes:
        with reading(path) as db:
            waiting = [str(row) for row in db.execute("SELECT * FROM internal_search_waiting")]
            return (
                b"".join(row[0] for row in db.execute("SELECT block FROM internal_search_index_data"))
                + "".join(waiting).encode()
            )

    with Store(path) as archive:
        archive.put(article(1, "独角鲸 narwhal 的牙是一根长长的螺旋。"))
        archive.put(article(2, "海象 walrus 的牙有两根，又长又直，还会戳冰。"))
    assert b"narwhal" in stored()
    with Store(path) as archive:
        archive.db.execute("DELETE FROM articles WHERE id = 'n1/1'")
    assert b"narwhal" not in stored()
    assert b"walrus" in stored()


def test_damage_of_the_index_is_reported(tmp_path: Path, article: Make) -> None:
    with Store(tmp_path / "kepu.db") as archive:
        for n in range(1, 40):
            archive.put(article(n))
        archive.commit()
        update_index.update(archive.db)
        assert check_index.check(archive.db) == []
        archive.db.execute("UPDATE internal_search_columns SET kinds = zeroblob(length(kinds))")
        archive.db.execute("DELETE FROM internal_search_index_data WHERE id > 10")
        assert len(check_index.check(archive.db)) == 2
        update_index.rebuild(archive.db)
        assert check_index.check(archive.db) == []


def test_a_missing_index_is_reported(tmp_path: Path) -> None:
    db = Database(tmp_path / "old.db")
    db.execute("CREATE TABLE articles (seq INTEGER PRIMARY KEY)")
    with pytest.raises(NotFound, match="kepu search"):
        search(db, "冰")


_KILLED = """
import sys
from archive.search import update_index as index
from archive.store import Store
index.BATCH = 7
archive = Store(sys.argv[1])
print("at it", flush=True)
while True:
    index.rebuild(archive.db)
    archive.db.execute("UPDATE articles SET text_canonical = text_canonical || '又' WHERE seq % 3 = 0")
    with archive.db.atomic():
        (last,) = archive.db.execute("SELECT id FROM articles ORDER BY seq DESC LIMIT 1").fetchone()
        stone = (last, "[]", "[]", "a test", "2026-01-01", "2026-01-01")
        archive.db.execute("INSERT INTO tombstones VALUES (?, ?, ?, ?, ?, ?)", stone)
        archive.db.execute("DELETE FROM articles WHERE id = ?", (last,))
    index.update(archive.db)
"""


def kill_updates(tmp_path: Path, article: Make, kills: int) -> None:
    """Kill updates at random times, and assert that the next one completes the index."""
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n in range(1, 400):
            archive.put(article(n))
    rng = random.Random(2)
    for _ in range(kills):
        with Popen([sys.executable, "-c", _KILLED, str(path)], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(rng.uniform(0.01, 0.4))
            child.send_signal(signal.SIGKILL)
        with Store(path):
            pass
        db = Database(path)
        db.conn.isolation_level = None
        assert contents(db) == afresh(db)
        db.close()


def test_a_killed_update_is_resumed(tmp_path: Path, article: Make) -> None:
    kill_updates(tmp_path, article, 2)


@pytest.mark.campaign
def test_many_killed_updates_are_resumed(tmp_path: Path, article: Make) -> None:
    kill_updates(tmp_path, article, 40)


def test_every_field_of_an_article_is_found(tmp_path: Path, article: Make) -> None:
    one = article(
        1,
        "国产C919客机首飞。",
        headline="冰从哪里长起",
        kicker="湖边手记",
        alternative_headline="兼谈雪",
        byline="本报记者",
        author=[Author("方敏", "记者")],
        source=Source("云岭晚报"),
        image=[Image(None, "月球车的轮子", "沈一苇摄")],
    )
    with Store(tmp_path / "kepu.db") as archive:
        archive.put(one)
        archive.put(article(2))
        archive.commit()
        update_index.update(archive.db)
        where = {
            "C919客机": "text",
            "ｃ９１９": "text",
            "湖边手记": "kicker",
            "谈雪": "alternative_headline",
            "本报记者": "byline",
            "方敏": "author[0].name",
            "云岭晚报": "source.name",
            "轮子": "image[0].caption",
            "沈一苇": "image[0].credit_text",
        }
        for query, field in where.items():
            (hit,) = search(archive.db, query).hits
            assert hit.id == "n1/1"
            (snippet, *_) = [s for s in hit.snippets if s.marks]
            assert snippet.where == field
        assert search(archive.db, "手记冰从").total == 0  # two fields are no phrase
        assert search(archive.db, "客机首飞 月球车").total == 1
        assert search(archive.db, "C91").total == 0
        assert search(archive.db, "C91*").total == 1
