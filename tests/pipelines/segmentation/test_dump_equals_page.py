"""What is read from w3m's dump of a page is what the HTML gives: all layouts, plain and with a segmenter over it."""

import shutil
import subprocess
from functools import cache

import pytest

from bench.segmentation.dump_against_page import differences, segmented
from demo.render import page as render
from demo.stories import Story, library
from kepu.records import Article, Page
from pipelines.chrome import extract

pytestmark = pytest.mark.skipif(shutil.which("w3m") is None, reason="w3m is not installed")

PLAIN: dict[str, list[str]] = {}
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


@cache
def by_w3m(slug: str) -> str:
    story = next(story for story in library() if story.slug == slug)
    command = ["w3m", "-dump", "-cols", "80", "-T", "text/html", "-O", "UTF-8"]
    return subprocess.run(command, input=render(story), capture_output=True, check=True).stdout.decode()


def article_of(story: Story) -> Article:
    return extract(Page(body=render(story), url=story.url))


@pytest.mark.parametrize("story", library(), ids=lambda story: story.slug)
def test_plain(story: Story) -> None:
    assert list(differences(article_of(story), by_w3m(story.slug))) == PLAIN.get(story.slug, [])


@pytest.mark.parametrize("story", library(), ids=lambda story: story.slug)
def test_with_a_segmenter_over_it(story: Story) -> None:
    assert list(differences(article_of(story), segmented(by_w3m(story.slug)))) == SEGMENTED.get(
        story.slug, []
    )
