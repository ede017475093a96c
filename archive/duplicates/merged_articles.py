"""Recognise texts merged from two articles: two parts that differ from each other make up nearly all of the text.

One pair alone does not show this, because an excerpt is a part of a longer text as well.
"""

import sqlite3
from collections.abc import Iterable
from itertools import combinations

COVERED = 0.88
"""Minimum share of a merged text's 4-grams that its two parts have together. Two excerpts of one text have less."""

LEAST = 0.2
"""Minimum share of a merged text's 4-grams that each part has."""

PARTS = 24
"""Maximum number of parts of a text that are tried with each other, the earliest first."""

_IS_PART = """p.ratio < .85 AND p.found != 'template' AND p.kind NOT IN ('template', 'apart', 'together')
    AND p.contained * p.ratio BETWEEN :least AND 1 - :least"""

_WHOLES = f"""
  WITH asked (n) AS (SELECT value FROM json_each(:texts)),
    wholes (n) AS (SELECT longer FROM asked CROSS JOIN internal_near_pairs ON later = asked.n
      UNION SELECT longer FROM asked CROSS JOIN internal_near_pairs ON earlier = asked.n
      UNION SELECT n FROM asked),
    pairs (whole, is_part, is_named) AS (
      SELECT n, {_IS_PART}, p.kind = 'merged'
      FROM wholes CROSS JOIN internal_near_pairs p ON p.later = n AND p.longer = n
      UNION ALL
      SELECT n, {_IS_PART}, p.kind = 'merged'
      FROM wholes CROSS JOIN internal_near_pairs p ON p.earlier = n AND p.longer = n)
  SELECT whole FROM pairs GROUP BY whole HAVING sum(is_part) > 1 OR max(is_named) ORDER BY whole
"""
"""Texts that may be merged, or were marked as merged: those with several parts."""

_PARTS = f"""
  SELECT t.n, p.contained * p.ratio FROM internal_near_pairs p
  JOIN internal_near_texts t ON t.n = CASE WHEN p.later = :n THEN p.earlier ELSE p.later END
  WHERE (p.later = :n OR p.earlier = :n) AND p.longer = :n AND {_IS_PART}
  ORDER BY t.first_seen, t.article LIMIT :most
"""


def name_merged(conn: sqlite3.Connection, texts: Iterable[int]) -> set[int]:
    """Mark the pairs of merged texts among these and their neighbours; return the texts whose pairs were changed."""
    values = {"texts": str(sorted(set(texts))), "least": LEAST}
    wholes = [whole for (whole,) in conn.execute(_WHOLES, values).fetchall()]
    renamed: set[int] = set()
    for whole in wholes:
        renamed |= _name(conn, whole)
    return renamed


def _name(conn: sqlite3.Connection, whole: int) -> set[int]:
    """Mark the pairs of one text with its parts; return the texts whose pairs were changed."""
    parts = dict(conn.execute(_PARTS, {"n": whole, "least": LEAST, "most": PARTS}).fetchall())
    merged: set[int] = set()
    for one, other in combinations(parts, 2):
        if parts[one] + parts[other] >= COVERED and not _are_near(conn, one, other):
            merged |= {one, other}
    renamed: set[int] = set()
    for later, earlier, kind, truly in conn.execute(
        "SELECT later, earlier, kind, found FROM internal_near_pairs "
        "WHERE (later = :whole OR earlier = :whole) AND longer = :whole",
        {"whole": whole},
    ).fetchall():
        part = earlier if later == whole else later
        named = "merged" if part in merged else truly if kind == "merged" else kind
        if named != kind:
            conn.execute(
                "UPDATE internal_near_pairs SET kind = ? WHERE later = ? AND earlier = ?",
                (named, later, earlier),
            )
            renamed |= {later, earlier}
    return renamed


def _are_near(conn: sqlite3.Connection, one: int, other: int) -> bool:
    row = conn.execute(
        "SELECT 1 FROM internal_near_pairs WHERE ((later = :one AND earlier = :other) "
        "OR (later = :other AND earlier = :one)) "
        "AND kind NOT IN ('template', 'apart')",
        {"one": one, "other": other},
    ).fetchone()
    return row is not None
