"""The tables of the program itself as STRICT tables, each column with a comment.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

INTERNAL_TABLES = (
    "ALTER TABLE internal_hosts RENAME TO former_internal_hosts",
    """CREATE TABLE internal_hosts (
      host TEXT PRIMARY KEY NOT NULL,       -- name of the host
      asked_at REAL,                        -- last request to it, in seconds since 1970
      rest_until REAL,                      -- it gets no request until then, in seconds since 1970
      refusals INTEGER NOT NULL DEFAULT 0,  -- refusals in a row: 403, 429, 503, a firewall
      robots_at REAL,                       -- when its robots.txt was fetched, in seconds since 1970
      robots_status INTEGER,                -- HTTP status of its robots.txt
      robots BLOB,                          -- its robots.txt
      answered_at REAL,                     -- its last answer, in seconds since 1970
      scheme TEXT                           -- https, where it redirects http to that
    ) STRICT""",
    "INSERT INTO internal_hosts SELECT * FROM former_internal_hosts",
    "DROP TABLE former_internal_hosts",
    "ALTER TABLE internal_list_pages RENAME TO former_internal_list_pages",
    """CREATE TABLE internal_list_pages (
      list TEXT NOT NULL REFERENCES sections (url),   -- URL of the first page of its section
      page INTEGER NOT NULL,                -- number of the page, from 1
      read_at TEXT,                         -- when it was last read and found right, UTC; null: passed over
      PRIMARY KEY (list, page)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO internal_list_pages SELECT * FROM former_internal_list_pages",
    "DROP TABLE former_internal_list_pages",
    "ALTER TABLE internal_checks RENAME TO former_internal_checks",
    """CREATE TABLE internal_checks (
      article_seq INTEGER PRIMARY KEY REFERENCES articles (seq),    -- row of an article that did not change
      checked_at TEXT NOT NULL              -- when the site was last asked for it, UTC
    ) STRICT""",
    "INSERT INTO internal_checks SELECT * FROM former_internal_checks",
    "DROP TABLE former_internal_checks",
    "ALTER TABLE internal_jsonl RENAME TO former_internal_jsonl",
    """CREATE TABLE internal_jsonl (
      id INTEGER PRIMARY KEY CHECK (id = 1),    -- there is one row
      bytes INTEGER NOT NULL,               -- how far the file is in step with the database
      seq INTEGER NOT NULL,                 -- last row of articles that has a line
      stale INTEGER NOT NULL,               -- 1: the file has to be written anew
      amended_bytes INTEGER NOT NULL DEFAULT 0  -- bytes of lines that replace an earlier one
    ) STRICT""",
    "INSERT INTO internal_jsonl SELECT * FROM former_internal_jsonl",
    "DROP TABLE former_internal_jsonl",
    "ALTER TABLE internal_capture_files RENAME TO former_internal_capture_files",
    """CREATE TABLE internal_capture_files (
      n INTEGER PRIMARY KEY,                -- number of the file, in the order of writing
      file TEXT NOT NULL UNIQUE,            -- name of the WARC file
      bytes INTEGER NOT NULL,               -- bytes that the table captures speaks of; the rest was never committed
      opened_at TEXT NOT NULL               -- when it was begun, UTC
    ) STRICT""",
    "INSERT INTO internal_capture_files SELECT * FROM former_internal_capture_files",
    "DROP TABLE former_internal_capture_files",
    "ALTER TABLE internal_capture_purges RENAME TO former_internal_capture_purges",
    """CREATE TABLE internal_capture_purges (
      file TEXT NOT NULL,                   -- name of a WARC file
      offset INTEGER NOT NULL,              -- first byte of what still has to be written over
      length INTEGER NOT NULL               -- how many bytes
    ) STRICT""",
    "INSERT INTO internal_capture_purges SELECT * FROM former_internal_capture_purges",
    "DROP TABLE former_internal_capture_purges",
    "ALTER TABLE internal_split_founders RENAME TO former_internal_split_founders",
    """CREATE TABLE internal_split_founders (
      article TEXT NOT NULL,                -- id of the article
      founder INTEGER NOT NULL,             -- number of its founder's id, which decides its side in all splits
      PRIMARY KEY (article, founder)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO internal_split_founders SELECT * FROM former_internal_split_founders",
    "DROP TABLE former_internal_split_founders",
    "ALTER TABLE internal_search_columns RENAME TO former_internal_search_columns",
    """CREATE TABLE internal_search_columns (
      chunk INTEGER PRIMARY KEY,            -- seq of an article / 4096
      kinds BLOB NOT NULL,                  -- 32 bits each: a row of internal_search_kinds, 0 for no article
      minutes BLOB NOT NULL                 -- 32 bits each, signed: minutes of publication since 1970 in Beijing
    ) STRICT""",
    "INSERT INTO internal_search_columns SELECT * FROM former_internal_search_columns",
    "DROP TABLE former_internal_search_columns",
    "ALTER TABLE internal_search_kinds RENAME TO former_internal_search_kinds",
    """CREATE TABLE internal_search_kinds (
      kind INTEGER PRIMARY KEY,             -- number of this combination
      year TEXT,                            -- year of publication
      section TEXT,                         -- article_section
      source TEXT,                          -- name of the source
      layout TEXT,                          -- layout of the page
      is_duplicate INTEGER NOT NULL         -- 1: another article with the same text counts
    ) STRICT""",
    "INSERT INTO internal_search_kinds SELECT * FROM former_internal_search_kinds",
    "DROP TABLE former_internal_search_kinds",
    """CREATE UNIQUE INDEX internal_search_kinds_are
      ON internal_search_kinds (ifnull(year, ''), ifnull(section, ''), ifnull(source, ''),
      ifnull(layout, ''), is_duplicate)""",
    "ALTER TABLE internal_search_waiting RENAME TO former_internal_search_waiting",
    """CREATE TABLE internal_search_waiting (
      seq INTEGER PRIMARY KEY,              -- row of an article that changed, went or came after it was indexed
      is_indexed INTEGER NOT NULL,          -- 1: it is in the index with the words below
      text_canonical ANY,                   -- text as it was indexed
      headline ANY,                         -- headline as it was indexed
      kicker ANY,                           -- kicker as it was indexed
      alternative_headline ANY,             -- alternative headline as it was indexed
      byline ANY,                           -- byline as it was indexed
      author ANY,                           -- authors as they were indexed
      source ANY,                           -- source as it was indexed
      image ANY                             -- pictures as they were indexed
    ) STRICT""",
    "INSERT INTO internal_search_waiting SELECT * FROM former_internal_search_waiting",
    "DROP TABLE former_internal_search_waiting",
    "ALTER TABLE internal_search_state RENAME TO former_internal_search_state",
    """CREATE TABLE internal_search_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),    -- there is one row
      last_seq INTEGER NOT NULL,            -- articles up to this row are in the index
      made_by TEXT                          -- version of the rules that made its words
    ) STRICT""",
    "INSERT INTO internal_search_state SELECT * FROM former_internal_search_state",
    "DROP TABLE former_internal_search_state",
    "ALTER TABLE internal_near_waiting RENAME TO former_internal_near_waiting",
    """CREATE TABLE internal_near_waiting (
      seq INTEGER PRIMARY KEY               -- row of an article that has to be compared
    ) STRICT""",
    "INSERT INTO internal_near_waiting SELECT * FROM former_internal_near_waiting",
    "DROP TABLE former_internal_near_waiting",
    "ALTER TABLE internal_near_texts RENAME TO former_internal_near_texts",
    """CREATE TABLE internal_near_texts (
      n INTEGER PRIMARY KEY AUTOINCREMENT,  -- number of the text, never given twice
      content_sha256 BLOB NOT NULL UNIQUE,  -- content hash of the articles that share it
      first_seen TEXT NOT NULL,             -- when its first article was first seen: its place in the order
      article TEXT NOT NULL,                -- id of its first article
      kept INTEGER NOT NULL,                -- 1: no kept text before it is a near duplicate
      said BLOB NOT NULL,                   -- digest of its letters with white space
      keys BLOB NOT NULL                    -- 64-bit numbers of its shingles
    ) STRICT""",
    "INSERT INTO internal_near_texts SELECT * FROM former_internal_near_texts",
    "DELETE FROM sqlite_sequence WHERE name = 'internal_near_texts'",
    "UPDATE sqlite_sequence SET name = 'internal_near_texts' WHERE name = 'former_internal_near_texts'",
    "DROP TABLE former_internal_near_texts",
    "ALTER TABLE internal_near_articles RENAME TO former_internal_near_articles",
    """CREATE TABLE internal_near_articles (
      seq INTEGER PRIMARY KEY,              -- row of the article
      n INTEGER NOT NULL REFERENCES internal_near_texts (n),    -- number of its text
      first_seen TEXT NOT NULL,             -- when it was first seen
      article TEXT NOT NULL                 -- id of the article
    ) STRICT""",
    "INSERT INTO internal_near_articles SELECT * FROM former_internal_near_articles",
    "DROP TABLE former_internal_near_articles",
    "CREATE INDEX internal_near_articles_n ON internal_near_articles (n, first_seen, article)",
    "ALTER TABLE internal_near_keys RENAME TO former_internal_near_keys",
    """CREATE TABLE internal_near_keys (
      key INTEGER NOT NULL,                 -- key of a shingle
      n INTEGER NOT NULL,                   -- number of a text that has it
      PRIMARY KEY (key, n)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO internal_near_keys SELECT * FROM former_internal_near_keys",
    "DROP TABLE former_internal_near_keys",
    "ALTER TABLE internal_near_full RENAME TO former_internal_near_full",
    """CREATE TABLE internal_near_full (
      key INTEGER PRIMARY KEY,              -- key that too many kept texts have to say anything
      first_seen TEXT NOT NULL,             -- place in the order behind which that holds
      article TEXT NOT NULL                 -- id of the article at that place
    ) STRICT""",
    "INSERT INTO internal_near_full SELECT * FROM former_internal_near_full",
    "DROP TABLE former_internal_near_full",
    "ALTER TABLE internal_near_pairs RENAME TO former_internal_near_pairs",
    """CREATE TABLE internal_near_pairs (
      later INTEGER NOT NULL REFERENCES internal_near_texts (n),    -- the text that came later
      earlier INTEGER NOT NULL REFERENCES internal_near_texts (n),  -- the text that came first
      kind TEXT NOT NULL,                   -- repost, edited, excerpt, summary, merged, template, apart, together
      found TEXT NOT NULL,                  -- kind by the two texts alone, without what a person decided
      longer INTEGER NOT NULL,              -- number of the longer of the two
      doubt REAL NOT NULL,                  -- from 0 to 1
      jaccard REAL NOT NULL,                -- share of common shingles
      contained REAL NOT NULL,              -- share of the shorter text's shingles in the longer one
      kept REAL NOT NULL,                   -- share of the shorter text in sentences kept word for word
      ratio REAL NOT NULL,                  -- length of the shorter text over that of the longer one
      PRIMARY KEY (later, earlier)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO internal_near_pairs SELECT * FROM former_internal_near_pairs",
    "DROP TABLE former_internal_near_pairs",
    "CREATE INDEX internal_near_pairs_earlier ON internal_near_pairs (earlier)",
    "ALTER TABLE internal_near_members RENAME TO former_internal_near_members",
    """CREATE TABLE internal_near_members (
      seq INTEGER PRIMARY KEY,              -- row of an article of a cluster
      article TEXT NOT NULL,                -- id of that article
      cluster TEXT NOT NULL,                -- id of the cluster's canonical article
      kind TEXT NOT NULL,                   -- what it is to that article; linked: only others join the two
      similarity REAL NOT NULL,             -- likeness to that article
      n INTEGER NOT NULL,                   -- number of its text
      canonical INTEGER NOT NULL            -- number of the text that it was compared with
    ) STRICT""",
    "INSERT INTO internal_near_members SELECT * FROM former_internal_near_members",
    "DROP TABLE former_internal_near_members",
    "CREATE INDEX internal_near_members_cluster ON internal_near_members (cluster)",
    "ALTER TABLE internal_near_alone RENAME TO former_internal_near_alone",
    """CREATE TABLE internal_near_alone (
      content_sha256 BLOB NOT NULL PRIMARY KEY  -- content hash that a person took out of all clusters
    ) STRICT""",
    "INSERT INTO internal_near_alone SELECT * FROM former_internal_near_alone",
    "DROP TABLE former_internal_near_alone",
    "ALTER TABLE internal_near_decided RENAME TO former_internal_near_decided",
    """CREATE TABLE internal_near_decided (
      a BLOB NOT NULL,                      -- content hash of a text; a < b
      b BLOB NOT NULL,                      -- content hash of the other one
      decision TEXT NOT NULL,               -- what a person decided: apart, together
      PRIMARY KEY (a, b)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO internal_near_decided SELECT * FROM former_internal_near_decided",
    "DROP TABLE former_internal_near_decided",
    "ALTER TABLE internal_near_placed RENAME TO former_internal_near_placed",
    """CREATE TABLE internal_near_placed (
      seq INTEGER PRIMARY KEY,              -- row of an article in a piece of an archive
      why TEXT                              -- why the whole archive leaves it out; null: it is kept
    ) STRICT""",
    "INSERT INTO internal_near_placed SELECT * FROM former_internal_near_placed",
    "DROP TABLE former_internal_near_placed",
    "ALTER TABLE internal_near_changes RENAME TO former_internal_near_changes",
    """CREATE TABLE internal_near_changes (
      id INTEGER PRIMARY KEY,               -- number of the change
      article TEXT NOT NULL,                -- id of the article
      kept INTEGER NOT NULL,                -- 1: exports keep it from now on; 0: they leave it out
      changed_at TEXT NOT NULL              -- when, UTC
    ) STRICT""",
    "INSERT INTO internal_near_changes SELECT * FROM former_internal_near_changes",
    "DROP TABLE former_internal_near_changes",
    "ALTER TABLE internal_near_before RENAME TO former_internal_near_before",
    """CREATE TABLE internal_near_before (
      seq INTEGER PRIMARY KEY,              -- row of an article that an older program decided on
      kept INTEGER NOT NULL                 -- 1: exports kept it then
    ) STRICT""",
    "INSERT INTO internal_near_before SELECT * FROM former_internal_near_before",
    "DROP TABLE former_internal_near_before",
)
"""Migration 0026, third part. Near duplicates and the search index are derived from `articles`."""
