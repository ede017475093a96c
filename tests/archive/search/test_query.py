"""Queries are parsed, ordered, filtered and counted, and never passed to FTS5 as typed."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.readonly import reading
from archive.search import BadQuery, Results, search, search_articles
from archive.search.all_matches import every
from archive.search.query_parser import parse
from archive.search.render_results import PLAIN, lines
from archive.store import Store
from kepu.records import Article, Author, Source

Make = Callable[..., Article]

ROWS = (
    # n, headline, text, date, source, section, layout
    (
        1,
        "大模型上车",
        "汽车里的大模型会说话。生成式人工智能来了。",
        "2023-05-01",
        "新华社",
        "前沿科技",
        "rm_txt",
    ),
    (
        2,
        "看云识天气",
        "大模型也来预报天气，大模型不睡觉。",
        "2022-12-31",
        "新华社客户端",
        "生态环境",
        "rm_txt",
    ),
    (3, "月球背面", "嫦娥在月球背面，生成式的土壤。", "2023-01-01", "云岭晚报", "航天", "rwb"),
    (4, "大模型与AI芯片", "芯片很小。生成式人工智能很大。", "2024-02-29", None, "前沿科技", None),
    (5, "火星的一年", "火星上的一年有687天。", None, "云岭晚报", "航天", "rwb"),
    (6, "火星的一年", "火星上的一年有687天。", "2020-06-01", "新华社", "航天", "rwb"),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pipelines.build_article import normalize

    path = tmp_path_factory.mktemp("search") / "kepu.db"
    with Store(path) as archive:
        for n, headline, text, date, source, section, layout in ROWS:
            made = Article(
                id=f"n1/{n}",
                url=f"http://kpzg.people.com.cn/n1/2024/0105/c404214-{n}.html",
                headline=headline,
                text=text,
                date_published=date,
                article_section=section,
                source=Source(source) if source else None,
                author=[Author("方敏" if n % 2 else "沈一苇")],
            )
            made.provenance.layout = layout
            archive.put(normalize(made))
        archive.commit()
        # The text of 5 and 6 is too short to be told the same by itself.
        archive.db.execute("UPDATE articles SET duplicate_of = 'n1/6' WHERE id = 'n1/5'")
    return path


def ids(path: Path, query: str, **options: object) -> list[int]:
    with reading(path) as db:
        return [int(hit.id[3:]) for hit in search(db, query, **options).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("大模型", {1, 2, 4}),
        ("大模型 芯片", {4}),
        ("大模型 -汽车", {2, 4}),
        ('大模型 "生成式人工智能" -汽车', {4}),
        ("“生成式人工智能”", {1, 4}),
        ("嫦娥 OR 芯片", {3, 4}),
        ("大模型 天气 OR 汽车", {1, 2}),
        ("-大模型", {3, 6}),
        ("-大模型 -火星", {3}),
        ("source:新华社", {1, 6}),  # the name itself, where there is one of that name
        ("来源：新华", {1, 2, 6}),  # else all that hold it
        ("source:新华社 OR source:云岭晚报", {1, 3, 6}),
        ("-source:新华社", {2, 3, 4}),
        ("大模型 source:新华社 since:2023-01", {1}),
        ("since:2023", {1, 3, 4}),
        ("until:2022", {2, 6}),
        ("since:2022-12-31 until:2023-01-01", {2, 3}),
        ("until:2024-02", {1, 2, 3, 4, 6}),
        ("section:前沿科技 layout:rm_txt", {1}),
        ("title:大模型", {1, 4}),
        ("大模型 -title:大模型", {2}),
        ("author:方敏", {1, 3}),
        ("author:方敏 author:沈一苇", {1, 2, 3, 4, 6}),
        ("id:n1/3", {3}),
        ("id:3 OR id:4", {3, 4}),
        ("id:5", {5}),  # asked for by name, a duplicate is shown
        ("68*", {6}),
        ("68", set()),
        ("ＡＩ", {4}),
        ("", {1, 2, 3, 4, 6}),
        ("火星 OR", {6}),
        ("，。", set()),
    ],
)
def test_a_query_finds(archive: Path, query: str, right: set[int]) -> None:
    assert set(ids(archive, query)) == right


def test_results_are_ordered_by_relevance_or_date(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(archive, "大模型 OR 嫦娥")[-1] == 2  # no word of it in the headline
    assert ids(archive, "大模型", order="date") == [4, 1, 2]
    assert ids(archive, "", duplicates=True) == [4, 1, 3, 2, 6, 5]
    monkeypatch.setattr(search_articles, "SCORED", 2)
    assert ids(archive, "大模型") == [4, 1, 2]  # with it in the headline first, then the newest


def test_pages_joined_are_all_results(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for scored in (search_articles.SCORED, 1):
        monkeypatch.setattr(search_articles, "SCORED", scored)
        for query in ("大模型 OR 的", "", "-芯片"):
            whole = ids(archive, query, duplicates=True)
            pages = [ids(archive, query, limit=2, offset=offset, duplicates=True) for offset in (0, 2, 4, 6)]
            assert [n for page in pages for n in page] == whole


def test_facets_count_all_that_was_found(archive: Path) -> None:
    with reading(archive) as db:
        results = search(db, "", limit=1)
    assert results.total == 5
    assert results.facets == {
        "year": [("2024", 1), ("2023", 2), ("2022", 1), ("2020", 1)],
        "section": [("前沿科技", 2), ("航天", 2), ("生态环境", 1)],
        "source": [("新华社", 2), (None, 1), ("云岭晚报", 1), ("新华社客户端", 1)],
        "layout": [("rm_txt", 2), ("rwb", 2), (None, 1)],
    }


def test_a_chosen_facet_value_matches_exactly(archive: Path) -> None:
    with reading(archive) as db:
        for name, values in search(db, "", limit=0).facets.items():
            for value, count in values:
                found = search(db, "", chosen={name: value})
                assert found.total == len(every(db, "", chosen={name: value})) == count
                assert found.facets[name] == [(value, count)]
    assert ids(archive, "", chosen={"source": "新华"}) == []
    assert ids(archive, "芯片", chosen={"source": None, "layout": None}) == [4]
    assert ids(archive, "", chosen={"source": "云岭晚报"}, duplicates=True) == [3, 5]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("since:2023-13", "2023-01-05"),
        ("since:2023-00", "2023-01-05"),
        ("until:2023-05-00", "2023-01-05"),
        ("until:昨天", "2023-01-05"),
        ("-since:2023", "2023-01-05"),
        ("source:", "source: needs a value"),
        ('source:""', "source: needs a value"),
        ("月球 OR -火星", "OR joins"),
        ("月球 OR source:新华社", "OR joins"),
        ("冰 " * 300, "256 are the most"),
    ],
)
def test_a_malformed_query_gives_one_line(archive: Path, query: str, why: str) -> None:
    with reading(archive) as db, pytest.raises(BadQuery, match=why) as caught:
        search(db, query)
    assert len(str(caught.value).splitlines()) == 1


def answer(db: Database, query: str) -> Results | BadQuery:
    try:
        return search(db, query)
    except BadQuery as error:
        return error


PIECES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ['"', "-", "OR", "*", "(", ")", "NEAR(", "^", "text:", "source:", "title:", "AND", "NOT", "+", "{", "}",
         ":", "\0", "\ud800", "冰", "“", "id:", "%", "_", "'", ";--", "大模型", "author:", "\n", "-source:", "¶"]
    ),
)  # fmt: skip


ANY_STRING = st.lists(PIECES, max_size=12).map("".join) | st.lists(PIECES, max_size=12).map(" ".join)


def check_answer(archive: Path, query: str) -> None:
    """Assert that a query is answered or refused in one line, and that its normal form has the same answer."""
    with reading(archive) as db:
        results = answer(db, query)
        if isinstance(results, BadQuery):
            assert len(str(results).splitlines()) == 1
            return
        again = search(db, results.query)
        assert again.query == results.query
        if results.query:
            assert (again.total, again.facets) == (results.total, results.facets)
        list(lines(results, PLAIN))


@settings(deadline=None, max_examples=80)
@given(ANY_STRING)
def test_any_string_is_answered(archive: Path, query: str) -> None:
    check_answer(archive, query)


@pytest.mark.campaign
@settings(deadline=None, max_examples=3000)
@given(ANY_STRING)
def test_thousands_of_strings_are_answered(archive: Path, query: str) -> None:
    check_answer(archive, query)


def test_ten_thousand_characters_are_answered_at_once(archive: Path) -> None:
    begin = time.process_time()
    for piece in ("冰", '"', "a", "-", "OR ", "source:", "a:", "冰 ", "-source:a "):
        query = piece * (10_000 // len(piece))
        with reading(archive) as db:
            found = answer(db, query)
        assert isinstance(found, Results) or len(str(found)) < 200
    assert time.process_time() - begin < 10


def test_a_snippet_quotes_the_text_unchanged(tmp_path: Path, article: Make) -> None:
    text = (
        "开头。" + "岸边的冰先长起来。" * 30 + "　　ＡＩ　芯片在这里，\n大 模型也在。" + "后来冰化了。" * 30
    )
    with Store(tmp_path / "kepu.db") as archive:
        archive.put(article(1, text))
        archive.commit()
        archive.bring_up_to_date()
        (exact,) = archive.db.execute("SELECT text FROM articles").fetchone()
        (hit,) = search(archive.db, "ai芯片 大模型 开头").hits
        (snippet,) = hit.snippets
        assert snippet.text == exact[snippet.start : snippet.end]
        assert len(snippet.text) <= 90
        marked = [snippet.text[start:end] for start, end in snippet.marks]
        assert ["".join(mark.split()) for mark in marked] == ["ＡＩ芯片", "大模型"]


def test_kepu_search(archive: Path) -> None:
    from click.testing import CliRunner

    from kepu.cli.main import main

    def kepu(*words: str) -> tuple[int, str, str]:
        answer = CliRunner().invoke(main, ["search", "--db", str(archive), *words])
        return answer.exit_code, answer.stdout, answer.stderr

    status, out, _ = kepu("大模型 -汽车", "--order", "date")
    assert status == 0
    assert "【大模型】与AI芯片" in out
    assert "\033" not in out
    assert "2 articles" in out
    status, out, _ = kepu("大模型", "--json", "--limit", "2", "--page", "2")
    (hit,) = map(json.loads, out.splitlines())
    assert hit["snippets"][0]["text"][slice(*hit["snippets"][0]["marks"][0])] == "大模型"
    status, out, err = kepu("since:昨天")
    assert (status != 0, out, len(err.splitlines())) == (True, "", 1)


def test_kepu_search_updates_the_index_unless_a_run_is_in_progress(tmp_path: Path, article: Make) -> None:
    from archive.updated_search import find

    path = tmp_path / "kepu.db"
    archive = Store(path)
    archive.put(article(1))
    archive.commit()
    assert (find(path, "短文").total, find(path, "短文").behind) == (0, 1)
    archive._abandon()  # killed before its end
    assert (find(path, "短文").total, find(path, "短文").behind) == (1, 0)
    db = Database(path)
    db.execute("UPDATE articles SET text_canonical = '由别的程序写的'")
    db.conn.commit()
    db.close()
    assert find(path, "别的程序").total == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sorce:新华社", "source"),
        ("Sectoin：科普", "section"),
        ('auther:"赵 一白"', "author"),
        ("untill:2023", "until"),
    ],
)
def test_a_misspelt_filter_name_is_reported(typed: str, meant: str) -> None:
    with pytest.raises(BadQuery, match=f"did you mean {meant}:"):
        parse(f"大模型 {typed}")


@pytest.mark.parametrize(
    "typed", ["http://example.org/", "COVID:19", "比分3:2", '"sorce:新华社"', "标题党:说", "date:"]
)
def test_other_words_with_a_colon_are_searched_for(typed: str) -> None:
    assert parse(typed).typed
