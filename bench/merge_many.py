"""`python -m bench.merge_many`: measure how fast many archives are merged, with their captures.

The archives have the same size, different hosts, and one capture per article. Creating them is not measured.
`--profile` prints a profile of the merge.
"""

import argparse
import cProfile
import hashlib
import pstats
import tempfile
import time
from pathlib import Path

from archive.merge import merge_all
from archive.store import Store
from bench.archive import article as plain_article
from bench.duplicates import composed
from kepu.records import Article, Capture

FIRST = 40_000_000
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def made(number: int, host: int, text: str) -> Article:
    """Return an article on a host."""
    article = plain_article(number, text)
    article.url = article.url_requested = f"http://h{host}.people.com.cn/n1/2024/0105/c404214-{number}.html"
    article.appearances[0].url = article.url
    return article


def capture(article: Article) -> Capture:
    """Return a capture that an article could come from."""
    body = f"<html><body><p>{article.id}</p>{article.text}</body></html>".encode()
    digest = hashlib.sha256(body).hexdigest()
    return Capture(
        url=article.url or "",
        at=article.provenance.fetched_at or "",
        response=RESPONSE,
        body=body,
        payload_sha256=digest,
        status=200,
    )


def build(folder: Path, archives: int, size: int) -> list[Path]:
    """Create the archives; return their paths."""
    texts = iter(composed(archives * size + 100, 7))
    paths = []
    for n in range(archives):
        paths.append(folder / f"{n:03}" / "kepu.db")
        paths[-1].parent.mkdir(parents=True)
        with Store(paths[-1]) as archive:
            archive.run("bench")
            for number in range(FIRST + n * size, FIRST + (n + 1) * size):
                article = made(number, n, next(texts))
                archive.put(article, [capture(article)])
    return paths


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archives", type=int, default=20)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kepu-merge-") as name:
        paths = build(Path(name), given.archives, given.articles)
        profile = cProfile.Profile()
        cpu, wall = time.process_time(), time.perf_counter()
        if given.profile:
            profile.enable()
        done = merge_all(Path(name) / "all" / "kepu.db", paths)
        profile.disable()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    assert done.new == done.captures > 0, done
    print(
        f"{done.new:,} articles and captures of {given.archives} archives: {done.new / wall:,.0f} articles/s, "
        f"{cpu / done.new * 1e6:.0f} µs CPU an article ({done.new / cpu:,.0f} a CPU second)"
    )
    if given.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
