"""Near duplicates: reposts, edited versions and excerpts found, compared and clustered; nothing is ever dropped.

    from archive.duplicates import update
    with Archive("kepu.db") as archive:
        update(archive.db)

A text is sketched (shingles.py, signatures.py), looked up among all others by its keys (runs.py, candidates.py),
truly compared with those it meets (compare.py), and what the two are is written down (pairs.py); clusters.py joins
the pairs. What comes out does not depend on the order in which articles came. It needs numpy.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlite_utils import Database

if TYPE_CHECKING:
    from archive.duplicates.engine import Updated


def update(db: Database, progress: Callable[[int], object] = lambda _: None) -> "Updated":
    """Bring near duplicates up to date with `articles`: see engine.update."""
    from archive.duplicates.engine import update as bring

    return bring(db, progress)
