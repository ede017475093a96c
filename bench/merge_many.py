"""`python -m bench.merge_many`: measure how fast many archives are merged, with their captures.

The archives have the same size, different hosts, and one capture per article. Creating them is not measured. CPU time
is reported for this process and for the one that decides near duplicates meanwhile. `--parts` reports it per part of
the merge, and `--profile` prints a profile of this process.
"""

import argparse
import cProfile
import hashlib
import pstats
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive import row_hash, store
from archive.duplicates import decide_in_second_process
from archive.jsonl import Jsonl
from archive.merge import merge_all, merge_archives
from archive.store import Store
from bench.archive import article as plain_article
from bench.duplicates import composed, some_copied
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


def build(folder: Path, archives: int, size: int, *, distinct: bool = False) -> list[Path]:
    """Create the archives; return their paths."""
    count = archives * size
    texts = some_copied(count, random.Random(7)) if distinct else iter(composed(count + 100, 7))
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


PARTS = (
    ("urls", merge_archives, "urls"),
    ("captures", merge_archives, "captures"),
    ("articles", merge_archives, "articles"),
    ("search index", store, "search_index"),
    ("row hashes of the rest", row_hash, "update"),
    ("near duplicates, taken back", decide_in_second_process, "_take_back"),
    ("lines", Jsonl, "append"),
)
"""The parts of a merge that `--parts` reports: a name, and the function that does it."""


def count(parts: dict[str, float]) -> None:
    """Add the CPU seconds of each part to `parts` from now on."""
    for part, owner, name in PARTS:
        setattr(owner, name, _counted(getattr(owner, name), part, parts))


def _counted(work: Callable[..., Any], part: str, parts: dict[str, float]) -> Callable[..., Any]:
    def counted(*given: Any, **named: Any) -> Any:
        begin = time.process_time()
        try:
            return work(*given, **named)
        finally:
            parts[part] = parts.get(part, 0.0) + time.process_time() - begin

    return counted


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archives", type=int, default=20)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--distinct", action="store_true")
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    parts: dict[str, float] = {}
    if given.parts:
        count(parts)
    with tempfile.TemporaryDirectory(prefix="kepu-merge-") as name:
        paths = build(Path(name), given.archives, given.articles, distinct=given.distinct)
        profile = cProfile.Profile()
        cpu, wall = time.process_time(), time.perf_counter()
        if given.profile:
            profile.enable()
        done = merge_all(Path(name) / "all" / "kepu.db", paths)
        profile.disable()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.new == done.captures > 0, done
    second = children.ru_utime + children.ru_stime
    print(
        f"{done.new:,} articles and captures of {given.archives} archives: {done.new / wall:,.0f} articles/s; "
        f"{cpu / done.new * 1e6:.0f} µs CPU an article ({done.new / cpu:,.0f} a CPU second), "
        f"and {second / done.new * 1e6:.0f} µs in the second process"
    )
    for part, seconds in parts.items():
        print(f"{part}: {seconds / done.new * 1e6:.0f} µs")
    if given.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
