"""Compare the articles extracted from w3m's dumps of pages with those extracted from the HTML.

    python -m bench.segmentation.dump_against_page [--show]

prints a table: for the replica's pages, the page cases of the tests and the real pages in ../shared, how many dumps
give the same fields and lines as the HTML. Pages are encoded in UTF-8 and in GB2312, and dumps are taken as w3m writes
them, and segmented by THULAC (by rjieba if the extra is missing). `--show` prints each difference. It needs w3m.
"""

import difflib
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import rjieba

from bench.segmentation.character_widths import shown as by_w3m
from demo.render import page as render
from demo.stories import library
from kepu.records import Article, Page
from pipelines.chrome import extract
from pipelines.refusals import Refused
from pipelines.segmentation.dumps.dump_article import article_from_dump
from pipelines.segmentation.dumps.w3m import Ambiguous, displayed

ROOT = Path(__file__).resolve().parents[2]
CASES = ("artDet", "p_content", "picture", "rm_txt", "rm_txt_zw", "rwb", "table", "text_c")
"""The layouts whose page cases are used; other folders of cases have pages that are broken on purpose."""
URL = "http://kpzg.people.com.cn/n1/2024/0424/c404214-40223222.html"

EXACT = (
    "date_published",
    "datetime_published",
    "date_precision",
    "paper",
)
AS_SHOWN = ("headline", "kicker", "alternative_headline", "date_published_raw", "dateline", "byline")


def segmented(dump: str, cut: Callable[[str], list[str]] | None = None) -> str:
    """Return a dump segmented by `cut`, by default rjieba, between the white space of each line.

    As with THULAC, full-width spaces are kept.
    """
    cut = cut or _rjieba()
    return "\n".join(
        " ".join(token for piece in line.split(" ") if piece for token in cut(piece))
        for line in dump.split("\n")
    )


@cache
def _rjieba() -> Callable[[str], list[str]]:
    model = rjieba.Jieba()
    return lambda piece: list(model.cut(piece, True))


def differences(page: Article, dump: str, *, damaged: bool = True) -> Iterator[str]:
    """Yield the differences between the articles of a page and of its dump that w3m and the segmenter do not explain.

    `damaged` is whether the page was in GB2312, in which w3m damages lines from the first character of GBK on.
    """
    other = article_from_dump(Page(body=dump.encode(), path="dump.txt"))
    for name in EXACT:
        if getattr(page, name) != getattr(other, name):
            yield f"{name}: {getattr(page, name)!r} | {getattr(other, name)!r}"
    # A breadcrumb of only the home page may be the site's logo, and a section may be in the meta tags: dumps lack both.
    if len(page.breadcrumb) > 1 and (page.breadcrumb, page.article_section) != (
        other.breadcrumb,
        other.article_section,
    ):
        yield f"breadcrumb: {page.breadcrumb} | {other.breadcrumb}"
    editors = "".join(editor.name for editor in page.editor)
    if not (damaged and not all(map(in_gb2312, editors))) and page.editor != other.editor:
        yield f"editor: {page.editor} | {other.editor}"
    for name in AS_SHOWN:
        if not same(getattr(page, name), getattr(other, name), damaged=damaged):
            yield f"{name}: {getattr(page, name)!r} | {getattr(other, name)!r}"
    if (page.source and page.source.name) != (other.source and other.source.name):
        yield f"source: {page.source} | {other.source}"
    # Names cannot be separated if the white space between them, or a character of one, is missing.
    byline = page.byline or ""
    if not re.search(r"\s", byline) and all(map(in_gb2312, byline)) and page.author != other.author:
        yield f"author: {page.author} | {other.author}"
    yield from lines_apart(page, other, damaged=damaged)


def lines_apart(page: Article, other: Article, *, damaged: bool) -> Iterator[str]:
    """Yield the lines that only one of the articles has, and those that differ."""
    ours, theirs = page.text.split("\n"), other.text.split("\n")
    one = ["".join(_kept(line, damaged).split())[:6] for line in ours]
    two = ["".join(shown(line).split())[:6] for line in theirs]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind != "equal":
            yield f"lines: {ours[a:b]} | {theirs[c:d]}"
            continue
        for mine, its in zip(ours[a:b], theirs[c:d], strict=True):
            if not same(mine, its, damaged=damaged):
                yield f"line: {mine!r} | {its!r}"


def same(ours: str | None, theirs: str | None, *, damaged: bool) -> bool:
    """Return whether two texts are equal except for what a dump loses.

    w3m deletes spaces between wide characters, and shows no-break spaces as spaces. A strict decoder of GB2312 damages
    a line from its first character outside GB2312 on.
    """
    if not ours or not theirs:
        return ours == theirs
    one, two = _kept(ours, damaged), shown(theirs)
    return one == two if len(one) == len(shown(ours)) else one.rstrip() == two[: len(one)].rstrip()


def _kept(text: str, damaged: bool) -> str:
    """Return a text as w3m shows it; with `damaged`, only up to its first character outside GB2312."""
    text = shown(text)
    lost = next((at for at, char in enumerate(text) if damaged and not in_gb2312(char)), None)
    return text[:lost]


def shown(text: str) -> str:
    """Return a text as w3m shows it, without the marks of indices (`[1]`) and exponents (`^2`)."""
    text = displayed(text.replace("\u00a0", " "), ambiguous=Ambiguous.WIDE)
    return re.sub(r"\[(\w{1,3})\]", r"\1", text).replace("^", "")


def in_gb2312(char: str) -> bool:
    """Return whether a character is in GB2312."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return char == "\u00a0"
    return True


def in_charset(html: bytes, charset: str) -> bytes:
    """Return a page as a server sends it in this charset."""
    try:
        text = html.decode()
    except UnicodeDecodeError:
        text = html.decode("gb18030")
    # Python's codec gb2312 has U+2015 for the site's dash, which servers do not send.
    text = text.replace("\u2015", "\u2014").replace("\u30fb", "\u00b7")
    text = re.sub(r"charset=[\"']?[-\w]+", f"charset={charset}", text, count=1)
    return text.encode("gb18030" if charset == "gb2312" else charset)


def known_pages() -> Iterator[tuple[str, str, bytes, str]]:
    """Yield (source, name, bytes, URL) of each page."""
    for story in library():
        yield "replica", story.slug, render(story), story.url
    for layout in CASES:
        for body in sorted((ROOT / "tests" / "pages" / layout).glob("*/body.html")):
            yield "page cases", f"{layout}/{body.parent.name}", body.read_bytes(), URL
    for body in sorted((ROOT / ".." / "shared" / "pages").glob("*.html")):
        yield "real pages", body.stem, body.read_bytes(), URL


def _thulac() -> Callable[[str], list[str]] | None:
    if not find_spec("thulac"):
        return None
    from bench.segmentation.site_pages import thulac_cut

    return lambda piece: thulac_cut()(piece).split(" ")


def main(arguments: list[str]) -> None:
    """Print the table."""
    counts: dict[str, dict[str, list[bool]]] = {}
    cut = _thulac()
    for source, name, html, url in known_pages():
        for charset in ("utf-8", "gb2312"):
            body = in_charset(html, charset)
            page = extract(Page(body=body, url=url))
            dump = by_w3m(body, charset)
            for form, text in (("plain", dump), ("segmented", segmented(dump, cut))):
                try:
                    found = list(differences(page, text, damaged=charset == "gb2312"))
                except Refused as refused:
                    found = [f"refused: {refused}"]
                if found and "--show" in arguments:
                    print(f"{name}, {charset}, {form}:", *found, sep="\n  ")
                counts.setdefault(source, {}).setdefault(f"{charset}, {form}", []).append(not found)
    columns = list(next(iter(counts.values())))
    print("| pages | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    for source, cells in counts.items():
        print(
            f"| {source} | " + " | ".join(f"{sum(right)} of {len(right)}" for right in cells.values()) + " |"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
