"""What is derived from the articles and brought up to date when the archive closes, before the JSONL."""

from collections.abc import Callable

from sqlite_utils import Database

from archive.duplicates import follow as near_duplicates
from archive.search.update_index import update as search_index

Update = Callable[[Database], int | None]
"""Brings one derived thing up to date with `articles`, outside of any transaction, in transactions of its own.

It finds by itself what has changed since its last time, so that a killed run costs nothing but that, and is cheap
where nothing has. It returns the smallest `seq` of a row of `articles` that it changed, or None; a change of such a
row is to set `jsonl.stale` in the same transaction (see archive/duplicates/update_duplicates.py).
"""

UPDATES: tuple[Update, ...] = (near_duplicates, search_index)
"""In this order."""
