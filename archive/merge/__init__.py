"""Two archives become one: what either knows, in an order that does not matter.

    from archive.merge import merge
    merge(Path("kepu.db"), Path("other.db"))

versions.py decides which version of an article is the present one; other.py opens the other archive without changing
it; tables.py joins the tables table by table, in one transaction.
"""

from archive.merge.merge_archives import Merged, merge, merge_all

__all__ = ["Merged", "merge", "merge_all"]
"""The rest is how they do it."""
