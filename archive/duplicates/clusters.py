"""Clusters: texts joined by reposts and edits, with the article of each that counts.

An excerpt joins nothing: a roundup of ten stories would make them one.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archive.duplicates.compare_texts import compare, kind, profiles
from archive.duplicates.pair_verdicts import text_of

_LINKED = """
  SELECT b FROM near_pairs WHERE a = ? AND kind IN ('repost', 'edited')
  UNION ALL SELECT a FROM near_pairs WHERE b = ? AND kind IN ('repost', 'edited')
"""

_MEMBERS = """
  SELECT seq, n, id FROM near_articles JOIN articles USING (seq)
  WHERE n IN (SELECT value FROM json_each(?))
  ORDER BY duplicate_of IS NOT NULL, warnings LIKE '%"incomplete"%', id LIKE 'file/%' OR id LIKE 'url/%',
    coalesce(datetime_published, date_published, '9999'), char_count DESC, id
"""
"""The canonical article first: whole, with an id of the site, the earliest, and of several the longest.

The rule asks the articles alone, so that it does not matter in which order they came.
"""


@dataclass(slots=True)
class Member:
    """An article of a cluster."""

    seq: int
    article: str
    kind: str
    """canonical, exact (the same text as the canonical), repost, edited."""
    similarity: float
    """True similarity to the canonical article, from 0 to 1."""


def settle(conn: sqlite3.Connection, texts: Iterable[int]) -> list[int]:
    """Make the clusters of these texts anew; return the `seq` of the articles whose place changed."""
    changed: list[int] = []
    left = set(texts)
    while left:
        story = _story(conn, left.pop())
        left -= story
        changed += _write(conn, story, members(conn, story))
    return changed


def members(conn: sqlite3.Connection, story: set[int]) -> list[Member]:
    """Return the articles with these texts, the canonical one first; none where there is one article only."""
    rows = conn.execute(_MEMBERS, (str(sorted(story)),)).fetchall()
    if len(rows) < 2:
        return []
    canonical = rows[0][1]
    likeness = {canonical: ("exact", 1.0)} | _likeness(conn, canonical, story - {canonical})
    found = [Member(seq, article, *likeness[text]) for seq, text, article in rows]
    found[0].kind = "canonical"
    return found


def _story(conn: sqlite3.Connection, text: int) -> set[int]:
    """Return all texts that are one story with this one."""
    if _is_alone(conn, text):
        return {text}
    story, waiting = {text}, [text]
    while waiting:
        here = waiting.pop()
        for (other,) in conn.execute(_LINKED, (here, here)).fetchall():
            if other not in story and not _is_alone(conn, other):
                story.add(other)
                waiting.append(other)
    return story


def _is_alone(conn: sqlite3.Connection, text: int) -> bool:
    """Whether a person said that this text is no duplicate of others."""
    asked = "SELECT 1 FROM near_alone JOIN near_texts USING (content_sha256) WHERE n = ?"
    return conn.execute(asked, (text,)).fetchone() is not None


def _likeness(conn: sqlite3.Connection, canonical: int, others: set[int]) -> dict[int, tuple[str, float]]:
    """Return what each text is to the canonical one, and its true similarity to it."""
    found: dict[int, tuple[str, float]] = {}
    for text in others:
        row = conn.execute(
            "SELECT kind, jaccard FROM near_pairs WHERE a = ? AND b = ?",
            (min(text, canonical), max(text, canonical)),
        ).fetchone()
        if row is None:
            # Joined by a third text: the two never met under a key.
            a, b = profiles([text_of(conn, canonical) or "", text_of(conn, text) or ""])
            evidence = compare(a, b)
            row = (kind(a, b, evidence), evidence.jaccard)
        found[text] = ("repost" if row[0] == "repost" else "edited", float(row[1]))
    return found


def _write(conn: sqlite3.Connection, story: set[int], found: list[Member]) -> list[int]:
    """Bring the rows of a story's articles in step, and those of `articles`; return which changed."""
    before = {
        seq: (cluster, kind, similarity)
        for seq, cluster, kind, similarity in conn.execute(
            "SELECT m.seq, m.cluster, m.kind, m.similarity FROM near_articles JOIN near_members m USING (seq) "
            "WHERE n IN (SELECT value FROM json_each(?))",
            (str(sorted(story)),),
        )
    }
    after = {m.seq: (m.article, found[0].article, m.kind, m.similarity) for m in found}
    changed = [seq for seq in before if seq not in after]
    for seq in changed:
        leave(conn, seq)
    for seq, row in after.items():
        if before.get(seq) == row[1:]:
            continue
        changed.append(seq)
        conn.execute("INSERT OR REPLACE INTO near_members VALUES (?, ?, ?, ?, ?)", (seq, *row))
        conn.execute("UPDATE articles SET cluster = ?, similarity = ? WHERE seq = ?", (row[1], row[3], seq))
    return changed


def leave(conn: sqlite3.Connection, seq: int) -> None:
    """Take an article out of its cluster."""
    conn.execute("DELETE FROM near_members WHERE seq = ?", (seq,))
    conn.execute(
        "UPDATE articles SET cluster = NULL, similarity = NULL WHERE seq = ? AND cluster IS NOT NULL", (seq,)
    )
