"""The hash by which two articles are known to have the same text."""

import hashlib

ENOUGH = 20
"""Letters: a shorter text (a picture's caption, a notice) says nothing about sameness."""


def content_sha256(text_canonical: str) -> str | None:
    """Return the hex SHA-256 of a canonical text without its white space, or None where it is too short."""
    letters = "".join(text_canonical.split())
    if len(letters) < ENOUGH:
        return None
    return hashlib.sha256(letters.encode()).hexdigest()
