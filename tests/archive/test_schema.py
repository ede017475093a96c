"""An archive of any earlier version is migrated when it is opened, with all its contents."""

import itertools
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlite_utils import Database

from archive import free_space, record_hash, schema
from archive.jsonl_lines import path_for
from archive.merge import merge
from archive.readonly import connect, reading, records
from archive.record_schema_versions import to_version_1
from archive.restore import restore
from archive.schema import SCHEMA_STEPS, migrations
from archive.store import Store
from archive.update_schema import update_schema
from archive.verify import verify
from kepu.errors import Damaged, DiskFull, WrongSchema
from kepu.records import Article
from pipelines.build_article import normalize

Make = Callable[..., Article]

NAMES = [step.name for step in migrations.pending(Database(memory=True))]


def as_of(steps: int, made: Article) -> dict[str, Any]:
    """Return the record of an article as the schema after that many migrations had it."""
    record = orjson.loads(orjson.dumps(made))
    return to_version_1(record) if steps < NAMES.index("0011_record_2") + 1 else dict(record)


def older(path: Path, steps: int, article: Make) -> None:
    """Make an archive with the first migrations only, with articles, URLs and an earlier version."""
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        db = Database(conn)
        migrations.apply(db, stop_before=NAMES[steps]) if steps < len(NAMES) else migrations.apply(db)
        conn.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        conn.execute(f"PRAGMA user_version = {steps}")
        for n in range(4001, 4006):
            made = normalize(article(n))
            record = as_of(steps, made)
            row = {
                name: orjson.dumps(value).decode()
                if name in schema.JSON_FIELDS and value is not None
                else value
                for name, value in record.items()
            } | {"record_sha256": record_hash.of_record(record)}
            marks = ", ".join(f":{name}" for name in row)
            conn.execute(f"INSERT INTO articles ({', '.join(row)}) VALUES ({marks})", row)
            conn.execute(
                "INSERT INTO urls (url, host, kind, article, state, first_seen, last_seen) "
                "VALUES (?, 'kpzg.people.com.cn', 'article', ?, 'fetched', '2026', '2026')",
                (made.url, made.id),
            )
        before = article(4001, headline="旧题")
        before.revision.n = 0
        earlier = orjson.dumps(as_of(steps, normalize(before))).decode()
        conn.execute("INSERT INTO revisions VALUES ('n1/4001', 0, '2026-01-01T00:00:00Z', ?)", (earlier,))


WHOLE = (1, NAMES.index("0011_record_2"), NAMES.index("0019_pairs"), len(NAMES) - 1)
"""Versions whose archives are opened, merged and verified; those of all others only migrate."""
OTHERS = sorted({*range(1, len(NAMES))} - {*WHOLE})


@pytest.mark.parametrize(
    "steps",
    [pytest.param(n, marks=[] if n % 4 == 2 else pytest.mark.campaign) for n in OTHERS],  # a few each time
)
def test_every_earlier_version_migrates(tmp_path: Path, article: Make, steps: int) -> None:
    path = tmp_path / "old" / "kepu.db"
    older(path, steps, article)
    told: list[tuple[int, int]] = []
    with closing(connect(path)) as conn:
        schema.migrate(Database(conn), lambda done, total: told.append((done, total)))
    assert {*told} == {(5, 5)}  # once for each step that writes all rows
    with reading(path) as db:
        assert [record["id"] for record in records(db)] == [f"n1/{n}" for n in range(4001, 4006)]


@pytest.mark.parametrize("steps", WHOLE)
def test_an_earlier_version_opens(tmp_path: Path, article: Make, steps: int) -> None:
    path = tmp_path / "old" / "kepu.db"
    older(path, steps, article)
    before = path.read_bytes()
    newer = tmp_path / "new" / "kepu.db"
    with Store(newer) as archive:
        archive.put(article(4009))
    assert merge(newer, path).new == 5
    assert path.read_bytes() == before  # what was merged is a copy, brought up to date
    with Store(path) as archive:
        assert archive.put(article(4001)) == "unchanged"
        assert archive.put(article(4006)) == "new"
    with reading(path) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_STEPS
        assert [record["id"] for record in records(db)] == [f"n1/{n}" for n in range(4001, 4007)]
    assert len(path_for(path).read_bytes().splitlines()) == 6
    assert verify(path).whole, verify(path)


@pytest.mark.parametrize("steps", [0, NAMES.index("0009_streams") + 1])
def test_the_table_of_the_redis_mode_is_dropped(tmp_path: Path, article: Make, steps: int) -> None:
    path = tmp_path / "old" / "kepu.db"
    if steps:
        older(path, steps, article)
        with closing(sqlite3.connect(path)) as conn:
            assert conn.execute("SELECT last FROM streams").fetchall() == [("0-0",)]
    with Store(path) as archive:
        archive.put(article(4009))
        assert "streams" not in archive.db.table_names()


def test_a_killed_migration_is_completed_by_the_next_opening(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "old" / "kepu.db"
    older(path, 3, article)
    copy = tmp_path / "kepu.db"
    shutil.copy(path, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
        migrations.apply(Database(conn), stop_before=NAMES[-1])  # and killed before user_version is written
    with Store(copy) as archive:
        assert archive.put(article(4001)) == "unchanged"
    assert verify(copy).whole


def test_a_newer_version_is_refused_and_unchanged(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.put(article(4001))
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"PRAGMA user_version = {SCHEMA_STEPS + 1}")
    before = path.read_bytes()
    with pytest.raises(WrongSchema, match="newer kepu"):
        verify(path, repair=True)
    assert path.read_bytes() == before


STEPS_A_CALL = 4000
"""SQLite's instructions between two calls of a progress handler."""

KILLS = 6


def make_tables(path: Path, step: Callable[[], int]) -> None:
    """Create the tables of a new database; SQLite calls `step` regularly."""
    conn = connect(path)
    conn.set_progress_handler(step, STEPS_A_CALL)
    schema.migrate(Database(conn))
    conn.close()


def die_after(calls: int) -> Callable[[], int]:
    """Return a function that kills this process at its n-th call."""
    left = iter(range(calls))

    def step() -> int:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    return step


def test_a_kill_while_tables_are_created_leaves_all_or_none(tmp_path: Path) -> None:
    calls = itertools.count()
    make_tables(tmp_path / "whole.db", lambda: next(calls) * 0)
    total = next(calls)
    outcomes = set()
    for kill in range(KILLS + 1):
        path = tmp_path / f"{kill}.db"
        child = os.fork()
        if child == 0:
            make_tables(path, die_after(total * kill // KILLS))
            os._exit(0)
        died = os.waitpid(child, 0)[1] != 0
        db = Database(connect(path))
        schema.check(db, str(path))
        assert schema.is_present(db) or not db.table_names()
        outcomes.add(died)
        db.conn.close()
    assert outcomes == {True, False}


def content(path: Path) -> dict[str, list[Any]]:
    """Return all rows of an archive by table, without times and names that every migration makes anew."""
    with reading(path) as db:
        return {
            name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in db.table_names()
            if name not in {"_sqlite_migrations", "internal_state"}
        }


def test_a_kill_during_a_migration_leaves_the_old_or_the_new_schema(tmp_path: Path, article: Make) -> None:
    old = tmp_path / "old" / "kepu.db"
    older(old, NAMES.index("0026_strict") - 2, article)

    def migrate_with(path: Path, step: Callable[[], int]) -> None:
        conn = connect(path)
        conn.execute("PRAGMA journal_mode = WAL")
        conn.set_progress_handler(step, STEPS_A_CALL // 4)
        update_schema(Database(conn), path)
        conn.close()

    def copied(name: str) -> Path:
        return Path(shutil.copy(old, tmp_path / name))

    calls = itertools.count()
    undisturbed = copied("undisturbed.db")
    migrate_with(undisturbed, lambda: next(calls) * 0)
    total, before, after = next(calls), content(old), content(undisturbed)
    seen = set()
    for kill in range(KILLS):
        path = copied(f"{kill}.db")
        child = os.fork()
        if child == 0:
            migrate_with(path, die_after(total * kill // KILLS))
            os._exit(0)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        seen.add(content(path) == before)
        migrate_with(path, lambda: 0)
        assert content(path) == after
    assert seen == {True}


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE articles SET blocks = '[{' WHERE id = 'n1/4002'", r"n1/4002 \(blocks\)"),
        ("UPDATE articles SET char_count = 'many' WHERE id = 'n1/4003'", r"n1/4003 \(articles.char_count\)"),
        ("UPDATE revisions SET record = 'x'", r"n1/4001 0 \(revisions.record\)"),
    ],
)
def test_a_row_that_violates_a_constraint_is_reported_and_kept(
    tmp_path: Path, article: Make, statement: str, named: str
) -> None:
    path = tmp_path / "old" / "kepu.db"
    older(path, NAMES.index("0026_strict") - 2, article)
    with closing(sqlite3.connect(path)) as conn:
        before = conn.execute("SELECT * FROM articles").fetchall()
        conn.execute(statement)
        conn.commit()
        left = conn.execute("SELECT * FROM articles").fetchall()
    assert len(before) == len(left)
    with pytest.raises(Damaged, match=named) as refused:
        Store(path)
    assert "kepu restore" in str(refused.value)
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("SELECT * FROM articles").fetchall() == left
        assert conn.execute("PRAGMA user_version").fetchone()[0] < SCHEMA_STEPS
    assert not verify(path).whole
    done = restore((), path, force=True)
    assert any(named.partition(" ")[0] in said for said in done.broken), done.broken
    with reading(path) as db:
        ids = {record["id"] for record in records(db)}
        assert ids >= {f"n1/{n}" for n in range(4001, 4006)} - {named.partition(" ")[0]}


def test_too_little_space_for_a_migration_is_reported_first(
    tmp_path: Path, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old" / "kepu.db"
    older(path, 3, article)
    before = path.read_bytes()
    room = free_space.TO_WRITE + 2 * len(before) - 1
    monkeypatch.setattr(free_space, "room", lambda _: room)
    with pytest.raises(DiskFull, match="the disk is full"):
        Store(path)
    assert path.read_bytes() == before
    assert not path.with_name("kepu.db-wal").exists()
    monkeypatch.setattr(free_space, "room", lambda _: room + 1)
    with Store(path) as archive:
        assert archive.put(article(4001)) == "unchanged"
