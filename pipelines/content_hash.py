"""The hash that identifies articles with the same text."""

import hashlib

ENOUGH = 20
"""Minimum number of characters; a shorter text (a caption, a notice) does not show that two articles are the same."""


def content_sha256(text_canonical: str) -> str | None:
    """Return the hex SHA-256 of a canonical text without its white space, or None if it is too short."""
    letters = "".join(text_canonical.split())
    if len(letters) < ENOUGH:
        return None
    return hashlib.sha256(letters.encode()).hexdigest()
