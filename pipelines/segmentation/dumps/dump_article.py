"""Turn a text dump into an Article: undo its white space, find the article in the page, and read its fields."""

import re
from dataclasses import dataclass, replace

from kepu.messages import Text
from kepu.records import Article, Page
from pipelines.chrome.page_checks import MAX_BYTES
from pipelines.refusals import NotAnArticle, NotText, TooLarge
from pipelines.segmentation.dumps.article_body.block_places import is_sentence
from pipelines.segmentation.dumps.article_body.page_tools import is_tool
from pipelines.segmentation.dumps.article_header.dump_header import DumpHeader, read_header, read_people
from pipelines.segmentation.dumps.article_header.dump_region import Region, elsewhere, find_region
from pipelines.segmentation.dumps.article_header.header_extent import bare
from pipelines.segmentation.dumps.article_header.time_line import NEAR
from pipelines.segmentation.dumps.article_record.dump_account import account_of, is_left_out_by_guess, unread
from pipelines.segmentation.dumps.article_record.dump_record import make_article
from pipelines.segmentation.dumps.forms.decode_dump import decode_dump
from pipelines.segmentation.dumps.forms.dump_columns import MainColumn, main_column
from pipelines.segmentation.dumps.forms.glued_columns import glued_lines
from pipelines.segmentation.dumps.forms.program_forms import Form, plain_form
from pipelines.segmentation.dumps.forms.unread_forms import unread_form
from pipelines.segmentation.dumps.lexicon import Lexicon
from pipelines.segmentation.dumps.names.dump_names import is_byline
from pipelines.segmentation.dumps.names.lost_letters import find_damage
from pipelines.segmentation.dumps.readings.page_style import House
from pipelines.segmentation.dumps.readings.segmenter_detection import is_segmented
from pipelines.segmentation.dumps.restore_paragraphs import normalize
from pipelines.segmentation.dumps.restored_blocks import form_doubts
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.tables import spaced_tables
from pipelines.segmentation.dumps.tables.segmented_tables import doubtful_lines, with_guessed_frames

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
    text, charset, replaced = _decoded(page, name)
    restored = _restored(text, lexicon)
    region = find_region(restored.blocks)
    if region is None:
        raise _no_article(
            name,
            text,
            restored.form,
            Text("no line with a time and a source, and so no article, in this dump"),
        )
    header = _header_of(region, restored)
    if header.headline is None or sum(len(block.text) for block in region.body) < SHORTEST:
        raise _no_article(
            name, text, restored.form, Text("no headline or no text beside the time in this dump")
        )
    article, dropped = make_article(page, region, header, charset, replaced)
    article.warnings += ["form_lossy"] * restored.form.lossy
    article.warnings += ["table_in_doubt"] * any(id(block) in restored.rows for block in region.body)
    page.account = account_of(article, text, region, dropped, restored.column.removed, header.left_out)
    guessed = is_left_out_by_guess(page.account) or region.sentence_above
    article.warnings += ["line_left_out"] * guessed
    article.warnings += ["outside_text"] * any("。" in each for each in page.account.outside_runs)
    if unread(page.account):
        _doubt_text(article)
    return article


def _decoded(page: Page, name: str) -> tuple[str, str, int]:
    """Return the text of a dump, its charset, and the number of characters that were lost.

    Raises `TooLarge` and `NotText`; `name` is the dump's name in these errors.
    """
    if len(page.body) > MAX_BYTES:
        raise TooLarge(name, Text("{n:,} bytes, over {most:,}", n=len(page.body), most=MAX_BYTES))
    text, charset, replaced = decode_dump(page.body)
    if not text.strip():
        raise NotText(name, Text("the file is empty"))
    if "\0" in text:
        raise NotText(name, Text("neither a page nor a dump"))
    return text, charset, replaced


@dataclass(frozen=True, slots=True)
class _Restored:
    """A dump with its white space undone, and what is known of its form."""

    blocks: list[DumpBlock]
    form: Form
    column: MainColumn
    rows: set[int]
    """The blocks (by `id`) that may be rows of a table."""
    segmented: bool
    """Whether a word segmenter processed the dump."""
    glued: bool
    """Whether the segmenter seems to have glued the words of a column right of the article to its lines."""


def _restored(text: str, lexicon: Lexicon | None) -> _Restored:
    """Return the blocks of a dump, with lower certificates where the form of the dump leaves a doubt."""
    form = plain_form(text)
    house = replace(HOUSE, airy=form.airy, spaced=CERTAIN if form.words else HOUSE.spaced)
    column = MainColumn(form.text, form.aside) if form.aside else main_column(form.text)
    plain, doubted = _with_frames(form, column)
    segmented = is_segmented(form.text)
    glued = glued_lines(plain.split("\n"), column) if segmented else set[int]()
    doubted |= glued
    blocks = normalize(plain, lexicon, house, doubted=doubted)
    _doubt_form(blocks, form)
    rows = form_doubts.doubt_rows([block for block in blocks if not is_tool(block)], plain, doubted)
    return _Restored(blocks, form, column, set(map(id, rows)), segmented, bool(glued))


def _header_of(region: Region, restored: _Restored) -> DumpHeader:
    """Return the header of the article; a byline below the time is moved from the region's body to the header."""
    form = restored.form
    if restored.segmented:
        region.published = replace(region.published, raw=_time_without_cuts(region.published.raw))
    header = read_header(
        region.before,
        region.time,
        elsewhere(region),
        "".join(block.text for block in region.body),
        region.above[-1].group if region.above else -1,
        halves=form.halves,
        levels=form.levels,
        bars=form.bars,
    )
    header.title_guessed |= region.label_guessed or restored.glued
    if restored.segmented and header.source:
        header.source = re.sub(r"\s*([-－—])\s*", r"\1", header.source)
    _take_line_of_author(region, header)
    return header


def _doubt_form(found: list[DumpBlock], form: Form) -> None:
    """Lower the certificates of blocks where the form of the dump leaves a doubt.

    Some outputs of segmenters show no ends of paragraphs or no spaces, so that none of their blocks is certain.
    """
    if form.words and form.lossy:
        form_doubts.cap(found)
    elif form.name and not form.words:
        form_doubts.lower(found, form.doubts, lossy=form.lossy)


def _with_frames(form: Form, column: MainColumn) -> tuple[str, set[int]]:
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


def _no_article(name: str, text: str, form: Form, reason: Text) -> NotAnArticle:
    """Return the error for a dump without an article, which names the form of a segmented text."""
    shape = unread_form(text) or (form.words and form.name)
    if shape:
        reason = Text("a segmented text ({form}) without the lines of its page", form=shape)
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
