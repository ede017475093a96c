"""The schema: the tables of the archive as migrations, and the conversion between records and rows.

`migrations.py` lists the migrations and runs them. The other modules have their SQL, one module per kind of table, with
a description of each table. `record_columns.py` converts a record to a row, and a row to a line of JSON.
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
    VALUE_SQL,
    to_row,
    values,
)

__all__ = [
    "APPLICATION_ID",
    "ARTICLE_FIELDS",
    "CHECKED_SQL",
    "JSON_FIELDS",
    "LINE_SQL",
    "RECORD_SQL",
    "SCHEMA_STEPS",
    "VALUE_SQL",
    "check",
    "empty",
    "in_memory",
    "is_present",
    "migrate",
    "migrations",
    "to_row",
    "values",
]
