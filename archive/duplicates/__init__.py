"""Near duplicates: reposts, edited versions and excerpts found, compared and clustered; nothing is ever dropped.

    from archive.duplicates import update
    with Store("kepu.db") as archive:
        update(archive)

shingles.py and signatures.py make a sketch of a text; candidates.py looks its keys up among those of all other texts
(key_index.py); compare_texts.py compares it with each candidate; pair_verdicts.py stores the verdicts, and clusters.py
joins the pairs. The result does not depend on the order in which articles arrived. It needs numpy.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sqlite_utils import Database

if TYPE_CHECKING:
    from archive.duplicates.update_duplicates import Updated
    from archive.store import Store


def update(archive: "Store | Database", progress: Callable[[int], object] = lambda _: None) -> "Updated":
    """Bring near duplicates up to date with `articles`: see engine.update.

    An open Store is told which lines of its JSONL are no longer what their rows are; whoever gives a bare database
    has to see to that.
    """
    from archive.duplicates.update_duplicates import update as bring

    if isinstance(archive, Database):
        return bring(archive, progress)
    archive.commit()
    done = bring(archive.db, progress)
    if done.touched is not None and done.touched <= archive.jsonl.seq:
        archive.jsonl.stale = True
    return done


def follow(db: Database) -> int | None:
    """Bring near duplicates up to date where numpy is there, at the end of a run (archive/after_run.py).

    Returns the smallest `seq` whose cluster changed, or None. At 100,000 articles that takes 15 ms for ten new
    ones, and a third of a second where runs of the index are merged. Without numpy, articles wait.
    """
    if db.execute("SELECT 1 FROM near_waiting LIMIT 1").fetchone() is None or find_spec("numpy") is None:
        return None
    return update(db).touched
