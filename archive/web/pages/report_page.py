"""The charts of the report: counted in the background, rendered in the reader's language."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup

from archive.report.key_terms import Terms
from archive.report.make_report import look
from archive.report.report_figures import ReportFigures
from archive.report.report_html import body
from archive.web.pages.page_helpers import html
from archive.web.responses import Response
from archive.web.web_languages import gettext_language
from kepu.beijing_time import BEIJING

KEPT = timedelta(minutes=10)
"""Maximum age of the figures; counting 100,000 articles takes some seconds."""

PATIENCE = 2.0
"""Seconds to wait for the figures before a page is sent that reloads itself."""

STYLE = Path(__file__).parents[2] / "report" / "style.css"
"""Style sheet of the report."""


@dataclass(slots=True)
class ReportPage:
    """The last figures, and the counting that is in progress."""

    at: datetime | None = None
    """When `found` was counted; None before the first count."""
    found: tuple[ReportFigures, Terms] | None = None
    """The figures and words that were counted last; None before the first count."""
    work: "asyncio.Future[tuple[ReportFigures, Terms]] | None" = None
    """The count that is in progress, or None."""
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="report")
    )
    """The thread that counts, so that at most one count is in progress."""

    async def get(self, path: Path) -> tuple[ReportFigures, Terms] | None:
        """Return the figures of the archive at `path`; None if the first count takes longer than PATIENCE.

        Figures older than KEPT are counted again; if that takes longer than PATIENCE, the old ones are returned
        meanwhile. Raises the errors of `look`.
        """
        if self.found and self.at and datetime.now(UTC) - self.at < KEPT:
            return self.found
        if self.work is None:
            self.work = asyncio.get_running_loop().run_in_executor(self.pool, look, path)
        await asyncio.wait([self.work], timeout=PATIENCE)
        if not self.work.done():
            return self.found
        work, self.work = self.work, None
        self.found, self.at = work.result(), datetime.now(UTC)
        return self.found


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the charts or, while they are counted, with a page that reloads itself."""
    report = datasette.room.report
    found = await report.get(datasette.room.path)
    with gettext_language(request.scope["language"]):
        # report_html escapes everything in it.
        charts = Markup(body(*found)) if found else None  # noqa: S704
    context = {"charts": charts, "at": report.at and f"{report.at.astimezone(BEIJING):%Y-%m-%d %H:%M}"}
    answer = await html(request, datasette, "report.html", context)
    if found is None:
        answer.headers["refresh"] = "2"
    return answer


async def style() -> Any:
    """Answer with the style sheet of the charts, which `kepu report` uses too."""
    return Response(STYLE.read_text("utf-8"), content_type="text/css; charset=utf-8")
