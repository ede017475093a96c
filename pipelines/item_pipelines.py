"""Scrapy's item pipelines: each is a thin shell around a plain function that can be called without Scrapy.

A `Page` goes in; an `Article` comes out, or a `Visit` that says why none did. Nothing is dropped on the way.
"""

import logging
from functools import cached_property
from typing import Self

from scrapy.crawler import Crawler

from kepu.records import Article, Page, Visit
from kepu.run_base import RunBase
from pipelines.build_article import article_from_page, captures_of, normalize, refusal
from pipelines.refusals import ExtractorFailed, Refused
from pipelines.segmentation.dumps.lexicon import Lexicon, learn
from pipelines.validate import Unstorable, validate

logger = logging.getLogger(__name__)

LEARN_FROM = 2000
"""Articles, the newest: enough to meet a word twice, and read in well under a second."""

Item = Page | Article | Visit


def run_of(crawler: Crawler) -> RunBase:
    """Return the run that a crawler belongs to; raise RuntimeError where EXTENSIONS has none."""
    run = crawler.get_extension(RunBase)
    if run is None:
        raise RuntimeError("EXTENSIONS must name crawler.crawl_run.CrawlRun: see crawler/settings.py")
    return run


class StripChrome:
    """Page → Article: only what the author and the editors wrote is left."""

    def __init__(self, run: RunBase) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of a crawler's run."""
        return cls(run_of(crawler))

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the archive's own clean articles teach of Latin words: asked for by the first dump of a run."""
        return learn(self.run.clean_texts(LEARN_FROM))

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
        self.run.hold(article, captures_of(item), item.account)
        return article


class NormalizeSegmentation:
    """The canonical text, and the hash by which the same text is known again."""

    def process_item(self, item: Item) -> Item:
        """Return the article with both."""
        return normalize(item) if isinstance(item, Article) else item


class Validate:
    """What is wanting is said, and what cannot be stored is mended."""

    def __init__(self, run: RunBase) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of a crawler's run, which knows the rights holders."""
        return cls(run_of(crawler))

    def process_item(self, item: Item) -> Item:
        """Return the article, or what came of it instead."""
        if not isinstance(item, Article):
            return item
        if not item.rights.copyright_holder:
            item.rights.copyright_holder = self.run.copyright_holder_of(item.url)
        try:
            return validate(item)
        except Unstorable as reason:
            where = item.provenance.path or item.url or "?"
            at = item.provenance.fetched_at or ""
            return Visit(where, "failed", at, code="no_id", message=str(reason), path=item.provenance.path)


class Archive:
    """Into the archive."""

    def __init__(self, run: RunBase) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of a crawler's run."""
        return cls(run_of(crawler))

    def open_spider(self) -> None:
        """Open the archive before the first request, so that nothing is fetched that could not be kept."""
        self.run.open_archive()

    def process_item(self, item: Item) -> Item:
        """Keep the article, or write down what came of it instead."""
        if not isinstance(item, Page):
            self.run.keep(item)
        return item
