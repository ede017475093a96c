"""Convert records between version 1 and the present version, and read archives of version 1.

Migration 0011 converts the rows of `articles` to the present columns. It leaves their `record_sha256`, and the earlier
versions in `revisions`, as version 1 wrote them, so that hashes from then can still be verified.
"""

from typing import Any

from sqlite_utils import Database

Record = dict[str, Any]

_SECONDS = ":00+08:00"
"""What version 2 appends to times of version 1, which end with the minutes."""

FIRST_OF_VERSION_2 = "datetime_published"
"""A column that `articles` has since version 2."""


def to_present(record: Record) -> Record:
    """Return a record of version 1 in the present version; any other record is returned itself."""
    if record.get("schema_version") != 1:
        return record
    made: Record = {}
    for name, value in record.items():
        made[name] = value
        if name == "date_published":
            made[name] = value and value[:10]
            made["datetime_published"] = value[:16] + _SECONDS if value and len(value) > 10 else None
        elif name == "editor":
            made["contributor"] = []
    made["schema_version"] = 2
    made["blocks"] = [_inserted(block, "part", "marks", []) | {"alt": None} for block in record["blocks"]]
    made["image"] = [_inserted(image, "credit_text", "alt", None) for image in record["image"]]
    return made


def to_version_1(record: Record) -> Record:
    """Convert a present record to the version 1 record of the same article.

    What version 1 could not express (marks, contributors, seconds) is left out.
    """
    made = {
        name: value for name, value in record.items() if name not in ("datetime_published", "contributor")
    }
    made["schema_version"] = 1
    if record["datetime_published"]:
        made["date_published"] = record["datetime_published"][:16] + "+08:00"
    made["blocks"] = [_without(block, ("marks", "alt")) for block in record["blocks"]]
    made["image"] = [_without(image, ("alt",)) for image in record["image"]]
    return made


def _inserted(given: Record, behind: str, name: str, value: Any) -> Record:
    """Return a copy of an object with one more field, directly after another one."""
    made: Record = {}
    for key, its in given.items():
        made[key] = its
        if key == behind:
            made[name] = value
    return made


def _without(given: Record, names: tuple[str, ...]) -> Record:
    return {key: value for key, value in given.items() if key not in names}


def read_as_present(db: Database) -> None:
    """Give the articles of a version 1 archive the present columns, by a temporary view of a read-only connection.

    An archive of a later version, and a database without articles, is left as it is.
    """
    columns = [name for _, name, *_ in db.execute("PRAGMA main.table_info(articles)")]
    if not columns or FIRST_OF_VERSION_2 in columns:
        return
    named = [*columns, "datetime_published", "contributor"]
    values = ", ".join(f"{_AS_VERSION_2.get(name, name)} AS {name}" for name in named)
    is_query_only = db.execute("PRAGMA query_only").fetchone()[0]
    db.execute("PRAGMA query_only = OFF")
    db.execute(f"CREATE TEMP VIEW articles AS SELECT {values} FROM main.articles")
    db.execute(f"PRAGMA query_only = {is_query_only}")


_AS_VERSION_2 = {
    "schema_version": "2",
    "date_published": "substr(date_published, 1, 10)",
    "datetime_published": f"iif(length(date_published) > 10, substr(date_published, 1, 16) || '{_SECONDS}', NULL)",
    "contributor": "'[]'",
    "blocks": """iif(json_valid(blocks), (SELECT json_group_array(json(made)) FROM (SELECT json_object(
        'type', value ->> '$.type', 'text', value ->> '$.text', 'part', json(value -> '$.part'),
        'marks', json('[]'), 'level', json(value -> '$.level'), 'items', json(value -> '$.items'),
        'ordered', json(value -> '$.ordered'), 'rows', json(value -> '$.rows'),
        'content_url', value ->> '$.content_url', 'caption', value ->> '$.caption',
        'credit_text', value ->> '$.credit_text', 'alt', NULL) AS made
        FROM json_each(blocks) ORDER BY key)), blocks)""",
    "image": """iif(json_valid(image), (SELECT json_group_array(json(made)) FROM (SELECT json_object(
        'content_url', value ->> '$.content_url', 'caption', value ->> '$.caption',
        'credit_text', value ->> '$.credit_text', 'alt', NULL,
        'position', json(value -> '$.position')) AS made FROM json_each(image) ORDER BY key)), image)""",
}
"""The conversions of migration 0011, column by column; a test compares the two."""
