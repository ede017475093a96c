"""The plugin that registers our pages with Datasette: routes, template variables, menu, errors, connections.

To add a page, write a function in pages/, a line in ROUTES and, for the menu, a line in MENU.
"""

import hashlib
import re
import sqlite3
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from datasette import hookimpl  # type: ignore[import-untyped]
from datasette.views.base import DatasetteError  # type: ignore[import-untyped]

from archive.sqlite_codes import is_interrupted
from archive.web.connections import only_reading
from archive.web.pages import (
    account_page,
    article_page,
    browse_page,
    capture_frame,
    capture_page,
    citation_page,
    compare_page,
    corpus_page,
    feed_page,
    home_page,
    report_page,
    results_page,
    review_page,
    revisions_page,
    rights_page,
    words_page,
)
from archive.web.responses import Base400, Response
from archive.web.table_descriptions import tables
from archive.web.web_languages import LANGUAGES, gettext_language, translator
from archive.web.web_links import article_path, safe_url, search_path
from kepu.beijing_time import beijing_day, beijing_minute
from kepu.errors import ArchiveError

_ID = r"/article/(?P<id>[^/]+/[^/]+)"

ROUTES = (
    (r"^/$", home_page.page),
    (r"^/search$", results_page.page),
    (r"^/search\.(?P<form>jsonl|csv)$", results_page.download),
    (r"^/browse$", browse_page.page),
    (r"^/corpus$", corpus_page.page),
    (r"^/corpus\.csv$", corpus_page.download),
    (r"^/duplicates$", review_page.page),
    (r"^/report$", report_page.page),
    (r"^/report\.css$", report_page.style),
    (r"^/feed\.atom$", feed_page.feed),
    (r"^/robots\.txt$", feed_page.robots),
    (r"^/rights$", rights_page.page),
    (_ID + r"$", article_page.page),
    (_ID + r"/account$", account_page.page),
    (_ID + r"/words$", words_page.page),
    (_ID + r"/compare$", compare_page.page),
    (_ID + r"/revisions$", revisions_page.page),
    (_ID + r"/capture$", capture_page.page),
    (_ID + r"/capture\.bin$", capture_page.download),
    (_ID + r"/replay$", capture_frame.page),
    (r"^/kept/(?P<digest>[0-9a-f]{64})$", capture_frame.kept),
    (_ID + r"/citation\.(?P<form>txt|bib|ris)$", citation_page.download),
    (_ID + r"/record\.json$", article_page.record),
)
"""Regular expression of a path → the function that answers it. Datasette looks here before its own routes."""

MENU = (
    ("menu.home", "/"),
    ("menu.search", "/search"),
    ("menu.browse", "/browse"),
    ("menu.corpus", "/corpus"),
    ("menu.report", "/report"),
    ("menu.review", "/duplicates"),
    ("menu.data", "/data"),
)
"""(key of the text, path). Plugins add entries by Datasette's hook `menu_links`."""

_HIDDEN = r"^/-/(?!static/|static-plugins/|versions|metadata)|^/(_internal|_memory|:memory:)"
"""Datasette's pages about the machine or for developers, which are not served."""

STATIC = Path(__file__).parent / "static"
"""Folder of the style sheets and scripts."""


async def _no_such_page(request: Any, datasette: Any) -> Any:
    return await error(datasette, request, 404, "error.no_page")


HAS_IDS = frozenset(
    {
        "id",
        "seq",
        "n",
        "article",
        "duplicate_of",
        "cluster",
        "canonical",
        "date_published",
        "datetime_published",
    }
)
"""Columns whose values are not broken over lines."""


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Return our routes, which take precedence over Datasette's."""
    return [(_HIDDEN, _no_such_page), *ROUTES]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Restrict Datasette's connections to the archive to reading."""
    if database == "data":
        conn.set_authorizer(only_reading)


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(request: Any) -> dict[str, Any]:
    """Return the variables of every template in addition to Datasette's: texts, language, menu."""
    return variables(request)


def variables(request: Any) -> dict[str, Any]:
    """Return the variables of every template in addition to Datasette's: texts, language, menu, functions.

    `request` may be None. The hook `extra_template_vars` passes them to the templates of tables, too.
    """
    language = request.scope.get("language", "zh") if request else "zh"
    path = request.path if request else "/"
    return {
        "t": translator(language),
        "lang": LANGUAGES[language],
        "other": [(code, tag) for code, tag in LANGUAGES.items() if code != language],
        "menu": MENU,
        "here": path,
        "asset": asset,
        "safe_url": safe_url,
        "article_path": article_path,
        "search_path": search_path,
        "language_links": _language_links(request),
        "beijing": beijing_minute,
        "beijing_day": beijing_day,
        "described": _described(language),
        "whole": HAS_IDS,
    }


def _described(language: str) -> dict[str, str]:
    """Return the description of each table and view, in display order."""
    return {name: sentence[language] for name, sentence in tables().items()}


def _language_links(request: Any) -> dict[str, str]:
    """Return language → URL of this page in that language."""
    if request is None:
        return {code: f"?lang={code}" for code in LANGUAGES}
    query = request.query_string
    return {code: f"{request.path}?{query + '&' if query else ''}lang={code}" for code in LANGUAGES}


@cache
def asset(name: str) -> str:
    """Return the URL of a file in static/, which contains its version so that browsers fetch changed files."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?{digest}"


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Callable[..., Any]:
    """Answer an error in the reader's language, without a traceback."""

    async def answer() -> Any:
        if isinstance(exception, DatasetteError) and exception.status == 404:
            return await error(datasette, request, 404, "error.no_page", detail=str(exception.message or ""))
        if isinstance(exception, DatasetteError):
            # Datasette's messages about SQL are for people who write it; the template escapes them.
            return await error(
                datasette, request, exception.status, "error.sql", detail=str(exception.message or exception)
            )
        if isinstance(exception, Base400):
            key = {404: "error.no_page", 410: "error.gone"}.get(exception.status, "error.refused")
            return await error(datasette, request, exception.status, key, detail=_detail(exception))
        if isinstance(exception, (sqlite3.Error, ArchiveError)):
            is_slow = isinstance(exception, sqlite3.Error) and is_interrupted(exception)
            key = "error.slow" if is_slow else "error.database"
            with gettext_language(request.scope.get("language", "zh")):
                detail = exception.said() if isinstance(exception, ArchiveError) else str(exception)
            return await error(datasette, request, 503, key, detail=detail)
        traceback.print_exception(exception)
        return await error(datasette, request, 500, "error.ours")

    return answer


def _looked_for(request: Any) -> str | None:
    """Return the id of the article that a path names, or None."""
    match = re.match(r"/article/((?:n|n1|n2|GB)/\d{1,12})(?:/|$)", request.path)
    return match[1] if match else None


def _detail(exception: Exception) -> str | None:
    """Return the message of an exception, or None if it is only its status code."""
    text = str(exception.args[0]) if exception.args else ""
    return text if text and not text.isdigit() else None


async def error(datasette: Any, request: Any, status: int, key: str, *, detail: str | None = None) -> Any:
    """Return the error page, or JSON if the request asks for JSON."""
    t = variables(request)["t"]
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "status": status, "error": detail or t(key)}, status=status)
    template = "not_found.html" if status == 404 else "error.html"
    context = {"status": status, "sentence": t(key), "detail": detail, "looked_for": _looked_for(request)}
    html = await datasette.render_template(template, context, request=request)
    return Response.html(html, status=status)
