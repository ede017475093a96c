"""The door to Scrapy: each pipeline a thin shell round a plain function that can be called without it.

A `Page` goes in; an `Article` comes out, or a `Visit` that says why none did. Nothing is dropped on the way.
"""

import logging
from functools import cached_property
from typing import Self

from scrapy.crawler import Crawler

from crawler.channels import channel_config
from crawler.crawl_run import Session
from kepu.records import Article, Page, Visit
from pipelines.build_article import article_from_page, captures_of, normalize, refusal
from pipelines.refusals import ExtractorFailed, Refused
from pipelines.segmentation.dumps.lexicon import Lexicon, learn
from pipelines.validate import Unstorable, validate

logger = logging.getLogger(__name__)

LEARN_FROM = 2000
"""Articles, the newest: enough to meet a word twice, and read in well under a second."""

Item = Page | Article | Visit


class StripChrome:
    """Page → Article: only what the author and the editors wrote is left."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of a crawler's session."""
        return cls(Session.of(crawler))

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the archive's own clean articles teach of Latin words: asked for by the first dump of a run."""
        return learn(self.session.open().clean_texts(LEARN_FROM))

    def process_item(self, item: Item) -> Item:
        """Return the article of a page, or what came of it instead."""
        if not isinstance(item, Page):
            return item
        try:
            article = article_from_page(item, lambda: self.lexicon)
        except Refused as reason:
            return refusal(item, reason)
        except Exception as error:  # one page must not end a crawl of weeks; it is counted, and asked again
            logger.debug("%s: the extractor failed", item.path or item.url, exc_info=True)
            return refusal(item, ExtractorFailed(f"{type(error).__name__}: {error}"))
        self.session.hold(article, captures_of(item))
        return article


class NormalizeSegmentation:
    """The canonical text, and the hash by which the same text is known again."""

    def process_item(self, item: Item) -> Item:
        """Return the article with both."""
        return normalize(item) if isinstance(item, Article) else item


class Validate:
    """What is wanting is said, and what cannot be stored is mended."""

    def __init__(self, holder: str | None) -> None:
        self.holder = holder

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline with the rights holder of the spider's channel."""
        facts = getattr(crawler.spider, "channel", None)
        return cls((facts or channel_config.load()).copyright_holder)

    def process_item(self, item: Item) -> Item:
        """Return the article, or what came of it instead."""
        if not isinstance(item, Article):
            return item
        item.rights.copyright_holder = item.rights.copyright_holder or self.holder
        try:
            return validate(item)
        except Unstorable as reason:
            where = item.provenance.path or item.url or "?"
            at = item.provenance.fetched_at or ""
            return Visit(where, "failed", at, code="no_id", message=str(reason), path=item.provenance.path)


class Archive:
    """Into the archive."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of a crawler's session."""
        return cls(Session.of(crawler))

    def open_spider(self) -> None:
        """Open the archive before the first request, so that nothing is fetched that could not be kept."""
        self.session.open()

    def process_item(self, item: Item) -> Item:
        """Keep the article, or write down what came of it instead."""
        if not isinstance(item, Page):
            self.session.keep(item)
        return item
