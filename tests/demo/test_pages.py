"""Pages are reproducible, in their declared charset, and agree with the expected records."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import lxml.html
import pytest

import demo
from demo.stories import Story

STORIES = demo.articles()
CHECKOUT = Path(demo.__file__).parents[1]
DIGEST = """
import hashlib, demo
print(hashlib.sha256(b"".join(body for _, _, body, _ in demo.pages())).hexdigest())
"""


def letters(text: str) -> str:
    return "".join(text.replace("\u00ad", "").split())


def test_the_bytes_are_the_same_in_another_process() -> None:
    here = hashlib.sha256(b"".join(body for _, _, body, _ in demo.pages())).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima"}
    there = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here


def test_bytes_decode_in_the_declared_charset_or_its_superset() -> None:
    narrow = 0
    for url, headers, body, _ in demo.pages():
        assert headers == {"Content-Type": "text/html"}
        label = re.search(rb"charset=([\w-]+)", body)
        assert label, url
        body.decode({b"GB2312": "gb18030", b"UTF-8": "utf-8"}[label[1]])
        try:
            body.decode("gb2312")
        except UnicodeDecodeError:
            narrow += label[1] == b"GB2312"
        assert b"$" not in body, f"{url}: a placeholder was left over"
    assert narrow >= 10, "some pages declared GB2312 must hold letters outside it"


def test_pages_are_mostly_chrome_as_on_the_site() -> None:
    for url, _, body, _ in demo.pages():
        assert 18_000 < len(body) < 45_000, url


def as_printed(block: dict[str, Any]) -> str:
    """Return the text of a block with raised and lowered characters as the page has them."""
    text = block["text"]
    for mark in sorted(block["marks"], key=lambda each: -each["start"]):
        if mark["source"] is not None:
            text = text[: mark["start"]] + mark["source"] + text[mark["end"] :]
    return str(text)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_the_page_has_all_texts_of_the_truth_in_order(story: Story) -> None:
    record = demo.truth(story)
    for n in range(1, len(story.parts) + 1):
        encoding = "gb18030" if story.charset == "GB2312" else "utf-8"
        page = lxml.html.fromstring(demo.page(story, n).decode(encoding))
        shown = letters(page.text_content())
        for said in (record["headline"], record["kicker"], record["date_published_raw"], record["byline"]):
            assert not said or letters(said) in shown
        at = 0
        blocks = [block for block in record["blocks"] if block["part"] == n]
        if story.variant == "clear":
            blocks.sort(key=lambda block: block["type"] != "figure")
        for block in blocks:
            said = letters(as_printed(block))
            found = shown.find(said, at)
            assert found >= 0, block
            at = found + len(said)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_the_truth_is_consistent(story: Story) -> None:
    record = demo.truth(story)
    blocks = record["blocks"]
    assert record["text"] == "\n".join(
        block["text"] for block in blocks if block["type"] not in {"figure", "credit"}
    )
    for link in record["links"]:
        assert 0 <= link["start"] < link["end"] <= len(record["text"])
        assert link["url"].startswith("http")
    for image in record["image"]:
        assert blocks[image["position"]]["content_url"] == image["content_url"]
    for block in blocks:
        if block["type"] == "figure":
            assert block["text"] == (block["caption"] or "") + (block["credit_text"] or "")
        if block["rows"]:
            assert block["text"] == "\n".join("\t".join(row) for row in block["rows"])
    if story.byline_in_text:
        whole = "".join(block["text"] for block in blocks)
        assert record["byline"] in whole
    if record["dateline"]:
        assert record["text"].startswith(record["dateline"])
    for person in record["author"]:
        assert person["name"] in letters(record["byline"])


def test_parts_link_to_each_other() -> None:
    long = next(story for story in STORIES if len(story.parts) > 10)
    page = lxml.html.fromstring(demo.page(long, 9).decode("gb18030"))
    assert page.xpath("//div[contains(@class, 'zdfy')]/a/text()")[9] == "【10】"
    pictures = page.xpath("//*[@id='rwb_zw']//a[img[contains(@src, 'NMediaFile')]]/@href")
    assert pictures == [long.part_url(10)]
