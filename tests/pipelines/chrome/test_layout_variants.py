"""After each of eleven changes of the template of each layout that the replica has, the text is still complete."""

import dataclasses

import pytest

import demo
from kepu.records import Article, Page
from pipelines.chrome import extract
from pipelines.chrome.layouts.layout_base import Layout
from pipelines.chrome.layouts.layout_registry import registry
from tests.pipelines.chrome.layout_variants import VARIANTS, Variant, changed

IN_REPLICA = {story.layout for story in demo.articles() if len(story.parts) == 1}
LAYOUTS = [layout for layout in registry() if layout.name in IN_REPLICA]
NAMES = [layout.name for layout in LAYOUTS]


def pages_of(name: str) -> list[Page]:
    """Return the replica's single-part pages of a layout, the longest first."""
    stories = [story for story in demo.articles() if story.layout == name and len(story.parts) == 1]
    pages = [next(iter(demo.pages((story,)))) for story in stories]
    pages.sort(key=lambda page: -len(page[2]))
    return [
        Page(body=body, url=url, url_requested=url, status=200, content_type=headers["Content-Type"])
        for url, headers, body, _ in pages
    ]


def told(page: Page, layout: Layout, variant: Variant | None) -> Article:
    body = changed(page.body, page.content_type, layout, variant)
    return extract(dataclasses.replace(page, body=body, content_type="text/html; charset=utf-8"))


def check(page: Page, layout: Layout, variant: Variant) -> None:
    before, after = told(page, layout, None), told(page, layout, variant)
    wanted, got = before.text.split("\n"), after.text.split("\n")
    assert [line for line in wanted if line not in got] == []
    assert len(after.text) <= 1.02 * len(before.text) + 20
    assert {block.type for block in after.blocks} >= {block.type for block in before.blocks}
    for name in ("id", "headline", "editor", "date_published"):
        assert getattr(after, name) == getattr(before, name), name
    if after.provenance.layout == "generic":
        assert "layout_fallback" in after.warnings


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_the_text_is_complete(layout: Layout, variant: Variant) -> None:
    check(pages_of(layout.name)[0], layout, variant)


@pytest.mark.campaign
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_the_text_of_every_article_is_complete(layout: Layout, variant: Variant) -> None:
    for page in pages_of(layout.name)[1:]:
        check(page, layout, variant)
