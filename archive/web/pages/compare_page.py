"""Two articles side by side with their differences highlighted, such as a repost and its original."""

from typing import Any

from archive.diff import differences, marked
from archive.web.pages.page_helpers import LONGEST_ID, html, record, record_of
from archive.web.responses import NotFound


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the article of the path beside that of `?with=`. Raises NotFound if one of them does not exist."""
    article = await record_of(request, datasette)
    id_ = (request.args.get("with") or "")[:LONGEST_ID]
    other = await datasette.room.readers.run(record, id_)
    if other is None:
        raise NotFound(id_)
    rows = differences(article["text"] or "", other["text"] or "")
    context = {
        "article": article,
        "other_article": other,
        "headline": marked(article["headline"] or "", other["headline"] or ""),
        "rows": rows,
        "same": sum(row.kind == "same" for row in rows),
    }
    return await html(request, datasette, "compare.html", context)
