"""Compare exports with a plain scan of the same rows in Python, in one run: `python -m bench.export 20000`.

The articles are generated: three months of them, with about 3.4 kB of text each. Each kind of export alternates with
the scan several times; the result is the ratio of their medians, because other processes use the machine too. Exports
hash and fsync what they write; the bare JSONL does neither.
"""

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from unittest import mock

from archive.export.export_options import ExportOptions, Profile
from archive.export.exporter import export
from archive.readonly import reading
from archive.schema import RECORD_SQL, to_row
from archive.store import Store
from kepu.records import Appearance, Article, Author, Block, Image, Normalizer, Provenance, Source

KINDS: tuple[tuple[str, Profile], ...] = (
    ("jsonl", "full"),
    ("jsonl", "text"),
    ("jsonl.zst", "full"),
    ("csv", "full"),
    ("parquet", "full"),
    ("hf", "metadata"),
)

LETTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]


def article(n: int, chance: random.Random) -> Article:
    """Return a generated article of about 1,100 characters."""
    blocks = [
        Block("paragraph", "".join(chance.choices(LETTERS, k=chance.randint(60, 220))) + "。")
        for _ in range(8)
    ]
    text = "\n".join(block.text for block in blocks)
    day = f"2024-{n % 3 + 1:02}-{n % 28 + 1:02}"
    url = f"http://kpzg.people.com.cn/n1/{day[:4]}/{day[5:7]}{day[8:]}/c404214-{n}.html"
    return Article(
        id=f"n1/{n}",
        url=url,
        url_requested=url,
        appearances=[Appearance(url, "404214", "科普", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")],
        headline="".join(chance.choices(LETTERS, k=18)),
        date_published=day,
        datetime_published=f"{day}T{n % 24:02}:{n % 60:02}:00+08:00",
        date_published_raw=day,
        date_precision="minute",
        date_source="page",
        byline="记者甲乙",
        author=[Author("甲乙", "记者")],
        source=Source("人民网", "http://www.people.com.cn/"),
        publisher="人民网",
        article_section="科普",
        breadcrumb=["人民网", "科普中国"],
        node="404214",
        blocks=blocks,
        text=text,
        text_canonical=text,
        char_count=len(text),
        image=[Image("http://kpzg.people.com.cn/a.jpg", "图为冰面", "甲乙摄", position=3)],
        content_sha256=f"{n:064x}",
        provenance=Provenance(
            run=1,
            fetched_at="2026-01-02T03:04:05Z",
            layout="rm_txt",
            extractor_version="1",
            normalizer=Normalizer("1"),
        ),
    )


def fill(path: Path, n: int) -> None:
    """Create an archive of `n` articles that are not in order of time."""
    chance = random.Random(n)
    with Store(path) as archive:
        archive.put(article(0, chance))
    with closing(sqlite3.connect(path)) as conn, conn:
        for start in range(1, n, 500):
            rows = [to_row(article(k * 7919 % n, chance)) for k in range(start, min(start + 500, n))]
            names = list(rows[0])
            conn.executemany(
                f"INSERT INTO articles ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})",
                rows,
            )


def scan(path: Path) -> float:
    """Return the seconds for reading all columns of every row into Python."""
    with reading(path) as db:
        begun = time.perf_counter()
        for _ in db.execute("SELECT * FROM articles"):
            pass
        return time.perf_counter() - begun


def bare(path: Path, folder: Path) -> float:
    """Return the seconds for the simplest possible JSONL: `json_object` of SQLite for each row, encoded and written."""
    begun = time.perf_counter()
    with reading(path) as db, folder.with_suffix(".bare").open("wb") as out:
        for (line,) in db.execute(f"SELECT {RECORD_SQL} FROM articles"):
            out.write(line.encode() + b"\n")
    return time.perf_counter() - begun


def one(path: Path, folder: Path, plan: ExportOptions) -> float:
    """Return the seconds of one export, without the files that describe it."""
    shutil.rmtree(folder, ignore_errors=True)
    begun = time.perf_counter()
    with mock.patch("archive.export.exporter._describe"):
        export(path, folder, plan)
    return time.perf_counter() - begun


def measure(path: Path, folder: Path, times: int, say: Callable[[str], object]) -> None:
    """Print the ratio of each kind of export to the scan."""
    plans = {f"{kind} {profile}": ExportOptions(kind, profile) for kind, profile in KINDS}
    scans: list[float] = []
    taken: dict[str, list[float]] = {what: [] for what in ("bare json_object", *plans)}
    for _ in range(times):
        taken["bare json_object"].append(bare(path, folder))
        for what, plan in plans.items():
            scans.append(scan(path))
            taken[what].append(one(path, folder, plan))
    base = median(scans)
    say(f"{'plain scan':20} {base:8.2f} s   1.00")
    for what, seconds in taken.items():
        say(f"{what:20} {median(seconds):8.2f} s  {median(seconds) / base:5.2f}")


def main() -> None:
    """Create an archive, measure, and delete it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=int, nargs="?", default=20_000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kepu.db"
        fill(path, given.articles)
        sys.stdout.write(f"{given.articles} articles, {path.stat().st_size / 1e6:.0f} MB\n")
        measure(path, Path(folder) / "out", given.times, lambda line: sys.stdout.write(line + "\n"))


if __name__ == "__main__":
    main()
