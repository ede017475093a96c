"""Every query of docs/sql.md runs on a real archive and finds something, also with sqlite-utils."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database
from sqlite_utils.cli import cli
from sqlite_utils.plugins import pm

from archive.search import sqlite_utils_plugin
from archive.search.sql_function import register
from archive.store import Store
from kepu.records import Appearance, Article, Author, Source, Visit
from tests.conftest import small_article

PAGE = Path(__file__).parents[2] / "docs" / "sql.md"
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

Make = Callable[..., Article]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, article: Make) -> Path:
    made = tmp_path_factory.mktemp("sql") / "kepu.db"
    with Store(made) as archive:
        for n in range(4001, 4012):
            text = f"第{n}号雨量筒在清晨被人倒空，记下，再放回原处。"
            each = article(
                n, text, article_section="答疑", source=Source("科普报"), author=[Author("周冰", "记者")]
            )
            each.appearances.append(
                Appearance(f"http://kpzg.people.com.cn/n1/2024/0105/c404999-{n}.html", "404999")
            )
            archive.put(each)
        archive.put(article(4001, "改过的雨量。"))
        archive.note(
            Visit(
                "http://kpzg.people.com.cn/n1/2024/0105/c1-4090.html",
                "failed",
                "2026-01-01T00:00:00Z",
                code="cut_short",
            )
        )
    return made


@pytest.fixture(scope="module")
def article() -> Make:
    return small_article


def test_the_page_has_ten_queries() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize("query", QUERIES, ids=range(1, len(QUERIES) + 1))
def test_a_query_finds_something(path: Path, query: str) -> None:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as conn:
        register(conn)
        rows = conn.execute(query).fetchall()
        assert rows
        assert all(None not in row[:1] for row in rows)


def test_facets_are_read_from_their_indexes(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        for column in ("source", "section", "layout", "year"):
            plan = conn.execute(
                f"EXPLAIN QUERY PLAN SELECT count(*) FROM article WHERE {column} = 'x'"
            ).fetchall()
            assert any("USING" in row[3] and f"articles_{column}" in row[3] for row in plan), plan


def test_the_command_sqlite_utils_shows_readable_tables(path: Path) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(cli, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    assert {"articles", "urls", "revisions"} <= {row["table"] for row in json.loads(run("tables", str(path)))}
    assert {"article", "article_text"} <= {row["view"] for row in json.loads(run("views", str(path)))}
    assert "-- the day, in Beijing" in run("schema", str(path), "article")
    (row,) = json.loads(run("rows", str(path), "article", "--limit", "1"))
    assert row["headline"]
    found = json.loads(run("search", str(path), "articles", "雨量筒", "-c", "id", "-c", "headline"))
    assert len(found) == 10
    assert set(found[0]) == {"id", "headline"}
    wrong = CliRunner().invoke(cli, ["search", str(path), "article", "雨量筒", "-c", "nothing"])
    assert wrong.exit_code == 1
    assert "no column nothing" in wrong.output


def test_sqlite_utils_knows_the_function(path: Path) -> None:
    pm.unregister(name="kepu")
    pm.register(sqlite_utils_plugin, name="kepu")
    db = Database(path)
    found = list(
        db.query(
            "SELECT id FROM article JOIN article_search USING (seq) WHERE article_search MATCH kepu_query(?)",
            ["雨量筒"],
        )
    )
    assert len(found) == 10
    db.conn.close()


def test_datasette_lists_the_views_for_readers_and_searches(path: Path) -> None:
    pytest.importorskip("datasette")
    from datasette.app import Datasette  # type: ignore[import-untyped]
    from datasette.plugins import pm as of_datasette  # type: ignore[import-untyped]

    from archive.web import datasette_plugin

    async def answers() -> tuple[Any, Any]:
        datasette = Datasette([str(path)], settings={"num_sql_threads": 0})
        listed = await datasette.client.get("/kepu.json")
        sql = "SELECT id FROM article_search JOIN article USING (seq) WHERE article_search MATCH kepu_query('雨量筒')"
        found = await datasette.client.get("/kepu.json", params={"sql": sql, "_shape": "array"})
        return listed.json(), found.json()

    if of_datasette.has_plugin("kepu"):
        of_datasette.unregister(name="kepu")
    of_datasette.register(datasette_plugin, name="kepu")
    listed, found = asyncio.run(answers())
    assert len(found) == 10
    assert listed["views"][0] == "article" or listed["views"][0]["name"] == "article"
    shown = {table["name"]: table for table in listed["tables"] if not table["hidden"]}
    assert {"articles", "urls", "captures"} <= shown.keys()
    assert not [name for name in shown if name.startswith(("internal_", "_", "sqlite_"))]
