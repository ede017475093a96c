"""The page about an article's extraction: what was left out of its pages, its quality, and its similar articles."""

from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from archive.duplicates.kept_articles import is_decided_by_pair
from archive.former_table_names import has_table
from archive.store_letter_accounts import read
from archive.web.pages.page_helpers import html, record_of
from kepu.records.letter_account import Account


@dataclass(slots=True)
class Evidence:
    """The result of comparing an article with another one."""

    id: str
    """Id of the other article."""
    headline: str | None
    """Its headline, or None."""
    kind: str
    """exact, repost, edited, excerpt, summary, merged or template; apart or together for a manual decision."""
    jaccard: float
    """Share of the 4-grams of either text that both have."""
    contained: float
    """Share of the shorter text that the longer one contains."""
    doubt: float
    """Uncertainty of the kind from 0 to 1."""


@dataclass(slots=True)
class Reasons:
    """Why an export without copies keeps the article or leaves it out."""

    pairs: list[Evidence] = field(default_factory=list)
    """The comparisons with similar articles, the most similar first."""
    addresses: list[tuple[str, str, str]] = field(default_factory=list)
    """(URL, reason, time when it was found) of other URLs with the same article."""
    canonical: str | None = None
    """Id of the article that represents its cluster."""


MOST = 100
"""Maximum number of pairs listed."""


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the page about an article's extraction."""
    article = await record_of(request, datasette)
    account = await datasette.room.readers.run(read, article["id"])
    reasons = await datasette.room.readers.run(why, article)
    made = article["provenance"]["normalizer"] or {}
    context = {
        "article": article,
        "account": account,
        "shares": _shares(account) if account else [],
        "certificate": made.get("certificate"),
        "certified": sorted((made.get("certified") or {}).items(), key=lambda each: -each[1]),
        "reasons": reasons,
    }
    return await html(request, datasette, "account.html", context)


def _shares(account: Account) -> list[tuple[str, int]]:
    """Return (what became of the characters, their number)."""
    return [
        ("blocks", account.blocks),
        ("fields", account.fields),
        ("excluded", account.excluded_letters),
        ("outside", account.outside),
    ]


def why(db: Database, article: dict[str, Any]) -> Reasons:
    """Return the copies and similar articles of an article, and which one represents them."""
    found = Reasons(canonical=article["duplicate_of"] or article["cluster"])
    if has_table(db, "duplicates"):
        sql = "SELECT url, reason, found_at FROM duplicates WHERE article = :id OR duplicate_of = :id ORDER BY url"
        found.addresses = db.execute(f"{sql} LIMIT {MOST}", {"id": article["id"]}).fetchall()
    if is_decided_by_pair(db.conn):
        rows = db.execute(_PAIRS, {"id": article["id"], "most": MOST})
        found.pairs = [Evidence(*row) for row in rows]
    return found


_PAIRS = """
  WITH own AS (SELECT n FROM internal_near_articles JOIN articles USING (seq) WHERE id = :id),
  met AS (
    SELECT earlier AS n, kind, jaccard, contained, doubt FROM internal_near_pairs
      WHERE later = (SELECT n FROM own)
    UNION ALL SELECT later, kind, jaccard, contained, doubt FROM internal_near_pairs WHERE earlier = (SELECT n FROM own)
  )
  SELECT a.id, a.headline, kind, jaccard, contained, doubt
  FROM met JOIN internal_near_articles USING (n) JOIN articles a USING (seq) WHERE a.id != :id
  ORDER BY jaccard DESC, a.id LIMIT :most
"""
