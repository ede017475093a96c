"""What was taken out of the archive for good: an id, its URLs and a reason are left, and never a word of the text."""

STATEMENTS = (
    """CREATE TABLE tombstones (
      id TEXT PRIMARY KEY,        -- of the article
      urls TEXT NOT NULL,         -- JSON: every URL that showed it
      content_sha256 TEXT,        -- of its text, so that a copy without an id of the site is known again
      reason TEXT NOT NULL,
      forgotten_at TEXT NOT NULL,
      purged_at TEXT              -- when the last byte of it was gone from all files; null: not yet
    )""",
)
