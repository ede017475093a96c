"""The table of pictures and other resources of pages: the outcome of fetching each URL.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

PICTURES = (
    # Which articles show a picture, their column `image` tells; the record itself does not change.
    """CREATE TABLE pictures (
      url TEXT PRIMARY KEY,       -- as `image[].content_url` has it
      kind TEXT NOT NULL,         -- image: of an article; resource: of a page's looks (style sheets, decoration)
      state TEXT NOT NULL,        -- kept, gone, refused, failed
      code TEXT,                  -- why it is not kept
      tries INTEGER NOT NULL,     -- requests that failed, since the last that did not
      at TEXT NOT NULL,           -- of the last request, UTC
      record_id TEXT,             -- of its capture
      sha256 TEXT,                -- of its bytes
      media_type TEXT,            -- by its bytes: image/jpeg, image/png …
      bytes INTEGER, width INTEGER, height INTEGER   -- pixels
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX pictures_sha256 ON pictures (sha256)",
)
"""Migration 0021. A row is a URL that was requested."""
