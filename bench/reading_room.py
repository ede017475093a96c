"""Measure the response times of the reading room on a large archive, with and without a crawl that writes to it.

    python -m bench.reading_room                 100,000 articles (some minutes to make them)
    python -m bench.reading_room --size 10000
    python -m bench.reading_room --keep DIR      keeps the archive in DIR, and reuses it the next time

The articles are those of bench/search.py; one of them has COPIES copies and REPOSTS reposts, and some have VERSIONS
versions. While pages are timed, another process archives RATE articles per second (a polite crawl archives one every
few seconds). A time is that of a complete response over HTTP on loopback, with one request after another; for the
report, it is the time from the first request until the charts are ready. `kepu --help` and `kepu report` are timed as
processes.
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

import orjson
from sqlite_utils import Database

from archive.duplicate_summary import duplicates
from archive.search.update_index import update
from archive.store import Store
from bench.search import asked, fill
from kepu.records import Article, Block, Provenance, Revision
from pipelines.build_article import normalize

PAUSE = 0.02
"""Seconds between two requests, like a reader's."""

RATE = 50
"""Number of articles per second that the crawl writes."""

COPIES = 300
"""Number of articles with the same text, like a notice that every newspaper prints."""

REPOSTS = 12
"""Number of articles with an additional line. Many more would count as boilerplate:
archive/duplicates/neighbours.py.
"""

VERSIONS = 20
"""Number of versions of each revised article."""

REVISED = 10
"""Number of revised articles."""


def make(path: Path, size: int) -> None:
    """Create an archive of `size` articles with its index at `path`, unless it exists."""
    if path.exists():
        return
    fill(path, size)
    db = Database(path)
    db.conn.isolation_level = None
    db.execute("PRAGMA synchronous = OFF")
    completed(db)
    repost_and_revise(path)
    update(db)
    db.close()
    duplicates(path)


def completed(db: Database) -> None:
    """Add the fields to each article that its page in the reading room shows: blocks and provenance."""
    rest = dict.fromkeys(("level", "items", "ordered", "rows", "content_url", "caption", "credit_text"))
    db.execute("BEGIN")
    rows = db.execute("SELECT seq, text, provenance ->> '$.layout' FROM articles").fetchall()
    for seq, text, layout in rows:
        blocks = [{"type": "paragraph", "text": line, "part": 1} | rest for line in text.split("\n")]
        made = Provenance(fetched_at="2026-01-05T03:04:05Z", layout=layout, http_status=200)
        db.execute(
            "UPDATE articles SET blocks = ?, provenance = ? WHERE seq = ?",
            (orjson.dumps(blocks).decode(), orjson.dumps(made).decode(), seq),
        )
    lists = ", ".join(
        f"{name} = '[]'" for name in ("breadcrumb", "keywords", "links", "appearances", "editor")
    )
    revision = orjson.dumps(Revision(first_seen="2026-01-05", last_changed="2026-01-05")).decode()
    db.execute(f"UPDATE articles SET {lists}, revision = ?", (revision,))
    db.execute("COMMIT")


def repost_and_revise(path: Path) -> None:
    """Archive cases that are slow for an article's page: very many copies, and articles with many versions."""
    some = texts(path, 1 + REVISED)
    with Store(path) as archive:
        for n in range(COPIES):
            archive.put(composed_of(f"n1/800{n:05}", some[0]))
        for n in range(REPOSTS):
            archive.put(composed_of(f"n1/801{n:05}", f"{some[0]}\n（据{chr(0x4E00 + n)}报）"))
        for version in range(VERSIONS):
            for n, text in enumerate(some[1:]):
                archive.put(composed_of(f"n1/802{n:05}", f"{text}\n更正：第 {version} 版改了这一句。"))


def composed_of(id_: str, text: str) -> Article:
    """Return an article with this id and text."""
    url = f"http://kpzg.people.com.cn/{id_.replace('/', '/2026/0105/c404214-')}.html"
    article = Article(id=id_, url=url, url_requested=url, headline=text[:15], text=text)
    article.date_published, article.datetime_published = "2026-01-05", "2026-01-05T08:00:00+08:00"
    article.char_count = len("".join(text.split()))
    article.blocks = [Block("paragraph", line) for line in text.split("\n")]
    article.provenance = Provenance(fetched_at="2026-01-05T03:04:05Z", layout="rm_txt")
    return normalize(article)


def texts(path: Path, count: int) -> list[str]:
    """Return `count` texts of the archive, from which queries are cut."""
    db = Database(path)
    rows = db.execute("SELECT text FROM articles WHERE seq % 100 = 0 LIMIT ?", (count,)).fetchall()
    db.close()
    return [text for (text,) in rows]


@contextlib.contextmanager
def serving(path: Path) -> Iterator[http.client.HTTPConnection]:
    """Run `kepu serve` during the block, and yield a connection to it."""
    command = [sys.executable, "-m", "kepu.cli.main", "serve", "--db", str(path), "--port", "0"]
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
    """If `is_crawling`, let another process archive articles during the block."""
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
    """Archive RATE articles per second until this process is ended, in the archive's usual batches."""
    some, began = texts(path, 500), time.monotonic()
    archive = Store(path)
    first = archive.db.execute("SELECT max(seq) FROM articles").fetchone()[0]
    for number in range(first, first + 10_000_000):
        archive.put(composed_of(f"n2/{number}", f"{number}。{some[number % len(some)]}"))
        time.sleep(max(0.0, began + (number - first) / RATE - time.monotonic()))


def timed(connection: http.client.HTTPConnection, paths: list[str]) -> list[float]:
    """Request these paths; return the milliseconds of each response, sorted."""
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


def kinds_of(path: Path, size: int, count: int) -> dict[str, list[str]]:
    """Map each kind of page to the paths to request."""
    rng, some = random.Random(8), texts(path, 500)
    few = max(count // 10, 5)
    ordinary = [f"/article/n1/{rng.randint(1, size)}" for _ in range(count // 2)]
    copied, edited = "/article/n1/80000000", "/article/n1/80100000"
    revised = [f"/article/n1/802{n % REVISED:05}" for n in range(few)]
    return {
        "home": ["/"] * count,
        "search": ["/search?q=" + quote(asked(rng, some)) for _ in range(count)],
        "search, one facet chosen": [
            f"/search?q={quote(asked(rng, some))}&year=2019" for _ in range(count // 3)
        ],
        "all articles": ["/search"] * few,
        "browse": ["/browse"] * few,
        "a month": [f"/browse?month={rng.randint(2005, 2025)}-{rng.randint(1, 12):02}" for _ in range(few)],
        "article": ordinary,
        f"article with {COPIES + REPOSTS} duplicates": [copied] * few,
        "a repost of it": [edited] * few,
        "the two side by side": [f"{copied}/compare?with=n1/801{n % REPOSTS:05}" for n in range(few)],
        f"article with {VERSIONS} versions": revised,
        "its first and last version": [f"{one}/revisions?from=1&to={VERSIONS}" for one in revised],
        "sentences and words": [f"{one}/words" for one in ordinary[:few]],
    }


def measure(path: Path, size: int, count: int) -> None:
    """Print the times of each kind of page, with a crawl writing and without."""
    kinds = kinds_of(path, size, count)
    for is_crawling in (False, True):
        said = ", a crawl writing" * is_crawling
        with serving(path) as connection, crawling(path, is_crawling):
            timed(connection, ["/", "/search?q=1"])
            for name, paths in kinds.items():
                show(name + said, timed(connection, paths))
            print(f"charts, counted anew{said}: {charts(connection):.1f} s", flush=True)
            show("charts, kept" + said, timed(connection, ["/report"] * (count // 10)))
    commands(path)


def show(name: str, times: list[float]) -> None:
    """Print median, 95th percentile and maximum of sorted times in milliseconds."""
    print(
        f"{name}: {len(times)} times, median {statistics.median(times):.0f} ms, "
        f"95th percentile {times[int(len(times) * 0.95)]:.0f} ms, longest {times[-1]:.0f} ms",
        flush=True,
    )


def charts(connection: http.client.HTTPConnection) -> float:
    """Return the seconds until the charts of the report are ready."""
    begin = time.perf_counter()
    while True:
        connection.request("GET", "/report")
        if 'class="chart ' in connection.getresponse().read().decode():
            return time.perf_counter() - begin
        time.sleep(0.2)


def commands(path: Path) -> None:
    """Print how long `kepu --help` and `kepu report` take."""
    kepu = [sys.executable, "-m", "kepu.cli.main"]
    with tempfile.TemporaryDirectory() as folder:
        report = ["report", "--db", str(path), "--quiet", str(Path(folder) / "report.html")]
        for name, options, times in (("kepu --help", ["--help"], 15), ("kepu report", report, 3)):
            took = []
            for _ in range(times):
                begin = time.perf_counter()
                subprocess.run([*kepu, *options], check=True, stdout=subprocess.DEVNULL)
                took.append((time.perf_counter() - begin) * 1e3)
            show(name, sorted(took))


def main() -> None:
    """Run the benchmark."""
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
        measure(path, options.size, options.pages)


if __name__ == "__main__":
    main()
