"""The tables for users as STRICT tables: typed columns with comments, checked JSON, and foreign keys.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

DROPPED = (
    "DROP VIEW article",
    "DROP VIEW article_appearance",
    "DROP VIEW article_author",
    "DROP VIEW article_search",
    "DROP VIEW article_text",
    "DROP VIEW url_problem",
    "DROP TRIGGER accounts_gone",
    "DROP TRIGGER checks_gone",
    "DROP TRIGGER internal_article_changed",
    "DROP TRIGGER internal_article_gone",
    "DROP TRIGGER internal_article_new",
    "DROP TRIGGER internal_captures_changed",
    "DROP TRIGGER internal_captures_gone",
    "DROP TRIGGER internal_captures_new",
    "DROP TRIGGER internal_duplicates_changed",
    "DROP TRIGGER internal_duplicates_gone",
    "DROP TRIGGER internal_duplicates_new",
    "DROP TRIGGER internal_hosts_changed",
    "DROP TRIGGER internal_hosts_gone",
    "DROP TRIGGER internal_hosts_new",
    "DROP TRIGGER internal_list_pages_changed",
    "DROP TRIGGER internal_list_pages_gone",
    "DROP TRIGGER internal_list_pages_new",
    "DROP TRIGGER internal_near_alone_changed",
    "DROP TRIGGER internal_near_alone_gone",
    "DROP TRIGGER internal_near_alone_new",
    "DROP TRIGGER internal_near_changes_changed",
    "DROP TRIGGER internal_near_changes_gone",
    "DROP TRIGGER internal_near_changes_new",
    "DROP TRIGGER internal_near_decided_changed",
    "DROP TRIGGER internal_near_decided_gone",
    "DROP TRIGGER internal_near_decided_new",
    "DROP TRIGGER internal_rebuilds_changed",
    "DROP TRIGGER internal_rebuilds_gone",
    "DROP TRIGGER internal_rebuilds_new",
    "DROP TRIGGER internal_revision_changed",
    "DROP TRIGGER internal_revision_gone",
    "DROP TRIGGER internal_revision_new",
    "DROP TRIGGER internal_runs_changed",
    "DROP TRIGGER internal_runs_gone",
    "DROP TRIGGER internal_runs_new",
    "DROP TRIGGER internal_sections_changed",
    "DROP TRIGGER internal_sections_gone",
    "DROP TRIGGER internal_sections_new",
    "DROP TRIGGER internal_split_founders_changed",
    "DROP TRIGGER internal_split_founders_gone",
    "DROP TRIGGER internal_split_founders_new",
    "DROP TRIGGER internal_tombstones_changed",
    "DROP TRIGGER internal_tombstones_gone",
    "DROP TRIGGER internal_tombstones_new",
    "DROP TRIGGER internal_urls_changed",
    "DROP TRIGGER internal_urls_gone",
    "DROP TRIGGER internal_urls_new",
    "DROP TRIGGER near_changed",
    "DROP TRIGGER near_gone",
    "DROP TRIGGER near_new",
    "DROP TRIGGER search_again",
    "DROP TRIGGER search_changed",
    "DROP TRIGGER search_gone",
)
"""Migration 0026, first part. Views and triggers are created again after all tables."""

READER_TABLES = (
    "ALTER TABLE runs RENAME TO former_runs",
    """CREATE TABLE runs (
      id INTEGER PRIMARY KEY,               -- number of the run, from 1
      spider TEXT,                          -- what ran: channel, dump, restore …
      started_at TEXT NOT NULL,             -- when it began, UTC
      finished_at TEXT,                     -- when it ended, UTC; null: it was killed, or still runs
      outcome TEXT,                         -- how it ended, in a word
      status INTEGER,                       -- exit status of the command
      report TEXT                           -- JSON: its counts
        CHECK (report IS NULL OR json_valid(report)),
      mode TEXT,                            -- of a crawl: backfill, refresh …
      requests INTEGER NOT NULL DEFAULT 0   -- requests so far, also of a run that was killed
    ) STRICT""",
    """INSERT OR IGNORE INTO internal_rows_to_hash
      SELECT 'runs', id FROM former_runs WHERE report IS NOT NULL AND NOT json_valid(report)""",
    """INSERT INTO runs
        SELECT id, spider, started_at, finished_at, outcome, status,
          CASE WHEN json_valid(report) THEN report WHEN report <> '' THEN json_quote(report) END,
          mode, requests
        FROM former_runs""",
    "DROP TABLE former_runs",
    "ALTER TABLE articles RENAME TO former_articles",
    """CREATE TABLE articles (
      seq INTEGER PRIMARY KEY,              -- number of the row: the order in which articles came
      schema_version INTEGER,               -- version of the record's schema
      id TEXT NOT NULL UNIQUE,              -- n1/40148467: prefix and the site's content id; it never changes
      url TEXT,                             -- canonical URL
      url_requested TEXT,                   -- URL that was requested; null for a file
      appearances TEXT                      -- JSON: every URL that showed it
        CHECK (appearances IS NULL OR json_valid(appearances)),
      headline TEXT,                        -- headline as the page prints it
      kicker TEXT,                          -- 引题, the line above the headline
      alternative_headline TEXT,            -- 副题, the line below the headline
      date_published TEXT,                  -- day of publication in Beijing: 2023-12-28
      datetime_published TEXT,              -- moment of publication with its zone; null where only the day is known
      date_published_raw TEXT,              -- date as it is printed
      date_precision TEXT,                  -- minute or day
      date_source TEXT,                     -- where the date was found: page, meta or url
      date_modified TEXT,                   -- when the page says it was changed
      byline TEXT,                          -- byline as it is printed
      author TEXT                           -- JSON: the people of the byline, with their roles
        CHECK (author IS NULL OR json_valid(author)),
      editor TEXT                           -- JSON: 责编
        CHECK (editor IS NULL OR json_valid(editor)),
      contributor TEXT                      -- JSON: all others whom the page names with what they did
        CHECK (contributor IS NULL OR json_valid(contributor)),
      source TEXT                           -- JSON: name and URL of the source, 来源
        CHECK (source IS NULL OR json_valid(source)),
      publisher TEXT,                       -- who runs the channel
      article_section TEXT,                 -- last entry of the breadcrumb
      breadcrumb TEXT                       -- JSON: sections from the site down
        CHECK (breadcrumb IS NULL OR json_valid(breadcrumb)),
      node TEXT,                            -- the site's node in the URL
      keywords TEXT                         -- JSON: keywords of the page's meta
        CHECK (keywords IS NULL OR json_valid(keywords)),
      dateline TEXT,                        -- dateline, which stands in the text too
      paper TEXT                            -- JSON: the printed edition, if the page names one
        CHECK (paper IS NULL OR json_valid(paper)),
      in_language TEXT,                     -- language of the text, BCP 47
      blocks TEXT                           -- JSON: the body in reading order
        CHECK (blocks IS NULL OR json_valid(blocks)),
      text TEXT,                            -- exact text of all blocks but figures and credits
      text_canonical TEXT,                  -- the same, normalized
      text_canonical_offsets TEXT           -- JSON: pairs that lead back to text
        CHECK (text_canonical_offsets IS NULL OR json_valid(text_canonical_offsets)),
      char_count INTEGER,                   -- characters of text without white space
      links TEXT                            -- JSON: links in the body
        CHECK (links IS NULL OR json_valid(links)),
      image TEXT                            -- JSON: pictures in reading order
        CHECK (image IS NULL OR json_valid(image)),
      parts TEXT                            -- JSON: the pages that it is printed on
        CHECK (parts IS NULL OR json_valid(parts)),
      content_sha256 TEXT,                  -- SHA-256 of text_canonical without white space; null: too little text
      duplicate_of TEXT REFERENCES articles (id),         -- id of the article with the same text that counts
      cluster TEXT,                         -- id of the canonical article of its near duplicates
      similarity REAL,                      -- likeness to that article, from 0 to 1
      revision TEXT                         -- JSON: number, dates and status of this version
        CHECK (revision IS NULL OR json_valid(revision)),
      provenance TEXT                       -- JSON: how and when it was fetched and extracted
        CHECK (provenance IS NULL OR json_valid(provenance)),
      warnings TEXT                         -- JSON: names of what is missing or in doubt
        CHECK (warnings IS NULL OR json_valid(warnings)),
      rights TEXT                           -- JSON: who holds the rights
        CHECK (rights IS NULL OR json_valid(rights)),
      record_sha256 TEXT                    -- SHA-256 of the record's compared fields
    ) STRICT""",
    """INSERT INTO articles (
      seq, schema_version, id, url, url_requested, appearances, headline, kicker, alternative_headline,
      date_published, datetime_published, date_published_raw, date_precision, date_source, date_modified,
      byline, author, editor, contributor, source, publisher, article_section, breadcrumb, node, keywords,
      dateline, paper, in_language, blocks, text, text_canonical, text_canonical_offsets, char_count,
      links, image, parts, content_sha256, duplicate_of, cluster, similarity, revision, provenance,
      warnings, rights, record_sha256)
       SELECT
      seq, schema_version, id, url, url_requested, appearances, headline, kicker, alternative_headline,
      date_published, datetime_published, date_published_raw, date_precision, date_source, date_modified,
      byline, author, editor, contributor, source, publisher, article_section, breadcrumb, node, keywords,
      dateline, paper, in_language, blocks, text, text_canonical, text_canonical_offsets, char_count,
      links, image, parts, content_sha256, duplicate_of, cluster, similarity, revision, provenance,
      warnings, rights, record_sha256
       FROM former_articles
       WHERE seq BETWEEN :first AND :last""",
    "DROP TABLE former_articles",
    "CREATE INDEX articles_content ON articles (content_sha256) WHERE content_sha256 IS NOT NULL",
    "CREATE INDEX articles_published ON articles (date_published)",
    "CREATE INDEX articles_moment ON articles (coalesce(datetime_published, date_published))",
    "CREATE INDEX articles_section ON articles (article_section)",
    "CREATE INDEX articles_source ON articles (iif(json_valid(source), source ->> '$.name', NULL))",
    "CREATE INDEX articles_layout ON articles (iif(json_valid(provenance), provenance ->> '$.layout', NULL))",
    "CREATE INDEX articles_year ON articles (substr(date_published, 1, 4))",
    "CREATE INDEX articles_of_parts ON articles (id) WHERE instr(parts, '},{') > 0",
    "ALTER TABLE revisions RENAME TO former_revisions",
    """CREATE TABLE revisions (
      article TEXT NOT NULL REFERENCES articles (id),     -- id of the article
      n INTEGER NOT NULL,                   -- number of this earlier version, from 1
      replaced_at TEXT NOT NULL,            -- when a later version took its place, UTC
      record TEXT NOT NULL                  -- JSON: the complete record of that time
        CHECK (json_valid(record)),
      PRIMARY KEY (article, n)
    ) STRICT""",
    "INSERT INTO revisions SELECT * FROM former_revisions WHERE rowid BETWEEN :first AND :last",
    "DROP TABLE former_revisions",
    "ALTER TABLE urls RENAME TO former_urls",
    """CREATE TABLE urls (
      seq INTEGER PRIMARY KEY,              -- number of the row: the order in which URLs came
      url TEXT NOT NULL UNIQUE,             -- canonical URL
      host TEXT NOT NULL,                   -- its host; each host gets one request at a time
      kind TEXT NOT NULL,                   -- article, or the kind of list
      article TEXT,                         -- id of the article that it shows, which may not be archived yet
      state TEXT NOT NULL,                  -- pending, fetched, unchanged, gone, failed, refused, excluded
      code TEXT,                            -- why it is failed, refused, excluded, or fetched and yet incomplete
      priority INTEGER NOT NULL DEFAULT 0,  -- the higher, the earlier it is requested
      found_kind TEXT,                      -- what named it first: a list, a search, a link …
      found_at TEXT,                        -- URL of the page that named it first
      title TEXT,                           -- title under which it was named
      section TEXT,                         -- section in which it was named
      first_seen TEXT NOT NULL,             -- when it was first named, UTC
      last_seen TEXT NOT NULL,              -- when it was last named, UTC
      tries INTEGER NOT NULL DEFAULT 0,     -- failures since the last success
      status INTEGER,                       -- HTTP status of the last answer
      etag TEXT,                            -- ETag of the last answer
      last_modified TEXT,                   -- Last-Modified of the last answer
      payload_sha256 TEXT,                  -- SHA-256 of the last answer's body
      fetched_at TEXT,                      -- when it was last requested, UTC
      due_at TEXT,                          -- when it is to be requested again, UTC; null: never
      run INTEGER,                          -- run that requested it last
      message TEXT,                         -- what went wrong, in words
      looked_at TEXT                        -- when all its parts were last requested again, UTC
    ) STRICT""",
    "INSERT INTO urls SELECT * FROM former_urls WHERE seq BETWEEN :first AND :last",
    "DROP TABLE former_urls",
    "CREATE INDEX urls_pending ON urls (host, priority DESC, url DESC) WHERE state = 'pending'",
    "CREATE INDEX urls_due ON urls (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX urls_article ON urls (article) WHERE article IS NOT NULL",
    "CREATE INDEX urls_gone ON urls (url) WHERE state = 'gone'",
    "CREATE INDEX urls_failed ON urls (run) WHERE state = 'failed'",
    "CREATE INDEX urls_damaged ON urls (run) WHERE code IN ('incomplete', 'lossy_decode')",
    "ALTER TABLE sections RENAME TO former_sections",
    """CREATE TABLE sections (
      url TEXT PRIMARY KEY NOT NULL,        -- URL of its first page
      node TEXT,                            -- the site's node in the URL
      title TEXT,                           -- name of the section
      first_seen TEXT NOT NULL,             -- when it was first named, UTC
      page INTEGER NOT NULL DEFAULT 0,      -- deepest page that was read
      step INTEGER NOT NULL DEFAULT 1,      -- how many pages on the next read goes
      stale INTEGER NOT NULL DEFAULT 0,     -- pages in a row that named nothing new
      digest TEXT,                          -- digest of the articles that the last page named
      ended_at TEXT,                        -- when its last page was reached, UTC; null: never yet
      promised INTEGER NOT NULL DEFAULT 1,  -- highest page that any page linked to
      first_page INTEGER NOT NULL DEFAULT 0,    -- articles that its first page named
      state TEXT NOT NULL DEFAULT 'known',  -- pinned, known, candidate, dropped
      reason TEXT,                          -- why it was dropped
      found_at TEXT,                        -- URL of the page that linked to it first
      idle INTEGER NOT NULL DEFAULT 0,      -- reads in a row that named nothing new
      rest INTEGER NOT NULL DEFAULT 0,      -- runs for which it is still left alone
      heading TEXT,                         -- title of its first page
      habits TEXT                           -- JSON: pages by the node that they gave as theirs
        CHECK (habits IS NULL OR json_valid(habits))
    ) STRICT""",
    "INSERT INTO sections SELECT * FROM former_sections",
    "DROP TABLE former_sections",
    "ALTER TABLE captures RENAME TO former_captures",
    """CREATE TABLE captures (
      n INTEGER PRIMARY KEY,                -- number of the record, in the order of writing
      url TEXT NOT NULL,                    -- WARC-Target-URI
      kind TEXT NOT NULL,                   -- article, file, or the kind of list
      type TEXT NOT NULL,                   -- response, revisit, resource
      article TEXT,                         -- id of the article that it is about
      code TEXT,                            -- why no article came of it; null: one did, or it is a list
      part INTEGER NOT NULL DEFAULT 1,      -- part of a multi-page article
      main INTEGER REFERENCES captures (n), -- of a further part: the n of part 1
      missing TEXT                          -- JSON, of part 1: URLs of linked parts that could not be fetched
        CHECK (missing IS NULL OR json_valid(missing)),
      run INTEGER,                          -- run that fetched it
      at TEXT NOT NULL,                     -- WARC-Date
      file TEXT NOT NULL,                   -- name of the WARC file
      offset INTEGER NOT NULL,              -- first byte of its gzip member in that file
      length INTEGER NOT NULL,              -- bytes of that member
      asked INTEGER NOT NULL,               -- bytes of its request's member, right before it; 0: none
      record_id TEXT NOT NULL UNIQUE,       -- WARC-Record-ID
      digest TEXT,                          -- SHA-256 of the payload as it was sent, hex: WARC-Payload-Digest
      payload_sha256 TEXT,                  -- the same after content decoding, as the records of articles have it
      refers_to TEXT                        -- of a revisit: the record_id of the capture that has the payload
    ) STRICT""",
    "INSERT INTO captures SELECT * FROM former_captures WHERE n BETWEEN :first AND :last",
    "DROP TABLE former_captures",
    "CREATE INDEX captures_place ON captures (file, offset)",
    "CREATE INDEX captures_payload ON captures (payload_sha256)",
    "CREATE INDEX captures_article ON captures (article)",
    "CREATE INDEX captures_main ON captures (main) WHERE main IS NOT NULL",
    "CREATE INDEX captures_refers_to ON captures (refers_to) WHERE refers_to IS NOT NULL",
    "ALTER TABLE duplicates RENAME TO former_duplicates",
    """CREATE TABLE duplicates (
      url TEXT NOT NULL PRIMARY KEY,        -- URL that showed what the archive has already
      article TEXT,                         -- id of the article at that URL
      duplicate_of TEXT NOT NULL,           -- id of the article that counts
      reason TEXT NOT NULL,                 -- same_content_id, same_text
      run INTEGER,                          -- run that found it
      found_at TEXT NOT NULL                -- when it was found, UTC
    ) STRICT""",
    "INSERT INTO duplicates SELECT * FROM former_duplicates",
    "DROP TABLE former_duplicates",
    "CREATE INDEX duplicates_article ON duplicates (article)",
    "ALTER TABLE failures RENAME TO former_failures",
    """CREATE TABLE failures (
      run INTEGER,                          -- run in which it failed
      url TEXT,                             -- URL; null for a file
      path TEXT,                            -- path of the file; null for a URL
      code TEXT NOT NULL,                   -- kind of failure, as a name that can be counted
      message TEXT NOT NULL,                -- what went wrong, in words
      at TEXT NOT NULL                      -- when, UTC
    ) STRICT""",
    "INSERT INTO failures SELECT * FROM former_failures",
    "DROP TABLE former_failures",
    "ALTER TABLE rebuilds RENAME TO former_rebuilds",
    """CREATE TABLE rebuilds (
      id INTEGER PRIMARY KEY,               -- number of the rebuild, from 1
      started_at TEXT NOT NULL,             -- when it began, UTC
      finished_at TEXT,                     -- when it ended, UTC; null: it was interrupted
      extractor_version TEXT NOT NULL,      -- version of the extractor that it used
      report TEXT                           -- JSON, once it is finished: its counts
        CHECK (report IS NULL OR json_valid(report))
    ) STRICT""",
    "INSERT INTO rebuilds SELECT * FROM former_rebuilds",
    "DROP TABLE former_rebuilds",
    "ALTER TABLE tombstones RENAME TO former_tombstones",
    """CREATE TABLE tombstones (
      id TEXT PRIMARY KEY NOT NULL,         -- id of the article that was taken down
      urls TEXT NOT NULL                    -- JSON: every URL that showed it
        CHECK (json_valid(urls)),
      texts TEXT NOT NULL                   -- JSON: content_sha256 of its versions
        CHECK (json_valid(texts)),
      reason TEXT NOT NULL,                 -- why it was taken down
      forgotten_at TEXT NOT NULL,           -- when, UTC
      purged_at TEXT                        -- when its last byte was gone from all files, UTC; null: not yet
    ) STRICT""",
    "INSERT INTO tombstones SELECT * FROM former_tombstones",
    "DROP TABLE former_tombstones",
    "ALTER TABLE accounts RENAME TO former_accounts",
    """CREATE TABLE accounts (
      article TEXT PRIMARY KEY NOT NULL REFERENCES articles (id),   -- id of the article
      letters INTEGER NOT NULL,             -- letters of its pages: the next three and those of excluded together
      blocks INTEGER NOT NULL,              -- letters in its blocks
      fields INTEGER NOT NULL,              -- letters in its other fields
      outside INTEGER NOT NULL,             -- letters outside the article
      added TEXT NOT NULL                   -- JSON: what the program wrote that is not in the page
        CHECK (json_valid(added)),
      outside_runs TEXT NOT NULL            -- JSON: long runs outside the article
        CHECK (json_valid(outside_runs))
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO accounts SELECT * FROM former_accounts",
    "DROP TABLE former_accounts",
    "ALTER TABLE excluded RENAME TO former_excluded",
    """CREATE TABLE excluded (
      article TEXT NOT NULL REFERENCES articles (id),   -- id of the article
      n INTEGER NOT NULL,                   -- place in the page's order, from 1
      part INTEGER NOT NULL,                -- part of a multi-page article
      rule TEXT NOT NULL,                   -- rule by which it was left out
      text TEXT,                            -- its first 200 letters; null: code
      letters INTEGER NOT NULL,             -- how many letters it has
      PRIMARY KEY (article, n)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO excluded SELECT * FROM former_excluded",
    "DROP TABLE former_excluded",
    "ALTER TABLE pictures RENAME TO former_pictures",
    """CREATE TABLE pictures (
      url TEXT PRIMARY KEY NOT NULL,        -- address, as image[].content_url has it
      kind TEXT NOT NULL,                   -- image: of an article; resource: of a page's looks
      state TEXT NOT NULL,                  -- kept, gone, refused, failed
      code TEXT,                            -- why it is not kept
      tries INTEGER NOT NULL,               -- requests that failed since the last success
      at TEXT NOT NULL,                     -- when it was last requested, UTC
      record_id TEXT,                       -- record_id of its capture
      sha256 TEXT,                          -- SHA-256 of its bytes
      media_type TEXT,                      -- media type by its bytes: image/jpeg, image/png …
      bytes INTEGER,                        -- size in bytes
      width INTEGER,                        -- width in pixels
      height INTEGER                        -- height in pixels
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO pictures SELECT * FROM former_pictures",
    "DROP TABLE former_pictures",
    "CREATE INDEX pictures_sha256 ON pictures (sha256)",
)
"""Migration 0026, second part. A statement with `:first` and `:last` is executed for ranges of row numbers.

Columns without a foreign key may refer to rows that do not exist: a URL names an article before it is archived.
"""
