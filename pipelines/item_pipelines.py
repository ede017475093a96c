"""Scrapy's item pipelines: each is a thin wrapper around a plain function that can be called without Scrapy.

They turn a `Page` into an `Article`, or into a `Visit` with the reason why it has none. The last one stores both, and
passes on only articles that are new to the archive. For items of other types see pipelines/item_types.py.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import cached_property
from typing import Any, Self, TypeVar

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from kepu.records import Article, ImportedItem, Page, Visit
from kepu.run_base import RunBase
from pipelines.build_article import article_or_refusal, captures_of, normalize
from pipelines.item_types import article_of, page_of, write_back
from pipelines.segmentation.dumps.lexicon import Lexicon, learn
from pipelines.validate import Unstorable, validate

LEARN_FROM = 2000
"""Number of newest articles from which words are learnt; they are read in well under a second."""

Record = TypeVar("Record", Page, Article)
"""A page or an article."""

STORED = frozenset({"new", "changed", "duplicate"})
"""Results for articles that get a line in a feed export."""


class NotStored(DropItem):
    """An item that added nothing to the archive: a visit, or an article that is stored already or was taken down."""

    def __init__(self, item: Any, why: str) -> None:
        super().__init__(why, log_level="DEBUG")
        self.item = item


def run_of(crawler: Crawler) -> RunBase:
    """Return the run of a crawler. Raises RuntimeError if EXTENSIONS has none."""
    run = crawler.get_extension(RunBase)
    if run is None:
        raise RuntimeError("EXTENSIONS must name crawler.crawl_run.CrawlRun: see crawler/settings.py")
    return run


class StripChrome:
    """Converts a page to an article, without navigation, ads and the like."""

    def __init__(self, run: RunBase) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Create the pipeline (called by Scrapy)."""
        return cls(run_of(crawler))

    @cached_property
    def lexicon(self) -> Lexicon:
        """Latin words of the archive's articles from pages; built when the first dump of a run needs it."""
        return learn(self.run.clean_texts(LEARN_FROM))

    def process_item(self, item: Any) -> Any:
        """Return the article of a page, or a `Visit` with the reason why there is none.

        Return any other item unchanged.
        """
        if isinstance(item, ImportedItem):
            self.run.reached(item.place)
            if isinstance(item.record, Article):
                self.run.hold(item.record, item.captures, item.account)
            item = item.record
        page = item if isinstance(item, Page) else _as(page_of, item)
        if page is None:
            return item
        record = article_or_refusal(page, lambda: self.lexicon)
        if isinstance(record, Article):
            self.run.hold(record, captures_of(page), page.account)
        return record


class NormalizeSegmentation:
    """Adds the canonical text of an article, and the hash by which articles with the same text are found."""

    def process_item(self, item: Any) -> Any:
        """Return the item; if it is an article, with its canonical text and hash."""
        return _on_article(item, normalize)


class Validate:
    """Adds warnings for missing fields, and replaces characters that cannot be stored."""

    def __init__(self, run: RunBase) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Create the pipeline (called by Scrapy) for a run, which knows the rights holders."""
        return cls(run_of(crawler))

    def process_item(self, item: Any) -> Any:
        """Return the item, or a `Visit` instead of an article without an id."""
        try:
            return _on_article(item, self._validate)
        except Unstorable as reason:
            where = item.provenance.path or item.url or "?"
            at = item.provenance.fetched_at or ""
            return Visit(where, "failed", at, code="no_id", message=str(reason), path=item.provenance.path)

    def _validate(self, article: Article) -> Article:
        if not article.rights.copyright_holder:
            article.rights.copyright_holder = self.run.copyright_holder_of(article.url)
        return validate(article)


class StoreInArchive:
    """Stores articles and visits."""

    def __init__(self, run: RunBase) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Create the pipeline (called by Scrapy)."""
        return cls(run_of(crawler))

    def open_spider(self) -> None:
        """Open the archive before the first request, so that nothing is fetched that cannot be stored."""
        self.run.open_archive()

    def process_item(self, item: Any) -> Any:
        """Store an article, or record the outcome of a URL.

        Return an article that is new or changed, or that has the text of another; Scrapy's feed exports and the signal
        `item_scraped` get these, and all items that are neither articles nor visits. Raises NotStored for an article
        that is stored unchanged, for one that was taken down, and for a `Visit`.
        """
        if isinstance(item, (Article, Visit)):
            record: Article | Visit | None = item
        else:
            record = _as(article_of, item)
        if record is None:
            return item
        kept = self.run.keep(record)
        if kept not in STORED:
            raise NotStored(item, kept or "visit")
        return item


def _as(convert: Callable[[Any], Record | None], item: Any) -> Record | None:
    """Return another spider's item as a record, or None for our own records, which need no conversion."""
    return None if isinstance(item, (Page, Article, Visit)) else convert(item)


def _on_article(item: Any, change: Callable[[Article], Article]) -> Any:
    """Return the item after applying `change` if it is an article of any type; return any other item unchanged."""
    if isinstance(item, Article):
        return change(item)
    before = _as(article_of, item)
    if before is None:
        return item
    after = change(deepcopy(before))
    write_back(item, before, after)
    return item
