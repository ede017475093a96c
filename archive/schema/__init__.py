"""The schema: every table of the archive, how they came about, and how a record becomes a row of `articles`.

`migrations.py` lists the steps and takes them. The other modules hold their SQL, one a concern, each with what its
tables are for: `articles`, `urls`, `runs`, `captures`, `duplicates`, `search`, `splits`, `rebuilds`, `tombstones`.
`record_columns.py` turns a record into a row, and a row into a line of JSON.
"""

from archive.schema.migrations import (
    APPLICATION_ID,
    SCHEMA_STEPS,
    check,
    empty,
    in_memory,
    is_present,
    migrate,
    migrations,
)
from archive.schema.record_columns import (
    ARTICLE_FIELDS,
    CHECKED_SQL,
    JSON_FIELDS,
    LINE_SQL,
    RECORD_SQL,
    to_row,
)

__all__ = [
    "APPLICATION_ID",
    "ARTICLE_FIELDS",
    "CHECKED_SQL",
    "JSON_FIELDS",
    "LINE_SQL",
    "RECORD_SQL",
    "SCHEMA_STEPS",
    "check",
    "empty",
    "in_memory",
    "is_present",
    "migrate",
    "migrations",
    "to_row",
]
