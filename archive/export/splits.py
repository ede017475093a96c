"""Assign articles to the parts of a split (train, test …) so that no story is in two parts and no article moves.

The part of an article follows from its *founder*, the first article of its story: the hash of the seed and the
founder's number falls into the range of one part. story_ids.py finds the founders and stores them; this module computes
the parts for any shares and any seed.

Founders are stored, and not computed for each export, for these reasons:

- Likeness changes: a text is edited, wording becomes boilerplate, a person separates two articles, a founder is
  forgotten. Parts computed from the present likeness would change with it; stored rows do not.
- A row names a founder, not a part, so that one table serves all splits. Other shares or another seed give another
  assignment of the same stories.
- Rows are only added, never changed or deleted. An article with one founder stays in that founder's part. An article
  with several is in their common part; if they are in different parts, it is left out and listed. So the only possible
  change for an article is that it is left out.
- Any two similar articles share a founder, so if both are in a part, it is the same one.
- The table belongs to the archive: a rebuild does not change it, a backup contains it, and a merge keeps the rows of
  both archives. If two archives had numbered a story separately, the later article also gets the other founder.
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
"""Hashes are integers below this."""

_NAME = re.compile(r"(?!all$)[A-Za-z][A-Za-z0-9_]*")
"""Names that Hugging Face accepts for a part of a split; `all` has a special meaning there."""


class BadSplit(ArchiveError):
    """Shares that cannot be parsed, or whose sum is not 1."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class Split:
    """The shares of the stories by name of the part."""

    shares: tuple[tuple[str, Fraction], ...]
    """(name, share) of each part; the shares add up to 1. Their order matters, since each part takes a range of hashes.
    """
    seed: int = 0
    """Seed of the assignment; another one gives other parts."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts."""
        return tuple(name for name, _ in self.shares)

    def __str__(self) -> str:
        """Return the split in the form that `parse` reads: `train=0.9,test=0.1,seed=0`."""
        return ",".join([*(f"{name}={_decimal(share)}" for name, share in self.shares), f"seed={self.seed}"])

    def side(self, founder: int) -> str:
        """Return the part of a founder, and so of all articles that have no other founder."""
        place = int.from_bytes(hashlib.sha256(f"{self.seed} {founder}".encode()).digest()[:8])
        up_to = Fraction(0)
        for name, share in self.shares:
            up_to += share
            if place < up_to * RANGE:
                return name
        raise AssertionError("the shares add up to 1")

    def sides(self, founders: Iterable[int]) -> set[str]:
        """Return the parts of these founders. An article whose founders are in several parts is left out."""
        return {self.side(founder) for founder in founders}


def parse(text: str) -> Split:
    """Parse a split such as `train=.9,test=.1` or `train=.9,test=.1,seed=7`; a share may also be a fraction, `2/3`.

    Raises BadSplit if it has another form, or if the shares do not add up to 1.
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
    """Return a share as a decimal number if it is finite, else as a fraction."""
    short = f"{float(share):.12g}"
    return short if Fraction(short) == share else str(share)


@dataclass(frozen=True, slots=True)
class UnassignedArticle:
    """An article that is in no part of the split."""

    article: str
    """Id of the article."""
    between: tuple[str, ...]
    """The parts of its founders, in the order of the split; empty for an article without a founder."""


class SplitSides:
    """The parts of an archive's articles, looked up one by one."""

    def __init__(self, db: Database, split: Split) -> None:
        self.split = split
        self._conn = db.conn

    def of(self, article: str) -> str | None:
        """Return the part of an article, or None if it is left out."""
        found = self._between(article)
        return found[0] if len(found) == 1 else None

    def left_out(self, article: str) -> UnassignedArticle:
        """Return why an article is in no part."""
        return UnassignedArticle(article, self._between(article))

    def _between(self, article: str) -> tuple[str, ...]:
        rows = self._conn.execute("SELECT founder FROM internal_split_founders WHERE article = ?", (article,))
        sides = self.split.sides(founder for (founder,) in rows)
        return tuple(name for name in self.split.names if name in sides)


def assign(db: Database, split: Split) -> SplitSides:
    """Return the parts of the articles of an archive, which may be open for reading only.

    Raises ArchiveError if an article has no founder; `make_ready` assigns the founders and needs write access.
    """
    if not is_ready(db):
        raise ArchiveError(
            "Articles were added or changed after the split was computed: run the export again."
        )
    return SplitSides(db, split)


def left_out(db: Database, split: Split) -> Iterator[UnassignedArticle]:
    """Yield every article that a split leaves out, by id."""
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
    """Return whether all articles have been compared with each other and have founders."""
    if not has_table(db, "internal_split_founders"):
        return False
    (waiting,) = db.execute("SELECT EXISTS (SELECT 1 FROM internal_near_waiting)").fetchone()
    return not waiting and next(missing(db), None) is None


def make_ready(path: Path) -> int:
    """Assign founders to all articles of the archive at `path`; return the number of rows added.

    Articles that have not been compared with each other are compared first. Writes only if there is something to write.
    Raises ArchiveError: Locked while a crawl runs, NotFound.
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
