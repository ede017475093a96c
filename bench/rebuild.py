"""`python -m bench.rebuild`: measure how many pages per second one core re-extracts, and the time of each step.

The archive is made of the replica's pages, with all fields, but without a crawl. Times are the CPU time of one process.
Each step is measured separately over the same captures, so the steps need not add up to the whole.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import demo
from archive import captures, record_hash
from archive.captures import CaptureReader, warc_records
from archive.rebuild.driver import rebuild
from archive.rebuild.reextract import StoredVersion, remake
from archive.rebuild.worker import _ROWS
from archive.schema import ARTICLE_FIELDS, to_row
from archive.store import Store, reading
from kepu.records import Capture, Page
from pipelines.build_article import article_from_page, captures_of, normalize
from pipelines.segmentation.dumps.lexicon import builtin
from pipelines.validate import validate

MOMENT = "2026-01-02T03:04:05Z"


def archive_of(path: Path, size: int, warc_bytes: int = captures.DEFAULT_LIMIT) -> int:
    """Create an archive of the replica's articles with the captures of all their parts; return the number of pages."""
    n = 0
    with Store(path, warc_bytes=warc_bytes) as archive:
        for story in demo.articles(size):
            pages = [page_of(*each[:3]) for each in demo.pages([story])][: len(story.parts)]
            for number, page in enumerate(pages, start=1):
                page.part = number
            pages[0].parts = pages[1:]
            archive.put(
                validate(normalize(article_from_page(pages[0]))), captures_of(pages[0]), pages[0].account
            )
            n += len(pages)
    return n


def page_of(url: str, headers: dict[str, str], body: bytes) -> Page:
    """Return a page of the replica as a crawl would record it."""
    sent = headers | {"Server": "replica", "Content-Length": str(len(body))}
    head = "HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in sent.items()) + "\r\n"
    asked = f"GET {url} HTTP/1.1\r\nUser-Agent: kepu-archive\r\n\r\n".encode()
    sha = warc_records.sha256(body)
    capture = Capture(url, MOMENT, body, asked, head.encode(), 200, payload_sha256=sha)
    return Page(
        body,
        url,
        url,
        status=200,
        content_type=headers.get("Content-Type"),
        fetched_at=MOMENT,
        capture=capture,
    )


def rebuild_pages_per_second(size: int = 1000) -> float:
    """Return how many pages per second of CPU one process rebuilds, in an archive of `size` articles."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "kepu.db"
        pages = archive_of(path, size)
        rebuild(path, jobs=1, dry_run=True)
        before = time.process_time()
        report = rebuild(path, jobs=1)
        used = time.process_time() - before
        if report.changed or report.left or report.no_capture:
            raise SystemExit(f"a rebuild by the extractor that made the archive changed it: {report}")
        return pages / used


def parts_of_the_time(size: int) -> dict[str, float]:
    """Map each step of a rebuild to its CPU time per page in microseconds."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "kepu.db"
        n = archive_of(path, size)
        with reading(path) as db, CaptureReader(db, captures.folder_for(path)) as reader:
            rows = captures.rows(db, "kind = 'article'")
            stored = db.execute(_ROWS.format("IS NOT"), (0, 10**9)).fetchall()
            values = [dict(zip(ARTICLE_FIELDS, row[2:], strict=True)) for row in stored]
            bodies = [reader.page(row) for row in rows]
            articles = [validate(normalize(article_from_page(page))) for page in bodies if page.part == 1]
            work: dict[str, Callable[[], object]] = {
                "read, unpack": lambda: [reader.record(row) for row in rows],
                "read, unpack, hash, page": lambda: [reader.page(row) for row in rows],
                "rows of articles": lambda: db.execute(_ROWS.format("IS NOT"), (0, 10**9)).fetchall(),
                "rows of captures": lambda: [
                    captures.with_parts(db, row.record_id) for row in rows if row.part == 1
                ],
                "extract": lambda: [article_from_page(page) for page in bodies],
                "canonical text, hash": lambda: [normalize(article) for article in articles],
                "validate": lambda: [validate(article) for article in articles],
                "to columns": lambda: [to_row(article) for article in articles],
                "fingerprint": lambda: [record_hash.of_article(article) for article in articles],
                "the whole of it": lambda: [
                    remake(db, reader, StoredVersion(each["id"], 1, each), builtin) for each in values
                ],
            }
            return {name: cost(each) * 1e6 / n for name, each in work.items()}


def cost(work: Callable[[], object]) -> float:
    """Run `work` twice; return the lower CPU time in seconds."""
    spent = []
    for _ in range(2):
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return min(spent)


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(prog="python -m bench.rebuild", description=__doc__)
    options.add_argument("--size", type=int, default=1000, help="articles of the archive")
    size = options.parse_args().size
    print(f"{rebuild_pages_per_second(size):.0f} pages a second of CPU, one process, {size} articles")
    for name, microseconds in parts_of_the_time(size).items():
        print(f"  {microseconds:6.0f} µs a page: {name}")


if __name__ == "__main__":
    main()
