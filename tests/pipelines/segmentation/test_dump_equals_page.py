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
    "rm_txt_zw/winter-birds": "a box of the page's is told from the text by its class alone",
    "rm_txt/seed-vault": "a lost letter ate the bracket that closes the byline",
}
"""Pages of which the dump gives something else, and why."""
SEGMENTED = {
    **PLAIN,
    "rm_txt_zw/lunar-brick": "number and unit in a table's cell: nothing tells whether a space stood there",
    "rwb/permafrost-road": "names without their spaces, one of them damaged, are no credit any more",
    "rwb/maglev": "names without their spaces, one of them damaged, are no byline any more",
    "p_content/solar-eclipse": "the segmenter took out a full-width space that the line's width still shows",
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


def stories(known: dict[str, str]) -> list[object]:
    return [
        pytest.param(
            story,
            id=story.slug,
            marks=[pytest.mark.xfail(reason=known[story.slug], strict=True)] if story.slug in known else [],
        )
        for story in library()
    ]


@cache
def by_w3m(slug: str) -> str:
    story = next(story for story in library() if story.slug == slug)
    command = ["w3m", "-dump", "-cols", "80", "-T", "text/html", "-O", "UTF-8"]
    return subprocess.run(command, input=render(story), capture_output=True, check=True).stdout.decode()


def segmented(dump: str) -> str:
    """The dump as a segmenter leaves it that cuts each line between white space: a stand-in for THULAC."""
    cut = rjieba.Jieba().cut
    return "\n".join(
        " ".join(token for piece in line.split(" ") if piece for token in cut(piece, True))
        for line in dump.split("\n")
    )


@pytest.mark.parametrize("story", stories(PLAIN))
def test_plain(story: Story) -> None:
    assert list(differences(story, by_w3m(story.slug), cut=False)) == []


@pytest.mark.parametrize("story", stories(SEGMENTED))
def test_with_a_segmenter_over_it(story: Story) -> None:
    assert list(differences(story, segmented(by_w3m(story.slug)), cut=True)) == []


def differences(story: Story, dump: str, *, cut: bool) -> Iterator[str]:
    """Every difference between the article of a page and that of its dump that w3m or the segmenter does not make."""
    page = extract(Page(body=render(story), url=story.url))
    other = article_from_dump(Page(body=dump.encode(), path="dump.txt"))
    for name in EXACT:
        if getattr(page, name) != getattr(other, name):
            yield f"{name}: {getattr(page, name)!r} | {getattr(other, name)!r}"
    for name in AS_SHOWN:
        if not same(getattr(page, name), getattr(other, name), cut=cut):
            yield f"{name}: {getattr(page, name)!r} | {getattr(other, name)!r}"
    if (page.source and page.source.name) != (other.source and other.source.name):
        yield f"source: {page.source} | {other.source}"
    # Where the white space between names is gone, or a letter of one, nobody can tell them apart.
    byline = page.byline or ""
    if not re.search(r"\s", byline) and all(map(in_gb2312, byline)) and page.author != other.author:
        yield f"author: {page.author} | {other.author}"
    yield from lines_apart(page, other, cut=cut)


def lines_apart(page: Article, other: Article, *, cut: bool) -> Iterator[str]:
    ours, theirs = page.text.split("\n"), other.text.split("\n")
    one = ["".join(shown(line).split())[:6] for line in ours]
    two = ["".join(read(line).split())[:6] for line in theirs]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind != "equal":
            yield f"lines: {ours[a:b]} | {theirs[c:d]}"
            continue
        for mine, its in zip(ours[a:b], theirs[c:d], strict=True):
            if not same(mine, its, cut=cut):
                yield f"line: {mine!r} | {its!r}"


def same(ours: str | None, theirs: str | None, *, cut: bool) -> bool:
    """Whether two texts are equal, but for what the channel takes away.

    w3m deletes spaces between wide characters and shows no-break spaces as spaces; a strict decoder of GB2312 damages
    a line from its first letter outside GB2312 on; a segmenter takes full-width spaces out.
    """
    if not ours or not theirs:
        return ours == theirs
    one, two = shown(ours, cut=cut), read(theirs)
    lost = next((at for at, char in enumerate(one) if not in_gb2312(char)), None)
    return one == two if lost is None else one[:lost].rstrip() == two[:lost].rstrip()


def shown(text: str, *, cut: bool = False) -> str:
    text = text.replace("\u00a0", " ")
    return displayed(text.replace("\u3000", " ") if cut else text, ambiguous=Ambiguous.WIDE)


def read(text: str) -> str:
    """A text of the dump without the signs in which w3m puts indices (`[1]`) and exponents (`^2`)."""
    return re.sub(r"\[(\w{1,3})\]", r"\1", displayed(text, ambiguous=Ambiguous.WIDE)).replace("^", "")


def in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return char == "\u00a0"
    return True
