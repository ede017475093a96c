"""The spider that imports existing files: saved pages, text dumps, and the WARC files of other crawlers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Spider

from archive.captures.foreign_articles import imported
from archive.captures.foreign_bundles import LeftOut
from archive.captures.foreign_index import ForeignIndex
from archive.import_folder import import_folder
from crawler.channels import channel_config
from crawler.crawl_options import refuse_unknown, switch, whole_number
from crawler.crawl_run import CrawlRun
from crawler.import_files import find_files, fingerprint
from kepu import urls
from kepu.errors import ArchiveError
from kepu.messages import Text
from kepu.progress import MEGABYTES, Progress
from kepu.records import ImportedItem, Page, Visit
from pipelines.local_files import read_file


class DumpSpider(Spider):
    """Import files: `scrapy crawl dump -a path=FILE_OR_FOLDER [-a url=URL] [-a channel=kpzg] [-a all_hosts=yes]`.

    `url` is the URL of a saved page, and takes precedence over the one in its file. From WARC and WACZ files, only
    pages on the channel's hosts are read or, with `all_hosts`, those of the whole site. `workers` is the number of
    processes that read and extract the pages of WARC and WACZ files; 0 uses all cores. `all_hosts` and `by_time` (read
    the files in the order in which they were saved) are `yes` or `no`.
    """

    name = "dump"
    # An import sends no requests: even where the settings name the crawl's frontier, it needs only Scrapy's scheduler.
    custom_settings = {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}  # noqa: RUF012  Scrapy's own form

    def __init__(
        self,
        path: str | list[str] = "",
        url: str | None = None,
        channel: str = "kpzg",
        all_hosts: str | bool = False,
        by_time: str | bool = False,
        workers: str | int = 0,
        **arguments: Any,
    ) -> None:
        refuse_unknown(arguments, ("path", "url", "channel", "all_hosts", "by_time", "workers"))
        super().__init__()
        self.channel = channel_config.load(channel)
        self.all_hosts = switch(all_hosts)
        self.by_time = switch(by_time)
        self.workers = whole_number(workers) or 0
        self.paths = [Path(name) for name in ([path] if isinstance(path, str) else path) if name]
        self.url = url
        if not self.paths:
            raise ValueError("nothing to import is named; write scrapy crawl dump -a path=FILE_OR_FOLDER")
        if not any(
            path.exists() for path in self.paths
        ):  # if only some of several paths are missing, they are reported as failures
            raise ValueError(Text("{path}: no such file or folder", path=self.paths[0]))

    @classmethod
    def check_arguments(cls, arguments: dict[str, Any]) -> None:
        """Raise ValueError for invalid arguments, with one message that says what to write."""
        cls(**arguments)

    async def start(self) -> AsyncIterator[ImportedItem]:
        """Yield the pages and outcomes of the files, then those of the WARC files, each with its place in the import.

        An interrupted import continues at the place where it stopped. If the archive raises an ArchiveError, the run is
        stopped, and the error is not raised here.
        """
        crawl_run = CrawlRun.of(self.crawler)
        crawl_run.begin_crawl()
        try:
            for item in self._items(crawl_run):
                yield item
        except ArchiveError as error:  # for example, the disk is full
            crawl_run.stop(error.code, str(error))

    def _items(self, crawl_run: CrawlRun) -> Iterator[ImportedItem]:
        given = find_files(self.paths, skipped=crawl_run.tally.skipped, by_time=self.by_time)
        files = given.files
        crawl_run.answered = bool(files or given.warcs)
        with ForeignIndex(import_folder(Path(self.crawler.settings["KEPU_DB"])), self.scope) as index:
            if given.warcs:
                quiet = not self.crawler.settings.getbool("KEPU_PROGRESS")
                self.fill(index, given.warcs, crawl_run.tally.left_out, quiet=quiet)
            start = crawl_run.begin_import(fingerprint(files, index))
            crawl_run.expected = len(files) + len(index) - start
            for place, file in enumerate(files[start:], start):
                for record in self._read(file):
                    yield ImportedItem(place, record)
            before = max(0, start - len(files))
            for stretch in imported(index, before, crawl_run.run(), self.workers):
                for why in stretch.left_out:
                    crawl_run.tally.left_out(why)
                for item in stretch.items:
                    item.place += len(files)
                    yield item
            crawl_run.end_import()
            index.remove()

    def _read(self, file: Path | Visit) -> Iterator[Page | Visit]:
        """Yield the pages in a file, or the outcome of one that cannot be read."""
        if isinstance(file, Visit):
            yield file
            return
        crawl_run = CrawlRun.of(self.crawler)
        yield from read_file(file, run=crawl_run.run(), url=self.url, opened=crawl_run.tally.opened)

    def fill(self, index: ForeignIndex, warcs: list[Path], left_out: LeftOut, *, quiet: bool) -> None:
        """Index the records of WARC files, and show progress."""
        with Progress(MEGABYTES, quiet=quiet) as shown:
            index.fill(warcs, self._is_wanted, left_out, shown.tell)

    @property
    def scope(self) -> str:
        """Which pages of WARC files are imported, as a string: `all hosts`, or the names of hosts."""
        return "all hosts" if self.all_hosts else " ".join(sorted(self.channel.hosts))

    def _is_wanted(self, url: str) -> bool:
        """Return whether a page is on a host of the channel or, with `all_hosts`, of the site."""
        return urls.on_site(url) if self.all_hosts else urls.host_of(url) in self.channel.hosts
