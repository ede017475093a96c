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
"""Migration 0001. A row is one article: its record, one column per field; lists and objects are JSON text.

`seq` is the order in which articles were stored; `record_sha256` shows whether a page has changed
(`archive.record_hash`).
"""

REVISIONS = (
    """CREATE TABLE revisions (
      article TEXT NOT NULL, n INTEGER NOT NULL, replaced_at TEXT NOT NULL, record TEXT NOT NULL,
      PRIMARY KEY (article, n)
    )""",
)
"""Migration 0001. A row is an earlier version of an article, as its record."""

JSONL = (
    """CREATE TABLE jsonl (
      id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER NOT NULL, seq INTEGER NOT NULL, stale INTEGER NOT NULL
    )""",
    "INSERT INTO jsonl VALUES (1, 0, 0, 0)",
)
"""Migration 0001. The one row records how much of the JSONL is known to agree with the rows: see `archive.jsonl`."""

CHECKS = (
    "CREATE TABLE checks (article_seq INTEGER PRIMARY KEY, checked_at TEXT NOT NULL)",
    """CREATE TRIGGER checks_gone AFTER DELETE ON articles
      BEGIN DELETE FROM checks WHERE article_seq = old.seq; END""",
)
"""Migration 0008. A row is the time of the last check of an article that had not changed.

It is a separate narrow table, so that the wide row of the article is not rewritten: see `archive.last_checked`.
"""

RECORD_2 = (
    # The words of no article change: neither the index of search nor the clusters have to be made anew.
    "DROP TRIGGER search_changed",
    "DROP TRIGGER near_changed",
    "ALTER TABLE articles ADD COLUMN datetime_published TEXT",
    "ALTER TABLE articles ADD COLUMN contributor TEXT",
    # A column that is no JSON stays as it is: `kepu verify` names it.
    """UPDATE articles SET
      schema_version = 2,
      date_published = substr(date_published, 1, 10),
      datetime_published = CASE WHEN length(date_published) > 10 THEN substr(date_published, 1, 16) || ':00+08:00' END,
      contributor = '[]',
      blocks = CASE WHEN json_valid(blocks) THEN (
        SELECT json_group_array(json(made)) FROM (SELECT json_object(
          'type', value ->> '$.type', 'text', value ->> '$.text', 'part', json(value -> '$.part'),
          'marks', json('[]'), 'level', json(value -> '$.level'), 'items', json(value -> '$.items'),
          'ordered', json(value -> '$.ordered'), 'rows', json(value -> '$.rows'),
          'content_url', value ->> '$.content_url', 'caption', value ->> '$.caption',
          'credit_text', value ->> '$.credit_text', 'alt', NULL) AS made FROM json_each(blocks) ORDER BY key)
      ) ELSE blocks END,
      image = CASE WHEN json_valid(image) THEN (
        SELECT json_group_array(json(made)) FROM (SELECT json_object(
          'content_url', value ->> '$.content_url', 'caption', value ->> '$.caption',
          'credit_text', value ->> '$.credit_text', 'alt', NULL,
          'position', json(value -> '$.position')) AS made FROM json_each(image) ORDER BY key)
      ) ELSE image END
      WHERE schema_version IS 1""",
    "CREATE INDEX articles_moment ON articles (coalesce(datetime_published, date_published))",
    "CREATE TRIGGER search_changed AFTER UPDATE OF text_canonical, headline, kicker, "
    "alternative_headline, byline, author, source, image, date_published, datetime_published, article_section, "
    "provenance, duplicate_of ON articles\n"
    "      WHEN old.seq <= (SELECT last_seq FROM search_state) AND (old.text_canonical IS NOT "
    "new.text_canonical OR old.headline IS NOT new.headline OR old.kicker IS NOT new.kicker OR "
    "old.alternative_headline IS NOT new.alternative_headline OR old.byline IS NOT new.byline OR "
    "old.author IS NOT new.author OR old.source IS NOT new.source OR old.image IS NOT new.image OR "
    "old.date_published IS NOT new.date_published OR old.datetime_published IS NOT new.datetime_published OR "
    "old.article_section IS NOT new.article_section OR old.provenance IS NOT new.provenance OR "
    "old.duplicate_of IS NOT new.duplicate_of)\n"
    "      BEGIN INSERT INTO search_waiting SELECT old.seq, 1, old.text_canonical, old.headline, "
    "old.kicker, old.alternative_headline, old.byline, old.author, old.source, old.image\n"
    "      WHERE NOT EXISTS (SELECT 1 FROM search_waiting WHERE seq = old.seq); END",
    """CREATE TRIGGER near_changed AFTER UPDATE OF content_sha256, duplicate_of, date_published, datetime_published,
        warnings ON articles
      WHEN old.content_sha256 IS NOT new.content_sha256 OR old.duplicate_of IS NOT new.duplicate_of
        OR old.date_published IS NOT new.date_published OR old.datetime_published IS NOT new.datetime_published
        OR old.warnings IS NOT new.warnings
      BEGIN INSERT OR IGNORE INTO near_waiting VALUES (new.seq); END""",
    "UPDATE jsonl SET stale = 1",
)
"""Migration 0011. Converts records to version 2: see kepu.records.SCHEMA_VERSION.

`record_sha256` remains that of version 1 until the article is extracted again. Earlier versions remain unchanged, with
their hashes: see `archive.record_schema_versions`.
"""
