"""Decisions depend on the articles only: after any history they equal those of a new archive with the same rows."""

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from archive.duplicates import neighbours, start_over, update_duplicates
from archive.duplicates.manual_decisions import join, stand_alone, withdraw
from archive.forget import forget, targets
from archive.merge import merge
from archive.restore.restore_archive import restore
from archive.store import Store
from bench import duplicates as bench
from kepu.errors import ArchiveError
from kepu.records import Article, Block

Make = Callable[..., Article]

NOTICE = "云岭科技馆因检修设备，定于{}月{}日闭馆一天，次日照常开放，请广大读者相互转告，如有疑问请致电本馆。"

STATE = {
    "texts": "SELECT hex(content_sha256), first_seen, article, kept FROM internal_near_texts",
    "pairs": "SELECT x.article, y.article, kind, found, l.article, doubt, jaccard FROM internal_near_pairs "
    "JOIN internal_near_texts x ON x.n = later JOIN internal_near_texts y ON y.n = earlier JOIN "
    "internal_near_texts l ON l.n = longer",
    "members": "SELECT article, cluster, kind, similarity FROM internal_near_members",
    "columns": "SELECT id, cluster, similarity FROM articles WHERE cluster IS NOT NULL",
    "full keys": "SELECT * FROM internal_near_full",
    "keys": "SELECT key, article FROM internal_near_keys JOIN internal_near_texts USING (n)",
}


def state(archive: Store) -> dict[str, list[Any]]:
    """Return all decisions, with articles named by id."""
    return {name: sorted(archive.db.execute(sql).fetchall()) for name, sql in STATE.items()}


def pool(rng: random.Random) -> list[str]:
    """Return stories, their reposts and edits, and templates."""
    stories = [text for text in bench.composed(230, rng.randrange(100)) if len(text) > 200][:12]
    made = list(stories)
    for text in stories[:7]:
        made += [bench.repost(text, rng) for _ in range(rng.randint(1, 5))]
        made += [bench.edited(text, rng, rng.choice(stories)) for _ in range(rng.randint(0, 3))]
        made.append(bench.excerpt(text, rng))
    made += [f"{stories[0]}\n{stories[1]}", f"{stories[2]}\n{stories[3]}"]
    template, frame = bench.gapped(rng), bench.sentences(bench.invented(rng, 10))
    made += [bench.fill(template, rng) for _ in range(4)] + [bench.framed(frame, rng) for _ in range(7)]
    return made + [NOTICE.format(rng.randint(1, 12), rng.randint(1, 28)) for _ in range(7)]


class History:
    """An archive to which random changes are made."""

    def __init__(self, path: Path, rng: random.Random, article: Make) -> None:
        self.path, self.rng, self._make = path, rng, article
        self.pool = pool(rng)
        self.last = 0

    def article(self, number: int) -> Article:
        text = self.rng.choice(self.pool)
        made = self._make(number, text, date_published=f"2024-01-{1 + number % 28:02}")
        made.blocks = [Block("paragraph", line) for line in text.split("\n")]
        made.provenance.fetched_at = f"2026-01-{self.rng.randint(1, 28):02}T00:00:0{self.rng.randint(0, 2)}Z"
        return made

    def happen(self, archive: Store) -> None:
        """Add, change or delete an article or make a manual decision; sometimes update near duplicates."""
        what = self.rng.random()
        known = f"n1/{self.rng.randint(1, max(self.last, 1))}"
        if what < 0.6 or not self.last:
            self.last += 1
            archive.put(self.article(self.last))
        elif what < 0.76:
            archive.put(self.article(self.rng.randint(1, self.last)))
        elif what < 0.88:
            archive.commit()
            with suppress(ArchiveError):  # it was forgotten already
                forget(archive, targets(archive.db, [known]), "")
        elif what < 0.94:
            archive.commit()
            archive.db.execute(
                "UPDATE articles SET revision = json_set(revision, '$.first_seen', ?) WHERE id = ?",
                (self.article(0).provenance.fetched_at, known),
            )
        else:
            archive.commit()
            update_duplicates.update(archive.db)
            self.decide(archive, known, f"n1/{self.rng.randint(1, self.last)}")
        if self.rng.random() < 0.25:
            archive.commit()
            update_duplicates.update(archive.db)

    def decide(self, archive: Store, one: str, other: str) -> None:
        ways: tuple[Callable[[], object], ...] = (
            lambda: stand_alone(archive.db, one),
            lambda: stand_alone(archive.db, one, other),
            lambda: join(archive.db, one, other),
            lambda: withdraw(archive.db, one),
        )
        with suppress(ArchiveError):  # the article was forgotten, or the two have one text
            self.rng.choice(ways)()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make limits small, so that keys become full and most pairs share few keys."""
    for type_ in neighbours.LIMITS:
        monkeypatch.setitem(neighbours.LIMITS, type_, 3)
    monkeypatch.setattr(neighbours, "OUT_LIMIT", 2)


@pytest.mark.parametrize(
    # In 74, a merge makes an earlier version of an article its present one.
    "seed",
    [
        *range(3),
        74,
        *(pytest.param(seed, marks=pytest.mark.campaign) for seed in range(3, 150) if seed != 74),
    ],
)
@pytest.mark.usefixtures("small")
def test_any_history_gives_what_a_new_archive_gives(
    tmp_path: Path, article: Make, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    rng = random.Random(seed)
    monkeypatch.setattr(update_duplicates, "BATCH", rng.choice((1000, 5, 3)))
    first = History(tmp_path / "a.db", rng, article)
    with Store(first.path) as archive:
        for _ in range(rng.randint(25, 60)):
            first.happen(archive)
    other = History(tmp_path / "b.db", rng, article)
    other.last = rng.randint(0, 10)
    with Store(other.path) as archive:
        for _ in range(15):
            other.happen(archive)
    merge(first.path, other.path)
    with Store(first.path) as archive:
        update_duplicates.update(archive.db)
        found = state(archive)
        monkeypatch.setattr(update_duplicates, "BATCH", 1000)
        start_over(archive.db)
        update_duplicates.update(archive.db)
        assert found == state(archive)
        archive.db.execute("DELETE FROM internal_near_alone")
        archive.db.execute("DELETE FROM internal_near_decided")
        start_over(archive.db)
        update_duplicates.update(archive.db)
        undecided = state(archive)
    restore(first.path.with_suffix(".jsonl"), tmp_path / "c.db")
    with Store(tmp_path / "c.db") as archive:
        update_duplicates.update(archive.db)
        assert state(archive) == undecided
