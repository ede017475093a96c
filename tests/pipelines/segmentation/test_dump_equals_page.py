"""w3m's dump of a page, plain or segmented, gives the same article as the HTML, for all layouts."""

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
"""The known differences by page: w3m does not show everything that the HTML has."""
SEGMENTED = {
    **PLAIN,
    # Number and unit in a table's cell: nothing tells whether a space stood there.
    "rm_txt_zw/lunar-brick": [
        "line: '电炉\\t1100℃\\t98 MPa' | '电炉\\t1100℃\\t98MPa'",
        "line: '聚光\\t1200℃\\t12 MPa' | '聚光\\t1200℃\\t12MPa'",
        "line: '微波\\t1080℃\\t64 MPa' | '微波\\t1080℃\\t64MPa'",
    ],
}
"""The known differences if a segmenter processed the dump."""


@cache
def by_w3m(slug: str) -> str:
    story = next(story for story in library() if story.slug == slug)
    command = ["w3m", "-dump", "-cols", "80", "-T", "text/html", "-O", "UTF-8"]
    return subprocess.run(command, input=render(story), capture_output=True, check=True).stdout.decode()


def article_of(story: Story) -> Article:
    return extract(Page(body=render(story), url=story.url))


@pytest.mark.parametrize("story", library(), ids=lambda story: story.slug)
def test_the_dump_of_a_page_gives_the_article_of_its_html(story: Story) -> None:
    assert list(differences(article_of(story), by_w3m(story.slug))) == PLAIN.get(story.slug, [])


@pytest.mark.parametrize("story", library(), ids=lambda story: story.slug)
def test_the_segmented_dump_of_a_page_gives_the_article_of_its_html(story: Story) -> None:
    assert list(differences(article_of(story), segmented(by_w3m(story.slug)))) == SEGMENTED.get(
        story.slug, []
    )
