"""Lists of articles: the `ids.tsv` that each export writes, and any file of ids or URLs that a person made."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.revisions import find
from kepu.errors import ArchiveError, NotFound

HEADER = ("id", "url", "content_sha256")
"""The columns of `ids.tsv`."""


class BadIdList(ArchiveError):
    """A list of ids that holds none, or cannot be read."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class IdList:
    """Articles that are wanted, in the order of the list."""

    names: tuple[str, ...]
    """Ids, URLs, or ends of ids, as `kepu show` takes them."""
    digests: tuple[str | None, ...] = ()
    """`content_sha256` of each, where the list has it."""

    def described(self) -> dict[str, object]:
        """Return how many there are and the sha256 of their names and digests: the same value, the same list."""
        rows = zip(self.names, self.digests or [None] * len(self.names), strict=True)
        text = "".join(f"{name}\t{digest or ''}\n" for name, digest in rows)
        return {"articles": len(self.names), "sha256": hashlib.sha256(text.encode()).hexdigest()}


@dataclass(frozen=True, slots=True)
class ListComparison:
    """What an archive has of a list."""

    missing: tuple[str, ...]
    """Names of articles that the archive does not have."""
    changed: tuple[str, ...]
    """Ids of articles whose text is not the listed one."""


def parse(lines: Iterable[str], where: str = "the list") -> IdList:
    """Return the list that lines make: an id or URL on each, a tab and a `content_sha256` in the third column if known.

    The header of `ids.tsv`, empty lines and lines that begin with `#` are passed over; of a repeated name the first
    counts. Raises BadIdList where there is no name.
    """
    found: dict[str, str | None] = {}
    for line in lines:
        name, *rest = (part.strip() for part in line.lstrip("\ufeff").rstrip("\r\n").split("\t"))
        if not name or name.startswith("#") or (name, *rest) == HEADER:
            continue
        found.setdefault(name, (rest[1] if len(rest) > 1 else "") or None)
    if not found:
        raise BadIdList("{where} names no article: write an id or a URL on each line.", where=where)
    return IdList(tuple(found), tuple(found.values()))


def read(path: Path) -> IdList:
    """Return the list in a file; raises BadIdList where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadIdList("{path} cannot be read as a list of ids: {error}", path=path, error=error) from error
    return parse(text.splitlines(), str(path))


def resolve(db: Database, wanted: IdList) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield (name, id, listed digest) of each name; the id is None where the archive has no such article."""
    for name, digest in zip(wanted.names, wanted.digests or [None] * len(wanted.names), strict=True):
        try:
            yield name, find(db, name), digest
        except NotFound:
            yield name, None, digest


def compare(db: Database, wanted: IdList) -> ListComparison:
    """Return what of a list the archive does not have, and what it has with another text."""
    missing, changed = [], []
    for name, id_, digest in resolve(db, wanted):
        if id_ is None:
            missing.append(name)
        elif digest is not None:
            row = db.conn.execute("SELECT content_sha256 FROM articles WHERE id = ?", (id_,)).fetchone()
            if row[0] != digest:
                changed.append(id_)
    return ListComparison(tuple(missing), tuple(changed))
