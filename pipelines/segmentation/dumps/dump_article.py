"""A text dump to an Article: the white space undone, the article found inside the site's chrome, its fields read."""

import codecs
import hashlib
import re
from dataclasses import astuple, replace

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
from pipelines.chrome.fields.dates import parse_paper
from pipelines.chrome.page_checks import MAX_BYTES
from pipelines.refusals import NotAnArticle, NotText, TooLarge
from pipelines.segmentation.dumps import dump_account, dump_columns
from pipelines.segmentation.dumps.block_places import is_sentence
from pipelines.segmentation.dumps.drawn_marks import undo
from pipelines.segmentation.dumps.dump_body_lines import article_lines
from pipelines.segmentation.dumps.dump_header import (
    DumpHeader,
    read_breadcrumb,
    read_header,
    read_people,
)
from pipelines.segmentation.dumps.dump_names import is_byline, parted_names
from pipelines.segmentation.dumps.dump_region import NEAR, SITE_NAMES, Region, bare, elsewhere, find_region
from pipelines.segmentation.dumps.lexicon import Lexicon
from pipelines.segmentation.dumps.lost_letters import find_damage
from pipelines.segmentation.dumps.page_style import House
from pipelines.segmentation.dumps.program_forms import plain_form
from pipelines.segmentation.dumps.restore_paragraphs import (
    VERSION,
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


def article_from_dump(page: Page, lexicon: Lexicon | None = None) -> Article:
    """The article of a text dump: what its HTML page would give, without links, addresses, node and keywords.

    Bytes are UTF-8, or else GB18030. The text's white space is undone (`pipelines.segmentation`), whether a word
    segmenter went over the dump or not; the weakest certificate of its blocks stands in the provenance. A byline
    that lost letters to a GB2312 decoder is kept as it is, with the warning `byline_damaged`, and the names that are
    whole become authors. `lexicon` is what `segmentation.lexicon.learn` made of clean texts. Raises `NotText`,
    `TooLarge` and `NotAnArticle`, and nothing else.
    """
    name = page.path or page.url or "dump"
    if len(page.body) > MAX_BYTES:
        raise TooLarge(name, Text("{n:,} bytes, over {most:,}", n=len(page.body), most=MAX_BYTES))
    text, charset, replaced = decode_dump(page.body)
    if not text.strip():
        raise NotText(name, Text("the file is empty"))
    if "\0" in text:
        raise NotText(name, Text("neither a page nor a dump"))
    form = plain_form(text)
    found = normalize(dump_columns.main_column(form.text), lexicon, replace(HOUSE, airy=form.airy))
    region = find_region(found)
    segmented = is_segmented(form.text)
    if region and segmented:
        region.published = replace(region.published, raw=_time_without_cuts(region.published.raw))
    if region is None:
        raise NotAnArticle(name, Text("no line with a time and a source, and so no article, in this dump"))
    told = "".join(block.text for block in region.body)
    crumb = region.above[-1].group if region.above else -1
    header = read_header(region.before, region.time, elsewhere(region), told, crumb, halves=not form.name)
    if segmented and header.source:
        header.source = re.sub(r"\s*([-－—])\s*", r"\1", header.source)
    if header.byline is None:
        _take_line_of_author(region, header)
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


def _time_without_cuts(raw: str) -> str:
    """A time without a segmenter's cuts: a space stays where digits would meet, and beside a weekday."""
    raw = "".join(raw.split())
    raw = re.sub(r"([12]\d{3}[-./]\d{1,2}[-./]\d{2})(?=\d{1,2}[:：])", r"\1 ", raw)
    return re.sub(r"(?<=日)(星期[一二三四五六日天])(?=\d)", r" \1 ", raw)


def _take_line_of_author(region: Region, header: DumpHeader) -> None:
    """Take the byline that stands between the time and the text out of the body: it has a role, or is damaged."""
    for at, block in enumerate(region.body[:NEAR]):
        text = bare(block)
        if is_sentence(block) or block.role == "image" or len(text) > LONGEST_BYLINE:
            return
        if _AUTHOR_LINE.match(text) or (find_damage(text) and is_byline(text)):
            header.byline = text
            read_people(header, text)
            del region.body[at]
            return


_AUTHOR_LINE = re.compile("作者[：:]")
LONGEST_BYLINE = 40
"""Letters of a line that names an author and perhaps where he works."""


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
        or ([bare(region.above[-1])] if region.above and bare(region.above[-1]) in SITE_NAMES[:1] else [])
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
    for block, _ in pieces[-NEAR:]:
        tail = _OPEN_TAIL.fullmatch(block.text)
        if block.type in ("paragraph", "heading", "verse") and tail and find_damage(tail[1]):
            block.type = "credit"
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
    if not article.author:
        byline, article.author, damaged = dateline_byline.find_byline(article.blocks)
        article.byline = article.byline or byline
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
        if is_editor_line(bare(block))
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

_OPEN_TAIL = re.compile("[（(]((?:[\u4e00-\u9fff]{0,8}?)(?:记者|通讯员|作者)[^（）()]{2,40})$")


def _damaged_tail(article: Article) -> str | None:
    """The byline at the text's end of which a lost letter took the closing bracket with it, if there is one."""
    tails = (_OPEN_TAIL.search(block.text) for block in article.blocks[-NEAR:])
    return next((tail[1] for tail in tails if tail and find_damage(tail[1])), None)


def _is_whole(person: Author, byline: str) -> bool:
    """Whether nothing was lost in a name or right behind it."""
    at = byline.find(person.name)
    behind = byline[at : at + len(person.name) + 2]
    return at >= 0 and not find_damage(behind)
