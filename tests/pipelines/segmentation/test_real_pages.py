"""w3m's dumps of real pages, as GB2312 and as UTF-8, plain and segmented, give the articles of the HTML."""

import shutil
from pathlib import Path

import pytest
import rjieba

from bench.segmentation.character_widths import shown
from bench.segmentation.dump_against_page import in_charset
from kepu.records import Page
from pipelines.chrome import extract
from pipelines.segmentation.dumps.dump_article import article_from_dump

PAGES = sorted((Path(__file__).resolve().parents[3] / ".." / "shared" / "pages").glob("*.html"))
FIELDS = ("headline", "kicker", "alternative_headline", "date_published", "datetime_published", "dateline")

pytestmark = [
    pytest.mark.skipif(not PAGES, reason="the real pages lie in ../shared, which is not here"),
    pytest.mark.skipif(shutil.which("w3m") is None, reason="w3m is not installed"),
]


def segmented(dump: str) -> str:
    cut = rjieba.Jieba().cut
    return "\n".join(
        " ".join(token for piece in line.split(" ") if piece for token in cut(piece, True))
        for line in dump.split("\n")
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem[:12])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
@pytest.mark.parametrize("cut", [False, True], ids=["plain", "segmented"])
def test_the_dump_of_a_real_page_gives_the_article_of_its_html(path: Path, charset: str, cut: bool) -> None:
    html = path.read_bytes()
    body = in_charset(html, charset)
    page = extract(Page(body=body, url="http://kpzg.people.com.cn/n1/2024/0424/c404214-40223222.html"))
    dump = shown(body, charset)
    other = article_from_dump(Page(body=(segmented(dump) if cut else dump).encode(), path="dump.txt"))
    assert [getattr(other, name) for name in FIELDS] == [getattr(page, name) for name in FIELDS]
    assert (other.source and other.source.name) == (page.source and page.source.name)
    assert [editor.name for editor in other.editor] == [editor.name for editor in page.editor]
    assert len(other.text.split("\n")) == len(page.text.split("\n"))
