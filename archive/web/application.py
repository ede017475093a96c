"""Create the reading room: Datasette with its settings and our plugin."""

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
"""Folder of this package, which has the folders `templates` and `static`."""

DATABASE = "data"
"""The name of the archive in Datasette, whatever its file is called: `/data/articles`."""

SETTINGS = {
    "allow_download": False,
    "default_allow_sql": True,      # The authorizer of connections.py permits SQL to read only.
    "suggest_facets": False,        # Each suggestion scans the table once per column.
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 500,
    "default_page_size": 50,
    "max_returned_rows": 2000,
    "truncate_cells_html": 300,
    "template_debug": False,
    "trace_debug": False,
    "default_cache_ttl": 0,
}  # fmt: skip
"""Settings of Datasette that differ from its defaults, or on which we rely."""


WITHOUT_DOWNLOADS = SETTINGS | {"allow_csv_stream": False, "max_returned_rows": 100}
"""The settings without bulk downloads: single pages of rows, never whole tables."""


@dataclass(slots=True)
class Room:
    """What our pages need in addition to Datasette; they find it as `datasette.room`."""

    path: Path
    """Path of the archive."""
    readers: Readers
    """Connections that read the archive, in threads."""
    summaries: Summaries
    """Figures of the home page, which are kept for some time."""
    downloads: bool = True
    """Whether all results of a search and whole tables can be downloaded."""
    report: ReportPage = field(default_factory=ReportPage)
    """Figures of the page of charts."""


def datasette(path: Path, *, downloads: bool = True) -> Any:
    """Return a Datasette for the archive at `path` with our pages. It connects at the first request."""
    if not pm.is_registered(plugin):
        pm.register(plugin, "kepu-reading-room")
        # Datasette renders this page even if ours replaces it, and prints a traceback for a malformed query.
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
    """Return the ASGI application that serves the archive at `path`; for `any_host` see guard.guard."""
    return guard(datasette(path, downloads=downloads).app(), any_host=any_host)
