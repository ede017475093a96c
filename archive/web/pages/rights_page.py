"""The rights notice of exports, for people who download from the reading room."""

from typing import Any

from archive.export.rights_gate import notice
from archive.web.responses import Response


async def page() -> Any:
    """Answer with the notice as exports have it."""
    return Response(notice(), content_type="text/plain; charset=utf-8")
