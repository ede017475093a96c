"""Find, compare and cluster near duplicates: reposts, edited versions and excerpts. No article is ever dropped.

    from archive.duplicates import update
    with Store("kepu.db") as archive:
        update(archive)

Each text gets keys (shingles.py, signatures.py). Earlier texts that share a key with it are its candidates
(key_table.py, neighbours.py). Each candidate pair is compared in full (compare_texts.py, filled_gaps.py). A text is
kept unless it is a near duplicate of a kept text (decide_copies.py). clusters.py joins the pairs into clusters for
people to see, and kept_articles.py says which articles exports keep. The result depends on the stored articles alone,
not on the order in which they were stored.
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
    """Update near-duplicate detection after changes to `articles`: see update_duplicates.update.

    An open Store commits its batch first; with a Database, the update is a transaction of its own.
    """
    from archive.duplicates.update_duplicates import update as bring

    if isinstance(archive, Database):
        return bring(archive, progress)
    archive.commit()
    return bring(archive.db, progress)


def follow(db: Database) -> None:
    """Update near-duplicate detection at the end of a run (archive/after_run.py)."""
    if db.execute("SELECT 1 FROM internal_near_waiting LIMIT 1").fetchone() is not None:
        update(db)


def start_over(db: Database) -> None:
    """Delete all results except manual decisions, and queue every article for detection."""
    for table in ("articles", "members", "pairs", "full", "keys", "texts"):
        db.table(f"internal_near_{table}").delete_where()
    db.execute("UPDATE articles SET cluster = NULL, similarity = NULL WHERE cluster IS NOT NULL")
    db.table("internal_near_waiting").delete_where()
    db.execute("INSERT INTO internal_near_waiting SELECT seq FROM articles")


def decide_anew(db: Database) -> dict[str, bool]:
    """Repeat detection for an archive whose results an older version made; report progress on standard error.

    Return the ids of the articles that exports now keep (True) or now leave out (False) in contrast to before. Return
    an empty dict if the results are up to date.
    """
    waiting = db.table("internal_near_before").count
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
