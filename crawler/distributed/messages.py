"""What goes through Redis, as bytes: JSON for requests and findings, and a frame of JSON with raw bytes for items.

A frame is the length of the JSON (4 bytes, big-endian), the JSON, and then the bytes of each capture, one behind
another; the JSON says how many bytes each has. Nothing is pickled.
"""

import base64
import dataclasses
from collections.abc import Sequence
from typing import Any

import orjson

from archive.memory import HostRow, Known
from archive.records import article
from crawler.items import Article, Capture, Visit

_RAW = ("body", "request", "response")


def dumps(value: Any) -> bytes:
    """Return a value as JSON."""
    return orjson.dumps(value)


def loads(data: bytes | str) -> Any:
    """Return the value of some JSON."""
    return orjson.loads(data)


def message(known: Known, *, to: str | None = None, redirects: int = 0) -> dict[str, Any]:
    """Return what stands in the queue for a URL: what is known of it, and where a redirect leads."""
    told = {name: value for name, value in dataclasses.asdict(known).items() if value not in (None, 0)}
    return told | ({"to": to, "redirects": redirects} if to else {})


def known_of(told: dict[str, Any]) -> Known:
    """Return what is known of a URL, from its message."""
    fields = {field.name: told.get(field.name) for field in dataclasses.fields(Known)}
    fields["priority"], fields["tries"] = told.get("priority", 0), told.get("tries", 0)
    return Known(**fields)  # type: ignore[arg-type]


def host_of(told: bytes) -> HostRow:
    """Return what is known of a host, from its JSON."""
    plain = orjson.loads(told)
    plain["robots"] = base64.b64decode(plain["robots"]) if plain["robots"] is not None else None
    return HostRow(**plain)


def pack_host(row: HostRow) -> str:
    """Return what is known of a host, as JSON."""
    robots = base64.b64encode(row.robots).decode() if row.robots is not None else None
    return orjson.dumps(dataclasses.asdict(row) | {"robots": robots}).decode()


def pack(item: Article | Visit, captures: Sequence[Capture]) -> bytes:
    """Return an article or a visit, with the captures to keep of it, as a frame."""
    raw: list[bytes] = []
    told = []
    for capture in captures:
        plain = {field.name: getattr(capture, field.name) for field in dataclasses.fields(capture)}
        pieces = [plain.pop(name) for name in _RAW]
        raw += pieces
        told.append(plain | {"lengths": [len(piece) for piece in pieces]})
    if isinstance(item, Visit):
        item = dataclasses.replace(item, captures=[])
    head = orjson.dumps({"kind": type(item).__name__, "item": item, "captures": told})
    return b"".join((len(head).to_bytes(4), head, *raw))


def unpack(frame: bytes) -> tuple[Article | Visit, list[Capture]]:
    """Return what a frame holds; raise ValueError where it is not whole."""
    end = 4 + int.from_bytes(frame[:4])
    told = orjson.loads(frame[4:end])
    captures = []
    for plain in told["captures"]:
        pieces: dict[str, Any] = {}
        for name, length in zip(_RAW, plain.pop("lengths"), strict=True):
            pieces[name], end = frame[end : end + length], end + length
        captures.append(Capture(**plain, **pieces))
    if end != len(frame):
        raise ValueError("an item that is not as long as it says")
    item = article(told["item"]) if told["kind"] == "Article" else Visit(**told["item"])
    return item, captures
