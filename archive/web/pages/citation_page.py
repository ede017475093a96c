"""Download a citation as text, BibTeX or RIS."""

import re
from typing import Any

from archive.web.citations import FORMS
from archive.web.pages.page_helpers import record_of
from archive.web.responses import Response


async def download(request: Any, datasette: Any) -> Any:
    """Answer with the citation of an article in the format of the file name extension. Raises NotFound."""
    article = await record_of(request, datasette)
    form = request.url_vars["form"]
    make, content_type = FORMS[form]
    name = re.sub(r"[^A-Za-z0-9]+", "-", article["id"]).strip("-")
    headers = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    if form == "txt":
        headers = {}
    return Response(make(article), content_type=content_type, headers=headers)
