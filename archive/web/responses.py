"""Datasette's responses and errors, imported in this module only, because Datasette has no type annotations."""

from typing import Any

from datasette.utils.asgi import Base400, NotFound, Response  # type: ignore[import-untyped]

__all__ = ["Base400", "Bytes", "NotFound", "Refused", "Response"]


class Refused(Base400):  # type: ignore[misc]
    """A request for something that is switched off for other machines; the answer has the status 403."""

    status = 403


class Bytes(Response):  # type: ignore[misc]
    """A response with bytes as its body; Datasette's own encodes text."""

    async def asgi_send(self, send: Any) -> None:
        """Send the response by ASGI."""
        headers = [(b"content-type", self.content_type.encode())]
        headers += [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})
