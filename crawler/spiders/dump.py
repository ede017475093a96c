"""The spider that reads what people already have: saved pages, text dumps, and the WARC files of other crawlers."""

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scrapy import Spider

from archive.captures.foreign_warc import is_foreign, is_index, pages
from crawler.channels import channel_config
from crawler.crawl_options import refuse_unknown
from crawler.crawl_run import CrawlRun
from kepu import urls
from kepu.messages import Text
from kepu.records import Page, Visit
from pipelines.local_files import read, saved_at


class DumpSpider(Spider):
    """Import files: `scrapy crawl dump -a path=FILE_OR_FOLDER [-a url=URL] [-a channel=kpzg] [-a all_hosts=yes]`.

    Of WARC and WACZ files only the pages of the channel's hosts are read, or with `all_hosts` those of the whole site.
    """

    name = "dump"
    custom_settings = {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}  # noqa: RUF012  Scrapy's own form

    def __init__(
        self,
        path: str | list[str] = "",
        url: str | None = None,
        channel: str = "kpzg",
        all_hosts: str | bool = False,
        by_time: str | bool = False,
        **arguments: Any,
    ) -> None:
        refuse_unknown(arguments, ("path", "url", "channel", "all_hosts", "by_time"))
        super().__init__()
        self.channel = channel_config.load(channel)
        self.all_hosts = bool(all_hosts)
        self.by_time = bool(by_time)
        self.paths = [Path(name) for name in ([path] if isinstance(path, str) else path) if name]
        self.url = url
        if not self.paths:
            raise ValueError("say what to import: scrapy crawl dump -a path=FILE_OR_FOLDER")
        if not any(
            path.exists() for path in self.paths
        ):  # one of several is named among the failures instead
            raise ValueError(Text("{path}: no such file or folder", path=self.paths[0]))

    @classmethod
    def check_arguments(cls, arguments: dict[str, Any]) -> None:
        """Raise ValueError, with one line that says what to write, for arguments that are not understood."""
        cls(**arguments)

    async def start(self) -> AsyncIterator[Page | Visit]:
        """Yield each file as a page."""
        crawl_run = CrawlRun.of(self.crawler)
        crawl_run.begin_crawl()
        run = crawl_run.run()
        tally = crawl_run.tally
        warcs = [path for path in self.paths if is_foreign(path) and path.is_file()]

        def skipped(path: str, why: str) -> None:
            """Take a WARC file of a folder; name any other file."""
            if is_foreign(Path(path)):
                warcs.append(Path(path))
            elif is_index(Path(path)):
                tally.skipped(path, "an index of WARC files, which are read themselves")
            else:
                tally.skipped(path, why)

        paths = sorted(self.paths, key=_saved_at) if self.by_time else self.paths
        for path in paths:
            if path in warcs:
                continue
            for item in read(
                path, run=run, url=self.url, opened=tally.opened, skipped=skipped, by_time=self.by_time
            ):
                if isinstance(item, Visit) and item.path == str(path) and warcs:
                    continue  # the folder holds WARC files and nothing else
                crawl_run.answered = True
                crawl_run.files += 1
                yield item
        if warcs:
            crawl_run.answered = True
            with TemporaryDirectory(dir=Path(crawl_run.report.archive).parent, prefix=".wacz-") as scratch:
                for page in pages(
                    warcs, Path(scratch), is_wanted=self._is_wanted, left_out=tally.left_out, run=run
                ):
                    crawl_run.files += 1
                    yield page

    def _is_wanted(self, url: str) -> bool:
        """Return whether a page's host is one of the channel's, or of the site's if all are wanted."""
        return urls.on_site(url) if self.all_hosts else urls.host_of(url) in self.channel.hosts


def _saved_at(path: Path) -> str:
    """Return when a file was saved; a folder comes first, in which files have their own order."""
    return saved_at(path) if path.is_file() else ""
