"""Backups of a live archive are complete snapshots; lost data is restored from them or from the JSONL."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.backup import Exists, backup
from archive.bag import bag
from archive.captures import folder_for
from archive.forget import forget, targets
from archive.jsonl_lines import path_for
from archive.lost_database import LostDatabase
from archive.restore import restore, restore_archive
from archive.revisions import find
from archive.store import Store, reading, records
from archive.verify import verify
from kepu.errors import Damaged, DiskFull, Locked, NotFound
from kepu.records import Article, Capture, Discovery
from tests.fork_server import Popen

Make = Callable[..., Article]
WRITER = Path(__file__).with_name("writer.py")
LONG = "测风杆在夜里被吹断了两次，站里的人第二天又把它立了起来。" * 3


def stored(path: Path) -> dict[str, dict[str, Any]]:
    with reading(path) as db:
        return {str(record["id"]): record for record in records(db)}


def captured(article: Article, body: bytes) -> list[Capture]:
    """An answer of the site, as the crawler hands it to the archive."""
    url, at = article.url or "", article.provenance.fetched_at or ""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    import hashlib

    digest = hashlib.sha256(body).hexdigest()
    article.provenance.payload_sha256 = digest
    return [
        Capture(url, at, body, b"GET / HTTP/1.1\r\nHost: kpzg.people.com.cn\r\n\r\n", head, 200, None, digest)
    ]


def filled(path: Path, article: Make) -> None:
    via = Discovery("section", "http://kpzg.people.com.cn/GB/404390/index.html")
    with Store(path) as archive:
        archive.run("writer")
        for n in range(4001, 4030):
            made = article(n, LONG if n % 7 == 0 else None)
            archive.put(made, captured(made, f"<html>{n}<p>{made.text}</html>".encode()))
        archive.found(
            "http://kpzg.people.com.cn/n1/2024/0105/c404999-4001.html", "article", article="n1/4001", via=via
        )
        archive.put(article(4002, headline="改过的标题"))


def test_a_copy_while_another_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "kepu.db"
    with Popen(
        [sys.executable, WRITER, "write", path, "1", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        counts = []
        for n in range(4):
            time.sleep(0.1)
            copied = backup(path, tmp_path / f"copy{n}.db")
            counts.append(copied.articles)
            assert not list(tmp_path.glob("copy*.new-*"))
        process.kill()
    assert counts == sorted(set(counts))
    for n, count in enumerate(counts):
        copy = tmp_path / f"copy{n}.db"
        assert verify(copy).whole
        with reading(copy) as db:
            assert db["articles"].count == count


def test_nothing_is_overwritten_without_force(tmp_path: Path, article: Make) -> None:
    path, copy = tmp_path / "kepu.db", tmp_path / "copy.db"
    filled(path, article)
    copy.write_text("notes of mine")
    with pytest.raises(Exists, match="--force"):
        backup(path, copy)
    assert copy.read_text() == "notes of mine"
    with pytest.raises(Exists, match="the archive itself"):
        backup(path, path, force=True)
    backup(path, copy, force=True)
    assert stored(copy) == stored(path)
    with pytest.raises(NotFound):
        backup(tmp_path / "none.db", tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()


def test_a_damaged_archive_gives_no_backup(tmp_path: Path, article: Make) -> None:
    path, copy = tmp_path / "kepu.db", tmp_path / "copy.db"
    filled(path, article)
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 : page * 4096 + 40] = b"\xff" * 40
    path.write_bytes(data)
    with pytest.raises(Damaged):
        backup(path, copy)
    assert list(tmp_path.glob("copy.db*")) == []


def test_a_backup_restores_everything_except_forgotten_articles(tmp_path: Path, article: Make) -> None:
    path, copy = tmp_path / "kepu.db", tmp_path / "backups" / "copy.db"
    filled(path, article)
    before = stored(path)
    assert backup(path, copy, with_captures=True).captures == 1
    with Store(path) as archive:
        archive.put(article(5000))
        forget(archive, targets(archive.db, ["n1/4003"]), "asked")
    with pytest.raises(Exists, match="move it aside"):
        restore(copy, path)
    done = restore(copy, path, force=True)
    assert len(done.kept) >= 2
    after = stored(path)
    assert after == {id_: record for id_, record in before.items() if id_ != "n1/4003"}
    assert verify(path).whole
    elsewhere = tmp_path / "elsewhere" / "mine.db"
    elsewhere.parent.mkdir()
    restore(copy, elsewhere)
    assert stored(elsewhere) == before
    assert verify(elsewhere).whole


def test_a_lost_database_is_restored_from_jsonl_and_captures(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    before = stored(path)
    with reading(path) as db:
        urls = set(db.execute("SELECT url, article, state, code FROM urls"))
        known = db.execute(_CAPTURES).fetchall()
        duplicates = set(db.execute("SELECT url, article, duplicate_of, reason FROM duplicates"))
    lines = path_for(path).read_bytes()
    path.write_bytes(b"\0" * 8192)
    done = restore(path_for(path), path, force=True)
    assert (done.articles, done.captures, done.broken) == (29, 29, [])
    assert stored(path) == before
    assert path_for(path).read_bytes() == lines
    assert verify(path).whole
    with reading(path) as db:
        assert set(db.execute("SELECT url, article, state, code FROM urls")) == urls
        assert db.execute(_CAPTURES).fetchall() == known
        assert set(db.execute("SELECT url, article, duplicate_of, reason FROM duplicates")) == duplicates
    with Store(path) as archive:
        again = article(4006)
        assert (
            archive.put(again, captured(again, f"<html>4006<p>{again.text}</html>".encode())) == "unchanged"
        )
        assert archive.put(article(4005, headline="又改过")) == "changed"
    assert verify(path).whole


_CAPTURES = (
    "SELECT url, kind, type, article, part, file, offset, length, asked, record_id, digest, payload_sha256 "
    "FROM captures ORDER BY n"
)


@pytest.mark.parametrize("force", [True, False])
def test_a_failed_restore_changes_nothing(
    tmp_path: Path, article: Make, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    path, copy = tmp_path / "kepu.db", tmp_path / "copy.db"
    filled(path, article)
    backup(path, copy)
    if not force:
        path.unlink()
        with pytest.raises(
            LostDatabase, match=r"jsonl and .*captures are\. .*restore BACKUP --db .*restore --db"
        ):
            verify(path)

    def there() -> list[bytes]:
        return [each.read_bytes() for each in (path, path_for(path)) if each.exists()]

    def full(_: Store) -> None:
        raise DiskFull("the disk is full")

    before = there()
    with monkeypatch.context() as patched:
        patched.setattr(restore_archive, "purge", full)
        with pytest.raises(DiskFull):
            restore(copy, path, force=force)
    assert there() == before
    assert restore(copy, path, force=force).articles == 29
    assert verify(path).whole
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE internal_jsonl SET bytes = 0, seq = 0, stale = 1")
    path_for(path).write_bytes(b"")
    assert "the JSONL has 0 bytes" in str(verify(path).problems)
    assert verify(path, repair=True).whole


def test_broken_lines_are_reported_and_the_others_restored(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    lines = path_for(path).read_bytes().splitlines(keepends=True)
    lines[4] = lines[4][:100] + b"\n"
    lines[9] = b"\xff\xfe not json\n"
    torn = tmp_path / "torn.jsonl"
    torn.write_bytes(b"".join(lines) + lines[0][:50])
    done = restore(torn, tmp_path / "other" / "kepu.db")
    assert done.articles == 27
    assert [text.split(" is ")[0] for text in done.broken] == [f"{torn}: line {n}" for n in (5, 10, 30)]
    assert verify(tmp_path / "other" / "kepu.db").whole


def test_a_copy_is_one_file_that_needs_no_folder_to_write_in(tmp_path: Path, article: Make) -> None:
    path, copy = tmp_path / "kepu.db", tmp_path / "copy.db"
    filled(path, article)
    backup(path, copy)
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
        assert conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert conn.execute("SELECT count(*) FROM articles").fetchone() == (29,)


def test_a_bag_is_valid_and_restores_the_archive(tmp_path: Path, article: Make) -> None:
    import bagit  # type: ignore[import-untyped]

    path, folder = tmp_path / "kepu.db", tmp_path / "bag"
    filled(path, article)
    with Store(path) as archive:
        forget(archive, targets(archive.db, ["n1/4003"]), "asked")
    with reading(path) as db:
        for name in ("n1/4003", "4003", "http://kpzg.people.com.cn/n1/2024/0105/c404999-4003.html"):
            with pytest.raises(NotFound, match=r"n1/4003 was forgotten on \d{4}-\d\d-\d\d: asked"):
                find(db, name)
    bag(path, folder)
    bagit.Bag(str(folder)).validate()
    assert {file.name for file in (folder / "data").iterdir()} >= {
        "kepu.db",
        "kepu.jsonl",
        "kepu-captures",
        "kepu-tombstones.jsonl",
    }
    restore(folder, tmp_path / "other" / "kepu.db")
    assert stored(tmp_path / "other" / "kepu.db") == stored(path)
    (folder / "data" / "kepu.jsonl").write_bytes(b"")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()


def test_sha256sum_checks_the_manifest_of_closed_files(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    with Store(path, warc_bytes=3000) as archive:
        for n in range(4001, 4020):
            made = article(n)
            archive.put(made, captured(made, f"<html>{n}<p>{made.text}</html>".encode() * 9))
    folder = folder_for(path)
    manifest = folder / "manifest-sha256.txt"
    assert len(manifest.read_text().splitlines()) == len(list(folder.glob("*.warc.gz"))) - 1 > 2
    check = ["sha256sum", "-c", "--quiet", manifest.name]
    assert subprocess.run(check, cwd=folder, check=False).returncode == 0
    with Store(path) as archive:
        forget(archive, targets(archive.db, ["n1/4003"]), "asked")
    assert subprocess.run(check, cwd=folder, check=False).returncode == 0
    assert verify(path, deep=True).whole
    first = min(folder.glob("*.warc.gz"))
    first.write_bytes(first.read_bytes()[:-1] + b"x")
    assert any("manifest-sha256.txt" in text for text in verify(path, deep=True).problems)


def test_concurrent_and_interrupted_backups_do_no_harm(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    mine = tmp_path / "b.db.new-of-mine"
    mine.write_text("a file of mine")
    with ThreadPoolExecutor(4) as pool:
        done = list(
            pool.map(lambda _: backup(path, tmp_path / "b.db", with_captures=True, force=True), range(4))
        )
    assert {each.articles for each in done} == {29}
    assert mine.read_text() == "a file of mine"
    assert verify(tmp_path / "b.db", deep=True).whole
    assert [each.name for each in tmp_path.glob("*.new*")] == [mine.name]


def test_a_symbolic_link_to_a_database_shares_its_lock_and_files(tmp_path: Path, article: Make) -> None:
    path, link = tmp_path / "real" / "kepu.db", tmp_path / "link" / "other.db"
    with Store(path) as archive:
        archive.put(article(4001))
    link.parent.mkdir()
    link.symlink_to(path)
    with Store(link) as archive:
        with pytest.raises(Locked):
            Store(path)
        archive.put(article(4002))
    assert len(path_for(path).read_bytes().splitlines()) == 2
    assert [each.name for each in link.parent.iterdir()] == ["other.db"]
    assert verify(link).whole
