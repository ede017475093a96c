"""The tables of exact copies and near duplicates.

Each table named near_… is derived from `articles` and can be rebuilt, except `near_alone`, `near_decided` and
`near_changes`. These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

SAME = (
    """CREATE TABLE duplicates (
      url TEXT NOT NULL PRIMARY KEY, article TEXT, duplicate_of TEXT NOT NULL,
      reason TEXT NOT NULL,       -- same_content_id, same_text
      run INTEGER, found_at TEXT NOT NULL
    )""",
    "CREATE INDEX duplicates_article ON duplicates (article)",
)
"""Migration 0001. A row is an article or URL that was found to be the same as another one, and the reason.

Every such case has a row here.
"""

NEAR = (
    # A row names an article to look at: triggers put it here in the transaction that changes the article.
    "CREATE TABLE near_waiting (seq INTEGER PRIMARY KEY)",
    # A row holds a text: articles with the same content hash share it.
    """CREATE TABLE near_texts (
      n INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given twice: the index may still hold a text that went
      content_sha256 BLOB NOT NULL UNIQUE,
      signature BLOB NOT NULL                -- 128 bytes: signatures.py
    )""",
    "CREATE TABLE near_articles (seq INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
    "CREATE INDEX near_articles_n ON near_articles (n)",
    # The index leads from keys to texts: sorted runs, merged by eights, each cut into parts by the upper bits of
    # its keys.
    "CREATE TABLE near_runs (run INTEGER PRIMARY KEY, level INTEGER NOT NULL, bits INTEGER NOT NULL)",
    "CREATE TABLE near_parts (id INTEGER PRIMARY KEY, entries BLOB NOT NULL)   -- id: run << 24 | part",
    # A row holds a key that so many texts have that it says nothing.
    "CREATE TABLE near_stock (key INTEGER PRIMARY KEY)",
    # A row holds a pair that was compared and found to have something in common.
    """CREATE TABLE near_pairs (
      a INTEGER NOT NULL, b INTEGER NOT NULL,   -- texts, a < b
      kind TEXT NOT NULL,                       -- repost, edited, excerpt, template
      found TEXT NOT NULL,                      -- the same, of the two texts alone: see pairs.py
      jaccard REAL NOT NULL, contained REAL NOT NULL, kept REAL NOT NULL, ratio REAL NOT NULL,
      keys BLOB NOT NULL,                       -- which they share and that say something
      PRIMARY KEY (a, b)
    )""",
    "CREATE INDEX near_pairs_b ON near_pairs (b)",
    # What follows from the pairs: a row holds a member of a cluster; an article that stands alone has none.
    """CREATE TABLE near_members (
      seq INTEGER PRIMARY KEY,
      article TEXT NOT NULL,
      cluster TEXT NOT NULL,                    -- id of its canonical article
      kind TEXT NOT NULL,                       -- canonical, exact, repost, edited
      similarity REAL NOT NULL                  -- true similarity to the canonical article
    )""",
    "CREATE INDEX near_members_cluster ON near_members (cluster)",
    # What a person decided: an article with this text is in no cluster, whatever it is like.
    "CREATE TABLE near_alone (content_sha256 BLOB NOT NULL PRIMARY KEY)",
    """CREATE TRIGGER near_new AFTER INSERT ON articles
      BEGIN INSERT OR IGNORE INTO near_waiting VALUES (new.seq); END""",
    """CREATE TRIGGER near_changed AFTER UPDATE OF content_sha256, duplicate_of, date_published, warnings ON articles
      WHEN old.content_sha256 IS NOT new.content_sha256 OR old.duplicate_of IS NOT new.duplicate_of
        OR old.date_published IS NOT new.date_published OR old.warnings IS NOT new.warnings
      BEGIN INSERT OR IGNORE INTO near_waiting VALUES (new.seq); END""",
    """CREATE TRIGGER near_gone AFTER DELETE ON articles
      BEGIN INSERT OR IGNORE INTO near_waiting VALUES (old.seq); END""",
    "INSERT INTO near_waiting SELECT seq FROM articles",
)
"""Migration 0002."""

PAIRS = (
    "DROP TRIGGER near_new",
    "DROP TRIGGER near_changed",
    "DROP TRIGGER near_gone",
    # What exports did until now, so that it can be said what changed; it is dropped when all articles are decided.
    "CREATE TABLE near_before (seq INTEGER PRIMARY KEY, kept INTEGER NOT NULL)",
    "INSERT INTO near_before SELECT seq, duplicate_of IS NULL AND coalesce(cluster, id) = id FROM articles "
    "WHERE seq IN (SELECT seq FROM near_articles)",
    "DROP TABLE near_texts",
    "DROP TABLE near_articles",
    "DROP TABLE near_runs",
    "DROP TABLE near_parts",
    "DROP TABLE near_stock",
    "DROP TABLE near_pairs",
    "DROP TABLE near_members",
    # A row holds a text: articles with the same content hash share it.
    """CREATE TABLE near_texts (
      n INTEGER PRIMARY KEY AUTOINCREMENT,
      content_sha256 BLOB NOT NULL UNIQUE,
      first_seen TEXT NOT NULL, article TEXT NOT NULL,   -- of the first article that has it: its place in the order
      kept INTEGER NOT NULL,                             -- 1 where no kept text before it is a near duplicate
      said BLOB NOT NULL,                                -- a digest of its letters, white space among them
      keys BLOB NOT NULL                                 -- 64-bit numbers: signatures.py
    )""",
    """CREATE TABLE near_articles (
      seq INTEGER PRIMARY KEY, n INTEGER NOT NULL, first_seen TEXT NOT NULL, article TEXT NOT NULL
    )""",
    "CREATE INDEX near_articles_n ON near_articles (n, first_seen, article)",
    # The index leads from a key to the texts that have it.
    "CREATE TABLE near_keys (key INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (key, n)) WITHOUT ROWID",
    # A row holds a key that so many kept texts have that it says nothing to texts behind this place in the order.
    "CREATE TABLE near_full (key INTEGER PRIMARY KEY, first_seen TEXT NOT NULL, article TEXT NOT NULL)",
    # A row holds a pair of texts that have something in common.
    """CREATE TABLE near_pairs (
      later INTEGER NOT NULL, earlier INTEGER NOT NULL,   -- texts, in the order of their first articles
      kind TEXT NOT NULL,     -- repost, edited, excerpt, summary, merged, template; apart, together: a person's word
      found TEXT NOT NULL,    -- the same, of the two texts alone
      longer INTEGER NOT NULL,
      doubt REAL NOT NULL,    -- from 0 to 1
      jaccard REAL NOT NULL, contained REAL NOT NULL, kept REAL NOT NULL, ratio REAL NOT NULL,
      PRIMARY KEY (later, earlier)
    ) WITHOUT ROWID""",
    "CREATE INDEX near_pairs_earlier ON near_pairs (earlier)",
    # A row holds a member of a cluster; an article that stands alone has none.
    """CREATE TABLE near_members (
      seq INTEGER PRIMARY KEY,
      article TEXT NOT NULL,
      cluster TEXT NOT NULL,      -- id of its canonical article
      kind TEXT NOT NULL,         -- what it is to that article; linked: only others join the two
      similarity REAL NOT NULL,   -- true similarity to the canonical article
      n INTEGER NOT NULL, canonical INTEGER NOT NULL      -- the texts that were compared
    )""",
    "CREATE INDEX near_members_cluster ON near_members (cluster)",
    # What a person decided of two texts.
    """CREATE TABLE near_decided (
      a BLOB NOT NULL, b BLOB NOT NULL,   -- content hashes, a < b
      decision TEXT NOT NULL,             -- apart, together
      PRIMARY KEY (a, b)
    ) WITHOUT ROWID""",
    # A row says why an article is left out, or null, in a piece of an archive that cannot decide it: archive/batch.
    "CREATE TABLE near_placed (seq INTEGER PRIMARY KEY, why TEXT)",
    # A row says that an article which exports kept is left out from now on, or the other way round.
    """CREATE TABLE near_changes (
      id INTEGER PRIMARY KEY, article TEXT NOT NULL, kept INTEGER NOT NULL, changed_at TEXT NOT NULL
    )""",
    """CREATE TRIGGER near_new AFTER INSERT ON articles
      BEGIN INSERT OR IGNORE INTO near_waiting VALUES (new.seq); END""",
    """CREATE TRIGGER near_changed
      AFTER UPDATE OF content_sha256, text_canonical, duplicate_of, date_published, datetime_published, warnings,
        revision ON articles
      WHEN old.content_sha256 IS NOT new.content_sha256 OR old.text_canonical IS NOT new.text_canonical
        OR old.duplicate_of IS NOT new.duplicate_of OR old.date_published IS NOT new.date_published
        OR old.datetime_published IS NOT new.datetime_published OR old.warnings IS NOT new.warnings
        OR old.revision ->> '$.first_seen' IS NOT new.revision ->> '$.first_seen'
      BEGIN INSERT OR IGNORE INTO near_waiting VALUES (new.seq); END""",
    """CREATE TRIGGER near_gone AFTER DELETE ON articles
      BEGIN INSERT OR IGNORE INTO near_waiting VALUES (old.seq); END""",
    "DELETE FROM near_waiting",
    "INSERT INTO near_waiting SELECT seq FROM articles",
)
"""Migration 0019. Decisions about pairs, in the order in which articles were first seen. All are made again."""

CHANGED_THOUGH_DAMAGED = (
    "DROP TRIGGER near_changed",
    """CREATE TRIGGER near_changed
      AFTER UPDATE OF content_sha256, text_canonical, duplicate_of, date_published, datetime_published, warnings,
        revision ON articles
      WHEN old.content_sha256 IS NOT new.content_sha256 OR old.text_canonical IS NOT new.text_canonical
        OR old.duplicate_of IS NOT new.duplicate_of OR old.date_published IS NOT new.date_published
        OR old.datetime_published IS NOT new.datetime_published OR old.warnings IS NOT new.warnings
        OR iif(json_valid(old.revision), old.revision ->> '$.first_seen', NULL)
          IS NOT iif(json_valid(new.revision), new.revision ->> '$.first_seen', NULL)
      BEGIN INSERT OR IGNORE INTO near_waiting VALUES (new.seq); END""",
)
"""Migration 0023. A row whose revision is malformed JSON can be updated again."""
