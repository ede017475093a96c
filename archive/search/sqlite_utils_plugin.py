"""A plugin for sqlite-utils: connections have the function `kepu_query`, and `sqlite-utils search` finds articles.

The command passes the query to the index unchanged, but our index has Chinese text as single characters. So a search in
`article` or `articles` of an archive converts the query first.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

import click
import sqlite_utils

from archive.schema.migrations import APPLICATION_ID
from archive.search.query_parser import BadQuery
from archive.search.sql_function import kepu_query, register

SEARCHED = ("article", "articles")
"""The view and the table for which `sqlite-utils search` uses our index."""

COLUMNS = ("id", "date_published", "headline")
"""The columns that it prints by default."""


@sqlite_utils.hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Add our functions to a connection of the command `sqlite-utils` or of `sqlite_utils.Database`."""
    register(conn)


@sqlite_utils.hookimpl
def register_commands(cli: click.Group) -> None:
    """Make `sqlite-utils search ARCHIVE article WORDS` search an archive; other databases are searched as before.

    In an archive, the command raises ClickException for an invalid query and for an unknown column.
    """
    command, query = cli.commands["search"], cli.commands["query"]
    stock: Callable[..., Any] | None = command.callback
    assert stock is not None

    def search(**options: Any) -> Any:
        if options["dbtable"] not in SEARCHED or not _is_archive(options["path"]):
            return stock(**options)
        table, words = options.pop("dbtable"), options.pop("q")
        del options["quote"]
        sql = _sql(options["path"], table, options.pop("column"), options.pop("order"), options.pop("limit"))
        if options.pop("show_sql"):
            click.echo(sql)
            return None
        try:
            found = kepu_query(words)
        except BadQuery as error:
            raise click.ClickException(error.said()) from error
        return click.get_current_context().invoke(query, sql=sql, param=[("query", found)], **options)

    command.callback = search


def _is_archive(path: str) -> bool:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return bool(db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def _sql(path: str, table: str, columns: tuple[str, ...], order: str | None, limit: int | None) -> str:
    known = sqlite_utils.Database(path)[table].columns_dict
    for name in columns:
        if name not in known:
            raise click.ClickException(f"{table} has no column {name}")
    named = ", ".join(f'"{name}"' for name in columns or COLUMNS)
    return (
        f"SELECT {named} FROM {table} JOIN article_search USING (seq) WHERE article_search MATCH :query "
        f"ORDER BY {order or 'article_search.rank'}" + (f" LIMIT {limit}" if limit is not None else "")
    )
