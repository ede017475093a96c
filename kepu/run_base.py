"""What the item pipelines need of the run that they are part of, without knowing the crawler.

`crawler.crawl_run.CrawlRun` implements it as a Scrapy extension; the pipelines find it by
`crawler.get_extension(RunBase)`, so that no import goes from the pipelines up to the crawler.
"""

from collections.abc import Iterable

from kepu.records import Account, Article, Capture, Visit


class RunBase:
    """One run, as an item pipeline sees it. Every method is the subclass's to define."""

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
        """Hold the captures of an article until the article itself is stored."""
        raise NotImplementedError

    def reached(self, place: int) -> None:
        """Record the index of the file or page that an import has reached; everything before it is stored."""
        raise NotImplementedError

    def keep(self, item: Article | Visit) -> str | None:
        """Store an article, or record the outcome of a URL that gave none.

        Returns `new`, `changed`, `unchanged`, `duplicate` or `forgotten` for an article; None for a visit, and where
        the archive cannot be written.
        """
        raise NotImplementedError
