"""Decide which articles are kept, and which are left out as copies by exports, data cards and readers of the archive.

All other modules ask this one. An article is left out only if it is similar to an article that is kept. This module
only reads, and does not load numpy.
"""

import sqlite3

from archive.former_table_names import PREFIX

NEAR_KINDS = "('repost', 'edited', 'excerpt', 'summary', 'merged', 'together')"
"""Kinds of pairs of which only one text is kept, as an SQL list."""

_UNDECIDED = (
    "CASE WHEN articles.duplicate_of IS NOT NULL THEN 'same_text' "
    "WHEN articles.cluster != articles.id THEN 'near_duplicate' END"
)


def why_left_out(conn: sqlite3.Connection, among: str = "1") -> str:
    """Return an SQL expression over a row of `articles` for the reason why it is left out as a copy.

    Its value is `same_text`, `near_duplicate`, or null for an article that is kept. `among` is an SQL condition without
    parameters on columns of `articles` that filters the articles which may be kept. An article that the filter excludes
    hides no other: of several articles similar to an excluded one, the first is kept. The statement must use the table
    `articles` without an alias.

    Articles that wait to be compared, and those of an archive made by an older version of the program, are judged by
    `duplicate_of` and `cluster`.
    """
    if not is_decided_by_pair(conn):
        return _UNDECIDED
    same_text, near = (_ANY if among == "1" else _AMONG.replace("{among}", among)).split("|||")
    return f"""
      CASE
        WHEN EXISTS (SELECT 1 FROM internal_near_placed WHERE seq = articles.seq)
          THEN (SELECT why FROM internal_near_placed WHERE seq = articles.seq)
        WHEN NOT EXISTS (SELECT 1 FROM internal_near_articles WHERE seq = articles.seq) THEN {_UNDECIDED}
        WHEN {same_text} THEN 'same_text'
        WHEN (SELECT kept FROM internal_near_articles JOIN internal_near_texts USING (n)
          WHERE seq = articles.seq) THEN NULL
        WHEN {near} THEN 'near_duplicate'
      END"""


def place_kept(conn: sqlite3.Connection, left_out: dict[str, str | None]) -> None:
    """Store in a part of an archive the reason, by article id, that `why_left_out` gave in the whole archive.

    The part lacks the other articles to compare with. archive/batch/left_out_copies.py computes the reasons in advance.
    """
    for article, why in left_out.items():
        conn.execute(
            "INSERT OR REPLACE INTO internal_near_placed SELECT seq, ? FROM articles WHERE id = ?",
            (why, article),
        )


def copies_in_order(conn: sqlite3.Connection) -> dict[int, int]:
    """Return the rank, from 1, of each article that shares a cluster with others, in the order in which they were seen.

    Keys are values of `articles.seq`. The order is that by which `why_left_out` prefers one copy to another.
    """
    if not is_decided_by_pair(conn):
        return {}
    sql = """
      WITH shared AS (SELECT cluster FROM articles GROUP BY cluster HAVING count(*) > 1)
      SELECT articles.seq,
        row_number() OVER (PARTITION BY articles.cluster ORDER BY near.first_seen, near.article)
      FROM articles JOIN shared USING (cluster) JOIN internal_near_articles near USING (seq)"""
    return dict(conn.execute(sql).fetchall())


def is_decided_by_pair(conn: sqlite3.Connection) -> bool:
    """Return whether the archive has decisions about pairs (archive/schema/duplicate_tables.py)."""
    names = [prefix + name for name in _OF_PAIRS for prefix in ("", PREFIX)]
    marks = ", ".join("?" * len(names))
    sql = f"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ({marks})"
    return int(conn.execute(sql, names).fetchone()[0]) == len(_OF_PAIRS)


_OF_PAIRS = ("near_articles", "near_decided", "near_pairs", "near_placed", "near_texts")
"""The tables of these decisions. An archive opened read-only may have them under their former names."""


_ANY = """
  EXISTS (
    SELECT 1 FROM internal_near_articles own JOIN internal_near_articles other USING (n)
    WHERE own.seq = articles.seq AND (other.first_seen, other.article) < (own.first_seen, own.article)
  ) ||| 1
"""

_AMONG = f"""
  EXISTS (
    SELECT 1 FROM internal_near_articles own JOIN internal_near_articles other USING (n)
      CROSS JOIN articles k ON k.seq = other.seq
    WHERE own.seq = articles.seq AND (other.first_seen, other.article) < (own.first_seen, own.article) AND {{among}}
  ) ||| EXISTS (
    SELECT 1 FROM internal_near_articles own
      CROSS JOIN internal_near_pairs pair ON pair.later = own.n
      CROSS JOIN internal_near_texts hiding ON hiding.n = pair.earlier AND hiding.kept
      CROSS JOIN internal_near_articles other ON other.n = hiding.n
      CROSS JOIN articles k ON k.seq = other.seq
    WHERE own.seq = articles.seq AND pair.kind IN {NEAR_KINDS} AND {{among}}
  ) OR EXISTS (
    SELECT 1 FROM internal_near_articles own
      CROSS JOIN internal_near_texts this ON this.n = own.n
      CROSS JOIN internal_near_pairs pair ON pair.later = own.n
      CROSS JOIN internal_near_texts hiding ON hiding.n = pair.earlier AND hiding.kept
      CROSS JOIN internal_near_pairs beside ON beside.earlier = hiding.n
      CROSS JOIN internal_near_texts before ON before.n = beside.later
        AND (before.first_seen, before.article) < (this.first_seen, this.article)
      CROSS JOIN internal_near_articles other ON other.n = before.n
      CROSS JOIN articles k ON k.seq = other.seq
    WHERE own.seq = articles.seq AND pair.kind IN {NEAR_KINDS} AND beside.kind IN {NEAR_KINDS} AND {{among}}
  )
"""
"""The same condition among filtered articles: an earlier article with the same text; a kept text that this one is
similar to; or, if that text is excluded, an earlier text that is similar to the same one.
"""
