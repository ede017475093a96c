"""The tables of search. All of them are derived from `articles` and can be made again from it."""

INDEXED = (
    "text_canonical",
    "headline",
    "kicker",
    "alternative_headline",
    "byline",
    "author",
    "source",
    "image",
)
"""Columns of `articles` whose words are searched; index.py makes the columns of `search_index` of them."""

COUNTED = ("date_published", "article_section", "provenance", "duplicate_of")
"""Columns by which results are filtered, counted and ordered."""

_OLD = ", ".join(f"old.{name}" for name in INDEXED)
_DIFFER = " OR ".join(f"old.{name} IS NOT new.{name}" for name in (*INDEXED, *COUNTED))

_KEEP_OLD = f"""INSERT INTO search_waiting SELECT old.seq, 1, {_OLD}
      WHERE NOT EXISTS (SELECT 1 FROM search_waiting WHERE seq = old.seq)"""
"""Not `INSERT OR IGNORE`: a trigger's conflict clause gives way to that of the statement that fires it."""

STATEMENTS = (
    # Positions of words, not the texts. The text stands first, because FTS5 spends two bytes on naming another column.
    # The tokenizer only parts at spaces: tokens.py has folded and parted the words before, the same on every SQLite.
    """CREATE VIRTUAL TABLE search_index USING fts5(
      text, title, people, source, captions, content = '', tokenize = 'ascii'
    )""",
    # What results are filtered, ordered and counted by, as arrays over `seq`, so that a hundred thousand articles
    # are counted in milliseconds: a row has 4,096 of them.
    """CREATE TABLE search_columns (
      chunk INTEGER PRIMARY KEY,     -- seq / 4096
      kinds BLOB NOT NULL,           -- 32 bits each: a row of search_kinds, 0 for no article
      minutes BLOB NOT NULL          -- 32 bits each, signed: date_published, from 1970 on in Beijing's time
    )""",
    """CREATE TABLE search_kinds (
      kind INTEGER PRIMARY KEY, year TEXT, section TEXT, source TEXT, layout TEXT,
      is_duplicate INTEGER NOT NULL  -- whether another article with the same text counts
    )""",
    "CREATE UNIQUE INDEX search_kinds_are ON search_kinds "
    "(ifnull(year, ''), ifnull(section, ''), ifnull(source, ''), ifnull(layout, ''), is_duplicate)",
    # Articles up to last_seq that changed, went or came since, each as it was indexed (or not: is_indexed 0), without
    # which FTS5 cannot take it out.
    f"CREATE TABLE search_waiting (seq INTEGER PRIMARY KEY, is_indexed INTEGER NOT NULL, {', '.join(INDEXED)})",
    """CREATE TABLE search_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      last_seq INTEGER NOT NULL,     -- articles up to it are in the index
      made_by TEXT                   -- which rules made the words in it: tokens.RULES
    )""",
    "INSERT INTO search_state VALUES (1, 0, NULL)",
    f"""CREATE TRIGGER search_changed AFTER UPDATE OF {", ".join((*INDEXED, *COUNTED))} ON articles
      WHEN old.seq <= (SELECT last_seq FROM search_state) AND ({_DIFFER})
      BEGIN {_KEEP_OLD}; END""",
    f"""CREATE TRIGGER search_gone AFTER DELETE ON articles
      WHEN old.seq <= (SELECT last_seq FROM search_state)
      BEGIN {_KEEP_OLD}; END""",
    # SQLite gives the greatest `seq` again once its article went.
    """CREATE TRIGGER search_again AFTER INSERT ON articles
      WHEN new.seq <= (SELECT last_seq FROM search_state)
      BEGIN INSERT INTO search_waiting (seq, is_indexed) SELECT new.seq, 0
      WHERE NOT EXISTS (SELECT 1 FROM search_waiting WHERE seq = new.seq); END""",
)
