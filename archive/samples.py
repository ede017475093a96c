"""Sample articles by the hash of their ids: the members are the same each time, whatever else is in the archive.

The position of an article in the order of hashes depends on its id and the seed alone. A sample of a share (`5%`) keeps
each member for ever. A sample of a number has the articles with the smallest hashes: a member leaves it only when an
article with a smaller hash is added, so an archive that grows by a tenth changes about a tenth of it. With one seed, a
smaller sample is part of every larger one.
"""

import hashlib
import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from kepu.errors import ArchiveError

RANGE = 1 << 64
"""Hashes are integers below this."""

_GIVEN = re.compile(r"(\d+(?:\.\d+)?)\s*([%％]?)")


class BadSample(ArchiveError):
    """A sample size that cannot be parsed."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class Sample:
    """The number or the share of articles to sample, and the seed."""

    size: int | None = None
    """Number of articles, or None if `share` is given."""
    share: Fraction | None = None
    """Share of the articles, above 0 and at most 1."""
    seed: int = 0
    """Seed of the sample; another one gives other articles."""

    def __str__(self) -> str:
        """Return the size as `parse` reads it: `1000` or `5%`."""
        return str(self.size) if self.share is None else f"{float(self.share * 100):g}%"


def parse(text: str | int, seed: int = 0) -> Sample:
    """Parse a sample size such as `1000` or `5%`. Raises BadSample."""
    match = _GIVEN.fullmatch(str(text).strip())
    wrong = BadSample("--sample {text}: write a number of articles (1000) or a share (5%).", text=text)
    if match is None:
        raise wrong
    number, is_share = Fraction(match[1]), bool(match[2])
    if number <= 0 or (is_share and number > 100) or (not is_share and number.denominator != 1):
        raise wrong
    return Sample(None, number / 100, seed) if is_share else Sample(int(number), None, seed)


def place(id_: str, seed: int) -> int:
    """Return the position of an article for a seed: an integer below 2**64."""
    return int.from_bytes(hashlib.sha256(f"{seed}\t{id_}".encode()).digest()[:8])


def bound(sample: Sample, ids: Iterable[str]) -> int:
    """Return the exclusive upper bound of the members' positions, given the ids of all candidates."""
    if sample.share is not None:
        return int(sample.share * RANGE)
    assert sample.size is not None
    smallest = heapq.nsmallest(sample.size, (place(id_, sample.seed) for id_ in ids))
    return smallest[-1] + 1 if len(smallest) == sample.size else RANGE
