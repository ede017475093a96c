"""`make bench-archive`: what keeping articles costs, each as a ratio within one run.

    python -m bench.archive                 all of it, the other benches of the archive included
    python -m bench.archive --only-keeping  archiving alone

Articles are the replica's composed ones. Bare inserts are one prepared INSERT of the same columns into the same table
without any index or trigger, in batches of the same size with synchronous = FULL; import is `Store.put` of new
articles with all indexes, their URLs and their JSONL lines. Unchanged articles are put again at a later time. Each
round does all three in turn; CPU and wall time are medians over the rounds.
"""

import argparse
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

from archive.schema import ARTICLE_FIELDS, to_row
from archive.store import BATCH, Store
from bench.duplicates import composed
from kepu.records import Appearance, Article, Block, Part, Provenance
from pipelines.build_article import normalize

OTHERS = (
    ("bench.export", ("5000",)),
    ("bench.duplicates", ("--sizes", "10000", "--stories", "1500")),
    ("bench.search", ("--size", "5000")),
    ("bench.rebuild", ("--size", "500")),
)
"""The other benches, small."""

LATER = "2026-0{}-02T03:04:05Z"


def articles(count: int) -> list[Article]:
    """Return articles as the extractor would give them."""
    return [article(n, text) for n, text in enumerate(islice(composed(count, 7), count), 40_000_000)]


def article(n: int, text: str) -> Article:
    """Return one article with a text."""
    url = f"http://kpzg.people.com.cn/n1/2024/0105/c404214-{n}.html"
    at = LATER.format(1)
    made = Article(id=f"n1/{n}", url=url, url_requested=url, headline=text[:20])
    made.appearances = [Appearance(url, "404214", None, at, at)]
    made.date_published, made.datetime_published = "2024-01-05", "2024-01-05T08:00:00+08:00"
    made.text, made.char_count = text, len(text)
    made.blocks = [Block("paragraph", line) for line in text.split("\n")]
    made.parts = [Part(1, url, "ab" * 32)]
    made.provenance = Provenance(fetched_at=at, http_status=200, payload_sha256="ab" * 32, layout="rm_txt")
    return normalize(made)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return (CPU, wall) seconds of a piece of work."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def bare(path: Path, made: list[Article]) -> None:
    """Insert the columns of articles into a plain table, in batches."""
    names = (*ARTICLE_FIELDS, "record_sha256")
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = FULL")
        conn.execute(f"CREATE TABLE articles ({', '.join(names)})")
        statement = f"INSERT INTO articles VALUES ({', '.join(':' + name for name in names)})"
        for start in range(0, len(made), BATCH):
            conn.execute("BEGIN")
            rows = (to_row(each) | {"record_sha256": "0" * 64} for each in made[start : start + BATCH])
            conn.executemany(statement, rows)
            conn.execute("COMMIT")


def put(archive: Store, made: list[Article]) -> None:
    """Archive articles."""
    for each in made:
        archive.put(each)
    archive.commit()


def keeping(count: int, rounds: int) -> None:
    """Measure archiving, and print it."""
    made = articles(count)
    times: dict[str, list[tuple[float, float]]] = {"bare": [], "import": [], "unchanged": []}
    for _ in range(rounds):
        for each in made:
            at = LATER.format(1)
            each.provenance.fetched_at = at
            each.appearances = [Appearance(each.url or "", "404214", None, at, at)]
        with tempfile.TemporaryDirectory(prefix="kepu-bench-") as name:
            folder = Path(name)
            times["bare"].append(timed(lambda at=folder: bare(at / "bare.db", made)))  # type: ignore[misc]
            with Store(folder / "kepu.db") as archive:
                archive.run("bench")
                times["import"].append(timed(lambda to=archive: put(to, made)))  # type: ignore[misc]
                for each in made:
                    each.provenance.fetched_at = LATER.format(2)
                times["unchanged"].append(timed(lambda to=archive: put(to, made)))  # type: ignore[misc]
    print(f"{count} articles of {sum(len(each.text) for each in made) // count} characters, {rounds} rounds")
    base = statistics.median(cpu for cpu, _ in times["bare"])
    for what, values in times.items():
        cpu = statistics.median(value[0] for value in values)
        wall = statistics.median(value[1] for value in values)
        print(
            f"{what:10} {cpu / count * 1e6:7.1f} µs CPU, {wall / count * 1e6:7.1f} µs an article; "
            f"{cpu / base:.2f} × bare batched inserts"
        )


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only-keeping", action="store_true")
    given = parser.parse_args()
    keeping(given.count, given.rounds)
    for module, arguments in () if given.only_keeping else OTHERS:
        print(f"\n{module} {' '.join(arguments)}", flush=True)
        subprocess.run([sys.executable, "-m", module, *arguments], check=False)


if __name__ == "__main__":
    main()
