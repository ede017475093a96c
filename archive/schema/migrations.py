"""The migrations that create and change the tables, in order, and the function that runs them.

A migration is SQL text only. An old archive has run the same migrations as a new one, so a released migration is never
edited, and none depends on code that can change, such as a dataclass or a list of columns. To change the tables, add a
constant to the module of their kind and a line at the end of STEPS.
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from contextvars import ContextVar
from functools import cache

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from archive.schema import (
    account_tables,
    article_tables,
    body_places,
    capture_tables,
    duplicate_tables,
    former_views,
    internal_names,
    internal_tables,
    picture_tables,
    reader_views,
    rebuild_tables,
    row_hash_tables,
    run_tables,
    search_tables,
    split_tables,
    strict_internal_tables,
    strict_reader_tables,
    strict_triggers,
    tombstone_tables,
    url_indexes,
    url_tables,
)
from archive.stored_body import register
from kepu.errors import NewerSchema, WrongSchema
from kepu.progress import Tell, nobody

APPLICATION_ID = 0x6B657075
"""`kepu` in ASCII, in the header of the database, by which `file` and this program recognise an archive."""

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "0001_first",
        (
            *article_tables.ARTICLES,
            *url_tables.URLS,
            *article_tables.REVISIONS,
            *duplicate_tables.SAME,
            *run_tables.FAILURES,
            *run_tables.RUNS,
            *url_tables.SECTIONS,
            *url_tables.HOSTS,
            *article_tables.JSONL,
        ),
    ),
    ("0002_duplicates", duplicate_tables.NEAR),
    ("0003_captures", capture_tables.CAPTURES),
    ("0004_search", search_tables.SEARCH),
    ("0005_tombstones", tombstone_tables.TOMBSTONES),
    ("0006_rebuilds", rebuild_tables.REBUILDS),
    ("0007_split", split_tables.FOUNDERS),
    ("0008_checks", article_tables.CHECKS),
    ("0009_streams", run_tables.STREAMS),
    ("0010_drop_streams", run_tables.DROP_STREAMS),
    ("0011_record_2", article_tables.RECORD_2),
    ("0012_state", internal_tables.STATE),
    ("0013_row_hashes", internal_tables.ROW_HASHES),
    ("0014_lines_without_checks", internal_tables.LINES_WITHOUT_CHECKS),
    ("0015_lists", url_tables.LISTS),
    ("0016_manners", url_tables.MANNERS),
    ("0017_accounts", account_tables.ACCOUNTS),
    ("0018_views", former_views.VIEWS),
    ("0019_pairs", duplicate_tables.PAIRS),
    ("0020_amended_lines", internal_tables.AMENDED_LINES),
    ("0021_pictures", picture_tables.PICTURES),
    ("0022_rare_urls", url_tables.RARE_URLS),
    ("0023_changed_though_damaged", duplicate_tables.CHANGED_THOUGH_DAMAGED),
    ("0024_all_row_hashes", row_hash_tables.ROW_HASHES_OF_ALL),
    ("0025_internal_names", internal_names.INTERNAL_NAMES),
    (
        "0026_strict",
        (
            *strict_reader_tables.DROPPED,
            *strict_reader_tables.READER_TABLES,
            *strict_internal_tables.INTERNAL_TABLES,
            *strict_triggers.TRIGGERS,
            *reader_views.READER_VIEWS,
        ),
    ),
    ("0027_keys_found_by_index", row_hash_tables.KEYS_FOUND_BY_INDEX),
    ("0028_letters_once", (*body_places.LETTERS_ONCE, *body_places.TRIGGERS, *body_places.VIEWS)),
    ("0029_urls_by_index", url_indexes.BY_WHAT_A_RUN_ASKS),
)
"""The name of each migration, which the database records, and its statements."""

SCHEMA_STEPS = len(STEPS)
"""Number of migrations that this program knows; stored as the database's `user_version`."""

migrations = Migrations("kepu-archive")
"""The runner of sqlite-utils, with all STEPS registered below."""


RANGE = 500
"""Number of rows that a statement with `:first` and `:last` processes at a time."""

_IN_RANGES = re.compile(
    r"(?:\sFROM (?P<copied>\w+)\s+|^UPDATE (?P<updated>\w+) SET\s.*\s)WHERE (?P<key>\w+) BETWEEN :first AND :last$",
    re.DOTALL,
)

_progress: ContextVar[Tell] = ContextVar("_progress", default=nobody)
"""The progress function of a running migration; sqlite-utils passes a migration nothing but the database."""


def _step(statements: tuple[str, ...]) -> Callable[[Database], None]:
    """Return the function that executes the statements of one migration."""

    def execute(db: Database) -> None:
        for statement in statements:
            if found := _IN_RANGES.search(statement):
                _in_ranges(db, statement, found["copied"] or found["updated"], found["key"])
            else:
                db.execute(statement)

    return execute


def _in_ranges(db: Database, statement: str, table: str, key: str) -> None:
    """Execute a statement that copies or updates a table, one range of row numbers at a time."""
    tell = _progress.get() if table in ("former_articles", "articles") else nobody
    first, total = db.execute(f"SELECT min({key}), count(*) FROM {table}").fetchone()
    done = 0
    while done < total:
        # The end of each range is looked up, since the numbers may have large gaps.
        (end,) = db.execute(
            f"SELECT max({key}) FROM (SELECT {key} FROM {table} WHERE {key} >= ? ORDER BY {key} LIMIT {RANGE})",
            (first,),
        ).fetchone()
        done += db.execute(statement, {"first": first, "last": end}).rowcount
        tell(done, total)
        first = end + 1


for _name, _statements in STEPS:
    migrations(name=_name)(_step(_statements))


def check(db: Database, path: str) -> None:
    """Raise WrongSchema if `db` is not an archive, NewerSchema if a newer version of the program made it."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID and (application or db.table_names()):
        raise WrongSchema("{path} is a database of some other program: give --db another path.", path=path)
    if version > SCHEMA_STEPS:
        raise NewerSchema(
            "{path} has schema version {version}, and this kepu knows versions up to {known}: install the "
            "newer kepu that made it. Nothing was changed.",
            path=path,
            version=version,
            known=SCHEMA_STEPS,
        )


def is_present(db: Database) -> bool:
    """Return whether the tables are those of this version of the program."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_STEPS)


def migrate(db: Database, progress: Tell = nobody) -> None:
    """Migrate the tables to this version of the program, all steps or none; do nothing if they are up to date.

    Each migration and its record are a savepoint within one transaction. `progress` is called with the number of
    articles copied or updated and the total.
    """
    if is_present(db):
        return
    token = _progress.set(progress)
    try:
        _migrate(db)
    finally:
        _progress.reset(token)


def _migrate(db: Database) -> None:
    with db.atomic():  # If the program is killed here, the transaction is rolled back.
        migrations.apply(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {SCHEMA_STEPS}")


def in_memory() -> Database:
    """Return an empty archive in memory, as a copy of one that is made once: that takes a hundredth of the time."""
    db = Database(memory=True)
    register(db.conn)
    # Copied by another connection, because SQLite limits a deserialized database to 1 GiB, which the month of an export
    # may exceed.
    with closing(sqlite3.connect(":memory:")) as made:
        made.deserialize(empty())
        made.backup(db.conn)
    return db


@cache
def empty() -> bytes:
    """Return the bytes of an empty archive.

    Each archive made of it has the same `internal_state.archive`, which must be replaced if the archive is stored.
    """
    db = Database(memory=True)
    with closing(db.conn):
        migrate(db)
        return db.conn.serialize()
