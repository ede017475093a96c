"""Scrapy's feed exports (`-O out.jsonl`, `FEEDS`): one line per article that the run stored, as the archive has it.

The lines are written when the run ends, because later pages of the same run still change what is stored of an article:
under which other URLs it appears, or that the site removed it. Each line then equals the article's line in the JSONL
beside the database, except for `cluster`, `similarity` and `duplicate_of`, which depend on the other articles. Items of
other spiders are written at once, as Scrapy does.
"""

from collections import Counter
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exporters import CsvItemExporter
from scrapy.extensions.feedexport import FeedExporter

from archive.export.article_cells import cells, columns
from archive.read_articles import stored_article
from archive.store import Store
from crawler.crawl_run import CrawlRun
from crawler.run_end import ARCHIVE_COMPLETE
from kepu.records import Article


class ArticleFeeds(FeedExporter):
    """Scrapy's FeedExporter, which writes articles at the end of the run; it takes the same settings."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._ids: dict[str, None] = {}
        """Ids of the articles that this run stored, in order, without repeats."""
        crawler.signals.connect(self._write_articles, ARCHIVE_COMPLETE)

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Remember an article; write any other item."""
        if isinstance(item, Article):
            self._ids[item.id] = None
        else:
            super().item_scraped(item, spider)

    def _write_articles(self, archive: Store) -> None:
        """Export the articles of this run as the archive has them now; those that it no longer has are left out."""
        assert self.crawler.spider is not None
        for article_id in self._ids:
            article = stored_article(archive.db, article_id)
            if article is not None:
                super().item_scraped(article, self.crawler.spider)


class ArticleCsv(CsvItemExporter):
    """Scrapy's CSV exporter, with the flat columns of `kepu export --format csv --profile full` for articles."""

    def __init__(self, file: Any, crawl_run: CrawlRun, **options: Any) -> None:
        super().__init__(file, **options)
        self._crawl_run = crawl_run
        self._escaped: Counter[str] = Counter()
        """Number of values changed for spreadsheets, by kind; `cells` counts them, and nothing reads it here."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: Any, **options: Any) -> Self:
        """Create the exporter for a crawler's run (called by Scrapy)."""
        return cls(file, CrawlRun.of(crawler), **options)

    def export_item(self, item: Any) -> None:
        """Write an article as one row, as the archive has it (only its id is used), or another item as Scrapy does."""
        if not isinstance(item, Article):
            super().export_item(item)
            return
        self.fields_to_export = self.fields_to_export or list(columns())
        super().export_item(cells(self._crawl_run.open().db, item.id, self._escaped))
