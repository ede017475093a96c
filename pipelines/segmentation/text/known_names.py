"""Names of authors and sources in an archive, which are words in all of its texts."""

import hashlib
import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

import rjieba

from pipelines.segmentation.text.traditional_characters import simplified_words

_NAME = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{2,16}")


class KnownNames:
    """A sorted list of names; names that are not 2 to 16 Han characters are dropped."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names: tuple[str, ...] = tuple(
            sorted({name for name in names if name and _NAME.fullmatch(name)})
        )

    @cached_property
    def version(self) -> str | None:
        """SHA-256 of the list, one name per line, to identify how texts were segmented; None for an empty list."""
        if not self.names:
            return None
        return hashlib.sha256("\n".join(self.names).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnownNames) and self.names == other.names

    def __hash__(self) -> int:
        return hash(self.version)

    @property
    def dictionary(self) -> rjieba.Jieba:
        """The dictionary of rjieba with these names, each with a frequency at which rjieba does not split it."""
        return _dictionary(self)


@lru_cache(maxsize=4)
def _dictionary(names: KnownNames) -> rjieba.Jieba:
    """Create a dictionary, which takes a third of a second; it sees texts in simplified characters."""
    dictionary = rjieba.Jieba()
    for name in sorted({*names.names, *map(simplified_words, names.names)}):
        if not dictionary.has_word(name):
            dictionary.add_word(name, None, "nr" if len(name) <= 4 else "nt")
    return dictionary


NO_NAMES = KnownNames()
"""An empty list. It uses rjieba's own dictionary, without the words that other code adds to the package's default one.
"""
