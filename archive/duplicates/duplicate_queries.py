"""What is known of near duplicates, for people and other commands; reads only, and needs no numpy."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlite_utils import Database


@dataclass(slots=True)
class Member:
    """An article of a cluster."""

    article: str
    kind: str
    """canonical, exact, repost, edited: what it is to the canonical article."""
    similarity: float
    """True similarity to it, from 0 to 1."""
    headline: str | None
    date_published: str | None


@dataclass(slots=True)
class Cluster:
    """Articles that tell one story."""

    canonical: str
    """Id of the article that counts."""
    members: list[Member] = field(default_factory=list)
    """All of them, the canonical one first, then the likest first."""


@dataclass(slots=True)
class Pair:
    """Another article with which an article has something in common."""

    article: str
    kind: str
    """exact (the same text), repost, edited, excerpt, template; the last is no duplicate."""
    jaccard: float
    contained: float
    kept: float
    """The evidence: see compare.Evidence."""


def clusters(db: Database) -> Iterator[Cluster]:
    """Yield every cluster, by the id of its canonical article."""
    rows = db.conn.execute(
        "SELECT m.cluster, m.article, m.kind, m.similarity, a.headline, a.date_published "
        "FROM near_members m JOIN articles a USING (seq) "
        "ORDER BY m.cluster, m.kind != 'canonical', m.similarity DESC, m.article"
    )
    for canonical, members in groupby(rows, key=lambda row: row[0]):
        yield Cluster(canonical, [Member(*row[1:]) for row in members])


def pairs_of(db: Database, article: str) -> list[Pair]:
    """Return what an article has in common with others, the likest first; of articles with one text, each."""
    rows = db.conn.execute(_PAIRS, {"id": article})
    return [Pair(*row) for row in rows]


_PAIRS = """
  WITH own AS (SELECT n FROM near_articles JOIN articles USING (seq) WHERE id = :id),
  met AS (
    SELECT n, 'exact' AS kind, 1.0 AS jaccard, 1.0 AS contained, 1.0 AS kept FROM own
    UNION ALL SELECT b, kind, jaccard, contained, kept FROM near_pairs WHERE a = (SELECT n FROM own)
    UNION ALL SELECT a, kind, jaccard, contained, kept FROM near_pairs WHERE b = (SELECT n FROM own)
  )
  SELECT articles.id, met.kind, jaccard, contained, kept
  FROM met JOIN near_articles USING (n) JOIN articles USING (seq) WHERE articles.id != :id
  ORDER BY jaccard DESC, articles.id
"""


def counts(db: Database) -> dict[str, int]:
    """Return how many clusters, members by kind and pairs by kind there are, and how many articles still wait."""
    found = {"clusters": _one(db, "SELECT count(DISTINCT cluster) FROM near_members")}
    for kind, number in db.conn.execute(
        "SELECT kind, count(*) FROM near_members GROUP BY kind ORDER BY kind"
    ):
        found[f"articles {kind}"] = number
    for kind, number in db.conn.execute("SELECT kind, count(*) FROM near_pairs GROUP BY kind ORDER BY kind"):
        found[f"pairs {kind}"] = number
    return found | {"waiting": _one(db, "SELECT count(*) FROM near_waiting")}


def _one(db: Database, query: str) -> int:
    return int(db.conn.execute(query).fetchone()[0])
