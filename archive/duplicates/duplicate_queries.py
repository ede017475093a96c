"""Read-only queries about near duplicates for commands and web pages. They do not load numpy."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlite_utils import Database


@dataclass(slots=True)
class MemberRow:
    """One article of a cluster."""

    article: str
    """Id of the article."""
    kind: str
    """Relation to the canonical article: canonical, exact, repost, edited or linked."""
    similarity: float
    """Similarity to the canonical article, from 0 to 1."""
    headline: str | None
    date_published: str | None


@dataclass(slots=True)
class Cluster:
    """Articles that are near duplicates of each other, directly or through other members."""

    canonical: str
    """Id of the canonical article."""
    members: list[MemberRow] = field(default_factory=list)
    """All members, the canonical one first, then by descending similarity."""


@dataclass(slots=True)
class Pair:
    """Another article with which an article has something in common."""

    article: str
    """Id of the other article."""
    kind: str
    """exact (the same text), repost, edited, excerpt, summary, merged, template, apart or together. A template is not a
    duplicate; apart and together are manual decisions.
    """
    jaccard: float
    """Number of shared 4-grams over that of all 4-grams of both texts, from 0 to 1."""
    contained: float
    """Share of the 4-grams of the text with fewer of them that the other text has, from 0 to 1."""
    kept: float
    """Share of the characters of the shorter text that are in sentences which both texts have, from 0 to 1."""


def clusters(db: Database) -> Iterator[Cluster]:
    """Yield every cluster, sorted by the id of its canonical article."""
    rows = db.execute(
        "SELECT m.cluster, m.article, m.kind, m.similarity, a.headline, a.date_published "
        "FROM internal_near_members m JOIN articles a USING (seq) "
        "ORDER BY m.cluster, m.kind != 'canonical', m.similarity DESC, m.article"
    )
    for canonical, members in groupby(rows, key=lambda row: row[0]):
        yield Cluster(canonical, [MemberRow(*row[1:]) for row in members])


def pairs_of(db: Database, article: str) -> list[Pair]:
    """Return the articles with which an article has something in common, the most similar first.

    If several articles have the same text, each of them is listed.
    """
    rows = db.execute(_PAIRS, {"id": article})
    return [Pair(*row) for row in rows]


_PAIRS = """
  WITH own AS (SELECT n FROM internal_near_articles JOIN articles USING (seq) WHERE id = :id),
  met AS (
    SELECT n, 'exact' AS kind, 1.0 AS jaccard, 1.0 AS contained, 1.0 AS kept FROM own
    UNION ALL SELECT earlier, kind, jaccard, contained, kept FROM internal_near_pairs WHERE later = (SELECT n FROM own)
    UNION ALL SELECT later, kind, jaccard, contained, kept FROM internal_near_pairs WHERE earlier = (SELECT n FROM own)
  )
  SELECT articles.id, met.kind, jaccard, contained, kept
  FROM met JOIN internal_near_articles USING (n) JOIN articles USING (seq) WHERE articles.id != :id
  ORDER BY jaccard DESC, articles.id
"""


@dataclass(slots=True)
class DoubtfulPair:
    """Two articles whose relation is uncertain."""

    later: str
    """Id of the article that was seen later."""
    earlier: str
    """Id of the article that was seen earlier."""
    kind: str
    """Kind of the pair as it was decided: repost, edited …"""
    doubt: float
    """Uncertainty from 0 to 1."""
    similarity: float
    """Similarity of the two texts, from 0 to 1."""
    later_headline: str | None
    earlier_headline: str | None


def doubtful(db: Database, most: int = 50) -> list[DoubtfulPair]:
    """Return the pairs to review, the most doubtful first, without pairs that were decided manually."""
    rows = db.execute(
        "SELECT x.article, y.article, p.kind, p.doubt, p.jaccard, a.headline, b.headline FROM internal_near_pairs p "
        "JOIN internal_near_texts x ON x.n = p.later JOIN internal_near_texts y ON y.n = p.earlier "
        "LEFT JOIN articles a ON a.id = x.article LEFT JOIN articles b ON b.id = y.article "
        "WHERE p.kind NOT IN ('apart', 'together') AND p.doubt > 0 "
        "ORDER BY p.doubt DESC, x.article, y.article LIMIT ?",
        (most,),
    )
    return [DoubtfulPair(*row) for row in rows]


@dataclass(slots=True)
class SelectionChange:
    """An article that exports kept before and now leave out, or the reverse."""

    article: str
    """Id of the article."""
    kept: bool
    """Whether exports now keep it."""
    changed_at: str
    """When that changed, ISO 8601 in UTC."""


def changes(db: Database, most: int = 50) -> list[SelectionChange]:
    """Return the articles that exports have last started or stopped to keep, newest first.

    Causes are a merge, an older capture, an edit or a forgotten article.
    """
    rows = db.execute(
        "SELECT article, kept, changed_at FROM internal_near_changes ORDER BY id DESC LIMIT ?", (most,)
    )
    return [SelectionChange(article, bool(kept), at) for article, kept, at in rows]


def counts(db: Database) -> dict[str, int]:
    """Return the number of clusters, of members by kind, of pairs by kind, and of articles still to compare."""
    found = {"clusters": _one(db, "SELECT count(DISTINCT cluster) FROM internal_near_members")}
    for kind, number in db.execute(
        "SELECT kind, count(*) FROM internal_near_members GROUP BY kind ORDER BY kind"
    ):
        found[f"articles {kind}"] = number
    for kind, number in db.execute(
        "SELECT kind, count(*) FROM internal_near_pairs GROUP BY kind ORDER BY kind"
    ):
        found[f"pairs {kind}"] = number
    return found | {"waiting": _one(db, "SELECT count(*) FROM internal_near_waiting")}


def _one(db: Database, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
