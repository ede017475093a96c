"""Names of authors and sources that an archive knows: one list for all of its texts, so that each is cut alike."""

import hashlib
import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

import rjieba

_NAME = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{2,16}")


class KnownNames:
    """A list of names, sorted, without those that are no run of 2 to 16 Han."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names: tuple[str, ...] = tuple(
            sorted({name for name in names if name and _NAME.fullmatch(name)})
        )

    @cached_property
    def version(self) -> str | None:
        """The SHA-256 of the list, a name a line; None of an empty one. The same names cut the same texts alike."""
        if not self.names:
            return None
        return hashlib.sha256("\n".join(self.names).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnownNames) and self.names == other.names

    def __hash__(self) -> int:
        return hash(self.version)

    @property
    def dictionary(self) -> rjieba.Jieba:
        """The dictionary of rjieba with the names in it, each frequent enough to stay whole beside its parts."""
        return _dictionary(self)


@lru_cache(maxsize=4)
def _dictionary(names: KnownNames) -> rjieba.Jieba:
    """Return a dictionary, which takes a third of a second to make."""
    dictionary = rjieba.Jieba()
    for name in names.names:
        if not dictionary.has_word(name):
            dictionary.add_word(name, None, "nr" if len(name) <= 4 else "nt")
    return dictionary


NO_NAMES = KnownNames()
"""rjieba's own dictionary: words that others add to the package's default one change nothing here."""
