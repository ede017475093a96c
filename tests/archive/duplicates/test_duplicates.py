"""Near duplicates are found, classified and withdrawn; the order of arrival does not matter."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive import duplicate_summary
from archive.duplicates import neighbours, update, update_duplicates
from archive.duplicates.clusters import settle
from archive.duplicates.duplicate_queries import clusters, counts, pairs_of
from archive.duplicates.manual_decisions import stand_alone, withdraw
from archive.store import Store
from archive.verify import verify
from bench import duplicates as bench
from kepu.cli.duplicates import duplicates as command_line
from kepu.records import Article

Make = Callable[..., Article]
State = tuple[set[tuple[str, str, str]], set[tuple[Any, ...]]]


def stories(count: int, seed: int = 5) -> list[str]:
    return [text for text in bench.composed(count + 200, seed) if len(text) > 300][:count]


def state(archive: Store) -> State:
    """Return all decisions, with articles named by id."""
    pairs = archive.db.execute(
        "SELECT min(x.article, y.article), max(x.article, y.article), p.kind FROM internal_near_pairs p "
        "JOIN internal_near_articles x ON x.n = p.later JOIN internal_near_articles y ON y.n = p.earlier"
    )
    members = archive.db.execute("SELECT article, cluster, kind, similarity FROM internal_near_members")
    columns = archive.db.execute("SELECT id, cluster, similarity FROM articles WHERE cluster IS NOT NULL")
    found, placed = set(pairs), set(members)
    assert {(article, cluster, likeness) for article, cluster, _, likeness in placed} == set(columns)
    return found, placed


def test_planted_copies_are_found_and_templates_are_not_taken_for_copies(tmp_path: Path) -> None:
    rng = random.Random(2)
    made = list(bench.planted(stories(400), rng))
    path = tmp_path / "kepu.db"
    bench.archived(path, (text for text, _, _ in made))
    with Store(path) as archive:
        update_duplicates.update(archive.db)
        pairs, _ = state(archive)
    kind = {frozenset((int(a[3:]), int(b[3:]))): kind for a, b, kind in pairs}
    original = {root: number for number, (_, root, what) in enumerate(made) if what == "story"}
    for what, least in (("repost", 0.99), ("edited", 0.9), ("excerpt", 0.9)):
        planted = [(number, original[root]) for number, (_, root, name) in enumerate(made) if name == what]
        right = [pair for pair in planted if kind.get(frozenset(pair), "template") != "template"]
        assert len(right) >= least * len(planted) > 0, what
    counted = [tuple(pair) for pair, name in kind.items() if name != "template"]
    wrong = [pair for pair in counted if made[pair[0]][1] != made[pair[1]][1]]
    assert len(wrong) <= 0.01 * len(counted), [(made[a][2], made[b][2]) for a, b in wrong]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, article: Make, seed: int
) -> None:
    """Limits and batches are small, so that keys become full."""
    for type_ in neighbours.LIMITS:
        monkeypatch.setitem(neighbours.LIMITS, type_, 3)
    rng = random.Random(9)
    texts = [text for text, _, _ in bench.planted(stories(40), rng)]
    story = stories(1, seed=77)[0]
    texts += [story, story, *(bench.repost(story, rng) for _ in range(9))]
    texts += [bench.edited(story, rng, texts[0]) for _ in range(6)]
    articles = [
        article(number, text, date_published=f"2024-01-{1 + number * 7 % 28:02}")
        for number, text in enumerate(texts)
    ]
    found = []
    for name, batch in (("at once", 1000), ("bit by bit", 7)):
        monkeypatch.setattr(update_duplicates, "BATCH", batch)
        with Store(tmp_path / f"{name}.db") as archive:
            for one in articles:
                archive.put(one)
                if batch == 7 and rng.random() < 0.1:
                    archive.commit()
                    update_duplicates.update(archive.db)
            archive.commit()
            update_duplicates.update(archive.db)
            found.append(state(archive))
            if batch == 7:
                assert archive.db.execute("SELECT count(*) FROM internal_near_full").fetchone()[0] > 10
        random.Random(seed).shuffle(articles)
    assert {kind for _, _, kind in found[0][0]} == {"repost", "edited", "excerpt", "summary", "template"}
    assert sorted(found[0][0] ^ found[1][0]) == []
    assert not found[0][1] ^ found[1][1]


def test_clusters_are_updated_when_articles_change(tmp_path: Path, article: Make) -> None:
    rng = random.Random(1)
    text, other = stories(3)[:2]
    with Store(tmp_path / "kepu.db") as archive:
        archive.put(article(2, bench.repost(text, rng)))
        archive.put(article(3, bench.edited(text, rng, other)))
        archive.commit()
        update_duplicates.update(archive.db)
        archive.put(article(1, text, date_published="2023-01-01"))
        archive.put(article(4, bench.excerpt(text, rng)))
        archive.commit()
        assert min(update_duplicates.update(archive.db).changed) == 1
        (cluster,) = clusters(archive.db)
        assert cluster.canonical == "n1/1"  # the earliest, though it came last
        assert [(m.article, m.kind) for m in cluster.members] == [
            ("n1/1", "canonical"),
            ("n1/2", "repost"),
            ("n1/3", "edited"),
        ]
        assert {(pair.article, pair.kind) for pair in pairs_of(archive.db, "n1/4")} >= {("n1/1", "excerpt")}
        assert update_duplicates.update(archive.db).articles == 0  # nothing waits: nothing is looked at

        archive.put(article(1, other, date_published="2023-01-01"))  # the site replaced it
        archive.commit()
        update_duplicates.update(archive.db)
        (cluster,) = clusters(archive.db)
        assert {member.article for member in cluster.members} == {"n1/2", "n1/3"}

        archive.db.execute("DELETE FROM articles WHERE id = 'n1/3'")
        update_duplicates.update(archive.db)
        assert counts(archive.db)["clusters"] == 0
        assert archive.db.execute("SELECT count(*) FROM internal_near_texts").fetchone()[0] == 3


def test_manual_decisions_override_computed_ones(tmp_path: Path, article: Make) -> None:
    rng = random.Random(4)
    text = stories(2)[0]
    with Store(tmp_path / "kepu.db") as archive:
        for number in range(1, 4):
            archive.put(article(number, bench.repost(text, rng) if number > 1 else text))
        archive.commit()
        update_duplicates.update(archive.db)
        before = state(archive)
        stand_alone(archive.db, "n1/1")
        (cluster,) = clusters(archive.db)
        assert {member.article for member in cluster.members} == {"n1/2", "n1/3"}
        archive.put(article(4, bench.repost(text, rng)))
        archive.commit()
        update_duplicates.update(archive.db)
        assert "n1/1" not in {
            member.article for cluster in clusters(archive.db) for member in cluster.members
        }
        archive.db.execute("DELETE FROM articles WHERE id = 'n1/4'")
        update_duplicates.update(archive.db)
        withdraw(archive.db, "n1/1")
        assert state(archive) == before


def test_the_jsonl_has_the_cluster(tmp_path: Path, article: Make) -> None:
    text, path = stories(1)[0], tmp_path / "kepu.db"
    with Store(path) as archive:
        archive.put(article(1, text))
        archive.put(article(2, bench.repost(text, random.Random(1))))
    assert duplicate_summary.duplicates(path).counts["articles repost"] == 1
    said = CliRunner().invoke(command_line, ["--db", str(path), "--json"])
    (cluster,) = json.loads(said.stdout)["clusters"]
    assert [member["article"] for member in cluster["members"]] == ["n1/1", "n1/2"]
    records = [json.loads(line) for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines()]
    assert [record["cluster"] for record in records] == ["n1/1", "n1/1"]
    assert records[0]["similarity"] == 1 > records[1]["similarity"] > 0.6
    assert duplicate_summary.decide(path, "n1/2", "alone") == 2
    archive = Store(path)
    assert duplicate_summary.lines(archive.db) == []
    withdraw(archive.db, "n1/2")
    archive._abandon()  # killed before the JSONL was told
    with Store(path):
        pass
    assert verify(path).whole
    assert '"cluster":"n1/1"' in path.with_suffix(".jsonl").read_text("utf-8")


def test_each_pair_is_listed_with_its_kind(tmp_path: Path, article: Make) -> None:
    rng = random.Random(6)
    text, stranger = stories(2)
    notice = (
        "云岭科技馆因检修设备，定于{}月{}日闭馆一天，次日照常开放，请广大读者相互转告，如有疑问请致电本馆。"
    )
    texts = [
        text,
        text,
        bench.repost(text, rng),
        bench.edited(text, rng, stranger),
        bench.excerpt(text, rng),
        f"{text}\n{stranger}",  # a roundup
        stranger,
        notice.format(3, 14),
        notice.format(11, 28),
    ]
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for number, one in enumerate(texts, 1):
            archive.put(article(number, one, date_published=f"2024-01-0{number}"))
        archive.commit()
        assert min(update(archive).changed) == 1
        shown = {(pair.kind, pair.article) for pair in pairs_of(archive.db, "n1/1")}
        roundup = {(pair.kind, pair.article) for pair in pairs_of(archive.db, "n1/6")}
        template = {(pair.kind, pair.article) for pair in pairs_of(archive.db, "n1/8")}
        (cluster,) = clusters(archive.db)
    assert shown >= {("exact", "n1/2"), ("repost", "n1/3"), ("edited", "n1/4"), ("excerpt", "n1/5")}
    assert roundup >= {("merged", "n1/1"), ("merged", "n1/7")}
    assert template == {("template", "n1/9")}
    # A roundup and an excerpt join no cluster: they would make one of stories that have nothing to do with each other.
    assert {member.article: member.kind for member in cluster.members} == {
        "n1/1": "canonical",
        "n1/2": "exact",
        "n1/3": "repost",
        "n1/4": "edited",
    }
    lines = [json.loads(line) for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines()]
    assert [line["cluster"] for line in lines] == ["n1/1"] * 4 + [None] * 5  # the open archive was told


def test_near_duplicates_are_updated_at_the_end_of_a_run(tmp_path: Path, article: Make) -> None:
    text, path = stories(1)[0], tmp_path / "kepu.db"
    for number in (1, 2):
        with Store(path) as archive:
            copy = bench.repost(text, random.Random(number))
            archive.put(article(number, copy, date_published=f"2024-01-0{number}"))
    lines = [json.loads(line) for line in path.with_suffix(".jsonl").read_text("utf-8").splitlines()]
    assert [line["cluster"] for line in lines] == ["n1/1", "n1/1"]
    assert verify(path).whole


def test_an_interrupted_update_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for text, _, _ in bench.planted(stories(60), random.Random(3))]
    monkeypatch.setattr(update_duplicates, "BATCH", 40)
    found = []
    for name in ("whole", "stopped"):
        bench.archived(tmp_path / f"{name}.db", texts)
        with Store(tmp_path / f"{name}.db") as archive:
            if name == "stopped":
                monkeypatch.setattr(update_duplicates, "settle", _fails_the_second_time())
                with pytest.raises(MemoryError):
                    update_duplicates.update(archive.db)
                monkeypatch.setattr(update_duplicates, "settle", settle)
            done = update_duplicates.update(archive.db)
            found.append(state(archive))
    assert 0 < done.articles < len(texts)
    assert found[0] == found[1]


def _fails_the_second_time() -> Callable[..., list[int]]:
    calls = iter((True, False))

    def fail(*arguments: Any) -> list[int]:
        if not next(calls):
            raise MemoryError
        return settle(*arguments)

    return fail
