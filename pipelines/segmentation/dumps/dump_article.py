"""A text dump to an Article: the white space undone, the article found inside the site's chrome, its fields read."""

import codecs
import hashlib
import re
from collections import Counter
from dataclasses import astuple, dataclass, field, replace
from itertools import pairwise

from kepu import urls
from kepu.messages import Text
from kepu.records import Article, Author, Editor, Image, LostLetter, Page, Part, Provenance, Source
from kepu.records import Normalizer as NormalizerInfo
from pipelines.chrome import drift_warnings
from pipelines.chrome.body import blocks
from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.excluded import letters_in
from pipelines.chrome.extract_article import EXTRACTOR_VERSION
from pipelines.chrome.fields import dateline_byline
from pipelines.chrome.fields.bylines import authors_of, contributors_of, is_editor_line, parse_editors
from pipelines.chrome.fields.dates import Published, parse_paper, parse_time
from pipelines.chrome.page_checks import MAX_BYTES
from pipelines.refusals import NotAnArticle, NotText
from pipelines.segmentation.dumps import dump_account, dump_columns
from pipelines.segmentation.dumps.drawn_marks import undo
from pipelines.segmentation.dumps.dump_body_lines import article_lines
from pipelines.segmentation.dumps.dump_header import (
    DumpHeader,
    is_halved,
    parted_names,
    read_breadcrumb,
    read_header,
)
from pipelines.segmentation.dumps.lexicon import Lexicon
from pipelines.segmentation.dumps.lost_letters import find_damage
from pipelines.segmentation.dumps.page_style import House
from pipelines.segmentation.dumps.program_forms import plain_form
from pipelines.segmentation.dumps.restore_paragraphs import (
    VERSION,
    DumpBlock,
    normalize,
    shares_of_certificates,
    worst_certificate,
)
from pipelines.segmentation.dumps.segmenter_detection import is_segmented

BASE = "http://dump.invalid/"
"""A picture in a dump has a name and no address; blocks are built with this one, which then goes."""

HOUSE = House(spaced=-12.0, airy=True)
"""The site puts no spaces between Han and Latin, and parts its paragraphs."""

SHORTEST = 10
"""Letters that an article has at least, in a headline and a body."""

BODY_ENDS = re.compile(
    r"分享让更多人看到.*|客户端下载|推荐阅读|热门排行|相关(?:新闻|阅读|专题|报道)|扫码阅读手机版|微信扫一扫.*|人民日报社概况.*"
    r"|上一页下一页|人民网.{0,6}版权所有.*|返回顶部|广告|(?:本网|版权|免责|特别)声明[:：].*|我要(?:评论|留言)|留言|相关链接"
)
"""Lines, without white space, that stand behind an article where its editors' line is missing."""

NEAR = 5
"""How many blocks behind the text the editors' line may stand."""


@dataclass(slots=True)
class Region:
    """Where in the dump's blocks the parts of the article stand."""

    above: list[DumpBlock]
    """The chrome above."""
    before: list[DumpBlock]
    """Between the chrome above and the line with the time."""
    time: DumpBlock
    published: Published
    body: list[DumpBlock]
    editors: list[DumpBlock] = field(default_factory=list)
    after: list[DumpBlock] = field(default_factory=list)


def article_from_dump(page: Page, lexicon: Lexicon | None = None) -> Article:
    """The article of a text dump: what its HTML page would give, without links, addresses, node and keywords.

    Bytes are UTF-8, or else GB18030. The text's white space is undone (`pipelines.segmentation`), whether a word
    segmenter went over the dump or not; the weakest certificate of its blocks stands in the provenance. A byline
    that lost letters to a GB2312 decoder is kept as it is, with the warning `byline_damaged`, and the names that are
    whole become authors. `lexicon` is what `segmentation.lexicon.learn` made of clean texts. Raises `NotText` and
    `NotAnArticle`, and nothing else.
    """
    text, charset, replaced = decode_dump(page.body)
    name = page.path or page.url or "dump"
    if not text.strip() or "\0" in text or len(page.body) > MAX_BYTES:
        raise NotText(name, Text("neither a page nor a dump"))
    form = plain_form(text)
    found = normalize(dump_columns.main_column(form.text), lexicon, replace(HOUSE, airy=form.airy))
    region = find_region(found)
    if region and is_segmented(form.text):
        region.published = replace(region.published, raw="".join(region.published.raw.split()))
    if region is None:
        raise NotAnArticle(name, Text("no line with a time and a source, and so no article, in this dump"))
    told = "".join(block.text for block in region.body)
    header = read_header(region.before, region.time.text, _elsewhere(region), told)
    if header.headline is None or sum(len(block.text) for block in region.body) < SHORTEST:
        raise NotAnArticle(name, Text("no headline or no text beside the time in this dump"))
    article, dropped = _article(page, region, header, charset, replaced)
    article.warnings += ["form_lossy"] * form.lossy
    page.account = dump_account.account_of(
        article,
        text,
        region.before,
        region.time,
        region.body,
        region.editors,
        dropped,
        (region.above, region.after),
    )
    return article


def decode_dump(body: bytes) -> tuple[str, str, int]:
    """The text of a dump, the charset (`utf-8`, or else `gb18030`), and how many U+FFFD stand for broken bytes."""
    if utf16 := utf16_of(body):
        text = body.decode(utf16, errors="replace").removeprefix("\ufeff")
        return text, utf16, text.count("\ufffd")
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8"), "utf-8", 0
    except UnicodeDecodeError:
        text = body.decode("gb18030", errors="replace")
        return text, "gb18030", text.count("\ufffd")


def utf16_of(body: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` if the bytes are a text in it, by its mark or by how often each half is 0."""
    if body.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if body.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    head = body[:4096]
    low, high = head[::2].count(0), head[1::2].count(0)
    if len(head) < 16 or max(low, high) * 40 < len(head) or max(low, high) < 4 * min(low, high):
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def find_region(found: list[DumpBlock]) -> Region | None:
    """The article among the blocks of a dump: it stands round the first line that has a time and names its source."""
    at = next((i for i, block in enumerate(found) if time_of(block)), None)
    published = time_of(found[at]) if at is not None else None
    if at is None or published is None:
        return None
    first = header_start(found, at)
    start = at + 1
    end = next((header_start(found, i) for i in range(start, len(found)) if time_of(found[i])), len(found))
    end = max(start, end)
    last = body_end(found, start, end)
    nearby = found[last : min(last + NEAR, end)]
    behind = last + max((i + 1 for i, each in enumerate(nearby) if is_editor_line(_bare(each))), default=0)
    return Region(
        found[:first],
        found[first:at],
        found[at],
        published,
        found[start:last],
        found[last:behind],
        found[behind:],
    )


def time_of(block: DumpBlock) -> Published | None:
    """The time of a line that has one and names its source; None of any other."""
    if block.mark or len(block.text) > 120 or block.text.count("|||") > 1:
        return None
    if "来源" not in block.text and "|" not in block.text and not _OLD_TIME.fullmatch(block.text.strip()):
        return None
    return parse_time(block.text)


_OLD_TIME = re.compile("人民网\\s*[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日\\s*[0-9]{1,2}[:：][0-9]{2}")
"""The line of pages of 2003 and before: the site's name and the time."""
LONGEST_TITLE = 90
"""Letters of the longest title."""
SENTENCE_ENDS = ("。", "；", "：", "，")


def header_start(found: list[DumpBlock], at: int) -> int:
    """Where the header begins whose time is at this place: behind the chrome, or behind another article's text."""
    several = Counter(block.group for block in found)
    # Below a breadcrumb the header may begin without a blank line, and a title may have two lines.
    own = {found[at].group} | {block.group for block in found if _CRUMB.search(block.text)}
    own |= {one.group for one, two in pairwise(found) if is_halved(one, two) and several[one.group] == 2}
    first = _above_chrome(found, at, several, own)
    if first < at or not at:
        return first
    # The lines of the title may be parted by line ends alone, as items of a menu are.
    title = [i for i in range(max(0, at - MOST_TITLE_LINES), at) if found[i].group == found[at - 1].group]
    parted = several[found[at - 1].group] <= MOST_TITLE_LINES and not any(_is_above(found[i]) for i in title)
    return title[0] if parted and " " not in "".join(found[i].text for i in title) else at


def _above_chrome(found: list[DumpBlock], at: int, several: Counter[int], own: set[int]) -> int:
    first = at
    while first and at - first < MOST_HEADER_LINES:
        block = found[first - 1]
        crowded = (several[block.group] > 1 or block.ragged) and block.group not in own
        if _is_above(block) or crowded or is_editor_line(_bare(block)) or _bare(block) in SITE_NAMES:
            break
        halved = first < at and is_halved(block, found[first])
        if len(block.text) > LONGEST_TITLE or (block.text.endswith(SENTENCE_ENDS) and not halved):
            break
        first -= 1
    return first


MOST_HEADER_LINES, MOST_TITLE_LINES = 6, 3
SITE_NAMES = ("人民网", "人民网首页")
"""What stands alone where the page has the site's logo."""
PROSE = 14
"""Letters of a sentence that shows that the text goes on."""


def _is_sentence(block: DumpBlock) -> bool:
    return not block.mark and len(block.text) > PROSE and block.text[-1] in "。！？”"


def body_end(found: list[DumpBlock], start: int, end: int) -> int:
    """Where the body ends: at the editors' line, or else at the first line of the chrome with no prose behind it."""
    behind = [i for i in range(start, end) if _is_behind(found[i])]
    editors = next((i for i in behind if is_editor_line(_bare(found[i]))), None)
    for i in behind:
        upto = editors if editors is not None else min(end, i + 1 + NEAR)
        if not any(map(_is_sentence, found[i + 1 : upto])):
            return i
    return end


_CRUMB = re.compile(">>|＞＞|^首页 ?[\u4e00-\u9fff]{2,4}$")
_FORM = re.compile(r"\]\s*\[|\[\s*\]")


def _is_above(block: DumpBlock) -> bool:
    """Whether a block above the time is no part of the header: marks, pictures, the breadcrumb, forms."""
    if block.mark or block.role == "image":
        return True
    return _CRUMB.search(block.text) is not None or _FORM.search(block.text) is not None


def _is_behind(block: DumpBlock) -> bool:
    bare = "".join(block.text.split())
    return is_editor_line(_bare(block)) or BODY_ENDS.fullmatch(bare) is not None


def _bare(block: DumpBlock) -> str:
    return block.text.strip()


def _elsewhere(region: Region) -> list[DumpBlock]:
    """The blocks in which a page repeats its headline: not the breadcrumb, which may name a column."""
    return [block for block in [*region.above, *region.after] if not _CRUMB.search(block.text)]


def _article(
    page: Page, region: Region, header: DumpHeader, charset: str, replaced: int
) -> tuple[Article, list[BodyLine]]:
    """Return the article, and the lines of its body that were left out."""
    payload = hashlib.sha256(page.body).hexdigest()
    own = urls.parse(page.url) if page.url else None
    article = Article(
        id=own.key if own else f"file/{payload[:16]}",
        url=own.canonical if own else page.url,
        url_requested=page.url_requested,
        headline=header.headline,
        kicker=header.kicker,
        alternative_headline=header.alternative_headline,
        date_published=region.published.day.isoformat(),
        datetime_published=region.published.moment,
        date_published_raw=region.published.raw,
        date_precision=region.published.precision,
        date_source="page",
        source=Source(header.source) if header.source else None,
        parts=[Part(page.part, own.canonical if own else page.url, payload)],
        node=own.node if own else None,
    )
    article.breadcrumb = (
        read_breadcrumb(region.above)
        or ([_bare(region.above[-1])] if region.above and _bare(region.above[-1]) in SITE_NAMES[:1] else [])
        or read_breadcrumb(region.after)
    )
    article.article_section = article.breadcrumb[-1] if len(article.breadcrumb) > 1 else None
    dropped = _fill_body(article, region)
    _fill_people(article, region, header)
    told = [*region.before, *region.body]
    article.provenance = Provenance(
        run=page.run,
        fetched_at=page.fetched_at,
        charset_used=charset,
        decode_replacements=replaced,
        payload_sha256=payload,
        path=page.path,
        discovered_via=page.discovered_via,
        layout="dump",
        extractor_version=EXTRACTOR_VERSION,
        normalizer=NormalizerInfo(
            VERSION,
            worst_certificate(told),
            lost_letters(article.byline or ""),
            shares_of_certificates(told),
            thulac=any(block.thulac for block in told),
        ),
    )
    article.warnings += ["marks_in_doubt"] * any(undo(block.text.strip())[2] for block in region.body)
    article.warnings += ["lossy_decode"] * bool(replaced) + drift_warnings.warnings_of(article, None)
    article.warnings = list(dict.fromkeys(article.warnings))
    return article, dropped


def _fill_body(article: Article, region: Region) -> list[BodyLine]:
    """Fill in the body; return the lines that were left out of it."""
    lines, dropped = article_lines(region.body)
    pieces = blocks.build(lines, 1, BASE)
    article.blocks = [block for block, _ in pieces]
    article.text, _ = blocks.join_text(pieces, BASE)
    article.char_count = letters_in(article.text)
    for position, block in enumerate(article.blocks):
        if block.type == "figure":
            block.content_url = None
            article.image.append(Image(None, block.caption, block.credit_text, position=position))
    return dropped


def lost_letters(byline: str) -> list[LostLetter]:
    """Return the places of a byline where a letter may have been lost, each with what it may have been."""
    return [LostLetter(*astuple(place)) for place in find_damage(byline)]


def _fill_people(article: Article, region: Region, header: DumpHeader) -> None:
    article.dateline = dateline_byline.find_dateline(article.blocks)
    article.byline, article.author = header.byline, header.authors
    article.warnings += ["byline_guessed"] * header.guessed
    if article.byline is None:
        article.byline, article.author, damaged = dateline_byline.find_byline(article.blocks)
        article.warnings += ["byline_damaged"] * damaged
    if article.byline is None:
        article.byline = _damaged_tail(article)
        article.author = authors_of(article.byline or "")
    closing = [block.text for block in article.blocks if block.type == "credit"]
    for text in [header.byline or "", *closing]:
        article.contributor += [each for each in contributors_of(text) if each not in article.contributor]
    damage = find_damage(article.byline or "")
    if article.byline and damage:
        article.warnings.append("byline_damaged")
        article.author = [person for person in article.author if _is_whole(person, article.byline)]
    article.editor = [
        editor
        for block in region.editors
        if is_editor_line(_bare(block))
        for editor in _editors_of(block.text)
    ]
    for block in [*region.body[-3:], *region.editors, *region.after[:8]]:
        article.paper = article.paper or parse_paper(block.text)


def _editors_of(line: str) -> list[Editor]:
    """The editors of a line; where nothing parts their names, they are parted by surnames and lengths."""
    found = parse_editors(line)
    if any(len(each.name) > LONGEST_NAME and "·" not in each.name for each in found) or not found:
        glued = re.split("[：:]", line)[-1].strip("（）()[]【】 \u3000\u00a0")
        found = [Editor(name) for name in parted_names(glued)] or found
    return found


LONGEST_NAME = 3
"""Letters of a name that is hardly ever two."""

_OPEN_TAIL = re.compile("[（(]((?:[\u4e00-\u9fff]{0,8}?)(?:记者|通讯员)[^（）()]{2,40})$")


def _damaged_tail(article: Article) -> str | None:
    """The byline at the text's end of which a lost letter took the closing bracket with it, if there is one."""
    tails = (_OPEN_TAIL.search(block.text) for block in article.blocks[-NEAR:])
    return next((tail[1] for tail in tails if tail and find_damage(tail[1])), None)


def _is_whole(person: Author, byline: str) -> bool:
    """Whether nothing was lost in a name or right behind it."""
    at = byline.find(person.name)
    behind = byline[at : at + len(person.name) + 2]
    return at >= 0 and not find_damage(behind)
