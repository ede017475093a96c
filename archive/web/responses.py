"""Datasette's answers and errors, in one place: it has no types, and is asked for them here only."""

from typing import Any

from datasette.utils.asgi import Base400, NotFound, Response  # type: ignore[import-untyped]

__all__ = ["Base400", "Bytes", "NotFound", "Refused", "Response"]


class Refused(Base400):  # type: ignore[misc]
    """What the reading room does not give to others on the network."""

    status = 403


class Bytes(Response):  # type: ignore[misc]
    """A response of bytes as they are; Datasette's own encodes text."""

    async def asgi_send(self, send: Any) -> None:
        """Send it."""
        headers = [(b"content-type", self.content_type.encode())]
        headers += [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})
