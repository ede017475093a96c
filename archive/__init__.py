"""Keep articles: SQLite is the truth, the JSONL beside it and everything else is derived from it."""

from archive.library import Archive

__all__ = ["Archive"]
