"""The functions that update derived data (clusters, search index …) when an archive closes, before its JSONL."""

from collections.abc import Callable

from sqlite_utils import Database

from archive.duplicates import follow as near_duplicates
from archive.search.update_index import update as search_index

Update = Callable[[Database], None]
"""Brings one derived thing up to date with `articles`, outside of any transaction, in transactions of its own.

It finds by itself what has changed since its last time, so that a killed run costs nothing but that, and is cheap
where nothing has.
"""

UPDATES: tuple[Update, ...] = (near_duplicates, search_index)
"""In this order."""
