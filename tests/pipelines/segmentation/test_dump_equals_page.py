"""What is read from w3m's dump of a page is what the HTML gives: all layouts, plain and with a segmenter over it."""

import difflib
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache

import pytest
import rjieba

from demo.render import page as render
from demo.stories import Story, library
from kepu.records import Article, Page
from pipelines.chrome import extract
from pipelines.segmentation.dumps.dump_article import article_from_dump
from pipelines.segmentation.dumps.w3m import Ambiguous, displayed

pytestmark = pytest.mark.skipif(shutil.which("w3m") is None, reason="w3m is not installed")

PLAIN = {
    # A box of the page's, told from the text by its class alone.
    "rm_txt_zw/winter-birds": [
        "lines: [] | ['编者按', '本栏目每周请一位研究者回答读者来信，欢迎留言提问。']"
    ],
}
"""All that the dump of a page gives otherwise: what w3m does not show cannot be read from its dump."""
SEGMENTED = {
    **PLAIN,
    # Number and unit in a table's cell: nothing tells whether a space stood there.
    "rm_txt_zw/lunar-brick": [
        "line: '电炉\\t1100℃\\t98 MPa' | '电炉\\t1100℃\\t98MPa'",
        "line: '聚光\\t1200℃\\t12 MPa' | '聚光\\t1200℃\\t12MPa'",
        "line: '微波\\t1080℃\\t64 MPa' | '微波\\t1080℃\\t64MPa'",
    ],
}
"""The same once a segmenter went over the dump."""

EXACT = (
    "date_published",
    "datetime_published",
    "date_precision",
    "paper",
    "breadcrumb",
    "article_section",
    "editor",
)
AS_SHOWN = ("headline", "kicker", "alternative_headline", "date_published_raw", "dateline", "byline")


@cache
def by_w3m(slug: str) -> str:
    story = next(story for story in library() if story.slug == slug)
    command = ["w3m", "-dump", "-cols", "80", "-T", "text/html", "-O", "UTF-8"]
    return subprocess.run(command, input=render(story), capture_output=True, check=True).stdout.decode()


def segmented(dump: str) -> str:
    """The dump as a segmenter leaves it that cuts each line between white space: a stand-in for THULAC.

    Like THULAC it keeps full-width spaces.
    """
    cut = rjieba.Jieba().cut
    return "\n".join(
        " ".join(token for piece in line.split(" ") if piece for token in cut(piece, True))
        for line in dump.split("\n")
    )


@pytest.mark.parametrize("story", library(), ids=lambda story: story.slug)
def test_plain(story: Story) -> None:
    assert list(differences(story, by_w3m(story.slug))) == PLAIN.get(story.slug, [])


@pytest.mark.parametrize("story", library(), ids=lambda story: story.slug)
def test_with_a_segmenter_over_it(story: Story) -> None:
    assert list(differences(story, segmented(by_w3m(story.slug)))) == SEGMENTED.get(story.slug, [])


def differences(story: Story, dump: str) -> Iterator[str]:
    """Every difference between the article of a page and that of its dump that w3m or the segmenter does not make."""
    page = extract(Page(body=render(story), url=story.url))
    other = article_from_dump(Page(body=dump.encode(), path="dump.txt"))
    for name in EXACT:
        if getattr(page, name) != getattr(other, name):
            yield f"{name}: {getattr(page, name)!r} | {getattr(other, name)!r}"
    for name in AS_SHOWN:
        if not same(getattr(page, name), getattr(other, name)):
            yield f"{name}: {getattr(page, name)!r} | {getattr(other, name)!r}"
    if (page.source and page.source.name) != (other.source and other.source.name):
        yield f"source: {page.source} | {other.source}"
    # Where the white space between names is gone, or a letter of one, nobody can tell them apart.
    byline = page.byline or ""
    if not re.search(r"\s", byline) and all(map(in_gb2312, byline)) and page.author != other.author:
        yield f"author: {page.author} | {other.author}"
    yield from lines_apart(page, other)


def lines_apart(page: Article, other: Article) -> Iterator[str]:
    ours, theirs = page.text.split("\n"), other.text.split("\n")
    one = ["".join(shown(line).split())[:6] for line in ours]
    two = ["".join(read(line).split())[:6] for line in theirs]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind != "equal":
            yield f"lines: {ours[a:b]} | {theirs[c:d]}"
            continue
        for mine, its in zip(ours[a:b], theirs[c:d], strict=True):
            if not same(mine, its):
                yield f"line: {mine!r} | {its!r}"


def same(ours: str | None, theirs: str | None) -> bool:
    """Whether two texts are equal, but for what the channel takes away.

    w3m deletes spaces between wide characters and shows no-break spaces as spaces; a strict decoder of GB2312 damages
    a line from its first letter outside GB2312 on.
    """
    if not ours or not theirs:
        return ours == theirs
    one, two = shown(ours), read(theirs)
    lost = next((at for at, char in enumerate(one) if not in_gb2312(char)), None)
    return one == two if lost is None else one[:lost].rstrip() == two[:lost].rstrip()


def shown(text: str) -> str:
    return displayed(text.replace("\u00a0", " "), ambiguous=Ambiguous.WIDE)


def read(text: str) -> str:
    """A text of the dump without the signs in which w3m puts indices (`[1]`) and exponents (`^2`)."""
    return re.sub(r"\[(\w{1,3})\]", r"\1", displayed(text, ambiguous=Ambiguous.WIDE)).replace("^", "")


def in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return char == "\u00a0"
    return True
