"""Merge two archives into one that has what either knows; the result does not depend on the order.

    from archive.merge import merge
    merge(Path("kepu.db"), Path("other.db"))

merge_revisions.py decides which version of an article is the present one; other_archive.py opens the other archive
without changing it; the other modules merge table by table, in one transaction.
"""

from archive.merge.merge_archives import Merged, merge, merge_all

__all__ = ["Merged", "merge", "merge_all"]
"""The public functions; the other modules are internal."""
