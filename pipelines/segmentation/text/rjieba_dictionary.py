"""Read the dictionary that rjieba's compiled library contains: its hash, and how often each character occurs in it.

rjieba has no function for this; its wheels carry the dictionary as a frame of zstd. The version of the package alone
would name the dictionary, but the dumps need its frequencies (headline_evidence.py), and a copy of
them in this repository could differ from the installed version.
"""

import hashlib
import re
import sys
from collections import Counter
from functools import cache
from importlib.metadata import files

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

_FRAME = re.compile(re.escape(b"\x28\xb5\x2f\xfd"))
"""The magic number of a zstd frame (RFC 8878, section 3.1.1)."""
_ENTRIES = re.compile(rb"(?:[^\n ]+ [0-9]+ [a-z]+\n){100}")
"""A hundred lines of the dictionary: a word, its frequency and its part of speech."""


@cache
def dictionary_sha256() -> str | None:
    """Return the SHA-256 of the dictionary's decompressed text, which is the same on every platform.

    Return None if the library contains no such text (a build other than the wheels may store it differently).
    """
    text = _dictionary()
    return hashlib.sha256(text).hexdigest() if text else None


@cache
def letter_frequencies() -> Counter[str]:
    """Return how often each character occurs in the dictionary's words, weighted by their frequencies.

    A character counts once per word. Empty if the library contains no dictionary.
    """
    found = Counter[str]()
    for entry in (_dictionary() or b"").decode().splitlines():
        word, frequency, _ = entry.split(" ")
        found.update(dict.fromkeys(word, int(frequency)))
    return found


def _dictionary() -> bytes | None:
    # The library's file is read instead of importing it, which takes a seventh of a second.
    for library in files("rjieba") or ():
        if library.suffix not in (".so", ".pyd"):
            continue
        content = library.read_binary()
        for frame in _FRAME.finditer(content):
            text = _decompressed(memoryview(content)[frame.start() :])
            if _ENTRIES.match(text):
                return text
    return None


def _decompressed(frame: memoryview) -> bytes:
    try:
        return ZstdDecompressor().decompress(frame)
    except ZstdError:
        return b""
