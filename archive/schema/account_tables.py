"""The tables of the account of letters: what became of an article's pages. They are derived: a rebuild makes them.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

ACCOUNTS = (
    """CREATE TABLE accounts (
      article TEXT PRIMARY KEY,   -- id
      letters INTEGER NOT NULL,   -- all of the pages: the sum of the other three and of excluded.letters
      blocks INTEGER NOT NULL, fields INTEGER NOT NULL, outside INTEGER NOT NULL,
      added TEXT NOT NULL,        -- JSON: what the program wrote that is not in the page
      outside_runs TEXT NOT NULL  -- JSON: long runs outside the article
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE excluded (
      article TEXT NOT NULL, n INTEGER NOT NULL,   -- in the page's order, from 1
      part INTEGER NOT NULL, rule TEXT NOT NULL,
      text TEXT,                  -- its first 200 letters; null: code
      letters INTEGER NOT NULL,
      PRIMARY KEY (article, n)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER accounts_gone AFTER DELETE ON articles
      BEGIN DELETE FROM accounts WHERE article = old.id; DELETE FROM excluded WHERE article = old.id; END""",
)
"""Migration 0017. A row of `excluded` is text of a page that is in no block and no field of its article."""
