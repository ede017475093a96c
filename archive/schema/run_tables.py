"""The tables of runs: when each began, how it ended, and which requests failed.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

FAILURES = (
    """CREATE TABLE failures (
      run INTEGER, url TEXT, path TEXT, code TEXT NOT NULL, message TEXT NOT NULL, at TEXT NOT NULL
    )""",
)
"""Migration 0001. A row is a page or file that gave no article."""

RUNS = (
    """CREATE TABLE runs (
      id INTEGER PRIMARY KEY, spider TEXT, started_at TEXT NOT NULL, finished_at TEXT,
      outcome TEXT, status INTEGER, report TEXT,
      mode TEXT, requests INTEGER NOT NULL DEFAULT 0   -- so far: also of a run that was killed
    )""",
)
"""Migration 0001. A row is a run; if the run was killed, with what it had done until then."""

STREAMS = (
    """CREATE TABLE streams (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      archive TEXT NOT NULL,      -- a random name, by which Redis knows whose run it holds
      last TEXT NOT NULL          -- the id of the last entry that is in the archive
    )""",
    "INSERT INTO streams VALUES (1, lower(hex(randomblob(8))), '0-0')",
)
"""Migration 0009. The one row recorded how much of the stream of a cluster had been archived.

Workers sent pages over Redis, until that mode was removed: see DROP_STREAMS.
"""

DROP_STREAMS = ("DROP TABLE IF EXISTS streams",)
"""Migration 0010. The mode in which workers crawled over Redis was removed, and its table with it."""
