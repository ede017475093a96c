"""Which articles exports keep of copies, series, templates and stories of any size."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.duplicates.update_duplicates import update
from archive.export.splits import assign, parse
from archive.export.story_ids import settle
from archive.filters import Selection
from archive.read_articles import articles
from archive.report.report_figures import figures
from archive.store import Store
from bench import duplicates as bench
from kepu.cli.main import main
from kepu.records import Article

Make = Callable[..., Article]


def seen(article: Make, number: int, text: str, day: int | None = None) -> Article:
    """Return an article that was first seen on a day of its own."""
    made = article(number, text, date_published=f"2024-{1 + number % 12:02}-01")
    made.provenance.fetched_at = f"2026-01-01T{(day or number) // 60:02}:{(day or number) % 60:02}:00Z"
    return made


def kept(archive: Store, since: str | None = None, until: str | None = None) -> list[str]:
    """Return the ids of the articles that `Archive.articles` yields, sorted by number."""
    return sorted(
        (one.id for one in articles(archive.db, Selection(since, until))), key=lambda id_: int(id_[3:])
    )


def test_issues_of_a_series_are_kept_if_they_differ_enough(tmp_path: Path, article: Make) -> None:
    rng = random.Random(3)
    pool = list(dict.fromkeys(bench.sentences(bench.invented(rng, 240))))
    with Store(tmp_path / "kepu.db") as archive:
        before: list[str] = []
        for issue in range(20):
            archive.put(seen(article, issue + 1, "".join(pool[5 * issue : 5 * issue + 20])))
            archive.commit()
            assert update(archive.db).turned == {}
            now = kept(archive)
            assert now[: len(before)] == before
            before = now
        assert 5 <= len(now) <= 10
        neighbours = archive.db.execute(
            "SELECT count(*) FROM internal_near_pairs WHERE kind = 'edited'"
        ).fetchone()[0]
        assert neighbours >= 19
        assert {
            kind for (kind,) in archive.db.execute("SELECT DISTINCT kind FROM internal_near_members")
        } == {
            "canonical",
            "edited",
            "linked",
        }


def test_a_story_of_any_size_is_exported_once(tmp_path: Path, article: Make) -> None:
    rng = random.Random(4)
    text = next(one for one in bench.composed(260, 5) if len(one) > 300)
    with Store(tmp_path / "kepu.db") as archive:
        for number in range(1, 601):
            at = rng.randrange(len(text))
            archive.put(seen(article, number, text[:at] + rng.choice("甲乙丙丁") + text[at + 1 :]))
        archive.commit()
        update(archive.db)
        assert kept(archive) == ["n1/1"]
        (pairs,) = archive.db.execute("SELECT count(*) FROM internal_near_pairs").fetchone()
        assert pairs < 600 * 20
        assert archive.db.execute("SELECT count(DISTINCT cluster) FROM internal_near_members").fetchone() == (
            1,
        )
        settle(archive.db)
        sides = assign(archive.db, parse("train=.5,test=.5"))
        assert len({sides.of(f"n1/{number}") for number in range(1, 601)}) == 1
        archive.db.execute("DELETE FROM articles WHERE seq <= 590")
        done = update(archive.db)
        assert kept(archive) == ["n1/591"]
        assert done.turned == {"n1/591": True}
        assert archive.db.execute(
            "SELECT count(*), count(DISTINCT cluster) FROM internal_near_members"
        ).fetchone() == (10, 1)


@pytest.mark.parametrize(
    "gaps",
    [
        [f"3月{day}日" for day in range(1, 25)],
        [
            f"{month}月{day}日"
            for month in "三四五六"
            for day in ("一", "十二", "二十", "二十九", "三十", "六")
        ],
        [f"３月{chr(0xFF10 + day // 10)}{chr(0xFF10 + day % 10)}日" for day in range(10, 28)],
        [f"第{number}期" for number in range(101, 120)],
        ["顾禾", "沈一苇", "李望舒", "陈千帆", "周若水", "贺知秋", "罗星河", "钟灵"],
        ["云岭市", "白河县", "东屿镇", "青石桥", "临泽", "望海楼", "长滩", "金沙湾"],
    ],
)
def test_two_fillings_of_a_template_are_no_copies(tmp_path: Path, article: Make, gaps: list[str]) -> None:
    form = "关于参观云岭科技馆的通知。\n本次活动安排在{}，每人限约一次，入馆请出示证件。\n请相互转告，咨询请到服务台。"
    with Store(tmp_path / "kepu.db") as archive:
        for number, gap in enumerate(gaps, 1):
            archive.put(seen(article, number, form.format(gap)))
        archive.put(seen(article, 900, form.format(gaps[3]) + "\n（责编：唐岭）"))
        archive.commit()
        update(archive.db)
        assert kept(archive) == [f"n1/{number}" for number in range(1, len(gaps) + 1)]
        kinds = dict(
            archive.db.execute("SELECT kind, count(*) FROM internal_near_pairs GROUP BY 1").fetchall()
        )
    assert kinds["template"] > kinds["repost"] == 1


def test_an_article_excluded_by_filters_hides_no_selected_copy(tmp_path: Path, article: Make) -> None:
    rng, text = random.Random(5), next(one for one in bench.composed(260, 5) if len(one) > 300)
    with Store(tmp_path / "kepu.db") as archive:
        for number in (12, 1, 2, 3):  # the first one seen is of January 2024, the others of later months
            archive.put(seen(article, number, bench.repost(text, rng), day=1 + (number + 1) % 13))
        archive.commit()
        update(archive.db)
        assert kept(archive) == ["n1/12"]
        assert kept(archive, since="2024-02") == ["n1/1"]
        assert kept(archive, since="2024-03") == ["n1/2"]
        assert kept(archive, until="2024-01") == ["n1/12"]


def test_the_command_explains_and_stores_decisions(tmp_path: Path, article: Make) -> None:
    rng, path = random.Random(6), tmp_path / "kepu.db"
    text, other = [one for one in bench.composed(260, 5) if len(one) > 300][:2]
    with Store(path) as archive:
        for number, one in enumerate((text, bench.edited(text, rng, other), other), 1):
            archive.put(seen(article, number, one))

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["duplicates", *arguments, "--db", str(path)])
        return done.exit_code, done.output

    status, said = run("n1/2")
    assert status == 0
    assert "n1/1" in said
    assert "whole sentences differ" in said
    assert "seen first" in said
    assert run("n1/77")[0] not in (0, 2)
    assert run("n1/2", "n1/1", "--alone")[0] == 0
    with Store(path) as archive:
        assert kept(archive) == ["n1/1", "n1/2", "n1/3"]
    assert run("n1/3", "n1/1", "--together")[0] == 0
    assert run("n1/2", "--undo")[0] == 0
    with Store(path) as archive:
        assert kept(archive) == ["n1/1"]
    found = json.loads(run("n1/3", "--json")[1].splitlines()[0])
    assert found["left_out"] == "near_duplicate"
    assert run("--review")[0] == 0
    assert run("--review", "--alone")[0] == 2


def test_the_report_counts_the_copies_that_exports_leave_out(tmp_path: Path, article: Make) -> None:
    """In a chain of issues, each similar to the next, most are in one cluster, and every third is kept."""
    rng = random.Random(7)
    pool = list(dict.fromkeys(bench.sentences(bench.invented(rng, 160))))
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for issue in range(12):
            archive.put(seen(article, issue + 1, "".join(pool[5 * issue : 5 * issue + 20])))
        archive.put(seen(article, 40, "".join(pool[:20])))
        archive.commit()
        update(archive.db)
        (in_clusters,) = archive.db.execute("SELECT count(*) FROM articles WHERE cluster != id").fetchone()
        for selection in (Selection(), Selection(since="2024-04")):
            found = figures(archive.db, selection=selection).sameness
            assert found["own"].total() == len(kept(archive, selection.since))
            assert found["near_duplicate"].total() > 0
        assert found["near_duplicate"].total() < in_clusters
