"""Mutated and hostile pages give an article or a refusal, in bounded time and memory (faults 10, 22).

Time is CPU time, because the machines that run campaigns are also used for other work.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import demo
from kepu.records import Article, Page
from pipelines.chrome import extract
from pipelines.chrome.page_checks import MAX_BYTES
from pipelines.refusals import Refused
from tests.pipelines.chrome.mutate import mutated

URL = "http://kpzg.people.com.cn/n1/2026/1119/c404214-40841207.html"
BODIES = [body for _, _, body, _ in demo.pages()]
RM_TXT = next(body for body in BODIES if b'<div id="rm_txt_zw">' in body)
PLACE = RM_TXT.index(b'<div id="rm_txt_zw">') + len(b'<div id="rm_txt_zw">')


def outcome(body: bytes, url: str | None = URL) -> Article | str:
    """Return the article, checked, or the code of the refusal."""
    try:
        article = extract(Page(body=body, url=url))
    except Refused as refusal:
        return refusal.code
    assert article.id
    assert article.text == "\n".join(
        block.text for block in article.blocks if block.type not in ("figure", "credit")
    )
    assert all(0 <= link.start < link.end <= len(article.text) for link in article.links)
    assert all(
        article.blocks[image.position or 0].content_url == image.content_url for image in article.image
    )
    return article


@pytest.mark.parametrize("seed", range(150))
def test_mutated_pages(seed: int) -> None:
    outcome(mutated(seed, BODIES), URL if seed % 2 else None)


HOSTILE = {
    "nested": b"<div>" * 100_000,
    "nested inline": b"<b>" * 100_000,
    "nested tables": b"<table><tr><td>" * 30_000,
    "nested lists": b"<ul><li>x" * 50_000,
    "attributes": b"<p " + b" ".join(b"a%d" % n for n in range(200_000)) + b">",
    "attributes with signs": b"<p " + b'a="<>" ' * 100_000 + b">",
    "one class of many words": b'<p class="' + b"a " * 300_000 + b'">',
    "paragraphs": b"<p>" * 400_000,
    "line ends": b"<br>x" * 250_000,
    "pictures": b"<img src=a>" * 100_000,
    "links": b"<a href=/x>y</a>" * 80_000,
    "items": b"<ul>" + b"<li>x" * 250_000,
    "rows": b"<table>" + b"<tr><td>x<td>y" * 90_000,
    "lines of pre": b"<pre>" + b"x\n" * 700_000,
    "line ends as references": b"<pre>" + b"x&#10;" * 200_000,
    "entities": b"&lt;" * 300_000,
    "entity bomb": b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>' + b"&c;" * 100_000,
    "script": b'<script>showPlayer({"src":"' + b"x" * 1_000_000,
    "nul": b"\0" * 100_000,
    "names": ("<p>（记者" + "方　" * 100_000 + "）</p>").encode(),
    "roles": ("<p>（" + "记者" * 100_000 + "）</p>").encode(),
    "captions": ("<p><img src=/a.jpg></p><p align=center>" + "张三、" * 60 + "摄</p>").encode() * 1_500,
    "datelines": ("<p>" + "北京社报" * 80_000 + "1月1日</p>").encode(),
}


def test_50_mb_of_one_tag() -> None:
    assert outcome(b"<div " + b"a" * 50_000_000) == "too_large"
    assert outcome(RM_TXT[:PLACE] + b"<p>" * 17_000_000) == "too_large"
    assert outcome(b"<" * (MAX_BYTES + 1)) == "too_large"


@pytest.mark.parametrize(
    "name", ["nested", "attributes", "line ends", "lines of pre", "entity bomb", "nul", "names", "roles"]
)
def test_hostile_pages(name: str) -> None:
    outcome(RM_TXT[:PLACE] + HOSTILE[name] + RM_TXT[PLACE:])


def test_scripts_and_addresses_out_of_bounds() -> None:
    article = outcome(
        RM_TXT[:PLACE]
        + b'<p><script>alert(1)</script>x<a href="javascript:alert(1)">y</a></p><p><img src="file:///etc/passwd"></p>'
        + b'<p><img src="/../../../NMediaFile/a.jpg"></p>'
        + RM_TXT[PLACE:]
    )
    assert isinstance(article, Article)
    assert article.blocks[0].text == "xy"
    assert article.blocks[1].content_url == "http://kpzg.people.com.cn/NMediaFile/a.jpg"
    assert all(link.url.startswith("http") for link in article.links)
    assert "alert" not in article.text


@contextmanager
def in_bounds(what: object = "") -> Iterator[None]:
    """Fail if the block takes more than 5 s of CPU, or 400 MB more memory than the process had before."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
    before, start = peak_kb(), time.process_time()
    yield
    assert time.process_time() - start <= 5, what
    assert peak_kb() - before <= 400_000, what


def peak_kb() -> int:
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
    return int(line.split()[1])


@pytest.mark.campaign
@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_page_in_bounds(name: str) -> None:
    with in_bounds():
        outcome(RM_TXT[:PLACE] + HOSTILE[name] + RM_TXT[PLACE:])


@pytest.mark.campaign
@pytest.mark.parametrize("thousand", range(20))
def test_20_000_mutated_pages(thousand: int) -> None:
    for seed in range(1000 * thousand, 1000 * (thousand + 1)):
        with in_bounds(seed):
            outcome(mutated(seed, BODIES), URL if seed % 2 else None)
