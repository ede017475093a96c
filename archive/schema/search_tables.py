"""The tables of search. All of them are derived from `articles` and can be rebuilt.

These are texts of migrations and are never edited: see `archive.schema.migrations`. The columns that they name are
`INDEXED` and `COUNTED` of `archive.search.update_index`.
"""

SEARCH = (
    # It holds positions of words, not the texts. The text stands first, because FTS5 spends two bytes on naming another
    # column. The tokenizer only splits at spaces: archive/search/search_tokens.py has folded and split the words
    # before, the same on every SQLite.
    """CREATE VIRTUAL TABLE search_index USING fts5(
      text, title, people, source, captions, content = '', tokenize = 'ascii'
    )""",
    # It holds what results are filtered, ordered and counted by, as arrays over `seq`, so that a hundred thousand
    # articles are counted in milliseconds: a row has 4,096 of them.
    """CREATE TABLE search_columns (
      chunk INTEGER PRIMARY KEY,     -- seq / 4096
      kinds BLOB NOT NULL,           -- 32 bits each: a row of search_kinds, 0 for no article
      minutes BLOB NOT NULL          -- 32 bits each, signed: date_published, from 1970 on in Beijing's time
    )""",
    """CREATE TABLE search_kinds (
      kind INTEGER PRIMARY KEY, year TEXT, section TEXT, source TEXT, layout TEXT,
      is_duplicate INTEGER NOT NULL  -- whether another article with the same text counts
    )""",
    "CREATE UNIQUE INDEX search_kinds_are ON search_kinds (ifnull(year, ''), ifnull(section, ''), "
    "ifnull(source, ''), ifnull(layout, ''), is_duplicate)",
    # A row holds an article up to last_seq that changed, went or came since, as it was indexed (or was not: is_indexed
    # 0), without which FTS5 cannot take it out.
    "CREATE TABLE search_waiting (seq INTEGER PRIMARY KEY, is_indexed INTEGER NOT NULL, text_canonical, "
    "headline, kicker, alternative_headline, byline, author, source, image)",
    """CREATE TABLE search_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      last_seq INTEGER NOT NULL,     -- articles up to it are in the index
      made_by TEXT                   -- which rules made the words in it: tokens.RULES
    )""",
    "INSERT INTO search_state VALUES (1, 0, NULL)",
    "CREATE TRIGGER search_changed AFTER UPDATE OF text_canonical, headline, kicker, "
    "alternative_headline, byline, author, source, image, date_published, article_section, provenance, "
    "duplicate_of ON articles\n"
    "      WHEN old.seq <= (SELECT last_seq FROM search_state) AND (old.text_canonical IS NOT "
    "new.text_canonical OR old.headline IS NOT new.headline OR old.kicker IS NOT new.kicker OR "
    "old.alternative_headline IS NOT new.alternative_headline OR old.byline IS NOT new.byline OR "
    "old.author IS NOT new.author OR old.source IS NOT new.source OR old.image IS NOT new.image OR "
    "old.date_published IS NOT new.date_published OR old.article_section IS NOT new.article_section OR "
    "old.provenance IS NOT new.provenance OR old.duplicate_of IS NOT new.duplicate_of)\n"
    "      BEGIN INSERT INTO search_waiting SELECT old.seq, 1, old.text_canonical, old.headline, "
    "old.kicker, old.alternative_headline, old.byline, old.author, old.source, old.image\n"
    "      WHERE NOT EXISTS (SELECT 1 FROM search_waiting WHERE seq = old.seq); END",
    "CREATE TRIGGER search_gone AFTER DELETE ON articles\n"
    "      WHEN old.seq <= (SELECT last_seq FROM search_state)\n"
    "      BEGIN INSERT INTO search_waiting SELECT old.seq, 1, old.text_canonical, old.headline, "
    "old.kicker, old.alternative_headline, old.byline, old.author, old.source, old.image\n"
    "      WHERE NOT EXISTS (SELECT 1 FROM search_waiting WHERE seq = old.seq); END",
    # SQLite gives the greatest `seq` again once its article went.
    """CREATE TRIGGER search_again AFTER INSERT ON articles
      WHEN new.seq <= (SELECT last_seq FROM search_state)
      BEGIN INSERT INTO search_waiting (seq, is_indexed) SELECT new.seq, 0
      WHERE NOT EXISTS (SELECT 1 FROM search_waiting WHERE seq = new.seq); END""",
)
"""Migration 0004.

The triggers do not use `INSERT OR IGNORE`, because the conflict clause of the statement that fires a trigger overrides
that in the trigger.
"""
