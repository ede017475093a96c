"""The archive: SQLite is the source of truth; the JSONL and everything else is derived from it."""
