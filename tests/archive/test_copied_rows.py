"""A merge that copies rows gives the same rows, hashes and lines as one that reads every record."""

import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive import row_hash
from archive.jsonl_lines import path_for
from archive.merge import merge_all, merge_articles
from archive.merge.copied_rows import CopiedRow, copied
from archive.store import Store
from archive.stored_body import decoded_blocks
from archive.verify import verify
from kepu.records import Article, Block, Image

Make = Callable[..., Article]
LINES = ("潮间带的石头翻过来，要记得再翻回去。", "石头下面住着别的动物。", "水退得很远。")
TEXT = "\n".join(LINES)


def _articles(article: Make) -> list[Article]:
    """Return articles whose bodies and columns differ in form."""
    paragraphs = [Block("paragraph", line) for line in LINES]
    figure = Block("figure", "图注", content_url="http://kpzg.people.com.cn/1.jpg", caption="图注")
    return [
        article(1, TEXT, blocks=paragraphs),
        article(2, TEXT + "尾", blocks=[*paragraphs[:2], figure, Block("heading", LINES[2] + "尾", level=2)]),
        article(3, f"分行\u2028的字“引号”\\与\t制表\u2029。{TEXT}"),
        article(4, "Ａ全角" + TEXT),  # its canonical text differs
        article(5, ""),
        article(6, "\n\n" + TEXT, blocks=[Block("paragraph", line) for line in ("", "", *LINES)]),
        article(7, TEXT + "图", image=[Image("http://kpzg.people.com.cn/1.jpg", caption="图注")]),
        article(8, TEXT + "合", blocks=[Block("paragraph", line) for line in ("不是正文", *LINES)]),
        article(9, TEXT, blocks=paragraphs),  # the same text as 1
        *(article(n, f"{TEXT}{LINES[0] * 9}第{n}号观测点。", blocks=[]) for n in range(10, 14)),
    ]


_EDITS: dict[int, tuple[str, Callable[[sqlite3.Row], str | None]]] = {
    21: ("revision", lambda row: row["revision"].replace('":', '": ')),
    22: ("text_canonical", lambda row: row["text"]),
    23: ("blocks", lambda row: decoded_blocks(row["blocks"], row["text"])),
    24: ("blocks", lambda row: row["blocks"].replace('"at":0', '"at":1')),
    25: ("blocks", lambda row: row["blocks"].replace('"at":0', '"at": 0')),
    26: ("provenance", lambda row: row["provenance"].replace("{", '{"run":7,', 1)),
    27: ("rights", lambda row: row["rights"].replace(",", ", ")),
    28: ("headline", lambda _: "a\0b"),
    29: ("headline", lambda _: "控制\x1b字\x7f符/"),
    30: ("warnings", lambda _: '["\\u6f6e"]'),
    31: ("appearances", lambda _: "[]"),
    32: ("source", lambda _: '{"name":"报","url":null}'),
}
"""What another program may have made of a column of the article with this number."""


def _source(path: Path, article: Make) -> Path:
    with Store(path) as archive:
        archive.run("test")
        for made in _articles(article):
            archive.put(made)
        for n in _EDITS:
            archive.put(
                article(n, f"{TEXT}\n{n}", blocks=[Block("paragraph", line) for line in (*LINES, f"{n}")])
            )
    with sqlite3.connect(path) as conn:
        conn.row_factory = sqlite3.Row
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        for n, (column, edit) in _EDITS.items():
            row = conn.execute("SELECT * FROM articles WHERE id = ?", (f"n1/{n}",)).fetchone()
            value = edit(row)
            assert value != row[column], n
            conn.execute(f"UPDATE articles SET {column} = ? WHERE id = ?", (value, f"n1/{n}"))
        conn.execute(
            "INSERT INTO internal_checks SELECT seq, '2026-02-02T00:00:00Z' FROM articles WHERE id = 'n1/3'"
        )
    return path


def _merged(path: Path, sources: list[Path]) -> dict[str, Any]:
    merge_all(path, sources)
    with sqlite3.connect(path) as conn:
        found: dict[str, Any] = {
            table: conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("articles", "internal_article_hashes", "duplicates", "internal_near_members")
        }
        found["duplicates"] = [row[:5] for row in found["duplicates"]]  # without the time
        waiting = conn.execute("SELECT count(*) FROM internal_articles_to_hash").fetchone()
    return found | {"waiting": waiting, "lines": path_for(path).read_bytes()}


@pytest.mark.parametrize("room", ["for lines", "no room"])
def test_copied_rows_are_those_of_a_full_merge(
    room: str, tmp_path: Path, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [_source(tmp_path / "a" / "kepu.db", article), tmp_path / "b" / "kepu.db"]
    with Store(sources[1]) as archive:
        archive.run("test")
        archive.put(
            article(2, TEXT + "改", provenance=article(2).provenance)
        )  # another version of a copied row
        archive.put(article(50, f"{LINES[0]}{TEXT}"))
    if room == "no room":
        monkeypatch.setattr(tempfile, "TemporaryFile", _full)
    found = list[CopiedRow | None]()

    def counted(*given: Any) -> Any:
        found.append(copied(*given))
        return found[-1]

    monkeypatch.setattr(merge_articles, "copied", counted)
    result = _merged(tmp_path / "copied" / "kepu.db", sources)
    assert sum(each is not None for each in found) >= len(_articles(article))
    monkeypatch.setattr(merge_articles, "copied", lambda *_: None)
    assert result == _merged(tmp_path / "read" / "kepu.db", sources)
    assert any(row[4] == "n1/10" or row[2] == "n1/10" for row in result["internal_near_members"])
    assert verify(tmp_path / "copied" / "kepu.db").whole


def _full(**_: object) -> Any:
    raise OSError(28, "No space left on device")


def test_the_hash_of_a_copied_row_is_that_of_the_row(tmp_path: Path, article: Make) -> None:
    source = _source(tmp_path / "a" / "kepu.db", article)
    merge_all(tmp_path / "kepu.db", [source])
    with Store(tmp_path / "kepu.db", derives=False) as archive:
        stored = dict(archive.db.execute("SELECT * FROM internal_article_hashes").fetchall())
        assert stored == {row["seq"]: row_hash.of_row(row) for row in row_hash.rows(archive.db, "articles")}
