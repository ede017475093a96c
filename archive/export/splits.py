"""Splits: on which side an article stands, so that no story stands on two and no article ever changes sides.

An article's side comes of its *founder*, the first article of its story that was given a place: the hash of the
seed and the founder's number falls into one of the shares. `story_ids.py` says who founds what and writes it
down; this module turns it into sides, for any shares and any seed.

Why the founders are written down, and not worked out anew for each export:

- What makes articles alike changes. A text is edited, wording becomes stock, a person parts two articles, a founder
  is forgotten. Whatever is worked out from the likeness of today gives other sides tomorrow; a row that is only ever
  added to does not.
- A row names a founder and no side, so that one table serves all splits: other shares or another seed are another
  assignment over the same stories.
- Rows of an article are never changed or taken away, only added. With one founder it stands on that founder's side
  for ever. With several it stands on their common side, or, where they stand on different ones, on none: it is left
  out and listed. So the one change that can ever come to an article is that it is left out.
- Any two articles that are alike share a founder. If both have a side, it is that founder's: the same one.
- The table goes with the archive: a rebuild does not touch it, a backup holds it, and of two archives that are
  merged the rows of both are kept. Two archives that never met may have founded one story twice; then the later
  article gets the other's founder too, as above.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from sqlite_utils import Database

from archive.export.story_ids import missing, settle
from archive.former_table_names import has_table
from kepu.errors import ArchiveError
from kepu.messages import Text

RANGE = 1 << 64
"""Hashes are whole numbers below this."""

_NAME = re.compile(r"(?!all$)[A-Za-z][A-Za-z0-9_]*")
"""What Hugging Face takes as the name of a split; `all` has a meaning of its own there."""


class BadSplit(ArchiveError):
    """Shares that cannot be read, or do not make a whole."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of the stories, by name."""

    shares: tuple[tuple[str, Fraction], ...]
    """They add up to 1; their order counts, as another order cuts the hashes elsewhere."""
    seed: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sides."""
        return tuple(name for name, _ in self.shares)

    def __str__(self) -> str:
        """Return it as `parse` reads it: `train=0.9,test=0.1,seed=0`."""
        return ",".join([*(f"{name}={_decimal(share)}" for name, share in self.shares), f"seed={self.seed}"])

    def side(self, founder: int) -> str:
        """Return the side of a founder, and so of all that have no other."""
        place = int.from_bytes(hashlib.sha256(f"{self.seed} {founder}".encode()).digest()[:8])
        up_to = Fraction(0)
        for name, share in self.shares:
            up_to += share
            if place < up_to * RANGE:
                return name
        raise AssertionError("the shares add up to 1")

    def sides(self, founders: Iterable[int]) -> set[str]:
        """Return the sides that these founders stand on: one, or an article with these founders is left out."""
        return {self.side(founder) for founder in founders}


def parse(text: str) -> Split:
    """Return the split that `train=.9,test=.1` asks for; `seed=7` among the shares gives another one.

    Raises BadSplit.
    """
    shares: dict[str, Fraction] = {}
    seed = 0
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            number = Fraction(value)
        except (ValueError, ZeroDivisionError):
            raise BadSplit(
                "--split {text}: {part} is not of the form name=share; {example}",
                text=text,
                part=part,
                example=_EXAMPLE,
            ) from None
        if name == "seed" and number.denominator == 1:
            seed = int(number)
            continue
        if name == "seed" or not _NAME.fullmatch(name) or name in shares or number <= 0:
            raise BadSplit(
                "--split {text}: {part} cannot be: a name is made of letters, digits and _, and stands once; "
                "a share is above 0, and the seed is a whole number; {example}",
                text=text,
                part=part,
                example=_EXAMPLE,
            )
        shares[name] = number
    if sum(shares.values()) != 1:
        raise BadSplit(
            "--split {text}: the shares do not add up to 1; {example}", text=text, example=_EXAMPLE
        )
    return Split(tuple(shares.items()), seed)


_EXAMPLE = Text("write for example --split train=.9,test=.1")


def _decimal(share: Fraction) -> str:
    """Return a share as a decimal where it is one, else as a fraction."""
    short = f"{float(share):.12g}"
    return short if Fraction(short) == share else str(share)


@dataclass(frozen=True, slots=True)
class UnassignedArticle:
    """An article that stands on no side."""

    article: str
    between: tuple[str, ...]
    """The sides of its founders, in the split's order; empty for an article that has no founder yet."""


class SplitSides:
    """The sides of an archive's articles, looked up one by one."""

    def __init__(self, db: Database, split: Split) -> None:
        self.split = split
        self._conn = db.conn

    def of(self, article: str) -> str | None:
        """Return an article's side, or None where it is left out."""
        found = self._between(article)
        return found[0] if len(found) == 1 else None

    def left_out(self, article: str) -> UnassignedArticle:
        """Return why an article has no side."""
        return UnassignedArticle(article, self._between(article))

    def _between(self, article: str) -> tuple[str, ...]:
        rows = self._conn.execute("SELECT founder FROM internal_split_founders WHERE article = ?", (article,))
        sides = self.split.sides(founder for (founder,) in rows)
        return tuple(name for name in self.split.names if name in sides)


def assign(db: Database, split: Split) -> SplitSides:
    """Return the sides of the articles of an archive that is open to be read.

    Raises ArchiveError where some article lacks a founder: `make_ready` gives it one, and needs to write.
    """
    if not is_ready(db):
        raise ArchiveError(
            "Articles came or changed since they were given their sides: run the export again."
        )
    return SplitSides(db, split)


def left_out(db: Database, split: Split) -> Iterator[UnassignedArticle]:
    """Yield every article of the archive that is left out of a split, by id."""
    rows = db.execute(
        "SELECT article, founder FROM internal_split_founders "
        "WHERE article IN (SELECT article FROM internal_split_founders GROUP BY article HAVING count(*) > 1) "
        "AND article IN (SELECT id FROM articles) ORDER BY article, founder"
    )
    for article, founders in groupby(rows, key=lambda row: row[0]):
        sides = split.sides(founder for _, founder in founders)
        if len(sides) > 1:
            yield UnassignedArticle(article, tuple(name for name in split.names if name in sides))


def is_ready(db: Database) -> bool:
    """Return whether all articles were compared with each other, and have their founders."""
    if not has_table(db, "internal_split_founders"):
        return False
    (waiting,) = db.execute("SELECT EXISTS (SELECT 1 FROM internal_near_waiting)").fetchone()
    return not waiting and next(missing(db), None) is None


def make_ready(path: Path) -> int:
    """Give every article of the archive at `path` its founders, comparing first what was not compared yet.

    Returns how many rows that were. Writes to the archive, and only where there is something to write. Raises
    ArchiveError: Locked while a crawl runs, and NotFound.
    """
    from archive.duplicate_summary import duplicates
    from archive.readonly import reading
    from archive.store import Store

    with reading(path) as db:
        if is_ready(db):
            return 0
    duplicates(path)
    with Store(path) as archive, archive.db.atomic():
        return settle(archive.db)
