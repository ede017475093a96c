"""Measure how many bytes an archive takes per article, table by table.

    python -m bench.size [--count 1000] [--db FILE]

The articles are those of `bench.refresh`: generated texts of 2.2 kB, archived one by one as in a crawl, with search
index, near duplicates, row hashes and URLs. With --db, an existing archive is measured instead, without changing it.
Bytes are whole pages of tables and their indexes, as counted by SQLite's `dbstat` after a VACUUM of a copy.
"""

import argparse
import sqlite3
import tempfile
from contextlib import closing
from itertools import islice
from pathlib import Path

from archive.store import Store
from bench.archive import article
from bench.refresh import texts


def fill(path: Path, count: int) -> None:
    """Create an archive of `count` articles at `path`."""
    with Store(path) as archive:
        for n, text in enumerate(islice(texts(count), count), 40_000_000):
            archive.put(article(n, text))


def pages(path: Path) -> dict[str, int]:
    """Map each table, and its indexes, to its bytes, in a database without free pages."""
    sql = (
        "SELECT m.tbl_name || iif(m.type = 'index', ' (indexes)', ''), sum(s.pgsize) "
        "FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1 ORDER BY 2 DESC"
    )
    with closing(sqlite3.connect(path)) as conn:
        return dict(conn.execute(sql).fetchall())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--db", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.db or Path(folder) / "kepu.db"
        if given.db is None:
            fill(path, given.count)
        copy = Path(folder) / "copy.db"
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as conn:
            conn.execute("VACUUM INTO ?", (str(copy),))
            count, text = conn.execute(
                "SELECT count(*), sum(length(CAST(text AS BLOB))) FROM articles"
            ).fetchone()
        found = pages(copy)
        print(
            f"{count:,} articles, {text / count:,.0f} bytes of text each: {sum(found.values()) / count:,.0f} bytes"
        )
        for name, size in found.items():
            if size / count >= 10:
                print(f"{size / count:10,.0f}  {name}")


if __name__ == "__main__":
    main()
