"""The home page: search box, number of articles, newest articles, and a chart by year."""

from typing import Any

from archive.web.responses import Response

CHART = 100
"""Height of the tallest bar in the chart, in units of the SVG."""


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the home page."""
    summary = await datasette.room.summaries.get()
    tallest = max((n for _, n in summary.years), default=1)
    bars = [(year, n, max(1, round(CHART * n / tallest)) if n else 0) for year, n in summary.years]
    context = {"summary": summary, "bars": bars, "chart": CHART, "path": datasette.room.path.name}
    return Response.html(await datasette.render_template("home.html", context, request=request))
