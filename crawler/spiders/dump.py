"""The spider that reads what people already have: saved pages and text dumps, a file or a folder of them."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Spider

from archive.memory import format_time
from crawler.items import Page, Visit
from crawler.session import Session

ENDINGS = frozenset({".html", ".htm", ".shtml", ".xhtml", ".txt", ".text"})
"""What is read of a folder; a file that is named is read whatever its name."""

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no saved page."""


class DumpSpider(Spider):
    """Import files: `scrapy crawl dump -a path=FILE_OR_FOLDER [-a url=URL]`."""

    name = "dump"
    custom_settings = {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}  # noqa: RUF012  Scrapy's own form

    def __init__(self, path: str | list[str] = "", url: str | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.paths = [Path(name) for name in ([path] if isinstance(path, str) else path) if name]
        self.url = url
        if not self.paths:
            raise ValueError("say what to import: scrapy crawl dump -a path=FILE_OR_FOLDER")

    async def start(self) -> AsyncIterator[Page | Visit]:
        """Yield each file as a page."""
        session = Session.of(self.crawler)
        run = session.run()
        for path in self.paths:
            for item in read(path, run=run, url=self.url):
                session.answered = True
                session.files += 1
                yield item


def read(path: Path, *, run: int | None = None, url: str | None = None) -> Iterator[Page | Visit]:
    """Yield the files at a path as pages, in the order of their names; what cannot be read, as a Visit."""
    try:
        found = sorted(files(path)) if path.is_dir() else [path]
        for file in found:
            yield page_from(file, run=run, url=url)
        if not found:
            endings = " ".join(sorted(ENDINGS))
            yield unreadable(path, f"no saved page or dump in this folder (looked for {endings})")
    except OSError as error:
        yield unreadable(path, error.strerror or str(error))


def files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, and of the folders in it, that may be pages or dumps."""

    def refuse(error: OSError) -> None:
        raise error

    for here, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(here, name) for name in names if Path(name).suffix.lower() in ENDINGS)


def page_from(file: Path, *, run: int | None, url: str | None) -> Page | Visit:
    """Return a file as a page; one that cannot be read, as a Visit."""
    try:
        if file.stat().st_size > MAX_BYTES:
            return unreadable(file, f"larger than {MAX_BYTES // 1024 // 1024} MB: no saved page", "too_large")
        body = file.read_bytes()
    except OSError as error:
        return unreadable(file, error.strerror or str(error))
    return Page(body=body, url=url, path=str(file), fetched_at=_now(), run=run)


def unreadable(path: Path, why: str, code: str = "unreadable") -> Visit:
    """Return what came of a path that could not be read."""
    return Visit(str(path), "failed", _now(), "file", code=code, message=why, path=str(path))


def _now() -> str:
    return format_time(datetime.now(UTC))
