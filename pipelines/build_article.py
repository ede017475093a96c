"""Build the article of a page or dump: the plain functions that the item pipelines call.

Modules that read dumps are imported only when a dump is read, so that a crawl, which reads none, starts faster.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice

from kepu import urls
from kepu.records import Article, Capture, Page, Visit
from kepu.utc_text import utc_text
from pipelines.chrome import extract
from pipelines.content_hash import content_sha256
from pipelines.refusals import ExtractorFailed, MissingPage, NotAnArticle, Refused
from pipelines.saved_pages import open_saved
from pipelines.segmentation.dumps.lexicon import Lexicon, builtin
from pipelines.segmentation.text.canonical_text import offset_runs

logger = logging.getLogger(__name__)


def article_from_page(page: Page, lexicon: Callable[[], Lexicon] = builtin) -> Article:
    """Return the article of a fetched or saved page, or of a text dump. Raises Refused if it has none.

    `lexicon` returns the known Latin words; it is called only for dumps.
    """
    if is_dump(page):
        from pipelines.segmentation.dumps.dump_article import article_from_dump

        return article_from_dump(page, lexicon())
    inner = unwrapped(page)
    article = extract(inner)
    page.account = inner.account
    return article


def article_or_refusal(page: Page, lexicon: Callable[[], Lexicon] = builtin) -> Article | Visit:
    """Return the article of a page, or a `Visit` with the reason why there is none. Never raises."""
    try:
        return article_from_page(page, lexicon)
    except Refused as reason:
        return refusal(page, reason)
    except (
        Exception
    ) as error:  # one page must not end a crawl of weeks: the failure is counted, and the page due again
        logger.debug("%s: the extractor failed", page.path or page.url, exc_info=True)
        return refusal(page, ExtractorFailed(f"{type(error).__name__}: {error}"))


def unwrapped(page: Page) -> Page:
    """Return the page inside a saved file (MHTML, SingleFile, a Wayback copy, gzip); return any other page unchanged.

    The hash remains that of the file's bytes. Raises Refused if the file is not a page at all.
    """
    if page.status is not None:
        return page
    saved = open_saved(page.body, page.url)
    if saved.body is page.body and saved.url == page.url:
        return page
    return replace(
        page,
        body=saved.body,
        url=saved.url,
        content_type=saved.content_type or page.content_type,
        payload_sha256=hashlib.sha256(page.body).hexdigest(),
    )


def is_dump(page: Page) -> bool:
    """Return whether a saved page is a text dump: no tag at its start, or Markdown, and no NUL except in UTF-16.

    A `<` that begins no tag, as in `p<0.05` or `==> page.txt <==`, is none.
    """
    if page.status is not None:
        return False
    from pipelines.segmentation.dumps.forms.decode_dump import has_lost_blocks, utf16_of
    from pipelines.segmentation.dumps.forms.markdown_form import is_markdown
    from pipelines.segmentation.dumps.forms.unread_forms import is_vertical
    from pipelines.segmentation.dumps.forms.word_markup import is_word_markup

    utf16 = utf16_of(page.body)
    if utf16 is None and b"\0" in page.body[:4096] and not has_lost_blocks(page.body):
        return False
    text = page.body.decode(utf16 or "utf-8", errors="replace")
    if _TAG.search(text[:4096]) is None:
        return True
    return is_markdown(text) or is_word_markup(text) or is_vertical(text)


_TAG = re.compile(
    r"""<(?:/?[A-Za-z][A-Za-z0-9:-]*(?:\s+[A-Za-z_@:][A-Za-z0-9_:.-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*+\s*/?>|[!?])"""
)
"""A tag, or the start of a comment or of a declaration."""


def pages_of(page: Page) -> list[Page]:
    """Return a saved page as a list, or one page per article of a dump that has several."""
    return list(each_page(page))


def each_page(page: Page) -> Iterator[Page]:
    """Yield the pages of `pages_of` one after the other, so that only one of them is in memory."""
    if not is_dump(page):
        yield page
        return
    from pipelines.segmentation.dumps.forms.decode_dump import decode_dump
    from pipelines.segmentation.dumps.split_articles import split

    texts = split(decode_dump(page.body)[0])
    opening = list(islice(texts, 2))
    if len(opening) < 2:
        yield page
        return
    for n, text in enumerate(chain(opening, texts), 1):
        body = text.encode()
        capture = page.capture and replace(
            page.capture,
            url=f"{page.capture.url}#{n}",
            body=body,
            payload_sha256=hashlib.sha256(body).hexdigest(),
        )
        path = f"{page.path}#{n}" if page.path else None
        yield replace(page, body=body, path=path, capture=capture)


def normalize(article: Article) -> Article:
    """Return the article with its canonical text, the mapping back from it, and its hash."""
    article.text_canonical, article.text_canonical_offsets = offset_runs(article.text)
    article.content_sha256 = content_sha256(article.text_canonical)
    return article


def captures_of(page: Page) -> list[Capture]:
    """Return the captures of a page and its further parts; parts without a capture are skipped."""
    captures = []
    for part in (page, *page.parts):
        if part.capture is not None:
            part.capture.part, part.capture.missing = part.part, part.parts_missing
            captures.append(part.capture)
    return captures


def refusal(page: Page, reason: Refused) -> Visit:
    """Return the outcome of a page without an article: `gone` for a fetched page that is missing, else `failed`."""
    here = urls.parse(page.url_requested or page.url or "")
    where = page.path or page.url or "page"
    missing = isinstance(reason, MissingPage) and page.path is None
    return Visit(
        url=here.canonical if here else page.url_requested or page.url or page.path or "?",
        state="gone" if missing else "failed",
        at=page.fetched_at or utc_text(datetime.now(UTC)),
        article=here.key if here else None,
        code=reason.code,
        message=reason.reason(where) or reason.code,
        again=reason.again or (isinstance(reason, NotAnArticle) and page.path is None),
        status=page.status,
        path=page.path,
        captures=captures_of(page),
    )
