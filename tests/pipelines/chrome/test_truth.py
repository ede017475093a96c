"""Every field of the replica's articles, and of the real pages beside the checkout, is as expected."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import demo
from kepu.records import Page
from pipelines.chrome import extract
from pipelines.chrome.charset import decode
from pipelines.chrome.trim_source import without_menu
from pipelines.local_files import page_of


def pages_of(story: demo.Story) -> Iterator[Page]:
    """Yield part 1 of each appearance of a story, with its further parts."""
    pages = [
        Page(body=body, url=url, url_requested=url, status=200, content_type=headers["Content-Type"])
        for url, headers, body, _ in demo.pages((story,))
    ]
    count = len(story.parts)
    for start in range(0, len(pages), count):
        first, *further = pages[start : start + count]
        yield dataclasses.replace(first, parts=further, also_at=[(url, None) for url in story.urls])


def told(page: Page) -> dict[str, Any]:
    record = dataclasses.asdict(extract(page))
    record["layout"] = record["provenance"]["layout"]
    record["parts"] = [{"n": part["n"], "url": part["url"]} for part in record["parts"]]
    return record


@pytest.mark.parametrize("story", demo.articles(), ids=lambda story: story.slug)
def test_every_field_of_the_replica(story: demo.Story) -> None:
    first, *others = pages_of(story)
    truth, record = demo.truth(story), told(first)
    sections = [appearance.pop("section") for appearance in truth["appearances"]]
    assert record["appearances"][0]["section"] == sections[0]
    record["appearances"] = [{k: each[k] for k in ("url", "node")} for each in record["appearances"]]
    assert {name: record[name] for name in truth} == truth
    assert record["warnings"] == ([] if truth["source"] else ["no_source"])
    for other in others:
        assert {told(other)[name] for name in ("id", "text", "headline")} == {
            truth[n] for n in ("id", "text", "headline")
        }


@pytest.mark.parametrize("story", demo.articles(), ids=lambda story: story.slug)
def test_the_menu_makes_no_difference(story: demo.Story) -> None:
    page = next(pages_of(story))
    page.parts = []
    whole = dataclasses.replace(
        page, body=page.body.replace(b"</body>", b'<!-- id="rwb_navpath" id="rwb_navpath" --></body>')
    )
    text = decode(whole.body).text
    assert without_menu(text) == text
    shorter, longer = told(page), told(whole)
    for record in (shorter, longer):
        del record["provenance"]["payload_sha256"]
    assert shorter == longer


CONTAINERS = (
    b"rm_txt_con",
    b"rm_txt_zw",
    b"rwb_zw",
    b"artDet",
    b"p_content",
    b"picG",
    b"show_text",
    b"width978",
    b"box_con",
)


@pytest.mark.parametrize(
    "story",
    [
        story
        for story in demo.articles()
        if len(story.parts) == 1 and story.layout not in ("table", "picture")
    ],
    ids=lambda story: story.slug,
)
def test_a_renamed_container_is_found_and_has_a_warning(story: demo.Story) -> None:
    page, truth = next(pages_of(story)), demo.truth(story)
    for name in CONTAINERS:
        page.body = page.body.replace(name, b"renamed")
    record = told(page)
    assert record["layout"] == "generic"
    assert "layout_fallback" in record["warnings"]
    lines = record["text"].split("\n")
    assert [line for line in truth["text"].split("\n") if line not in lines] == []
    assert len(record["text"]) <= 1.05 * len(truth["text"]) + 20
    for field in ("id", "headline", "date_published", "datetime_published", "editor"):
        assert record[field] == truth[field], field


def test_the_menu_is_cut_from_pages_that_have_one() -> None:
    page = next(page for story in demo.articles() if story.layout == "rm_txt" for page in pages_of(story))
    whole = decode(page.body).text
    assert len(without_menu(whole)) < 0.8 * len(whole)
    crumbs = '<div class="layout route'
    assert whole.count(crumbs) == 1
    for doubt in (
        whole + '<i id="rwb_navpath">',
        whole.replace(crumbs, "<!-- " + crumbs),
        whole.replace(crumbs, "<script>" + crumbs),
        whole.replace("</head>", ""),
    ):
        assert without_menu(doubt) == doubt


def real(shared: Path, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    path = shared / "pages" / name
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return told(page_of(path)), truth


def test_the_real_page_of_2009(shared: Path) -> None:
    record, truth = real(shared, "p_content-2009-politics-10339009.html")
    assert record["url"] == truth["url"]
    assert record["id"] == "GB/10339009"
    assert [record[n] for n in ("kicker", "headline", "dateline")] == [
        truth[n] for n in ("kicker", "headline", "dateline")
    ]
    assert (record["date_published"], record["date_precision"]) == (truth["published"][:10], "day")
    assert record["source"] == {"name": truth["source"], "url": truth["source_url"]}
    assert [person["name"] for person in record["author"]] == truth["authors"]
    assert [person["name"] for person in record["editor"]] == truth["editors"]
    assert [block["text"] for block in record["blocks"]] == truth["paragraphs"]
    assert (record["image"], record["warnings"]) == ([], [])


def test_the_real_page_of_2024(shared: Path) -> None:
    record, truth = real(shared, "rm_txt-2024-politics-40223222.html")
    assert record["id"] == f"n1/{truth['content_id']}"
    assert record["headline"] == truth["title"]
    assert record["datetime_published"] == truth["published"]
    assert record["source"] == {"name": truth["source"], "url": truth["source_url"]}
    assert [person["name"] for person in record["editor"]] == truth["editors"]
    assert record["keywords"] == truth["keywords"]
    assert len(record["blocks"]) == truth["paragraphs"]
    assert record["blocks"][0]["text"].startswith(truth["first_paragraph_starts"])
    assert truth["last_paragraph_ends_before_the_mojibake"] in record["blocks"][-1]["text"]
    assert [person["name"] for person in record["author"]] == ["宋晨", "田中全"]
    assert record["warnings"] == ["byline_damaged", "damaged_text"]
