"""An archive of the replica's pages, made without a crawl, at two stages of it, so that some are revised."""

import contextlib
import hashlib
import sqlite3
from pathlib import Path

import demo
from archive.store import Store
from kepu.records import Article, Capture, Page
from pipelines.build_article import article_from_page, normalize
from pipelines.refusals import Refused

DAYS = ("2026-11-20T08:00:00Z", "2026-11-22T08:00:00Z")
"""When the replica is read: as it is at first, and as it is two days later."""


def make(path: Path, extra: list[Article] | None = None) -> Path:
    """Make an archive at `path` of the replica's articles, their later versions, and `extra` ones."""
    for stage, at in zip((0, 2), DAYS, strict=True):
        with Store(path, clock=lambda at=at: at) as archive:  # type: ignore[misc]
            archive.run("channel", "refresh")
            for page in pages(stage, at):
                with contextlib.suppress(Refused):
                    kept = [one.capture for one in (page, *page.parts) if one.capture]
                    archive.put(normalize(article_from_page(page)), kept, page.account)
            if stage == 0:
                for article in extra or []:
                    archive.put(article)
            archive.finish_run("finished", 0, {})
    derive(path)
    return path


def pages(stage: int, at: str) -> list[Page]:
    """Return the first pages of the replica's articles at a stage, each with its further parts."""
    found: list[Page] = []
    for story in demo.articles(stage=stage):
        for url in story.urls[:1]:
            made = [
                Page(
                    demo.page(story, n, url),
                    url=story.part_url(n, url),
                    url_requested=story.part_url(n, url),
                    status=200,
                    content_type="text/html",
                    fetched_at=at,
                    part=n,
                    capture=_capture(story.part_url(n, url), demo.page(story, n, url), at, n),
                )
                for n in range(1, len(story.parts) + 1)
            ]
            made[0].parts = made[1:]
            found.append(made[0])
    return found


def _capture(url: str, body: bytes, at: str, part: int) -> Capture:
    """Return what the crawler would keep of such an answer."""
    digest = hashlib.sha256(body).hexdigest()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    return Capture(url, at, body, b"", head, status=200, payload_sha256=digest, part=part)


def derive(path: Path) -> None:
    """Bring near duplicates and the index of search up to date."""
    from archive.duplicate_summary import duplicates
    from archive.search.update_index import update

    duplicates(path)
    with Store(path) as archive:
        update(archive.db)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """Return what a query gives."""
    with contextlib.closing(sqlite3.connect(path)) as conn:
        return conn.execute(query).fetchall()
