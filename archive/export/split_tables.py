"""The table of splits: which article's number decides where an article stands. Not derived: it is a promise."""

STATEMENTS = (
    # One row an article as a rule; several where it was found to be like articles of different founders.
    """CREATE TABLE split_founders (
      article TEXT NOT NULL,      -- id
      founder INTEGER NOT NULL,   -- number of the founder's id: split.number
      PRIMARY KEY (article, founder)
    ) WITHOUT ROWID""",
)
