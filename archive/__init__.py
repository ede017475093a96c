"""Keep articles: SQLite is the truth, the JSONL beside it and everything else is derived from it."""

from kepu.api import Archive

__all__ = ["Archive"]
