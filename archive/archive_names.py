"""The names of authors, editors and sources in an archive, which the word segmenter treats as words."""

import sqlite3

from pipelines.segmentation.text.known_names import KnownNames

_SQL = """
SELECT value ->> '$.name' FROM articles, json_each(articles.author)
UNION SELECT value ->> '$.name' FROM articles, json_each(articles.editor)
UNION SELECT source ->> '$.name' FROM articles
"""


def archive_names(conn: sqlite3.Connection) -> KnownNames:
    """Return the names in all articles, copies included, so that the list does not depend on a selection."""
    found = (name for (name,) in conn.execute(_SQL))
    return KnownNames(name.decode() if isinstance(name, bytes) else name for name in found if name)
