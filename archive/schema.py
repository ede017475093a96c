"""The tables: which they are, how they came about, and how a row of `articles` becomes a line of JSON."""

import dataclasses
import typing
from typing import Any

import orjson
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from archive.captures.tables import STATEMENTS as CAPTURES
from archive.checks import STATEMENTS as CHECKS
from archive.duplicates.tables import STATEMENTS as NEAR_DUPLICATES
from archive.errors import WrongSchema
from archive.export.split_tables import STATEMENTS as SPLIT
from archive.rebuild.tables import STATEMENTS as REBUILDS
from archive.search.tables import STATEMENTS as SEARCH
from archive.tombstones import STATEMENTS as TOMBSTONES
from crawler.items import Article

APPLICATION_ID = 0x6B657075
"""`kepu` in ASCII, in the header of the database, so that `file` and we can tell it from any other."""

ARTICLE_FIELDS = tuple(field.name for field in dataclasses.fields(Article))
_HINTS = typing.get_type_hints(Article)


def _is_json(name: str) -> bool:
    """Whether a field holds more than one value: such a column is JSON text."""
    members = [hint for hint in typing.get_args(_HINTS[name]) if hint is not type(None)] or [_HINTS[name]]
    return typing.get_origin(_HINTS[name]) is list or any(dataclasses.is_dataclass(hint) for hint in members)


JSON_FIELDS = frozenset(name for name in ARTICLE_FIELDS if _is_json(name))
_SQL_TYPES = {"schema_version": "INTEGER", "char_count": "INTEGER", "similarity": "REAL"}


def _field_sql(name: str) -> str:
    """Return the SQL expression of one field of the record, as JSON has it."""
    if name == "revision":
        return f"json(coalesce({CHECKED_SQL}, revision))"
    return f"json({name})" if name in JSON_FIELDS else name


CHECKED_SQL = (
    "(SELECT json_set(revision, '$.last_checked', checked_at) FROM checks WHERE checks.article_seq = seq)"
)
"""SQL expression: `revision` of a row of `articles` that was checked since it was last written, or null."""

RECORD_SQL = "json_object(" + ", ".join(f"'{name}', {_field_sql(name)}" for name in ARTICLE_FIELDS) + ")"
"""SQL expression: the record of a row of `articles`, its fields in their fixed order.

The JSON is made by SQLite from the row itself, so that a line can hold nothing that the database does not.
"""

migrations = Migrations("kepu-archive")


@migrations(name="0001_first")
def _first(db: Database) -> None:
    """The tables of the first release."""
    columns = ",\n  ".join(
        f"{name} {_SQL_TYPES.get(name, 'TEXT')}{' NOT NULL UNIQUE' if name == 'id' else ''}"
        for name in ARTICLE_FIELDS
    )
    db.execute(f"CREATE TABLE articles (\n  seq INTEGER PRIMARY KEY,\n  {columns},\n  record_sha256 TEXT\n)")
    db.execute("CREATE INDEX articles_content ON articles (content_sha256) WHERE content_sha256 IS NOT NULL")
    db.execute("CREATE INDEX articles_published ON articles (date_published)")
    for statement in _FIRST:
        db.execute(statement)


_FIRST = (
    # Every URL ever seen: the frontier, the seen-set and the point to resume from, all in one.
    """CREATE TABLE urls (
      seq INTEGER PRIMARY KEY,
      url TEXT NOT NULL UNIQUE,   -- canonical
      host TEXT NOT NULL,         -- hosts are asked one request at a time each, side by side
      kind TEXT NOT NULL,         -- article, or the kind of list
      article TEXT,               -- id of the article that it shows
      state TEXT NOT NULL,        -- pending, fetched, unchanged, gone, failed, refused, excluded
      code TEXT,                  -- why it is failed, refused, excluded, or fetched and yet incomplete
      priority INTEGER NOT NULL DEFAULT 0,
      found_kind TEXT, found_at TEXT, title TEXT, section TEXT,
      first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0,   -- failures since the last success
      status INTEGER, etag TEXT, last_modified TEXT, payload_sha256 TEXT,
      fetched_at TEXT, due_at TEXT, run INTEGER, message TEXT
    )""",
    "CREATE INDEX urls_pending ON urls (host, priority DESC, url DESC) WHERE state = 'pending'",
    "CREATE INDEX urls_due ON urls (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX urls_article ON urls (article) WHERE article IS NOT NULL",
    # Earlier versions of articles, each as the record that it was.
    """CREATE TABLE revisions (
      article TEXT NOT NULL, n INTEGER NOT NULL, replaced_at TEXT NOT NULL, record TEXT NOT NULL,
      PRIMARY KEY (article, n)
    )""",
    # What was found to be the same as something else, and why: nothing is dropped without a row here.
    """CREATE TABLE duplicates (
      url TEXT NOT NULL PRIMARY KEY, article TEXT, duplicate_of TEXT NOT NULL,
      reason TEXT NOT NULL,       -- same_content_id, same_text
      run INTEGER, found_at TEXT NOT NULL
    )""",
    "CREATE INDEX duplicates_article ON duplicates (article)",
    # Pages and files that gave no article.
    """CREATE TABLE failures (
      run INTEGER, url TEXT, path TEXT, code TEXT NOT NULL, message TEXT NOT NULL, at TEXT NOT NULL
    )""",
    """CREATE TABLE runs (
      id INTEGER PRIMARY KEY, spider TEXT, started_at TEXT NOT NULL, finished_at TEXT,
      outcome TEXT, status INTEGER, report TEXT,
      mode TEXT, requests INTEGER NOT NULL DEFAULT 0   -- so far: also of a run that was killed
    )""",
    # The lists of the channel, and how far each was walked.
    """CREATE TABLE sections (
      url TEXT PRIMARY KEY,       -- of its first page
      node TEXT, title TEXT, first_seen TEXT NOT NULL,
      page INTEGER NOT NULL DEFAULT 0,   -- the deepest page that was looked at
      step INTEGER NOT NULL DEFAULT 1,   -- how many pages on the next look goes
      stale INTEGER NOT NULL DEFAULT 0,  -- pages in a row that named nothing new
      digest TEXT,                -- of the articles that the last page named
      ended_at TEXT               -- when its last page was reached; null: never yet
    )""",
    # What hosts ask of us, kept from run to run.
    """CREATE TABLE hosts (
      host TEXT PRIMARY KEY,
      asked_at REAL,              -- seconds since 1970: the last request to it
      rest_until REAL,            -- it is left alone until then
      refusals INTEGER NOT NULL DEFAULT 0,   -- in a row: 403, 429, 503, a firewall
      robots_at REAL, robots_status INTEGER, robots BLOB
    )""",
    # How far the JSONL beside the database is in step: see jsonl.py.
    """CREATE TABLE jsonl (
      id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER NOT NULL, seq INTEGER NOT NULL, stale INTEGER NOT NULL
    )""",
    "INSERT INTO jsonl VALUES (1, 0, 0, 0)",
)


@migrations(name="0002_duplicates")
def _duplicates(db: Database) -> None:
    """Near duplicates."""
    for statement in NEAR_DUPLICATES:
        db.execute(statement)


@migrations(name="0003_captures")
def _captures(db: Database) -> None:
    """What the site sent, as WARC."""
    for statement in CAPTURES:
        db.execute(statement)


@migrations(name="0004_search")
def _search(db: Database) -> None:
    """The index of search."""
    for statement in SEARCH:
        db.execute(statement)


@migrations(name="0005_tombstones")
def _tombstones(db: Database) -> None:
    """What was taken out for good."""
    for statement in TOMBSTONES:
        db.execute(statement)


@migrations(name="0006_rebuilds")
def _rebuilds(db: Database) -> None:
    """What the extractor of another day made of the captures."""
    for statement in REBUILDS:
        db.execute(statement)


@migrations(name="0007_split")
def _split(db: Database) -> None:
    """The founders of splits."""
    for statement in SPLIT:
        db.execute(statement)


@migrations(name="0008_checks")
def _checks(db: Database) -> None:
    """When unchanged articles were last checked, apart from their wide rows."""
    for statement in CHECKS:
        db.execute(statement)


@migrations(name="0009_streams")
def _streams(db: Database) -> None:
    """How far the stream of a cluster is in it."""
    db.execute(
        """CREATE TABLE streams (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      archive TEXT NOT NULL,      -- a random name, by which Redis knows whose run it holds
      last TEXT NOT NULL          -- the id of the last entry that is in the archive
    )"""
    )
    db.execute("INSERT INTO streams VALUES (1, lower(hex(randomblob(8))), '0-0')")


@migrations(name="0010_no_streams")
def _no_streams(db: Database) -> None:
    """There are no clusters any more."""
    db.execute("DROP TABLE streams")


SCHEMA_STEPS = len(migrations.pending(Database(memory=True)))
"""How many migrations this program knows; kept as the database's `user_version`."""


def check(db: Database, path: str) -> None:
    """Raise WrongSchema where `db` is no archive of ours or one of a newer version; writes nothing."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID and (application or db.table_names()):
        raise WrongSchema("{path} is a database of some other program: give --db another path.", path=path)
    if version > SCHEMA_STEPS:
        raise WrongSchema(
            "{path} has schema version {version}, and this kepu knows versions up to {known}: install the "
            "newer kepu that made it. Nothing was changed.",
            path=path,
            version=version,
            known=SCHEMA_STEPS,
        )


def is_present(db: Database) -> bool:
    """Return whether the tables are those of this program's version."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_STEPS)


def migrate(db: Database) -> None:
    """Bring the tables up to this program's version, all of them or none; a no-op where they are."""
    if is_present(db):
        return
    with db.atomic():  # a program that is killed here leaves what there was
        migrations.apply(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {SCHEMA_STEPS}")


def to_row(article: Article) -> dict[str, Any]:
    """Return the column values of an article, its nested fields as JSON text."""
    row: dict[str, Any] = {}
    for name in ARTICLE_FIELDS:
        value = getattr(article, name)
        if name in JSON_FIELDS:
            value = None if value is None else orjson.dumps(value).decode()
        row[name] = value
    return row
