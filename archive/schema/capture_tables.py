"""The tables of captures: the place of each record in the WARC files, and its outcome.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

CAPTURES = (
    # A row holds a record with an answer (or a file), in the order in which they were written.
    """CREATE TABLE captures (
      n INTEGER PRIMARY KEY,
      url TEXT NOT NULL,          -- WARC-Target-URI
      kind TEXT NOT NULL,         -- article, file, or the kind of list
      type TEXT NOT NULL,         -- response, revisit, resource
      article TEXT,               -- id of the article that it is about
      code TEXT,                  -- why no article came of it; null: one did, or it is a list
      part INTEGER NOT NULL DEFAULT 1,
      main INTEGER,               -- of a further part: the n of part 1, which was fetched with it
      missing TEXT,               -- of part 1: JSON, the URLs of parts that were linked and not to be had
      run INTEGER,
      at TEXT NOT NULL,           -- WARC-Date
      file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,   -- of its gzip member
      asked INTEGER NOT NULL,     -- length of the member of its request, which lies right before it; 0: none
      record_id TEXT NOT NULL UNIQUE,
      digest TEXT,                -- SHA-256 of the payload as it was sent, hex: WARC-Payload-Digest
      payload_sha256 TEXT,        -- the same after content decoding (gzip …): as the records of articles have it
      refers_to TEXT              -- of a revisit: the record_id of the capture that has the payload
    )""",
    "CREATE INDEX captures_place ON captures (file, offset)",
    "CREATE INDEX captures_payload ON captures (payload_sha256)",
    "CREATE INDEX captures_article ON captures (article)",
    "CREATE INDEX captures_main ON captures (main) WHERE main IS NOT NULL",
    "CREATE INDEX captures_refers_to ON captures (refers_to) WHERE refers_to IS NOT NULL",
    # A row says how many bytes of a file the rows above speak of: what lies behind them was never committed.
    """CREATE TABLE capture_files (
      n INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, opened_at TEXT NOT NULL
    )""",
    # A row holds what was forgotten and still has to be written over: see archive/captures/erase_captures.py.
    "CREATE TABLE capture_purges (file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL)",
)
"""Migration 0003."""
