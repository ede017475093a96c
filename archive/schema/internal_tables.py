"""The tables that the archive keeps for itself: how many commits it has, and the hash of each row.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

STATE = (
    """CREATE TABLE internal_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),  -- one row
      archive TEXT NOT NULL,                  -- a random name, the same in all copies of the archive
      commits INTEGER NOT NULL                -- batches written so far: archive/lock.py keeps the same count
    ) STRICT""",
    "INSERT INTO internal_state VALUES (1, lower(hex(randomblob(8))), 0)",
)
"""Migration 0012."""

ROW_HASHES = (
    """CREATE TABLE internal_article_hashes (
      seq INTEGER PRIMARY KEY,    -- of the row of articles
      sha256 BLOB NOT NULL        -- of all its columns: archive/row_hash.py
    ) STRICT""",
    """CREATE TABLE internal_revision_hashes (
      article TEXT NOT NULL,      -- of the row of revisions
      n INTEGER NOT NULL,         -- of the row of revisions
      sha256 BLOB NOT NULL,       -- of all its columns
      PRIMARY KEY (article, n)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE internal_articles_to_hash (
      seq INTEGER PRIMARY KEY     -- of a row of articles that was written since it was hashed
    ) STRICT""",
    """CREATE TABLE internal_revisions_to_hash (
      article TEXT NOT NULL,      -- of a row of revisions that was written since it was hashed
      n INTEGER NOT NULL,         -- of that row
      PRIMARY KEY (article, n)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER internal_article_new AFTER INSERT ON articles
      BEGIN INSERT INTO internal_articles_to_hash SELECT new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_articles_to_hash WHERE seq = new.seq); END""",
    """CREATE TRIGGER internal_article_changed AFTER UPDATE ON articles
      BEGIN INSERT INTO internal_articles_to_hash SELECT new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_articles_to_hash WHERE seq = new.seq); END""",
    """CREATE TRIGGER internal_article_gone AFTER DELETE ON articles
      BEGIN DELETE FROM internal_article_hashes WHERE seq = old.seq;
      DELETE FROM internal_articles_to_hash WHERE seq = old.seq; END""",
    """CREATE TRIGGER internal_revision_new AFTER INSERT ON revisions
      BEGIN INSERT INTO internal_revisions_to_hash SELECT new.article, new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_revisions_to_hash WHERE article = new.article AND n = new.n); END""",
    """CREATE TRIGGER internal_revision_changed AFTER UPDATE ON revisions
      BEGIN INSERT INTO internal_revisions_to_hash SELECT new.article, new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_revisions_to_hash WHERE article = new.article AND n = new.n); END""",
    """CREATE TRIGGER internal_revision_gone AFTER DELETE ON revisions
      BEGIN DELETE FROM internal_revision_hashes WHERE article = old.article AND n = old.n;
      DELETE FROM internal_revisions_to_hash WHERE article = old.article AND n = old.n; END""",
    "INSERT INTO internal_articles_to_hash SELECT seq FROM articles",
    "INSERT INTO internal_revisions_to_hash SELECT article, n FROM revisions",
)
"""Migration 0013. The hash of a row shows damage on the disk; a row that a statement changed waits to be hashed again.
"""

LINES_WITHOUT_CHECKS = ("UPDATE jsonl SET stale = 1 WHERE seq > 0",)
"""Migration 0014. Lines of the JSONL no longer have the time of the last check, so all are written again once."""

AMENDED_LINES = (
    "ALTER TABLE jsonl ADD COLUMN amended_bytes INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE internal_lines_to_amend (
      seq INTEGER PRIMARY KEY     -- of a row of articles that changed after its line was written
    ) STRICT""",
)
"""Migration 0020. The JSONL gets another line for an article that changed: see `archive.jsonl`."""
