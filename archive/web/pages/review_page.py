"""Pairs of articles that may be near duplicates, for a person to decide."""

from typing import Any

from sqlite_utils import Database

from archive.duplicates.duplicate_queries import DoubtfulPair, doubtful
from archive.duplicates.kept_articles import is_decided_by_pair
from archive.web.pages.page_helpers import html

MOST = 100
"""Maximum number of pairs listed; `kepu duplicates --review --limit` lists more."""


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the doubtful pairs, the most doubtful first, each with a link to the page that compares the two."""
    pairs = await datasette.room.readers.run(_pairs)
    return await html(request, datasette, "review.html", {"pairs": pairs})


def _pairs(db: Database) -> list[DoubtfulPair]:
    return doubtful(db, MOST) if is_decided_by_pair(db.conn) else []
