"""Functions that update derived data (clusters, search index …) when an archive closes, before its JSONL is written."""

from collections.abc import Callable

from sqlite_utils import Database

from archive.duplicates import follow as near_duplicates
from archive.search.update_index import update as search_index

Update = Callable[[Database], None]
"""Updates one kind of derived data to match `articles`, in transactions of its own.

It finds out by itself what changed since its last call. So it is cheap if nothing changed, and a killed run loses
nothing else.
"""

UPDATES: tuple[Update, ...] = (near_duplicates, search_index)
"""The updates in the order in which they run."""
