"""`kepu_query(text)` as a function of SQL: what a person types, as the expression that the index understands.

    sqlite-utils data/kepu.db "SELECT headline FROM article JOIN article_search USING (seq)
                               WHERE article_search MATCH kepu_query('大模型')"

`kepu_blocks(blocks, text)`, of two columns of `articles`, gives the blocks of an article as its record has them.

sqlite-utils and Datasette find both through their plugin hooks: see [project.entry-points] in pyproject.toml.
"""

import sqlite3

from archive.search.query_parser import BadQuery, parse
from archive.search.search_articles import expression
from archive.stored_body import register as register_blocks


def kepu_query(text: str) -> str:
    """Convert a query (words, phrases, OR, minus and `title:`) to an FTS5 expression.

    Raises BadQuery for an empty query, and for filters: those are columns of the view `article`.
    """
    query = parse(text)
    found = expression(query)
    if found is None:
        raise BadQuery(
            "kepu_query: say words; since, source, section and layout are columns of the view article."
        )
    return found


def register(conn: sqlite3.Connection) -> None:
    """Add both functions to a connection."""
    register_blocks(conn)
    conn.create_function("kepu_query", 1, kepu_query, deterministic=True)
