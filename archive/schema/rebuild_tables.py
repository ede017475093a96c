"""The table of rebuilds.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

REBUILDS = (
    """CREATE TABLE rebuilds (
      id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT,   -- null: it was ended before its time
      extractor_version TEXT NOT NULL,
      report TEXT                 -- JSON, once it is finished: see report.py
    )""",
)
"""Migration 0006. A row is a rebuild that changed something."""
