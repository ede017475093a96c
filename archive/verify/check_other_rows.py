"""Check the hashes of rows with data that is stored nowhere else: URLs, runs, decisions, captures, tombstones."""

from sqlite_utils import Database

from archive import row_hash
from archive.row_hash import HASHED_TABLES
from archive.verify.findings import Collector
from kepu.messages import Text


def check_other_rows(db: Database, found: Collector) -> None:
    """Report each row that does not match its hash, and each that disappeared without being deleted by the program.

    An archive of an older version has no hashes, and is not checked.
    """
    if "internal_row_hashes" not in db.table_names():
        return  # an older schema
    for table, key in HASHED_TABLES:
        _check(db, found, table, key.format(table))


def _check(db: Database, found: Collector, table: str, key: str) -> None:
    ready = (
        f"(SELECT t.*, h.digest AS internal_digest FROM (SELECT {key} AS internal_key, * FROM {table}) t "
        f"LEFT JOIN internal_row_hashes h ON h.tab = '{table}' AND h.key = t.internal_key "
        f"WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash w WHERE w.tab = '{table}' AND w.key = t.internal_key))"
    )
    for row in row_hash.rows(db, ready):
        name, digest = row.pop("internal_key"), row.pop("internal_digest")
        if digest != row_hash.of_row(row)[: row_hash.SHORT]:
            found.add(
                Text("rows of {table} that are damaged", table=table), str(name), advice=_ADVICE, remedy=""
            )
    gone = (
        f"SELECT key FROM internal_row_hashes WHERE tab = '{table}' "
        f"AND key NOT IN (SELECT {key} FROM {table})"
    )
    for (name,) in db.execute(gone):
        found.add(
            Text("rows of {table} that are missing although nothing deleted them", table=table), str(name)
        )


_ADVICE = Text("a run that writes them again mends them; or restore a backup: `kepu restore BACKUP --force`")
