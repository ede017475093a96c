"""The table of founders, which decide the part of a split that an article is in. It is not derived, but permanent.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

FOUNDERS = (
    # An article has one row as a rule, and several where it was found to be like articles of different founders.
    """CREATE TABLE split_founders (
      article TEXT NOT NULL,      -- id
      founder INTEGER NOT NULL,   -- number of the founder's id: split.number
      PRIMARY KEY (article, founder)
    ) WITHOUT ROWID""",
)
"""Migration 0007."""
