"""Turn a text dump into an Article: undo its white space, find the article in the page, and read its fields."""

import hashlib
import re
from dataclasses import replace

from kepu import urls
from kepu.messages import Text
from kepu.records import Article, Image, Page, Part, Provenance, Source
from kepu.records import Normalizer as NormalizerInfo
from pipelines.chrome import drift_warnings
from pipelines.chrome.body import blocks
from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.extract_article import EXTRACTOR_VERSION
from pipelines.chrome.make_letter_account import letters_in
from pipelines.chrome.page_checks import MAX_BYTES
from pipelines.refusals import NotAnArticle, NotText, TooLarge
from pipelines.segmentation.dumps import dump_account, dump_columns, form_doubts, spaced_tables
from pipelines.segmentation.dumps.block_places import LONGEST_TITLE, SHORTEST_TITLE, is_sentence
from pipelines.segmentation.dumps.decode_dump import decode_dump
from pipelines.segmentation.dumps.drawn_marks import undo
from pipelines.segmentation.dumps.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.dump_body_lines import article_lines
from pipelines.segmentation.dumps.dump_header import DumpHeader, read_header, read_people
from pipelines.segmentation.dumps.dump_names import is_byline
from pipelines.segmentation.dumps.dump_people import OPEN_TAIL, fill_people, lost_letters
from pipelines.segmentation.dumps.dump_region import Region, elsewhere, find_region
from pipelines.segmentation.dumps.header_extent import SITE_NAMES, bare
from pipelines.segmentation.dumps.lexicon import Lexicon
from pipelines.segmentation.dumps.lost_letters import find_damage
from pipelines.segmentation.dumps.page_style import House
from pipelines.segmentation.dumps.page_tools import is_tool
from pipelines.segmentation.dumps.program_forms import Form, plain_form
from pipelines.segmentation.dumps.restore_paragraphs import (
    VERSION,
    normalize,
    shares_of_certificates,
    worst_certificate,
)
from pipelines.segmentation.dumps.segmented_tables import doubtful_lines, with_guessed_frames
from pipelines.segmentation.dumps.segmenter_detection import is_segmented
from pipelines.segmentation.dumps.source_line import read_breadcrumb
from pipelines.segmentation.dumps.time_line import NEAR

BASE = "http://dump.invalid/"
"""The base URL for building blocks; it is removed again, because a dump gives a picture's name but not its URL."""

HOUSE = House(spaced=-12.0, airy=True)
"""What is known of the channel's site: no spaces between Han and Latin letters, and blank lines between paragraphs."""

CERTAIN = -30.0
"""The same log-odds for the output of a segmenter that parts all numbers from Han, which says nothing of the typist."""

SHORTEST = 10
"""The fewest letters of headline and body together."""


def article_from_dump(page: Page, lexicon: Lexicon | None = None) -> Article:
    """Return the article of a text dump: as from its HTML page, but without links, picture URLs, node and keywords.

    The bytes are decoded as UTF-8 or UTF-16, otherwise as GB18030. White space is restored (`pipelines.segmentation`),
    with or without a word segmenter in the channel; the least certain certificate of the blocks goes into the
    provenance. A byline that lost letters in a GB2312 decoder is kept unchanged, with the warning `byline_damaged`, and
    only its complete names become authors. `lexicon` is the result of `segmentation.lexicon.learn` on clean texts.
    Raises `NotText`, `TooLarge` and `NotAnArticle`, and no other error.
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
    house = replace(HOUSE, airy=form.airy, spaced=CERTAIN if form.words else HOUSE.spaced)
    column = dump_columns.main_column(form.text)
    plain, doubted = _with_frames(form, column)
    found = normalize(plain, lexicon, house, doubted=doubted)
    _doubt_form(found, form)
    rows = set(
        map(id, form_doubts.doubt_rows([block for block in found if not is_tool(block)], plain, doubted))
    )
    region = find_region(found)
    segmented = is_segmented(form.text)
    if region and segmented:
        region.published = replace(region.published, raw=_time_without_cuts(region.published.raw))
    if region is None:
        raise _no_article(
            name, form, Text("no line with a time and a source, and so no article, in this dump")
        )
    body_text = "".join(block.text for block in region.body)
    crumb = region.above[-1].group if region.above else -1
    header = read_header(
        region.before,
        region.time,
        elsewhere(region),
        body_text,
        crumb,
        halves=form.halves,
        levels=form.levels,
        bars=form.bars,
    )
    header.title_guessed |= region.label_guessed
    if segmented and header.source:
        header.source = re.sub(r"\s*([-－—])\s*", r"\1", header.source)
    _take_line_of_author(region, header)
    if header.headline is None or sum(len(block.text) for block in region.body) < SHORTEST:
        raise _no_article(name, form, Text("no headline or no text beside the time in this dump"))
    article, dropped = _article(page, region, header, charset, replaced)
    article.warnings += ["form_lossy"] * form.lossy
    article.warnings += ["table_in_doubt"] * any(id(block) in rows for block in region.body)
    page.account = dump_account.account_of(
        article,
        text,
        region.before,
        region.time,
        region.body,
        region.editors,
        dropped,
        (region.above, region.after),
        column.removed,
        header.left_out,
    )
    guessed = dump_account.is_left_out_by_guess(page.account) or region.sentence_above
    article.warnings += ["line_left_out"] * guessed
    article.warnings += ["outside_text"] * any("。" in each for each in page.account.outside_runs)
    if dump_account.unread(page.account):
        _doubt_text(article)
    return article


def _doubt_form(found: list[DumpBlock], form: Form) -> None:
    """Lower the certificates of blocks where the form of the dump leaves a doubt.

    Some outputs of segmenters show no ends of paragraphs or no spaces, so that none of their blocks is certain.
    """
    if form.words and form.lossy:
        form_doubts.cap(found)
    elif form.name and not form.words:
        form_doubts.lower(found, form.doubts, lossy=form.lossy)


def _with_frames(form: Form, column: dump_columns.MainColumn) -> tuple[str, set[int]]:
    """Return the text of the main column, in which tables without borders of w3m's dumps have frames.

    The second value has the indices of the lines that may be rows of tables.
    """
    text, segmented = column.text, is_segmented(column.text)
    if form.name or form.words or column.removed:
        return text, doubtful_lines(text, segmented=segmented)
    if segmented:
        lines, doubted = with_guessed_frames(text.split("\n"))
        return "\n".join(lines), doubted
    text = "\n".join(spaced_tables.with_frames(text.split("\n")))
    return text, doubtful_lines(text, segmented=False)


def _doubt_text(article: Article) -> None:
    """Warn that text of the dump was lost, and take the article's certificate away."""
    article.warnings.append("text_unread")
    normalizer = article.provenance and article.provenance.normalizer
    if article.provenance and normalizer:
        article.provenance.normalizer = replace(normalizer, certificate="unresolved")


def _no_article(name: str, form: Form, reason: Text) -> NotAnArticle:
    """Return the error for a dump without an article, which names the form of a segmented text."""
    if form.words and form.name:
        reason = Text("a segmented text ({form}) without the lines of its page", form=form.name)
    return NotAnArticle(name, reason)


def _time_without_cuts(raw: str) -> str:
    """Return a time without the spaces of a segmenter, except between digits and beside a weekday."""
    raw = "".join(raw.split())
    raw = re.sub(r"([12]\d{3}[-./]\d{1,2}[-./]\d{2})(?=\d{1,2}[:：])", r"\1 ", raw)
    return re.sub(r"(?<=日)(星期[一二三四五六日天])(?=\d)", r" \1 ", raw)


def _take_line_of_author(region: Region, header: DumpHeader) -> None:
    """Move a byline between the time and the text from the body to the header, if it names a role or is damaged."""
    for at, block in enumerate(region.body[:NEAR] if header.byline is None else ()):
        text = bare(block)
        if is_sentence(block) or block.role == "image" or len(text) > LONGEST_BYLINE:
            return
        if _AUTHOR_LINE.match(text) or (find_damage(text) and is_byline(text)):
            header.byline = text
            read_people(header, text)
            del region.body[at]
            return


_AUTHOR_LINE = re.compile("作者[：:]|(?:本[报報])?記者[：: \u3000]")
LONGEST_BYLINE = 40
"""The most letters of a line that names an author, possibly with an affiliation."""


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
        headline=_as_on_page(header.headline),
        kicker=_as_on_page(header.kicker),
        alternative_headline=_as_on_page(header.alternative_headline),
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
    fill_people(article, region, header)
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
    article.warnings += ["end_in_doubt"] * _ends_with_title(article)
    article.warnings += ["letter_lost"] * any(block.lacks_letter for block in told)
    titles = filter(None, (header.headline, header.kicker, header.alternative_headline))
    marked = [*titles, *(block.text.strip() for block in region.body)]
    article.warnings += ["marks_in_doubt"] * any(undo(text)[2] for text in marked)
    article.warnings += ["lossy_decode"] * bool(replaced) + drift_warnings.warnings_of(article, None)
    article.warnings = list(dict.fromkeys(article.warnings))
    return article, dropped


def _as_on_page(title: str | None) -> str | None:
    """Return a title with raised and lowered letters as on the page."""
    return undo(title)[0] if title else title


def _fill_body(article: Article, region: Region) -> list[BodyLine]:
    """Fill in the body; return the lines that were left out of it."""
    lines, dropped = article_lines(region.body)
    pieces = blocks.build(lines, 1, BASE)
    for block, _ in pieces[-NEAR:]:
        tail = OPEN_TAIL.fullmatch(block.text)
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


def _ends_with_title(article: Article) -> bool:
    """Return whether the last paragraph reads like the title of another article, which nothing shows to be one."""
    above = [block.text[-1:] for block in article.blocks[:-1] if block.type == "paragraph"]
    last = article.blocks[-1] if article.blocks else None
    return (
        last is not None
        and last.type in ("paragraph", "heading")
        and SHORTEST_TITLE <= len(last.text) <= LONGEST_TITLE
        and re.search("[。！；…”’）)】：，:]$|[：:]|^[（(【]", last.text) is None
        and not is_byline(last.text)
        and "。" in above
    )
