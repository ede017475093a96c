"""The tables of duplicates: what is the same as something else, and what is nearly so.

Each table named near_… is derived from `articles` and can be made again from it, except `near_alone`.
These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

SAME = (
    """CREATE TABLE duplicates (
      url TEXT NOT NULL PRIMARY KEY, article TEXT, duplicate_of TEXT NOT NULL,
      reason TEXT NOT NULL,       -- same_content_id, same_text
      run INTEGER, found_at TEXT NOT NULL
    )""",
    "CREATE INDEX duplicates_article ON duplicates (article)",
)
"""Migration 0001. A row holds what was found to be the same as something else, and why.

Nothing is dropped without a row here.
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
