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
    """A list of ids that is empty or cannot be read."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class IdList:
    """The wanted articles, in the order of the list."""

    names: tuple[str, ...]
    """Ids, URLs, or ends of ids, as `kepu show` accepts them."""
    digests: tuple[str | None, ...] = ()
    """`content_sha256` of each article, if the list has it."""

    def described(self) -> dict[str, object]:
        """Return the number of names, and the SHA-256 of the names and digests. Equal values mean equal lists."""
        rows = zip(self.names, self.digests or [None] * len(self.names), strict=True)
        text = "".join(f"{name}\t{digest or ''}\n" for name, digest in rows)
        return {"articles": len(self.names), "sha256": hashlib.sha256(text.encode()).hexdigest()}


@dataclass(frozen=True, slots=True)
class ListComparison:
    """The differences between a list and an archive."""

    missing: tuple[str, ...]
    """Names of articles that the archive does not have."""
    changed: tuple[str, ...]
    """Ids of articles whose text differs from the listed one."""


def parse(lines: Iterable[str], where: str = "the list") -> IdList:
    """Parse a list: one id or URL per line, optionally with a `content_sha256` in the third tab-separated column.

    The header of `ids.tsv`, empty lines and lines that begin with `#` are ignored; for a repeated name the first line
    counts. Raises BadIdList if there is no name.
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
    """Return the list in a file. Raises BadIdList if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadIdList("{path} cannot be read as a list of ids: {error}", path=path, error=error) from error
    return parse(text.splitlines(), str(path))


def resolve(db: Database, wanted: IdList) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield (name, id, listed digest) for each name; the id is None if the archive has no such article."""
    for name, digest in zip(wanted.names, wanted.digests or [None] * len(wanted.names), strict=True):
        try:
            yield name, find(db, name), digest
        except NotFound:
            yield name, None, digest


def compare(db: Database, wanted: IdList) -> ListComparison:
    """Return which articles of a list the archive lacks, and which have another text."""
    missing, changed = [], []
    for name, id_, digest in resolve(db, wanted):
        if id_ is None:
            missing.append(name)
        elif digest is not None:
            row = db.execute("SELECT content_sha256 FROM articles WHERE id = ?", (id_,)).fetchone()
            if row[0] != digest:
                changed.append(id_)
    return ListComparison(tuple(missing), tuple(changed))
