"""The parts of the reading room by themselves: differences, citations, pieces of text, languages, links."""

import asyncio
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.diff import changed_fields, differences, marked
from archive.record_schema_versions import to_present, to_version_1
from archive.web import citations
from archive.web.body_view import shown
from archive.web.pages.article_page import phrases
from archive.web.pages.revisions_page import version
from archive.web.web_languages import preferred, texts
from archive.web.web_links import article_path, safe_url
from kepu.records import DRIFT, WARNINGS, Article, Author, Paper
from pipelines.validate import WANTED

CHECKOUT = Path(__file__).resolve().parents[2]

LINES = st.lists(st.text(alphabet="湖冰从岸边长起，ab 1。", max_size=12), max_size=8).map("\n".join)


@given(LINES, LINES)
def test_both_texts_can_be_read_back_from_their_differences(old: str, new: str) -> None:
    rows = differences(old, new)
    assert "\n".join("".join(p.text for p in row.old) for row in rows if row.kind != "added") == old
    assert "\n".join("".join(p.text for p in row.new) for row in rows if row.kind != "removed") == new
    for row in rows:
        assert (row.kind == "same") == (row.old == row.new)


@given(LINES)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {row.kind for row in differences(text, text)} == {"same"}


def test_a_word_that_changed_is_all_that_is_marked() -> None:
    row = marked("湖面结冰的时候，冰总是先从岸边长起。", "湖面结冰的时候，冰总是先从湖心长起。")
    assert [part.text for part in row.old if part.changed] == ["岸边"]
    assert [part.text for part in row.new if part.changed] == ["湖心"]
    row = marked("浓度为400ppm。", "浓度为425ppm。")
    assert [part.text for part in row.new if part.changed] == ["425ppm"]


def test_great_texts_take_little_time() -> None:
    many = random.Random(1).choices("的一是在不了有和人这", k=200_000)
    old, new = "".join(many), "".join(reversed(many))
    assert differences(old, new)
    assert differences("\n".join(old[:20_000]), "\n".join(new[:20_000]))


def test_fields_that_changed_are_named(article: Callable[..., Article]) -> None:
    old = orjson.loads(orjson.dumps(article(1)))
    new = orjson.loads(orjson.dumps(article(1, headline="新题", author=[Author("方敏", "记者")])))
    assert [
        (field.name, field.row.new[0].text) for field in changed_fields(old, new) if field.row.kind == "added"
    ] == [("author", "方敏 · 记者")]
    assert {field.name for field in changed_fields(old, new)} == {"headline", "author"}


@given(st.data())
def test_pieces_spell_the_text(data: Any) -> None:
    text = data.draw(st.text(alphabet="冰湖a\n", min_size=1, max_size=40))
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(
        lambda pair: tuple(sorted(pair))
    )
    links = [
        {"start": a, "end": b, "url": "http://example.org/"}
        for a, b in data.draw(st.lists(spans, max_size=4))
    ]
    found = sorted(data.draw(st.lists(spans, max_size=4)))
    record = {"text": text, "links": links, "blocks": [_paragraph(line) for line in text.split("\n")]}
    blocks = shown(record, found)
    assert "\n".join("".join(p.text for line in block.lines for p in line) for block in blocks) == text
    at = 0
    for block in blocks:
        for piece in block.lines[0]:
            if piece.text:
                assert piece.mark == any(a <= at < b for a, b in found)
                assert bool(piece.url) == any(one["start"] <= at < one["end"] for one in links)
            at += len(piece.text)
        at += 1


def _paragraph(text: str) -> dict[str, Any]:
    empty = dict.fromkeys(("level", "items", "ordered", "rows", "content_url", "caption", "credit_text"))
    return {"type": "paragraph", "text": text, "part": 1} | empty


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://example.org/", "//example.org/", "/n1/1.html",
        "http://", "http:example.org", "http://[", "http://a b/", "http://example.org/\n", "\x01http://example.org/",
        "", None, 7,
    ],
)  # fmt: skip
def test_what_may_do_harm_is_not_linked(url: object) -> None:
    assert safe_url(url) is None


@given(st.text(max_size=30))
def test_what_is_linked_begins_with_http(url: str) -> None:
    assert safe_url(url) is None or url.lower().startswith(("http://", "https://"))


def test_addresses_hold_any_id() -> None:
    assert article_path("n1/4014") == "/article/n1/4014"
    assert article_path('file/"><x>?#', "words") == "/article/file/%22%3E%3Cx%3E%3F%23/words"


def cited(article: Callable[..., Article], **fields: object) -> dict[str, Any]:
    made = article(40148467, headline="湖冰 50% {从岸}\n长起", **fields)
    record: dict[str, Any] = orjson.loads(orjson.dumps(made))
    return record


def test_a_citation_by_gb_t_7714(article: Callable[..., Article]) -> None:
    people = [Author(name) for name in ("方敏", "刘岭", "程禾", "田青")]
    url = "http://kpzg.people.com.cn/n1/2024/0105/c404214-40148467.html"
    assert citations.text(cited(article, author=people, publisher="人民网")) == (
        f"方敏, 刘岭, 程禾, 等. 湖冰 50% {{从岸}} 长起[EB/OL]. 人民网, (2024-01-05)[2026-01-02]. {url}."
    )
    paper = Paper("山海日报", "2024-01-04", "09")
    assert citations.text(cited(article, author=people[:2], paper=paper)) == (
        f"方敏, 刘岭. 湖冰 50% {{从岸}} 长起[N/OL]. 山海日报, 2024-01-04(09)[2026-01-02]. {url}."
    )


def test_bibtex_and_ris_hold_what_breaks_them(article: Callable[..., Article]) -> None:
    record = cited(article, author=[Author("方敏"), Author("And & Or")])
    record["url"] = "http://example.org/{a}%"
    bib = citations.bibtex(record)
    assert bib.count("{") - bib.count(r"\{") == bib.count("}") - bib.count(r"\}")
    assert r"title = {{湖冰 50\% \{从岸\} 长起}}" in bib
    assert r"author = {{方敏} and {And \& Or}}" in bib
    assert "url = {http://example.org/%7Ba%7D%}" in bib
    lines = citations.ris(record).split("\r\n")
    assert lines[0] == "TY  - ELEC"
    assert lines[-2:] == ["ER  - ", ""]
    assert "TI  - 湖冰 50% {从岸} 长起" in lines
    assert all(line[2:6] == "  - " for line in lines[:-1])


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_any_accept_language_gives_a_language(header: str) -> None:
    assert preferred(header) in {"zh", "en"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en", "en"),
        ("en;q=0", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("en;q=0.3, zh-CN;q=0.2", "en"),
        ("fr", "zh"),
    ],
)
def test_a_language_with_quality_0_is_not_used(header: str, language: str) -> None:
    assert preferred(header) == language


def test_every_text_that_is_asked_for_is_there() -> None:
    web = Path(citations.__file__).parent
    sources = "".join(path.read_text("utf-8") for path in web.rglob("*") if path.suffix in {".html", ".py"})
    asked = set(re.findall(r"""\bt\(\s*["']([a-z_.A-Z]+)["']\s*[,)]""", sources))
    assert len(asked) > 80
    assert asked <= set(texts())
    for key in texts():
        assert key in sources or key.rpartition(".")[0] + "." in sources, f"{key} is not used"


def test_every_text_is_in_both_languages() -> None:
    for key, both in texts().items():
        assert set(both) == {"zh", "en"}, key
        assert all(both.values()), key


WARNED = re.compile(
    r"""(?:append|warn)\((?:article, )?"([a-z_]+)"\)|\["([a-z]+_[a-z]+)"\](?: \*| if |$)""", re.MULTILINE
)
"""How a warning is given in the code."""


def test_every_warning_that_is_given_is_explained_in_both_languages() -> None:
    code = "".join(path.read_text("utf-8") for path in (CHECKOUT / "pipelines").rglob("*.py"))
    given = {one or other for one, other in WARNED.findall(code)}
    assert {
        "no_source",
        "layout_fallback",
        "byline_damaged",
        "body_doubled",
        "date_mismatch",
        "incomplete",
    } <= given
    assert given | DRIFT | set(WANTED.values()) <= set(WARNINGS)
    assert {f"warning.{name}" for name in WARNINGS} <= set(texts())
    assert {name: texts()[f"warning.{name}"]["en"] for name in WARNINGS} == WARNINGS


def test_a_version_of_record_schema_1_is_compared_in_the_present_schema(
    article: Callable[..., Article],
) -> None:
    record: dict[str, Any] = orjson.loads(orjson.dumps(article(1)))
    record["revision"] = {"n": 2}
    db = Database(memory=True)
    db.execute("CREATE TABLE revisions (article, n, record)")
    row = (record["id"], 1, orjson.dumps(to_version_1(record)).decode())
    db.execute("INSERT INTO revisions VALUES (?, ?, ?)", row)
    assert version(db, record, 2) is record
    assert version(db, record, 1) == to_present(to_version_1(record))
    assert version(db, record, 3) is None


def test_a_headline_breaks_between_words_only() -> None:
    assert phrases("冻土上的路为什么插着“铁棒”？") == [
        "冻土",
        "上",
        "的",
        "路",
        "为什么",
        "插",
        "着",
        "“铁棒”？",
    ]
    assert phrases("") == []


@given(st.text(alphabet="冰湖为什么“”《》，。 aB1", max_size=30))
def test_the_pieces_of_a_headline_spell_it(headline: str) -> None:
    assert "".join(phrases(headline)) == headline


def test_plugins_of_datasette_can_be_used(database: Path) -> None:
    """Their menu, their actions, their style sheets and the columns that they render are on our pages."""
    from datasette import hookimpl  # type: ignore[import-untyped]
    from datasette.plugins import pm  # type: ignore[import-untyped]

    from archive.web.application import datasette as made_of

    class Plugin:
        __name__ = "of-the-test"

        @hookimpl  # type: ignore[untyped-decorator]
        def menu_links(self) -> list[dict[str, str]]:
            return [{"href": "/-/mine", "label": "of a plugin"}]

        @hookimpl  # type: ignore[untyped-decorator]
        def table_actions(self) -> list[dict[str, str]]:
            return [{"href": "/-/act", "label": "an action"}]

        @hookimpl  # type: ignore[untyped-decorator]
        def extra_css_urls(self) -> list[str]:
            return ["/-/static-plugins/mine/mine.css"]

        @hookimpl  # type: ignore[untyped-decorator]
        def render_cell(self, column: str) -> str | None:
            return "rendered by a plugin" if column == "year" else None

    pm.register(Plugin(), "of-the-test")
    try:
        asked = made_of(database).client.get("/data/article?_size=2&_facet=section")
        with ThreadPoolExecutor() as thread:  # a browser that was tried before leaves a loop in this one
            page = thread.submit(asyncio.run, asked).result().text
    finally:
        pm.unregister(name="of-the-test")
    for part in ("of a plugin", "an action", "mine.css", "rendered by a plugin"):
        assert part in page, part
