"""Near duplicates: reposts, edited versions and excerpts found, compared and clustered; nothing is ever dropped.

    from archive.duplicates import update
    with Store("kepu.db") as archive:
        update(archive)

A text is given its keys (shingles.py, signatures.py) and meets earlier texts that share one (key_table.py,
neighbours.py). It is truly compared with them (compare_texts.py, filled_gaps.py), and is kept unless a kept one is a
near duplicate (decide_copies.py). clusters.py joins the pairs for people to see, and kept_articles.py says which
articles exports keep. What comes out depends on the articles alone, not on what happened before.
"""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlite_utils import Database

from kepu.messages import say
from kepu.progress import Progress

if TYPE_CHECKING:
    from archive.duplicates.update_duplicates import UpdateResult
    from archive.store import Store


def update(archive: "Store | Database", progress: Callable[[int], object] = lambda _: None) -> "UpdateResult":
    """Bring near duplicates up to date with `articles`: see update_duplicates.update."""
    from archive.duplicates.update_duplicates import update as bring

    if isinstance(archive, Database):
        return bring(archive, progress)
    archive.commit()
    return bring(archive.db, progress)


def follow(db: Database) -> None:
    """Bring near duplicates up to date at the end of a run (archive/after_run.py)."""
    if db.execute("SELECT 1 FROM internal_near_waiting LIMIT 1").fetchone() is not None:
        update(db)


def start_over(db: Database) -> None:
    """Delete all that was found, but for what people decided, and let every article wait."""
    for table in ("articles", "members", "pairs", "full", "keys", "texts"):
        db.conn.execute(f"DELETE FROM internal_near_{table}")
    db.conn.execute("UPDATE articles SET cluster = NULL, similarity = NULL WHERE cluster IS NOT NULL")
    db.conn.execute("DELETE FROM internal_near_waiting")
    db.conn.execute("INSERT INTO internal_near_waiting SELECT seq FROM articles")


def decide_anew(db: Database) -> dict[str, bool]:
    """Decide all articles of an archive that an older program decided, and tell on standard error how far it is.

    Returns the articles that exports kept or left out the other way round → whether they keep them now; nothing where
    there is nothing to do.
    """
    (waiting,) = db.execute("SELECT count(*) FROM internal_near_before").fetchone()
    if not waiting:
        return {}
    done = 0

    def tell(batch: int) -> None:
        nonlocal done
        done += batch
        shown.tell(min(done, waiting), waiting)

    with Progress() as shown:
        turned = update(db, tell).turned
    kept = sum(turned.values())
    report = say(
        "Near duplicates were decided anew: of {n} articles, exports keep {kept} that they left out before, and leave "
        "out {lost} that they kept. `kepu duplicates --review` lists them.",
        n=waiting,
        kept=kept,
        lost=len(turned) - kept,
    )
    sys.stderr.write(f"{report}\n")
    return turned
