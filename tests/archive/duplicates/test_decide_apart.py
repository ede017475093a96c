"""Near duplicates decided in a process of its own are those that the archive decides itself."""

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.duplicates import decide_in_second_process
from archive.duplicates.manual_decisions import join
from archive.forget import forget, targets
from archive.merge import merge_all
from archive.store import Store
from bench import duplicates as bench
from kepu.records import Article
from tests.archive.duplicates.test_history import state

Make = Callable[..., Article]


@pytest.fixture
def sources(tmp_path: Path, article: Make) -> list[Path]:
    """Return two archives with copies within and between them, one of which has a manual decision."""
    rng = random.Random(5)
    stories = [bench.invented(rng, 12) for _ in range(9)]
    texts = [*stories, *(bench.repost(text, rng) for text in stories * 2), *stories[:3]]
    texts += [bench.edited(text, rng, stories[0]) for text in stories[1:5]]
    rng.shuffle(texts)
    paths = [tmp_path / name / "kepu.db" for name in ("one", "other")]
    for n, path in enumerate(paths):
        with Store(path) as archive:
            for number in range(n, len(texts), 2):
                archive.put(article(4000 + number, texts[number]))
    with Store(paths[0]) as archive:
        join(archive.db, "n1/4000", "n1/4002")
    return paths


@pytest.mark.parametrize("program", [sys.executable, "/bin/false"], ids=["decides", "fails"])
def test_the_archive_is_the_same(
    program: str, tmp_path: Path, sources: list[Path], article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = []
    for is_apart in (False, True):
        path = tmp_path / f"all-{is_apart}" / "kepu.db"
        with Store(path) as archive:
            archive.put(article(3999, "湖面结冰的时候，冰总是先从岸边长起。" * 9))  # it has results already
        if is_apart:
            monkeypatch.setattr(decide_in_second_process, "FEWEST", 1)
            monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
            monkeypatch.setattr(sys, "executable", program)
        merge_all(path, sources)
        with Store(path, derives=False) as archive:
            hashes = archive.db.execute("SELECT * FROM internal_article_hashes ORDER BY 1").fetchall()
            waiting = archive.db.execute("SELECT count(*) FROM internal_near_waiting").fetchone()
            results.append((state(archive), hashes, waiting, path.with_suffix(".jsonl").read_bytes()))
    assert results[0] == results[1]
    assert results[0][0]["members"]


def test_deciding_before_the_merge_is_done_gives_the_same(
    tmp_path: Path, sources: list[Path], article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(sources[1]) as archive:
        for number in (4000, 4004, 4008):  # a newer version of articles of the first archive
            made = article(number, bench.invented(random.Random(number), 12))
            made.provenance.fetched_at = "2026-07-01T00:00:00Z"
            archive.put(made)
        forget(archive, targets(archive.db, ["n1/4006"], unseen=True), "asked")
    results = []
    taken: list[Path] = []
    take_back = decide_in_second_process._take_back

    def noted(db: Database, scratch: Path) -> None:
        taken.append(scratch)
        take_back(db, scratch)

    monkeypatch.setattr(decide_in_second_process, "_take_back", noted)
    for is_ahead in (False, True):
        path = tmp_path / f"all-{is_ahead}" / "kepu.db"
        if is_ahead:
            monkeypatch.setattr(decide_in_second_process, "FEWEST", 1)
            monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
        merge_all(path, sources)
        assert len(taken) == is_ahead
        with Store(path, derives=False) as archive:
            hashes = archive.db.execute("SELECT * FROM internal_article_hashes ORDER BY 1").fetchall()
            waiting = archive.db.execute("SELECT count(*) FROM internal_near_waiting").fetchone()
            results.append((state(archive), hashes, waiting, path.with_suffix(".jsonl").read_bytes()))
    assert results[0] == results[1]
    assert results[0][0]["members"]
