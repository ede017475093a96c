"""The table that says how far the stream of a cluster is in the archive, written with what came of it."""

STATEMENTS = (
    """CREATE TABLE streams (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      archive TEXT NOT NULL,      -- a random name, by which Redis knows whose run it holds
      last TEXT NOT NULL          -- the id of the last entry that is in the archive
    )""",
    "INSERT INTO streams VALUES (1, lower(hex(randomblob(8))), '0-0')",
)
