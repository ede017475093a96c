"""Measure a refresh that finds nothing new, or one changed article, in archives of different sizes.

    python -m bench.refresh [--sizes 1000 100000] [--rounds 3] [--folder DIR]

Each archive is a crawl of the replica to which that many generated articles were added by direct calls; none of them is
due. CPU is the user and system time of the process, and `written` the bytes that it wrote according to the kernel. With
--folder the archives are kept in DIR and reused.
"""

import argparse
import os
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

import demo
from archive.store import Store
from bench.archive import article
from bench.duplicates import composed, sentences

KEPU = Path(sys.executable).with_name("kepu")
LETTERS = 730
"""Number of characters of a generated text, which are 2.2 kB."""


def texts(count: int) -> Iterator[str]:
    """Yield `count` texts of shuffled sentences with a number in every line, so that no two are near duplicates."""
    stock = [each for text in composed(300, 7) for each in sentences(text)]
    rng = random.Random(count)
    for n in range(count):
        made: list[str] = []
        while sum(map(len, made)) < LETTERS:
            made.append("".join(rng.sample(stock, 3)).replace("\n", "") + f"记录{n}之{len(made)}。")
        yield "\n".join(made)


COMPOSED = 2000
"""Number of articles that are archived one by one; the others are copies of their rows with other ids."""


def fill(path: Path, count: int) -> None:
    """Add `count` generated articles to an archive, none of which is due."""
    with Store(path) as archive:
        for n, text in enumerate(texts(min(count, COMPOSED)), FIRST):
            archive.put(article(n, text))
    with Store(path) as archive, archive.whole() as db:
        for step in range(COMPOSED, count, COMPOSED):
            copy(db, "articles", step)
            copy(db, "urls", step)
        # Data derived from the copied texts is not computed, because a run processes only what is marked as waiting.
        db.execute("DELETE FROM internal_near_waiting")
        db.execute("UPDATE internal_search_state SET last_seq = (SELECT max(seq) FROM articles)")
        db.execute("UPDATE urls SET due_at = '2099-01-01T00:00:00Z' WHERE article >= ?", (f"n1/{FIRST}",))


FIRST = 50_000_000
"""Content id of the first generated article."""


def copy(db: Database, table: str, step: int) -> None:
    """Copy the rows of the generated articles in a table, with content ids increased by `step`."""
    names = [column.name for column in db[table].columns if column.name not in ("seq", "content_sha256")]
    id_ = "id" if table == "articles" else "article"
    number = f"substr({id_}, 4)"
    values = [
        f"replace({name}, {number}, {number} + {step})" if name in _WITH_NUMBER else name for name in names
    ]
    extra = ", content_sha256) SELECT " if table == "articles" else ") SELECT "
    digest = f", substr(content_sha256, 1, 50) || printf('%014d', {step})" if table == "articles" else ""
    db.execute(
        f"INSERT INTO {table} ({', '.join(names)}{extra}{', '.join(values)}{digest} FROM {table} "
        f"WHERE {id_} >= 'n1/{FIRST}' AND {id_} < 'n1/{FIRST + COMPOSED}'"
    )


_WITH_NUMBER = {"id", "article", "url", "url_requested", "appearances", "parts"}


def refresh(path: Path, proxy: str) -> tuple[float, int]:
    """Run a refresh through a proxy; return its CPU seconds and the number of bytes that it wrote."""
    kept = {
        k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and not k.startswith("KEPU_")
    }
    kept |= {"http_proxy": proxy, "KEPU_DELAY_SCALE": "0"}
    command = [str(KEPU), "crawl", "--quiet", "--mode", "refresh", "--db", str(path)]
    with Path(os.devnull).open("wb") as nowhere:
        to_nowhere = (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 2)
        pid = os.posix_spawn(command[0], command, kept, file_actions=[to_nowhere])
        _, status, used = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 10):
        raise SystemExit(f"the refresh ended with status {code}")
    return used.ru_utime + used.ru_stime, used.ru_oublock * 512


def change_one(path: Path) -> None:
    """Change a stored article, so that the refresh finds it edited by the site."""
    with closing(sqlite3.connect(path)) as conn, conn:
        (id_,) = conn.execute(
            "SELECT article FROM urls WHERE state IN ('fetched', 'unchanged') AND kind = 'article' "
            "AND article < 'n1/5' AND etag IS NOT NULL LIMIT 1"
        ).fetchone()
        conn.execute(
            "UPDATE articles SET headline = headline || '旧', record_sha256 = '00' WHERE id = ?", (id_,)
        )
        conn.execute(
            "UPDATE urls SET etag = NULL, last_modified = NULL, due_at = '2020-01-01T00:00:00Z' WHERE article = ?",
            (id_,),
        )


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, demo.running_replica() as replica:
        folder = asked.folder or Path(scratch)
        for size in asked.sizes:
            path = folder / str(size) / "kepu.db"
            if not path.exists():
                path.parent.mkdir(parents=True)
                refresh(path, replica.proxy_url)
                fill(path, size)
            work = Path(scratch) / f"work-{size}"
            shutil.copytree(path.parent, work)
            refresh(work / "kepu.db", replica.proxy_url)
            for name in ("nothing new", "one changed"):
                found = []
                for _ in range(asked.rounds):
                    if name == "one changed":
                        change_one(work / "kepu.db")
                    found.append(refresh(work / "kepu.db", replica.proxy_url))
                cpu = statistics.median(each[0] for each in found)
                written = statistics.median(each[1] for each in found)
                print(
                    f"{size:>8} articles, {name:<12} {cpu:6.2f} s CPU, {written / 1e6:8.2f} MB written",
                    flush=True,
                )


if __name__ == "__main__":
    main()
