"""Queries on near duplicates for commands and pages. They only read, and need no numpy."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlite_utils import Database


@dataclass(slots=True)
class MemberRow:
    """An article of a cluster."""

    article: str
    kind: str
    """canonical, exact, repost, edited, linked: what it is to the canonical article."""
    similarity: float
    """True similarity to it, from 0 to 1."""
    headline: str | None
    date_published: str | None


@dataclass(slots=True)
class Cluster:
    """Articles that tell one story."""

    canonical: str
    """Id of the article that counts."""
    members: list[MemberRow] = field(default_factory=list)
    """All of them, the canonical one first, then the likest first."""


@dataclass(slots=True)
class Pair:
    """Another article with which an article has something in common."""

    article: str
    kind: str
    """exact (the same text), repost, edited, excerpt, summary, merged, template, apart, together; a template is no
    duplicate, and the last two are what a person decided."""
    jaccard: float
    contained: float
    kept: float
    """The evidence: see compare_texts.Evidence."""


def clusters(db: Database) -> Iterator[Cluster]:
    """Yield every cluster, by the id of its canonical article."""
    rows = db.conn.execute(
        "SELECT m.cluster, m.article, m.kind, m.similarity, a.headline, a.date_published "
        "FROM internal_near_members m JOIN articles a USING (seq) "
        "ORDER BY m.cluster, m.kind != 'canonical', m.similarity DESC, m.article"
    )
    for canonical, members in groupby(rows, key=lambda row: row[0]):
        yield Cluster(canonical, [MemberRow(*row[1:]) for row in members])


def pairs_of(db: Database, article: str) -> list[Pair]:
    """Return what an article has in common with others, the likest first; of articles with one text, each."""
    rows = db.conn.execute(_PAIRS, {"id": article})
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
    """Two articles of which it is not sure what they are to each other."""

    later: str
    earlier: str
    kind: str
    doubt: float
    """From 0 to 1."""
    similarity: float
    later_headline: str | None
    earlier_headline: str | None


def doubtful(db: Database, most: int = 50) -> list[DoubtfulPair]:
    """Return the pairs that a person should look at, the most doubtful first, without those that one decided."""
    rows = db.conn.execute(
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
    """An article that exports kept and leave out now, or the other way round."""

    article: str
    kept: bool
    changed_at: str


def changes(db: Database, most: int = 50) -> list[SelectionChange]:
    """Return the last earlier choices that a merge, an older capture, an edit or a forgotten article changed."""
    rows = db.conn.execute(
        "SELECT article, kept, changed_at FROM internal_near_changes ORDER BY id DESC LIMIT ?", (most,)
    )
    return [SelectionChange(article, bool(kept), at) for article, kept, at in rows]


def counts(db: Database) -> dict[str, int]:
    """Return how many clusters, members by kind and pairs by kind there are, and how many articles still wait."""
    found = {"clusters": _one(db, "SELECT count(DISTINCT cluster) FROM internal_near_members")}
    for kind, number in db.conn.execute(
        "SELECT kind, count(*) FROM internal_near_members GROUP BY kind ORDER BY kind"
    ):
        found[f"articles {kind}"] = number
    for kind, number in db.conn.execute(
        "SELECT kind, count(*) FROM internal_near_pairs GROUP BY kind ORDER BY kind"
    ):
        found[f"pairs {kind}"] = number
    return found | {"waiting": _one(db, "SELECT count(*) FROM internal_near_waiting")}


def _one(db: Database, query: str) -> int:
    return int(db.conn.execute(query).fetchone()[0])
