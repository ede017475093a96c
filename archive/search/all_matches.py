"""All matches of a query, unpaginated, for bulk downloads."""

import sqlite3

from sqlite_utils import Database

from archive.search import facet_columns
from archive.search.query_parser import parse
from archive.search.search_articles import Chosen, matching, one_state
from archive.search.update_index import behind


def every(
    db: Database | sqlite3.Connection,
    query: str,
    *,
    duplicates: bool = False,
    chosen: Chosen | None = None,
) -> list[int]:
    """Return the `seq` of all matching articles in the order of `search`, whose arguments and errors are the same."""
    conn = db.conn if isinstance(db, Database) else db
    parsed = parse(query)
    with one_state(conn):
        behind(conn)  # Raises NotFound if there is no index.
        return sorted(matching(conn, parsed, facet_columns.read(conn), duplicates, chosen))
