"""Keep the profiles of texts during an update: the last ones in memory, others in a file without a name.

Reading a profile from the file takes a twentieth of the time of computing it again. The file disappears with the
process, however that ends. If there is no room for it, profiles are computed again.
"""

import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from archive.duplicates.compare_texts import TextProfile
from archive.numpy_arrays import Array, np

IN_MEMORY = 4_096
"""Maximum number of text profiles held in memory, about 5 kB each."""

IN_FILE = 2**30
"""Maximum size of the file in bytes."""


class KeptProfiles:
    """The profiles of texts, by the numbers of the texts."""

    def __init__(self) -> None:
        self._held: OrderedDict[int, TextProfile] = OrderedDict()
        self._file: BinaryIO | None = None
        self._places: dict[int, tuple[int, int, int, int, int]] = {}
        """Where the profile of a text is in the file: offset; numbers of grams, of sentences in order, of distinct
        ones; and `chars`.
        """
        self._end = 0
        self._is_full = False

    def __getitem__(self, n: int) -> TextProfile:
        return self._held[n]

    def __setitem__(self, n: int, profile: TextProfile) -> None:
        self._held[n] = profile

    def load(self, n: int, text: Callable[[int], str]) -> bool:
        """Read the profile of a text from the file unless it is in memory; return whether it is in memory now.

        `text` returns the text with a number. It is called when a comparison needs the text, which may be later.
        """
        if n in self._held:
            self._held.move_to_end(n)
            return True
        place = self._places.get(n)
        if place is None:
            return False
        self._held[n] = self._read(place, partial(text, n))
        return True

    def grams(self, n: int) -> Array | None:
        """Return the 4-grams of a text, or None if its profile is neither in memory nor in the file.

        Reading them alone takes a fifth of the time of reading the profile.
        """
        if (held := self._held.get(n)) is not None:
            return held.grams
        place = self._places.get(n)
        if place is None:
            return None
        assert self._file is not None
        at, grams, order, sentences, _ = place
        data = os.pread(self._file.fileno(), 4 * grams, at + 8 * order + 16 * sentences)
        return np.frombuffer(data, dtype=np.uint32)

    def forget(self, n: int) -> None:
        """Drop the profile of a text that has changed."""
        self._held.pop(n, None)
        self._places.pop(n, None)

    def make_room(self, beside: int) -> None:
        """Move the profiles used least recently to the file.

        As many stay in memory as IN_MEMORY or `beside` allows, whichever is more. If the file is full, they are
        dropped.
        """
        while len(self._held) > max(IN_MEMORY, beside):
            n, profile = self._held.popitem(last=False)
            if n not in self._places and not self._is_full:
                self._write(n, profile)

    def _write(self, n: int, profile: TextProfile) -> None:
        pieces = (profile.order, profile.sentences, profile.lengths, profile.grams)
        data = b"".join(piece.tobytes() for piece in pieces)
        if self._end + len(data) > IN_FILE:
            self._is_full = True
            return
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as this object
            written = os.pwrite(self._file.fileno(), data, self._end)
        except OSError:
            written = 0
        if written < len(data):
            self._is_full = True
            return
        sizes = len(profile.grams), len(profile.order), len(profile.sentences)
        self._places[n] = (self._end, *sizes, profile.chars)
        self._end += len(data)

    def _read(self, place: tuple[int, int, int, int, int], text: Callable[[], str]) -> TextProfile:
        assert self._file is not None
        at, grams, order, sentences, chars = place
        size = 4 * grams + 8 * order + 16 * sentences
        data = os.pread(self._file.fileno(), size, at)
        starts = (0, 8 * order, 8 * (order + sentences), 8 * (order + 2 * sentences))
        return TextProfile(
            text,
            np.frombuffer(data, dtype=np.uint32, count=grams, offset=starts[3]),
            np.frombuffer(data, dtype=np.uint64, count=order, offset=starts[0]),
            np.frombuffer(data, dtype=np.uint64, count=sentences, offset=starts[1]),
            np.frombuffer(data, dtype=np.int64, count=sentences, offset=starts[2]),
            chars,
        )
