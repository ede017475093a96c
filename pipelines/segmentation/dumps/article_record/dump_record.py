"""Make the Article of a dump from its blocks: fields, body, people, provenance and warnings."""

import hashlib
import re

from kepu import urls
from kepu.records import Article, Image, Normalizer, Page, Part, Provenance, Source
from pipelines.chrome import drift_warnings
from pipelines.chrome.body import blocks
from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.extract_article import EXTRACTOR_VERSION
from pipelines.chrome.make_letter_account import letters_in
from pipelines.segmentation.dumps.article_body.block_places import LONGEST_TITLE, SHORTEST_TITLE
from pipelines.segmentation.dumps.article_body.dump_body_lines import article_lines
from pipelines.segmentation.dumps.article_header.dump_header import DumpHeader
from pipelines.segmentation.dumps.article_header.dump_region import Region
from pipelines.segmentation.dumps.article_header.header_extent import SITE_NAMES, bare
from pipelines.segmentation.dumps.article_header.source_line import read_breadcrumb
from pipelines.segmentation.dumps.article_header.time_line import NEAR
from pipelines.segmentation.dumps.article_record.dump_people import OPEN_TAIL, fill_people, lost_letters
from pipelines.segmentation.dumps.forms.drawn_marks import undo
from pipelines.segmentation.dumps.names.dump_names import is_byline
from pipelines.segmentation.dumps.names.lost_letters import find_damage
from pipelines.segmentation.dumps.restore_paragraphs import (
    VERSION,
    shares_of_certificates,
    worst_certificate,
)

BASE = "http://dump.invalid/"
"""The base URL for building blocks; it is removed again, because a dump gives a picture's name but not its URL."""


def make_article(
    page: Page, region: Region, header: DumpHeader, charset: str, replaced: int
) -> tuple[Article, list[BodyLine]]:
    """Return the article, and the lines of its body that were left out.

    `charset` is that with which the page was decoded, and `replaced` the number of characters that were lost in it.
    """
    payload = hashlib.sha256(page.body).hexdigest()
    own = urls.parse(page.url) if page.url else None
    url = own.canonical if own else page.url
    article = Article(
        id=own.key if own else f"file/{payload[:16]}",
        url=url,
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
        parts=[Part(page.part, url, payload)],
        node=own.node if own else None,
        breadcrumb=_breadcrumb(region),
    )
    article.article_section = article.breadcrumb[-1] if len(article.breadcrumb) > 1 else None
    dropped = _fill_body(article, region)
    fill_people(article, region, header)
    article.provenance = _provenance(page, region, article, charset, replaced, payload)
    _warn(article, region, header)
    article.warnings += ["lossy_decode"] * bool(replaced) + drift_warnings.warnings_of(article, None)
    article.warnings = list(dict.fromkeys(article.warnings))
    return article, dropped


def _breadcrumb(region: Region) -> list[str]:
    """Return the breadcrumb above the article, or else the site's name there, or else the breadcrumb below it."""
    found = read_breadcrumb(region.above)
    if not found and region.above and bare(region.above[-1]) == SITE_NAMES[0]:
        return [SITE_NAMES[0]]
    return found or read_breadcrumb(region.after)


def _provenance(
    page: Page, region: Region, article: Article, charset: str, replaced: int, payload: str
) -> Provenance:
    """Return where the article comes from, with the certificates of the blocks between its header and its end."""
    blocks = [*region.before, *region.body]
    return Provenance(
        run=page.run,
        fetched_at=page.fetched_at,
        charset_used=charset,
        decode_replacements=replaced,
        payload_sha256=payload,
        path=page.path,
        discovered_via=page.discovered_via,
        layout="dump",
        extractor_version=EXTRACTOR_VERSION,
        normalizer=Normalizer(
            VERSION,
            worst_certificate(blocks),
            lost_letters(article.byline or ""),
            shares_of_certificates(blocks),
            thulac=any(block.thulac for block in blocks),
        ),
    )


def _warn(article: Article, region: Region, header: DumpHeader) -> None:
    """Add the warnings about the end of the text, letters outside GB2312, and marks that may be the page's own."""
    article.warnings += ["end_in_doubt"] * _ends_with_title(article)
    lacking = any(block.lacks_letter for block in [*region.before, *region.body])
    article.warnings += ["letter_lost"] * lacking
    titles = filter(None, (header.headline, header.kicker, header.alternative_headline))
    marked = [*titles, *map(bare, region.body)]
    article.warnings += ["marks_in_doubt"] * any(undo(text)[2] for text in marked)


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
