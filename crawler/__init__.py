"""Find and fetch: everything that speaks HTTP or reads files, and nothing that knows what an article is."""

from kepu.lean_imports import imported_without

with imported_without("numpy", "pandas"):
    import sqlite_utils  # noqa: F401
