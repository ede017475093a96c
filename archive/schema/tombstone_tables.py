"""The table of articles that were removed permanently.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

TOMBSTONES = (
    """CREATE TABLE tombstones (
      id TEXT PRIMARY KEY,        -- of the article
      urls TEXT NOT NULL,         -- JSON: every URL that showed it
      texts TEXT NOT NULL,        -- JSON: content_sha256 of its versions
      reason TEXT NOT NULL,
      forgotten_at TEXT NOT NULL,
      purged_at TEXT              -- when the last byte of it was gone from all files; null: not yet
    )""",
)
"""Migration 0005. A row has the id, the URLs and the reason, but nothing of the text."""
