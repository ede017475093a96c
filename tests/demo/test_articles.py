"""The hand-written articles include every form that a crawl must handle."""

from collections import Counter

import pytest

import demo
from demo import inline
from demo.stories import Story, read

STORIES = demo.articles()
BY_SLUG = {story.slug: story for story in STORIES}
PIECES = [(story, piece) for story in STORIES for part in story.parts for piece in part]

LAYOUTS = {"table", "p_content", "text_c", "rwb", "rm_txt", "rm_txt_zw", "artDet", "picture"}
YEARS = {
    "table": ("2000", "2007"),
    "p_content": ("2007", "2012"),
    "text_c": ("2012", "2016"),
    "rwb": ("2016", "2022"),
    "rm_txt": ("2021", "2026"),
    "rm_txt_zw": ("2025", "2027"),
    "artDet": ("2016", "2027"),
    "picture": ("2000", "2027"),
}
PREFIXES = (("GB", "2000", "2012"), ("n", "2012", "2016"), ("n1", "2016", "2027"), ("n2", "2016", "2027"))


def grams(story: Story) -> set[str]:
    text = "".join(demo.truth(story)["text"].split())
    return {text[n : n + 4] for n in range(len(text) - 3)}


def test_there_are_forty_and_four_of_each_layout() -> None:
    counts = Counter(story.layout for story in STORIES)
    assert len(STORIES) >= 40
    assert set(counts) == LAYOUTS
    assert min(counts.values()) >= 4


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_a_story_is_of_its_time(story: Story) -> None:
    since, until = YEARS[story.layout]
    assert since <= story.published < until
    for url in story.urls:
        prefix, first, last = next(each for each in PREFIXES if f"/{each[0]}/" in url)
        assert first <= story.published < last
        if prefix != "GB":
            assert f"/{prefix}/{story.published[:4]}/{story.published[5:7]}{story.published[8:10]}/c" in url


@pytest.mark.parametrize(
    ("what", "at_least"),
    [
        (lambda s: s.kicker, 6),
        (lambda s: s.alternative_headline, 6),
        (lambda s: len(s.authors) >= 2, 6),
        (lambda s: any(ch in name for name, _ in s.authors for ch in "喆镕峣玥"), 4),
        (lambda s: s.byline_in_text, 5),
        (lambda s: s.byline and not s.byline_in_text, 12),
        (lambda s: {"记者", "通讯员"} <= {role for _, role in s.authors}, 4),
        (lambda s: "·" in s.byline, 1),
        (lambda s: s.dateline, 4),
        (lambda s: s.paper, 3),
        (lambda s: s.source is None, 3),
        (lambda s: s.source is not None and s.source[1] is None, 3),
        (lambda s: len(s.editors) >= 2, 8),
        (lambda s: any("　" in name for name in s.editors), 2),
        (lambda s: "T" not in s.published, 4),
        (lambda s: len(s.parts) >= 2, 5),
        (lambda s: len(s.parts) >= 10, 1),
        (lambda s: len(s.urls) >= 2, 4),
        (lambda s: len({url.split("/")[2] for url in s.urls}) >= 2, 3),
        (lambda s: not s.listed, 2),
        (lambda s: s.url.split("/")[3] == "n2", 1),
        (lambda s: s.charset == "GB2312", 30),
        (lambda s: s.charset == "UTF-8", 6),
    ],
)
def test_articles_cover_all_forms_of_fields(what: object, at_least: int) -> None:
    assert callable(what)
    assert sum(bool(what(story)) for story in STORIES) >= at_least


def test_articles_cover_all_kinds_of_blocks_and_markup() -> None:
    kinds = Counter(piece.kind for _, piece in PIECES)
    assert set(kinds) == {
        "paragraph", "heading", "list", "table", "quote", "verse", "credit", "figure", "video", "chrome",
    }  # fmt: skip
    assert {True, False} == {piece.ordered for _, piece in PIECES if piece.kind == "list"}
    assert {story.paragraphs for story in STORIES} == {"p", "br", "unclosed", "nested"}
    assert {story.indent for story in STORIES} == {"u3000", "nbsp", "css", "newline"}
    written = "".join(piece.source for _, piece in PIECES)
    for mark in ("<sub>", "<sup>", "<!--", "&shy;", "&deg;", "&thinsp;", "]("):
        assert mark in written


def test_ids_are_unique_and_one_number_stands_under_two_prefixes() -> None:
    assert len({story.id for story in STORIES}) == len(STORIES)
    numbers = Counter(story.content_id for story in STORIES)
    assert [number for number, count in numbers.items() if count > 1] == ["40233001"]


def test_reposts_are_similar_to_their_originals() -> None:
    original, exact = BY_SLUG["rm_txt/frost-flower"], BY_SLUG["rm_txt/frost-flower-repost"]
    assert demo.truth(original)["text"] == demo.truth(exact)["text"]
    one, two = grams(BY_SLUG["rwb/bridge-wind"]), grams(BY_SLUG["rwb/bridge-wind-note"])
    assert 0.75 < len(one & two) / len(one | two) < 1


def test_other_articles_are_unlike_each_other() -> None:
    distinct = [
        story for story in STORIES if not story.features & {"exact_repost", "edited_repost", "picture_only"}
    ]
    all_grams = [each for each in map(grams, distinct) if each]
    closest = max(len(one & two) / len(one | two) for n, one in enumerate(all_grams) for two in all_grams[:n])
    assert closest < 0.2


def test_unlisted_articles_are_linked_from_others() -> None:
    linked = {link["url"] for story in STORIES for link in demo.truth(story)["links"]}
    assert {story.url for story in STORIES if not story.listed} <= linked


@pytest.mark.parametrize(("story", "piece"), [each for each in PIECES if each[1].kind == "figure"])
def test_captions_are_recognisable_by_their_wording(story: Story, piece: object) -> None:
    """The channel's wording is 图为…, …摄, …发, 供图. The text after the last full stop is the credit."""
    caption, credit = (inline.to_text(getattr(piece, name)) for name in ("caption", "credit"))
    assert not caption or (caption.startswith("图为") and caption.endswith("。"))
    assert not credit or credit.removesuffix("（人民视觉）").endswith(("摄", "发", "供图", "资料图片"))
    assert caption or credit


def test_a_malformed_file_is_reported_by_its_slug() -> None:
    with pytest.raises(ValueError, match="demo/articles/no/head"):
        read("no head at all", "no/head")
