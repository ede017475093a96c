"""The table of rebuilds: one row for each that changed something."""

STATEMENTS = (
    """CREATE TABLE rebuilds (
      id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT,   -- null: it was ended before its time
      extractor_version TEXT NOT NULL,
      report TEXT                 -- JSON, once it is finished: see report.py
    )""",
)
