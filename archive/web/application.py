"""The reading room put together: Datasette, its settings, and our plugin in front of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datasette.app import Datasette  # type: ignore[import-untyped]
from datasette.plugins import pm  # type: ignore[import-untyped]

from archive.web import plugin
from archive.web.connections import Readers, ReadOnlyDatabase
from archive.web.guard import Application, guard
from archive.web.home_figures import Summaries
from archive.web.pages.report_page import ReportPage
from archive.web.table_descriptions import metadata

HERE = Path(__file__).parent

DATABASE = "data"
"""The name under which Datasette has the archive, whatever its file is called: `/data/articles`."""

SETTINGS = {
    "allow_download": False,
    "default_allow_sql": True,      # with the authorizer of connections.py, SQL can only read
    "suggest_facets": False,        # they cost a scan of the table for each column
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 500,
    "default_page_size": 50,
    "max_returned_rows": 2000,
    "truncate_cells_html": 300,
    "template_debug": False,
    "trace_debug": False,
    "default_cache_ttl": 0,
}  # fmt: skip
"""Datasette's settings where ours differ from its own, or must never."""


WITHOUT_DOWNLOADS = SETTINGS | {"allow_csv_stream": False, "max_returned_rows": 100}
"""The settings where nothing is to be taken away in bulk: pages of rows, never whole tables."""


@dataclass(slots=True)
class Room:
    """What the pages need beside Datasette: it is found as `datasette.room`."""

    path: Path
    readers: Readers
    summaries: Summaries
    downloads: bool = True
    """Whether whole results of searches and whole tables can be downloaded."""
    report: ReportPage = field(default_factory=ReportPage)


def datasette(path: Path, *, downloads: bool = True) -> Any:
    """Return a Datasette of the archive at `path`, with our pages. Its connections are made at the first request."""
    if not pm.is_registered(plugin):
        pm.register(plugin, "kepu-reading-room")
        # Its answer is rendered even where ours is given, and prints a traceback for a misspelt query.
        pm.unregister(name="datasette.handle_exception")
    made = Datasette(
        [str(path)],
        settings=SETTINGS if downloads else WITHOUT_DOWNLOADS,
        template_dir=str(HERE / "templates"),
        static_mounts=[("assets", str(HERE / "static"))],
        metadata=metadata(path),
    )
    for name in [name for name in made.databases if name != "_internal"]:
        made.remove_database(name)
    made.add_database(ReadOnlyDatabase(made, str(path)), name=DATABASE)
    made.room = Room(path, Readers(path), Summaries(path), downloads)
    return made


def application(path: Path, *, any_host: bool = False, downloads: bool = True) -> Application:
    """Return the ASGI application that serves the archive at `path`: see guard.guard for `any_host`."""
    return guard(datasette(path, downloads=downloads).app(), any_host=any_host)
