"""Damage is reported with its place, derived data is repaired, and nothing else is changed."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive import row_hash
from archive.captures import folder_for
from archive.forget import forget, targets
from archive.jsonl_lines import path_for
from archive.store import Store
from archive.verify import rebuild_advice, verify
from kepu.records import Article
from tests.archive.test_backup import captured, filled, stored

Make = Callable[..., Article]


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        for statement in statements:
            conn.execute(statement)
        conn.commit()


def test_disagreements_are_reported_and_repaired(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    before = stored(path)
    for words, statement in {
        "copies whose original does not exist": "UPDATE articles SET duplicate_of = 'n1/9' WHERE id = 'n1/4011'",
        "without a row in the table duplicates": "DELETE FROM duplicates WHERE reason = 'same_text'",
        "another text than their original": "UPDATE articles SET duplicate_of = 'n1/4001' WHERE id = 'n1/4003'",
        "whose article does not exist": "INSERT INTO duplicates VALUES ('x', 'n1/9', 'n1/4001', 'same_text', 1, '')",
        "times of checks": "INSERT INTO internal_checks VALUES (999, '2026-01-01T00:00:00Z')",
        "rows of accounts whose article": "INSERT INTO accounts VALUES ('n1/9', 1, 1, 0, 0, '[]', '[]')",
        "rows of internal_list_pages whose list": "INSERT INTO internal_list_pages VALUES ('x', 2, NULL)",
        "rows of internal_near_pairs whose later": "INSERT INTO internal_near_pairs "
        "SELECT 9999, n, 'edited', 'edited', 1, 0, 0, 0, 0, 0 FROM internal_near_texts LIMIT 1",
        "the search index": "DELETE FROM internal_search_columns",
        "cluster": "UPDATE articles SET cluster = 'n1/4001', similarity = .5 WHERE id = 'n1/4003'",
        "line 5": "UPDATE articles SET url_requested = 'http://kpzg.people.com.cn/' WHERE id = 'n1/4005'",
    }.items():
        sql(path, statement)
        findings = verify(path)
        assert any(words in problem for problem in findings.problems), (words, findings)
        repaired = verify(path, repair=True)
        assert repaired.whole, (words, repaired)
        assert any(words in text for text in repaired.repaired)
        assert verify(path).whole
        if words == "line 5":
            sql(path, "UPDATE articles SET url_requested = url WHERE id = 'n1/4005'")
            verify(path, repair=True)
        assert stored(path) == before, words


def flipped(path: Path) -> int:
    """Change a byte of the text of n1/4005 in the database file; return its offset."""
    data = path.read_bytes()
    at = data.index("第4005篇短文".encode())
    path.write_bytes(data[: at + 3] + b"5" + data[at + 4 :])
    return at


def test_a_flipped_byte_is_restored_from_the_line(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    before = stored(path)
    flipped(path)
    findings = verify(path)
    assert any("whose lines in the JSONL are right" in text for text in findings.problems)
    assert "第5005篇短文" in str(findings.problems)
    assert verify(path, repair=True).whole
    assert stored(path) == before
    assert verify(path).whole


def test_a_field_changed_by_sql_is_restored_from_the_line(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    before = stored(path)
    for is_hashed_again in (False, True):
        sql(path, "UPDATE articles SET headline = '改了' WHERE id = 'n1/4005'")
        if is_hashed_again:
            with closing(sqlite3.connect(path, isolation_level=None)) as conn:
                row_hash.update(Database(conn))
        assert "whose lines in the JSONL are right" in str(verify(path).problems)
        findings = verify(path, repair=True)
        assert findings.whole
        assert "the rows were restored from their lines" in str(findings.repaired)
        assert "kepu verify --repair" not in str(findings.repaired)
        assert stored(path) == before


def test_a_damaged_row_has_one_advice(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    flipped(path)
    path_for(path).write_bytes(
        path_for(path).read_bytes().replace("第4005篇短文".encode(), "第6005篇短文".encode())
    )
    problems = str(verify(path).problems)
    assert "nothing says which of the two is right" in problems
    assert "nothing is rewritten" not in problems
    assert "kepu crawl --mode recheck --id n1/4005" in problems


def test_a_flipped_byte_without_a_line_is_reported_and_left(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    path_for(path).unlink()
    at = flipped(path)
    before = path.read_bytes()
    for repair in (False, True):
        findings = verify(path, repair=repair)
        (problem,) = [text for text in findings.problems if "record_sha256" in text]
        assert f"{path}: articles whose rows are damaged: n1/4005 (row 5)" in problem
        assert "kepu crawl --mode recheck --id n1/4005" in problem
    assert before[at : at + 60] in path.read_bytes()


def test_advice_says_how_many_damaged_articles_it_does_not_list(
    tmp_path: Path, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    path_for(path).unlink()
    flipped(path)
    monkeypatch.setattr(rebuild_advice, "MOST", 0)
    (problem,) = [text for text in verify(path).problems if "record_sha256" in text]
    assert "--id" not in problem
    assert "1 more article is damaged" in problem


def test_damage_of_the_database_is_reported_with_the_ways_to_restore(tmp_path: Path, article: Make) -> None:
    whole = tmp_path / "whole" / "kepu.db"
    filled(whole, article)
    size = whole.stat().st_size
    middle = size // 8192 * 4096
    chance = random.Random(3)
    damages: dict[str, Callable[[bytearray], bytes]] = {
        "truncated": lambda data: bytes(data[: size // 2]),
        "header": lambda data: b"\0" * 100 + bytes(data[100:]),
        "pages": lambda data: bytes(data[:8192] + bytes(chance.randbytes(16384)) + data[24576:]),
        "empty page": lambda data: bytes(data[:middle] + bytes(4096) + data[middle + 4096 :]),
    }
    for name, damage in damages.items():
        path = tmp_path / name / "kepu.db"
        shutil.copytree(whole.parent, path.parent)
        path.write_bytes(damage(bytearray(whole.read_bytes())))
        before = {
            file: file.read_bytes()
            for file in path.parent.rglob("*")
            if file.suffix in {".db", ".jsonl", ".gz"}
        }
        findings = verify(path, repair=True)
        assert not findings.whole, name
        assert str(path) in findings.problems[0]
        assert f"kepu restore --db {path} --force" in findings.problems[-1]
        assert "29 articles" in findings.problems[-1]
        assert {file: file.read_bytes() for file in before} == before, name


def test_indexes_are_rebuilt(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA writable_schema = ON")
        conn.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'date_published)', 'headline)') "
            "WHERE name = 'articles_published'"
        )
        conn.commit()
    findings = verify(path)
    assert any("missing from index articles_published" in text for text in findings.problems), findings
    assert verify(path, repair=True).whole
    assert verify(path).whole


def test_a_truncated_warc_file_is_reported_with_its_place(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    assert verify(path, deep=True).whole
    (warc,) = folder_for(path).glob("*.warc.gz")
    data = warc.read_bytes()
    warc.write_bytes(data + b"\x1f\x8b torn by a kill")
    findings = verify(path)
    assert findings.whole
    assert any(warc.name in note for note in findings.notes)
    assert warc.read_bytes() != data
    findings = verify(path, repair=True)
    assert any(warc.name in text for text in findings.repaired)
    assert warc.read_bytes() == data
    warc.write_bytes(data[:-100])
    findings = verify(path, repair=True)
    assert f"{warc}: 100 of {len(data)} bytes are not there" in findings.problems[0]
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 0x40
    warc.write_bytes(flipped)
    findings = verify(path, repair=True, deep=True)
    assert f"{warc} at " in findings.problems[0]
    assert warc.read_bytes() == bytes(flipped)


def test_an_archive_is_checked_during_a_crawl(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    with Store(path) as archive:
        made = article(4600)
        archive.put(made, captured(made, b"<html>"))
        findings = verify(path, repair=True)
        assert findings.whole
        assert any("is being written" in note for note in findings.notes)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("urls", "UPDATE urls SET due_at = '2027-01-01T00:00:00Z' WHERE seq = 2"),
        ("runs", "UPDATE runs SET mode = 'refresh'"),
        ("tombstones", "UPDATE tombstones SET reason = 'none'"),
        ("internal_split_founders", "UPDATE internal_split_founders SET founder = founder + 1"),
        ("urls", "DELETE FROM urls WHERE seq = 2"),
    ],
)
def test_each_row_stored_nowhere_else_has_a_hash(
    tmp_path: Path, article: Make, table: str, change: str
) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.run("test", "full")
        for n in range(1, 4):
            archive.put(article(n))
        with archive.whole() as db:
            db.execute("INSERT INTO internal_split_founders VALUES ('n1/1', 7)")
        forget(archive, targets(archive.db, ["n1/3"]), "asked for")
    assert verify(path).whole, verify(path).lines()
    with closing(sqlite3.connect(path)) as conn, conn:
        # On the disk a row changes without its triggers.
        triggers = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            conn.execute(f"DROP TRIGGER {name}")
        assert conn.execute(change).rowcount
        for _, sql_ in triggers:
            conn.execute(sql_)
    assert any(f"rows of {table} that are" in problem for problem in verify(path).problems)
