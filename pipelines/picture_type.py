"""Determine the type and size of a picture from its first bytes; the server's Content-Type is not used."""

import io
from dataclasses import dataclass

import imagesize

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
    (b"BM", "image/bmp", "bmp"),
)
"""First bytes, media type and suffix of each type. SVG is not supported, because it can contain scripts."""

SUFFIXES = {media: suffix for _, media, suffix in _BEGINNINGS} | {"image/webp": "webp", "image/avif": "avif"}
"""Map the media type of each supported picture to its file name extension."""


@dataclass(frozen=True, slots=True)
class PictureType:
    """The media type and size of a picture."""

    media_type: str
    """Media type: `image/jpeg`."""
    width: int | None
    """Width in pixels; None if the header does not state it."""
    height: int | None
    """Height in pixels; None if the header does not state it."""


def picture_type(body: bytes) -> PictureType | None:
    """Return the type and size of a picture, or None if the bytes are not JPEG, PNG, GIF, BMP, WebP or AVIF."""
    media = _media_type(body)
    if media is None:
        return None
    try:
        width, height = imagesize.get(io.BytesIO(body), exif_rotation=False)
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        width = height = -1
    return PictureType(media, width if width > 0 else None, height if height > 0 else None)


def _media_type(body: bytes) -> str | None:
    for beginning, media, _ in _BEGINNINGS:
        if body.startswith(beginning) and len(body) > 16:
            return media
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return "image/avif" if body[4:12] == b"ftypavif" else None
