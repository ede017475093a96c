"""The interface by which item pipelines use the run that they belong to.

`crawler.crawl_run.CrawlRun` implements it as a Scrapy extension. The pipelines get it by
`crawler.get_extension(RunBase)`, so they need not import the crawler.
"""

from collections.abc import Iterable

from kepu.records import Account, Article, Capture, Visit


class RunBase:
    """A run, as item pipelines see it. Subclasses define all methods; here each raises NotImplementedError."""

    def copyright_holder_of(self, url: str | None) -> str:
        """Return the rights holder of the channel that an article's URL belongs to."""
        raise NotImplementedError

    def open_archive(self) -> None:
        """Open the archive before the first request, so that nothing is fetched that could not be stored."""
        raise NotImplementedError

    def clean_texts(self, limit: int) -> Iterable[str]:
        """Return the texts of the newest `limit` articles of the archive that came from pages, not from dumps."""
        raise NotImplementedError

    def hold(self, article: Article, captures: list[Capture], account: Account | None) -> None:
        """Keep the captures of an article and the account of its letters until the article is stored."""
        raise NotImplementedError

    def reached(self, place: int) -> None:
        """Record the index of the file or page that an import has reached; everything before it is stored already."""
        raise NotImplementedError

    def keep(self, item: Article | Visit) -> str | None:
        """Store an article, or record a visit.

        Returns `new`, `changed`, `unchanged`, `duplicate` or `forgotten` for an article; None for a visit, or if the
        archive cannot be written.
        """
        raise NotImplementedError
