"""Articles as typed records: equal to what was stored, in order, filtered."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.export.export_options import ExportOptions
from archive.export.profile_fields import fields
from archive.filters import BadSelection, NothingFits, Selection
from archive.read_articles import articles, frame
from archive.readonly import reading
from archive.selection_keywords import selection
from archive.store import Store
from kepu.records import Article, Author, Image, LostLetter, Normalizer, Source

Make = Callable[..., Article]


@pytest.fixture
def path(tmp_path: Path, article: Make, story: Callable[..., str]) -> Path:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n, day in enumerate(("2024-02-29", "2023-12-31", "2024-01-01", None)):
            archive.put(article(n, story(n), date_published=day, source=Source("湖泊报") if n else None))
        archive.put(article(9, story(0), date_published="2024-03-01"))
    return path


def test_records_are_returned_as_stored(tmp_path: Path, article: Make) -> None:
    made = article(
        1,
        author=[Author("赵一白", "记者")],
        image=[Image("http://kpzg.people.com.cn/1.jpg", "图为湖岸", None, position=0)],
        source=Source("湖泊报"),
    )
    made.provenance.normalizer = Normalizer("2", "unique", [LostLetter(0, 1, "i", "峣")])
    with Store(tmp_path / "kepu.db") as archive:
        archive.put(made)
    with reading(tmp_path / "kepu.db") as db:
        (found,) = articles(db)
    assert replace(found, appearances=[], revision=made.revision) == replace(made, appearances=[])


def test_records_are_in_order_whatever_the_order_of_storing(path: Path) -> None:
    with reading(path) as db:
        assert [each.id for each in articles(db)] == ["n1/1", "n1/2", "n1/0", "n1/3"]
        assert [each.id for each in articles(db, Selection(duplicates=True))] == [
            "n1/1",
            "n1/2",
            "n1/0",
            "n1/9",
            "n1/3",
        ]


def test_filters(path: Path) -> None:
    with reading(path) as db:
        found = {
            what: [each.id for each in articles(db, selection(**filters))]  # type: ignore[arg-type]
            for what, filters in {
                "from a year on": {"since": "2024"},
                "up to a year, itself included": {"until": "2023"},
                "a month": {"since": "2024-01", "until": "2024-01"},
                "a day": {"since": "2024-02-29", "until": "2024-02-29"},
                "a source": {"source": "湖泊报"},
            }.items()
        }
    assert found == {
        "from a year on": ["n1/2", "n1/0"],
        "up to a year, itself included": ["n1/1"],
        "a month": ["n1/2"],
        "a day": ["n1/0"],
        "a source": ["n1/1", "n1/2", "n1/3"],
    }


@pytest.mark.parametrize("said", ["2024-13", "24", "2024-1", "' OR 1", "2024-05-10T07"])
def test_an_invalid_time_is_refused(path: Path, said: str) -> None:
    with reading(path) as db, pytest.raises(BadSelection, match="2024-05-10"):
        list(articles(db, selection(since=said)))


def test_an_unknown_name_is_refused_with_the_known_ones(path: Path) -> None:
    with reading(path) as db:
        with pytest.raises(NothingFits, match="no layout rwb; there are rm_txt"):
            list(articles(db, selection(layout="rwb")))
        with pytest.raises(NothingFits, match="no source 湖泊日报; did you mean 湖泊报"):
            frame(db, selection(source=["湖泊报", "湖泊日报"]))


def test_a_crawl_continues_while_articles_are_read(path: Path, article: Make) -> None:
    with reading(path) as db:
        found = articles(db)
        next(found)
        with Store(path) as archive:
            archive.put(article(50))
            archive.commit()
            # No reader holds the log: all of it goes into the database.
            assert archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        assert len(list(found)) == 3


def test_records_as_a_data_frame(path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    with reading(path) as db:
        made = frame(db, Selection())
        empty = frame(db, selection(since="2030"))
    assert list(made["id"]) == ["n1/1", "n1/2", "n1/0", "n1/3"]
    assert made["date_published"].dt.year.tolist()[:3] == [2023, 2024, 2024]
    assert made["date_published"].isna().tolist() == [False, False, False, True]
    assert "Asia/Shanghai" in str(made["datetime_published"].dtype)
    assert list(made.columns) == [field.name for field in fields(ExportOptions("csv", "text"))]
    assert made.groupby("source")["char_count"].count()["湖泊报"] == 3
    assert isinstance(empty, pandas.DataFrame)
    assert empty.empty
