"""A rebuild updates every row to the result of the present extractor, and changes nothing else."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

import demo
from archive import record_hash
from archive.jsonl_lines import path_for
from archive.rebuild import reextract, worker
from archive.rebuild.driver import rebuild
from archive.store import Store, reading
from archive.verify import verify
from bench.rebuild import archive_of, page_of
from kepu.records import Account, Article, Page
from pipelines.build_article import article_from_page, captures_of, normalize, refusal
from pipelines.refusals import NotAnArticle
from pipelines.validate import validate
from tests.fork_server import run_program

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of the replica's articles, one of them edited by the site."""
    path = tmp_path_factory.mktemp("master") / "kepu.db"
    archive_of(path, 0)
    with Store(path) as archive:
        archive.put(*edit_of(first_story(), "2026-02-03T04:05:06Z"))
    return path


@pytest.fixture
def path(master: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    subprocess.run(["cp", "-r", f"{master.parent}/.", tmp_path], check=True)
    return tmp_path / "kepu.db"


def first_story() -> demo.Story:
    """Return a story of one part."""
    return next(story for story in demo.articles() if len(story.parts) == 1 and story.listed)


def edit_of(story: demo.Story, at: str) -> tuple[Article, list[Any], Account | None]:
    """Return an edited story, with its captures and the account of its characters."""
    url, headers, body, _ = next(demo.pages([story]))
    charset = "gb18030" if b"gb2312" in body.lower() else "utf-8"
    headline = story.headline.encode(charset)
    assert headline in body
    page = page_of(url, headers, body.replace(headline, headline + "（更正）".encode(charset)))
    page.fetched_at = at
    return validate(normalize(article_from_page(page))), captures_of(page), page.account


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with reading(path) as db:
        return db.execute(query).fetchall()


def spoil(path: Path) -> None:
    """Change rows as if another extractor had made them."""
    with Store(path) as archive, archive.remembering():
        conn = archive.db.conn
        conn.execute(
            "UPDATE articles SET headline = headline || '-人民网', record_sha256 = 'old' WHERE seq % 3 = 0"
        )
        conn.execute(
            "UPDATE articles SET text = 'x', content_sha256 = printf('%064x', seq), blocks = '[]' WHERE seq % 5 = 0"
        )
        conn.execute("UPDATE articles SET provenance = json_set(provenance, '$.extractor_version', '0')")
        conn.execute(
            "UPDATE revisions SET record = json_set(record, '$.editor', json('[]'), '$.byline', 'x')"
        )


def test_the_same_extractor_changes_nothing(path: Path) -> None:
    before = {file.name: file.read_bytes() for file in path.parent.rglob("*.*") if file.is_file()}
    report = rebuild(path)
    assert report.versions == report.same == len(demo.articles()) + 1
    assert {file.name: file.read_bytes() for file in path.parent.rglob("*.*") if file.is_file()} == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_rebuild_restores_rows_from_their_captures(
    path: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts, groups of copies, earlier versions and the JSONL are as they were before."""
    from archive.rebuild import driver

    monkeypatch.setattr(driver, "STRETCH", 10)
    whole, grouped = path_for(path).read_bytes(), rows(path, "SELECT * FROM duplicates ORDER BY url")
    spoil(path)
    assert path_for(path).read_bytes() != whole
    dry = rebuild(path, jobs=jobs, dry_run=True)
    assert path_for(path).read_bytes() != whole
    report = rebuild(path, jobs=jobs)
    assert path_for(path).read_bytes() == whole
    assert (dry.changed, dry.fields) == (report.changed, report.fields)
    assert report.fields["headline"] > 10
    assert report.fields["byline"] == 1
    assert [row[:4] for row in rows(path, "SELECT * FROM duplicates ORDER BY url")] == [
        row[:4] for row in grouped
    ]
    assert verify(path).whole
    assert rebuild(path, jobs=jobs).changed == 0
    assert len(rows(path, "SELECT * FROM rebuilds WHERE finished_at IS NOT NULL")) == 1


def test_a_better_extractor_makes_no_revision(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every version gets the new field; numbers, times and the chain of hashes remain valid."""
    times = "SELECT id, revision ->> '$.n', revision ->> '$.first_seen', revision ->> '$.last_changed' FROM articles"
    before = rows(path, times)

    def better(page: Page, lexicon: Any) -> Article:
        made = article_from_page(page, lexicon)
        made.kicker = "新读出的引题"
        return made

    monkeypatch.setattr(reextract, "article_from_page", better)
    report = rebuild(path, jobs=1)
    assert report.fields["kicker"] == report.changed == report.versions
    assert rows(path, times) == before
    assert {kicker for (kicker,) in rows(path, "SELECT kicker FROM articles")} == {"新读出的引题"}
    ((old, chained),) = rows(
        path,
        "SELECT r.record, a.revision ->> '$.previous_sha256' FROM revisions r JOIN articles a ON a.id = r.article",
    )
    record = orjson.loads(old)
    assert record["kicker"] == "新读出的引题"
    assert chained == record_hash.of_record(record)
    assert rebuild(path, jobs=1).changed == 0
    story = first_story()
    with Store(path) as archive:
        made, captures, account = edit_of(story, "2026-03-04T05:06:07Z")
        made.kicker = "新读出的引题"
        assert archive.put(made, captures, account) == "unchanged"


@pytest.mark.parametrize("fault", ["refused", "worse", "other id", "a fault of ours"])
def test_a_worse_version_is_skipped_and_reported(
    path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    before = path_for(path).read_bytes()

    def odd(page: Page, lexicon: Any) -> Article:
        made = article_from_page(page, lexicon)
        if made.id == first_story().id:
            if fault == "refused":
                raise NotAnArticle("a list now")
            if fault == "worse":
                made.text, made.warnings = "", ["empty_body"]
            if fault == "other id":
                made.id = "n1/1"
            if fault == "a fault of ours":
                raise ZeroDivisionError
        return made

    monkeypatch.setattr(reextract, "article_from_page", odd)
    report = rebuild(path, jobs=1)
    assert [(left.article, left.n) for left in report.left] == [(first_story().id, 1), (first_story().id, 2)]
    assert any(first_story().id in line for line in report.lines())
    assert path_for(path).read_bytes() == before


def test_a_version_without_a_readable_capture_is_skipped(path: Path) -> None:
    spoil(path)
    (file,) = (path.parent / "kepu-captures").iterdir()
    with Store(path) as archive, archive.remembering():
        archive.db.execute(
            "UPDATE articles SET provenance = json_set(provenance, '$.warc', NULL) WHERE seq = 3"
        )
        (at,) = archive.db.execute(
            "SELECT offset + 99 FROM captures WHERE record_id = "
            "(SELECT provenance ->> '$.warc.record_id' FROM articles WHERE seq = 6)"
        ).fetchone()
    data = file.read_bytes()
    file.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
    report = rebuild(path, jobs=1)
    assert report.no_capture == 1
    assert [left.code for left in report.left] == ["unreadable"]
    spoilt = rows(path, "SELECT seq FROM articles WHERE headline LIKE '%-人民网' ORDER BY seq")
    assert spoilt == [(3,), (6,)]


def test_a_page_refused_before_can_give_an_article(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = demo.articles(60)[-1]
    url, headers, body, _ = next(demo.pages([story]))
    page = page_of(url, headers, body)
    visit = refusal(page, NotAnArticle("not read yet"))
    with Store(path) as archive:
        archive.note(visit, visit.captures)
    assert rebuild(path, dry_run=True).added == [story.id]
    assert rebuild(path).added == [story.id]
    ((headline, warc),) = rows(
        path, f"SELECT headline, provenance ->> '$.warc.record_id' FROM articles WHERE id = '{story.id}'"
    )
    assert headline == demo.truth(story)["headline"]
    assert rows(path, f"SELECT record_id FROM captures WHERE article = '{story.id}'") == [(warc,)]
    assert rebuild(path).added == []
    assert worker.Worker(path).do(worker.RebuildJob("refused", 1, 10**6)).found == []
    assert hashlib.sha256(body).hexdigest() == visit.captures[0].payload_sha256


DYING = """
import os, signal, sys
from pathlib import Path
from archive.rebuild import driver
from archive.store import Store

driver.STRETCH, left, commit = 10, int(sys.argv[2]), Store.commit

def dying(archive):
    global left
    left -= archive.db.conn.in_transaction
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    commit(archive)

Store.commit = dying
driver.rebuild(Path(sys.argv[1]), jobs=int(sys.argv[3]))
"""
"""A rebuild that is killed right before a commit, after so many others."""


@pytest.mark.parametrize(("commits", "jobs"), [(0, 1), (1, 1), (3, 2)])
def test_a_killed_rebuild_run_again_gives_the_same(path: Path, commits: int, jobs: int) -> None:
    whole = path_for(path).read_bytes()
    spoil(path)
    ended = run_program(
        [sys.executable, "-c", DYING, str(path), str(commits), str(jobs)], timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(rows(path, "SELECT * FROM rebuilds WHERE finished_at IS NULL")) == min(commits, 1)
    assert rebuild(path, jobs=1).changed > 0
    assert path_for(path).read_bytes() == whole
    assert verify(path).whole


def test_a_rebuild_makes_the_accounts_of_letters(path: Path) -> None:
    """Accounts are no part of the record: an archive gets them without changes to articles."""
    query = "SELECT * FROM accounts ORDER BY article", "SELECT * FROM excluded ORDER BY article, n"
    before = [rows(path, each) for each in query]
    assert len(before[0]) == len(demo.articles())
    assert {rule for _, _, _, rule, *_ in before[1]} > {"related_list", "share_bar", "script"}
    with Store(path) as archive, archive.remembering():
        archive.db.execute("DELETE FROM accounts")
        archive.db.execute("DELETE FROM excluded WHERE rule <> 'script'")
    whole = path_for(path).read_bytes()
    report = rebuild(path, jobs=1)
    assert report.changed == 0
    assert [rows(path, each) for each in query] == before
    assert path_for(path).read_bytes() == whole
    sums = (
        "SELECT letters - blocks - fields - outside - (SELECT total(e.letters) FROM excluded e "
        "WHERE e.article = a.article) FROM accounts a"
    )
    assert {left for (left,) in rows(path, sums)} == {0}
