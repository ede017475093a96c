"""The tables of articles: the record of each, its earlier versions, and how far the JSONL follows it.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

ARTICLES = (
    """CREATE TABLE articles (
  seq INTEGER PRIMARY KEY,
  schema_version INTEGER,
  id TEXT NOT NULL UNIQUE,
  url TEXT,
  url_requested TEXT,
  appearances TEXT,
  headline TEXT,
  kicker TEXT,
  alternative_headline TEXT,
  date_published TEXT,
  date_published_raw TEXT,
  date_precision TEXT,
  date_source TEXT,
  date_modified TEXT,
  byline TEXT,
  author TEXT,
  editor TEXT,
  source TEXT,
  publisher TEXT,
  article_section TEXT,
  breadcrumb TEXT,
  node TEXT,
  keywords TEXT,
  dateline TEXT,
  paper TEXT,
  in_language TEXT,
  blocks TEXT,
  text TEXT,
  text_canonical TEXT,
  text_canonical_offsets TEXT,
  char_count INTEGER,
  links TEXT,
  image TEXT,
  parts TEXT,
  content_sha256 TEXT,
  duplicate_of TEXT,
  cluster TEXT,
  similarity REAL,
  revision TEXT,
  provenance TEXT,
  warnings TEXT,
  rights TEXT,
  record_sha256 TEXT
)""",
    "CREATE INDEX articles_content ON articles (content_sha256) WHERE content_sha256 IS NOT NULL",
    "CREATE INDEX articles_published ON articles (date_published)",
)
"""Migration 0001. A row holds one article: its record, a column a field, of which lists and objects are JSON text.

`seq` gives the order in which articles came; `record_sha256` says whether the page says what it said before
(`archive.fingerprints`).
"""

REVISIONS = (
    """CREATE TABLE revisions (
      article TEXT NOT NULL, n INTEGER NOT NULL, replaced_at TEXT NOT NULL, record TEXT NOT NULL,
      PRIMARY KEY (article, n)
    )""",
)
"""Migration 0001. A row holds an earlier version of an article, as the record that it was."""

JSONL = (
    """CREATE TABLE jsonl (
      id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER NOT NULL, seq INTEGER NOT NULL, stale INTEGER NOT NULL
    )""",
    "INSERT INTO jsonl VALUES (1, 0, 0, 0)",
)
"""Migration 0001. The one row says how far the JSONL beside the database is in step: see `archive.jsonl`."""

CHECKS = (
    "CREATE TABLE checks (article_seq INTEGER PRIMARY KEY, checked_at TEXT NOT NULL)",
    """CREATE TRIGGER checks_gone AFTER DELETE ON articles
      BEGIN DELETE FROM checks WHERE article_seq = old.seq; END""",
)
"""Migration 0008. A row says when the site was last asked for an article that did not change.

It is narrow and stands beside the wide row of the article, which is then not written anew: see `archive.checks`.
"""
