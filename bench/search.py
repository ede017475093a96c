"""Search: what the index weighs, whether it finds everything, and how long a page takes while a crawl writes.

    python -m bench.search               10,000 articles
    python -m bench.search --size 100000

The articles are the replica's composed ones. Recall is that of queries of 1 to 4 characters cut from the texts,
against a plain search through all of them. While pages are timed, another process archives articles without a pause.
"""

import argparse
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

import demo
from archive import schema
from archive.search import search
from archive.search.update_index import update
from archive.store import Store
from bench.duplicates import composed
from kepu.records import Article, Block, Provenance
from pipelines.build_article import normalize

SOURCES = ("新华社", "人民日报", "科技日报", "云岭晚报", "人民网-科普中国", None)
SECTIONS = ("滚动新闻", "前沿科技", "生态环境", "健康", "航天", "考古", None)
LAYOUTS = ("rm_txt", "rwb", "generic")
PEOPLE = ("方敏", "沈一苇", "顾禾", "项小满", "欧阳砚")
COMMON = ("的", "一", "是", "人", "的人", "不", "研究", "有", "天", "了")
"""Queries that very many articles answer."""


def fill(path: Path, size: int, seed: int = 3) -> list[str]:
    """Put `size` articles into a new archive at `path`, as plain rows; return their texts."""
    db = Database(path)
    db.conn.isolation_level = None
    schema.migrate(db)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    rng = random.Random(seed)
    texts = []
    for story in demo.articles(size, seed):
        if not story.slug.startswith("generated/"):
            continue
        text = "\n".join(p.source for part in story.parts for p in part if p.source)
        texts.append(text)
        source = rng.choice(SOURCES)
        db.execute(
            "INSERT INTO articles (id, headline, text, text_canonical, text_canonical_offsets, char_count, author, "
            "source, image, date_published, article_section, provenance, warnings) "
            "VALUES (?, ?, ?, ?, '[]', ?, ?, ?, ?, ?, ?, ?, '[]')",
            (
                f"n1/{len(texts)}",
                text[: rng.randint(10, 22)],
                text,
                text,
                len(text),
                f'[{{"name": "{rng.choice(PEOPLE)}", "role": null}}]',
                source and f'{{"name": "{source}", "url": null}}',
                f'[{{"caption": "{text[30 : 30 + rng.randint(0, 25)]}", "credit_text": null}}]'.replace(
                    "\n", " "
                ),
                f"{rng.randint(2005, 2026)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
                rng.choice(SECTIONS),
                f'{{"layout": "{rng.choice(LAYOUTS)}"}}',
            ),
        )
    db.execute("COMMIT")
    db.close()
    return texts


def weigh(path: Path) -> None:
    """Bring the index of the archive at `path` up to date; print the time it takes and what it weighs."""
    db = Database(path)
    db.conn.isolation_level = None
    db.execute("PRAGMA synchronous = OFF")
    begin = time.perf_counter()
    update(db)
    seconds = time.perf_counter() - begin
    count = db["articles"].count
    text, words = db.execute(
        "SELECT sum(length(CAST(text_canonical AS BLOB))), sum(length(CAST(concat AS BLOB))) FROM (SELECT "
        "text_canonical, text_canonical || headline || ifnull(source ->> '$.name', '') || (author ->> '$[0].name') "
        "|| (image ->> '$[0].caption') AS concat FROM articles)"
    ).fetchone()
    tables = [name for name in db.table_names() if name.startswith("internal_search_")]
    marks = ",".join("?" * len(tables))
    (pages,) = db.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({marks})", tables).fetchone()
    print(
        f"{count:,} articles, {text / count / 3:.0f} characters each: {seconds / count * 1e6:.0f} µs an article; "
        f"all that is indexed {words / 1e6:.1f} MB, index {pages / 1e6:.1f} MB on disk: {pages / words:.3f} "
        f"({pages / text:.3f} of the texts alone)"
    )
    db.close()


def recall(path: Path, texts: list[str], queries: int, seed: int = 5) -> None:
    """Print recall and precision of queries of 1 to 4 Han characters against a plain search through all texts."""
    rng = random.Random(seed)
    db = Database(path)
    db.conn.isolation_level = None
    for length in range(1, 5):
        wanted = found = right = 0
        for _ in range(queries):
            query = _cut(rng, texts, length)
            plain = {n for n, text in enumerate(texts, 1) if query in text}
            phrase = f'text : "{" ".join(query)}"'
            rows = db.execute(
                "SELECT rowid FROM internal_search_index WHERE internal_search_index MATCH ?", (phrase,)
            )
            there = {seq for (seq,) in rows}
            wanted, found, right = wanted + len(plain), found + len(there), right + len(plain & there)
        print(
            f"  {length} characters: recall {right / wanted:.4f}, precision {right / found:.4f} of {found:,} hits"
        )
    db.close()


def _cut(rng: random.Random, texts: list[str], length: int) -> str:
    """Return a piece of a text, Han only."""
    while True:
        text = rng.choice(texts)
        start = rng.randrange(len(text))
        piece = text[start : start + length]
        if re.fullmatch(rf"[\u4e00-\u9fff]{{{length}}}", piece):
            return piece


def asked(rng: random.Random, texts: list[str]) -> str:
    """Return a query as people type them: one or two words, a phrase, now and then a filter or a very common word."""
    words = [_cut(rng, texts, rng.randint(1, 4)) for _ in range(2)]
    return rng.choice(
        (
            words[0],
            words[0],
            " ".join(words),
            f'"{words[0]}" -{words[1]}',
            f"{words[0]} OR {words[1]}",
            f"{words[0]} source:{rng.choice(SOURCES[:5])}",
            f"{words[0]} since:2015 until:2021-06",
            rng.choice(COMMON),
            f"author:{rng.choice(PEOPLE)}",
            f"section:{rng.choice(SECTIONS[:6])}",
        )
    )


def pages(path: Path, texts: list[str], count: int, seed: int = 8) -> None:
    """Print how long a first page takes, facets included, with a crawl writing and without."""
    rng = random.Random(seed)
    queries = [asked(rng, texts) for _ in range(count)]
    db = Database(path)
    db.conn.isolation_level = None
    for is_crawling in (False, True):
        with _crawl(path, is_crawling):
            times = _timed(db, queries)
            common = _timed(db, list(COMMON))
        for name, those in (("queries", times), ("common words", common)):
            those.sort()
            print(
                f"  {len(those)} {name}{', a crawl writing' * is_crawling}: median {statistics.median(those):.0f} ms, "
                f"95th percentile {those[int(len(those) * 0.95)]:.0f} ms, longest {those[-1]:.0f} ms"
            )
    db.close()


def _timed(db: Database, queries: list[str]) -> list[float]:
    """Return the milliseconds that the first page of each query takes."""
    times = []
    for query in queries:
        begin = time.perf_counter()
        search(db, query)
        times.append((time.perf_counter() - begin) * 1e3)
    return times


@contextmanager
def _crawl(path: Path, is_crawling: bool) -> Iterator[None]:
    """Let another process archive new articles all the while."""
    if not is_crawling:
        yield
        return
    writer = subprocess.Popen(
        [sys.executable, "-m", "bench.search", "--write", str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    try:
        yield
    finally:
        writer.kill()
        writer.wait()


def write(path: Path) -> None:
    """Archive new articles for as long as this process lives, as fast as a crawl of a whole machine could."""
    texts = composed(500, 99)
    archive = Store(path)
    print("writing", flush=True)
    for number in range(10_000_000):
        text = f"{number}。{texts[number % len(texts)]}"
        url = f"http://kpzg.people.com.cn/n2/2026/0105/c404214-{number}.html"
        article = Article(
            id=f"n2/{number}",
            url=url,
            url_requested=url,
            headline=text[:15],
            blocks=[Block("paragraph", text)],
            text=text,
            provenance=Provenance(fetched_at="2026-01-02T03:04:05Z", layout="rm_txt"),
        )
        archive.put(normalize(article))


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write(options.write)
        return
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "kepu.db"
        texts = fill(path, options.size)
        weigh(path)
        recall(path, texts, max(20, options.queries // 10))
        pages(path, texts, options.queries)


if __name__ == "__main__":
    main()
