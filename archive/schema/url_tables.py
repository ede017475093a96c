"""The tables of the crawler's state: every URL ever found, the lists of the channel, and the limits of hosts.

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
"""Migration 0001. A row is a URL. This table is the frontier, the set of seen URLs and the resume point."""

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
"""Migration 0001. A row is a list of the channel, and how much of it was read."""

HOSTS = (
    """CREATE TABLE hosts (
      host TEXT PRIMARY KEY,
      asked_at REAL,              -- seconds since 1970: the last request to it
      rest_until REAL,            -- it is left alone until then
      refusals INTEGER NOT NULL DEFAULT 0,   -- in a row: 403, 429, 503, a firewall
      robots_at REAL, robots_status INTEGER, robots BLOB
    )""",
)
"""Migration 0001. A row has what a host demands of the crawler, kept between runs."""

LISTS = (
    "ALTER TABLE sections ADD COLUMN promised INTEGER NOT NULL DEFAULT 1",  # highest page ever linked to
    "ALTER TABLE sections ADD COLUMN first_page INTEGER NOT NULL DEFAULT 0",  # articles that its first page named
    "ALTER TABLE sections ADD COLUMN state TEXT NOT NULL DEFAULT 'known'",  # pinned, known, candidate, dropped
    "ALTER TABLE sections ADD COLUMN reason TEXT",  # why it was dropped
    "ALTER TABLE sections ADD COLUMN found_at TEXT",  # the page that linked to it first
    "ALTER TABLE sections ADD COLUMN idle INTEGER NOT NULL DEFAULT 0",  # reads in a row that named nothing new
    "ALTER TABLE sections ADD COLUMN rest INTEGER NOT NULL DEFAULT 0",  # runs for which it is still left alone
    "ALTER TABLE sections ADD COLUMN heading TEXT",  # the title of its first page
    "ALTER TABLE sections ADD COLUMN habits TEXT",  # JSON: pages by the node that they gave as theirs
    """CREATE TABLE list_pages (
      list TEXT NOT NULL,         -- URL of the first page of its section
      page INTEGER NOT NULL,      -- from 1
      read_at TEXT,               -- when it was last read and found to be right; null: passed over
      PRIMARY KEY (list, page)
    ) WITHOUT ROWID""",
    "UPDATE sections SET promised = max(page, 1)",
    """INSERT INTO list_pages
      WITH RECURSIVE n (list, page, last) AS (
        SELECT url, 1, page FROM sections WHERE ended_at IS NOT NULL AND page > 0
        UNION ALL SELECT list, page + 1, last FROM n WHERE page < last)
      SELECT list, page, NULL FROM n""",
)
"""Migration 0015. A row of `list_pages` is a page of a section that was read, or skipped for a reason.

For older archives it is unknown which pages were read completely. Those of finished walks count as skipped, so that
later runs read them one by one.
"""

MANNERS = (
    "ALTER TABLE hosts ADD COLUMN answered_at REAL",  # seconds since 1970: the last answer of it
    "ALTER TABLE hosts ADD COLUMN scheme TEXT",  # https, where the host redirects http to it
    "ALTER TABLE urls ADD COLUMN looked_at TEXT",  # when it was last looked at again in all its parts
)
"""Migration 0016. When a host last answered, the scheme that it serves, and second checks of URLs."""

RARE_URLS = (
    # The same expressions as in archive/recheck_order.py, so that a run reads only articles with several parts.
    "CREATE INDEX articles_of_parts ON articles (id) WHERE instr(parts, '},{') > 0",
    # The same as in archive/url_state.py, so that due URLs are found without reading all of them.
    "CREATE INDEX urls_gone ON urls (url) WHERE state = 'gone'",
    "CREATE INDEX urls_failed ON urls (run) WHERE state = 'failed'",
    "CREATE INDEX urls_damaged ON urls (run) WHERE code IN ('incomplete', 'lossy_decode')",
)
"""Migration 0022. A refresh finds what must be checked again without reading the whole archive."""
