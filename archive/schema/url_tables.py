"""The tables of the crawler's memory: every URL ever seen, the lists of the channel, and what hosts ask of us.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

URLS = (
    """CREATE TABLE urls (
      seq INTEGER PRIMARY KEY,
      url TEXT NOT NULL UNIQUE,   -- canonical
      host TEXT NOT NULL,         -- hosts are asked one request at a time each, side by side
      kind TEXT NOT NULL,         -- article, or the kind of list
      article TEXT,               -- id of the article that it shows
      state TEXT NOT NULL,        -- pending, fetched, unchanged, gone, failed, refused, excluded
      code TEXT,                  -- why it is failed, refused, excluded, or fetched and yet incomplete
      priority INTEGER NOT NULL DEFAULT 0,
      found_kind TEXT, found_at TEXT, title TEXT, section TEXT,
      first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0,   -- failures since the last success
      status INTEGER, etag TEXT, last_modified TEXT, payload_sha256 TEXT,
      fetched_at TEXT, due_at TEXT, run INTEGER, message TEXT
    )""",
    "CREATE INDEX urls_pending ON urls (host, priority DESC, url DESC) WHERE state = 'pending'",
    "CREATE INDEX urls_due ON urls (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX urls_article ON urls (article) WHERE article IS NOT NULL",
)
"""Migration 0001. A row holds a URL: the frontier, the seen-set and the point to resume from are all this table."""

SECTIONS = (
    """CREATE TABLE sections (
      url TEXT PRIMARY KEY,       -- of its first page
      node TEXT, title TEXT, first_seen TEXT NOT NULL,
      page INTEGER NOT NULL DEFAULT 0,   -- the deepest page that was looked at
      step INTEGER NOT NULL DEFAULT 1,   -- how many pages on the next look goes
      stale INTEGER NOT NULL DEFAULT 0,  -- pages in a row that named nothing new
      digest TEXT,                -- of the articles that the last page named
      ended_at TEXT               -- when its last page was reached; null: never yet
    )""",
)
"""Migration 0001. A row holds a list of the channel and how far it was walked."""

HOSTS = (
    """CREATE TABLE hosts (
      host TEXT PRIMARY KEY,
      asked_at REAL,              -- seconds since 1970: the last request to it
      rest_until REAL,            -- it is left alone until then
      refusals INTEGER NOT NULL DEFAULT 0,   -- in a row: 403, 429, 503, a firewall
      robots_at REAL, robots_status INTEGER, robots BLOB
    )""",
)
"""Migration 0001. A row holds what a host asks of us, kept from run to run."""
