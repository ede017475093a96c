"""The dictionary inside rjieba: its wheels carry it compressed, and its hash says which words were known."""

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
"""How a frame of zstd begins (RFC 8878)."""
_ENTRIES = re.compile(rb"(?:[^\n ]+ [0-9]+ [a-z]+\n){100}")
"""A word, its frequency and its part of speech, a line each."""


@cache
def dictionary_sha256() -> str | None:
    """The SHA-256 of the dictionary compiled into rjieba, as the text that it is: the same on every platform.

    None where the library holds no such text, as in a build of another kind.
    """
    text = _dictionary()
    return hashlib.sha256(text).hexdigest() if text else None


@cache
def letter_frequencies() -> Counter[str]:
    """How often each letter stands in the words of the dictionary, by their frequencies; empty if there is none."""
    found = Counter[str]()
    for entry in (_dictionary() or b"").decode().splitlines():
        word, frequency, _ = entry.split(" ")
        found.update(dict.fromkeys(word, int(frequency)))
    return found


def _dictionary() -> bytes | None:
    # The library is not loaded for this: that takes a seventh of a second.
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
