"""Rows that refer to a row of another table that does not exist: SQLite does not enforce references here."""

from collections.abc import Iterator

from sqlite_utils import Database


def missing_partners(db: Database) -> Iterator[tuple[str, str, str, int | None]]:
    """Yield (table, column, table to which it refers, number of the row) for each row without its partner.

    The number is None for a table without row numbers.
    """
    columns: dict[tuple[str, int], str] = {}
    for table, row, parent, key in db.execute("PRAGMA foreign_key_check").fetchall():
        if (table, key) not in columns:
            names = db.execute('SELECT id, "from" FROM pragma_foreign_key_list(?)', (table,)).fetchall()
            columns |= {(table, id_): name for id_, name in names}
        yield table, columns[table, key], parent, row


def drop(db: Database) -> None:
    """Delete rows that are of use only with their partner, and make a capture whose first part is lost one of its own.

    Call this within a transaction. Rows of near duplicates are not included, because they are computed again.
    """
    for table in ("accounts", "excluded"):
        db.execute(f"DELETE FROM {table} WHERE article NOT IN (SELECT id FROM articles)")
    db.execute("DELETE FROM internal_list_pages WHERE list NOT IN (SELECT url FROM sections)")
    db.execute("UPDATE captures SET main = NULL WHERE main NOT IN (SELECT n FROM captures)")
