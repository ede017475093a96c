"""The reading room: how long its pages take on a large archive, with a crawl writing and without.

    python -m bench.reading_room                 100,000 articles (some minutes to make them)
    python -m bench.reading_room --size 10000
    python -m bench.reading_room --keep DIR      keeps the archive there, and takes it again the next time

The articles are those of bench/search.py. While pages are timed, another process archives more, RATE a second: a
polite crawl has one every few seconds. A time is that of a whole answer over HTTP on loopback, from one who asks for
one page after another.
"""

import argparse
import contextlib
import http.client
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from archive.search.index import update
from archive.store import Store
from bench.search import asked, fill
from crawler.items import Article, Block, Provenance
from pipelines.article import normalize

PAUSE = 0.02
"""Seconds between two pages: a reader, not a load test."""


RATE = 50
"""Articles a second that the crawl writes."""


def make(path: Path, size: int) -> None:
    """Make an archive of `size` articles at `path`, with its index, unless it is there."""
    if path.exists():
        return
    fill(path, size)
    db = Database(path)
    db.conn.isolation_level = None
    db.execute("PRAGMA synchronous = OFF")
    update(db)
    db.close()


def texts(path: Path, count: int) -> list[str]:
    """Return texts of the archive, to cut queries from."""
    db = Database(path)
    rows = db.execute("SELECT text FROM articles WHERE seq % 100 = 0 LIMIT ?", (count,)).fetchall()
    db.close()
    return [text for (text,) in rows]


@contextlib.contextmanager
def serving(path: Path) -> Iterator[http.client.HTTPConnection]:
    """Run `kepu serve`; give a connection to it."""
    command = [sys.executable, "-m", "archive.cli", "serve", "--db", str(path), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = re.search(r":(\d+)/", process.stdout.readline())
    assert found
    connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=60)
    try:
        yield connection
    finally:
        connection.close()
        process.send_signal(signal.SIGINT)
        process.wait()


@contextlib.contextmanager
def crawling(path: Path, is_crawling: bool) -> Iterator[None]:
    """Let another process archive articles meanwhile."""
    if not is_crawling:
        yield
        return
    writer = subprocess.Popen([sys.executable, "-m", "bench.reading_room", "--write", str(path)])
    try:
        yield
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()


def write(path: Path) -> None:
    """Archive RATE articles a second for as long as this process lives, in the archive's own batches."""
    some, began = texts(path, 500), time.monotonic()
    archive = Store(path)
    first = archive.db.execute("SELECT max(seq) FROM articles").fetchone()[0]
    for number in range(first, first + 10_000_000):
        text = f"{number}。{some[number % len(some)]}"
        url = f"http://kpzg.people.com.cn/n2/2026/0105/c404214-{number}.html"
        article = Article(id=f"n2/{number}", url=url, url_requested=url, headline=text[:15], text=text)
        article.blocks = [Block("paragraph", text)]
        article.provenance = Provenance(fetched_at="2026-01-02T03:04:05Z", layout="rm_txt")
        archive.put(normalize(article))
        time.sleep(max(0.0, began + (number - first) / RATE - time.monotonic()))


def timed(connection: http.client.HTTPConnection, paths: list[str]) -> list[float]:
    """Return the milliseconds of each answer, sorted."""
    times = []
    for path in paths:
        begin = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - begin) * 1e3)
        assert answer.status == 200, (path, answer.status)
        time.sleep(PAUSE)
    return sorted(times)


def measure(path: Path, count: int) -> None:
    """Print the times of each kind of page, with a crawl writing and without."""
    rng, some = random.Random(8), texts(path, 500)
    kinds = {
        "home": ["/"] * count,
        "search": ["/search?q=" + quote(asked(rng, some)) for _ in range(count)],
        "search, one facet chosen": [
            f"/search?q={quote(asked(rng, some))}&year=2019" for _ in range(count // 3)
        ],
        "all articles": ["/search"] * (count // 10),
        "browse": ["/browse"] * (count // 10),
    }
    for is_crawling in (False, True):
        with serving(path) as connection, crawling(path, is_crawling):
            timed(connection, ["/", "/search?q=1"])
            for name, paths in kinds.items():
                times = timed(connection, paths)
                print(
                    f"{name}{', a crawl writing' * is_crawling}: {len(times)} pages, median "
                    f"{statistics.median(times):.0f} ms, 95th percentile {times[int(len(times) * 0.95)]:.0f} ms, "
                    f"longest {times[-1]:.0f} ms",
                    flush=True,
                )


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write(options.write)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "kepu.db"
        make(path, options.size)
        measure(path, options.pages)


if __name__ == "__main__":
    main()
