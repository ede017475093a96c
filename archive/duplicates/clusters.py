"""Clusters: texts joined by reposts and edits, with the article of each that is shown first.

A cluster may be a chain whose ends have nothing in common. It is shown, and splits keep it on one side; which
articles an export keeps is decided pair by pair (decide_copies.py). An excerpt, a summary or a merged text joins
nothing: a roundup of ten stories would make them one.
"""

import sqlite3
from collections.abc import Iterable, Set
from dataclasses import dataclass

from archive.duplicates.decide_copies import DuplicateDecisions

LINKS = ("repost", "edited", "together")
"""The kinds of a pair that make two texts one story."""

_LINKED = """
  SELECT earlier FROM internal_near_pairs WHERE later = ? AND kind IN ('repost', 'edited', 'together')
  UNION ALL SELECT later FROM internal_near_pairs WHERE earlier = ? AND kind IN ('repost', 'edited', 'together')
"""

_MEMBERS = """
  SELECT seq, n, id FROM internal_near_articles JOIN articles USING (seq)
  WHERE n IN (SELECT value FROM json_each(?))
  ORDER BY duplicate_of IS NOT NULL, warnings LIKE '%"incomplete"%', id LIKE 'file/%' OR id LIKE 'url/%',
    coalesce(datetime_published, date_published, '9999'), char_count DESC, id
"""
"""The canonical article first: whole, with an id of the site, the earliest, and of several the longest.

The rule asks the articles alone, so that it does not matter in which order they came.
"""


@dataclass(slots=True)
class ClusterMember:
    """An article of a cluster."""

    seq: int
    article: str
    kind: str
    """canonical, exact (the same text as the canonical), repost, edited, …: what it is to the canonical article; linked
    where only others join the two."""
    similarity: float
    """True similarity to the canonical article, from 0 to 1."""
    text: int


def settle(
    conn: sqlite3.Connection,
    texts: Iterable[int],
    decisions: DuplicateDecisions,
    fresh: Set[int] = frozenset(),
) -> list[int]:
    """Make the clusters of these texts anew; return the `seq` of the articles whose place changed.

    `decisions` compare texts that never met; `fresh` are the texts of which nothing that is known counts any more.
    """
    changed: list[int] = []
    left = set(texts)
    while left:
        story = _story(conn, left.pop())
        left -= story
        changed += _write(conn, story, _members(conn, story, decisions, fresh))
    return changed


def _members(
    conn: sqlite3.Connection, story: set[int], decisions: DuplicateDecisions, fresh: Set[int]
) -> list[ClusterMember]:
    """Return the articles with these texts, the canonical one first; none where there is one article only."""
    if len(story) == 1:
        (text,) = story
        have = conn.execute("SELECT 1 FROM internal_near_articles WHERE n = ? LIMIT 2", (text,)).fetchall()
        if len(have) < 2:
            return []
    rows = conn.execute(_MEMBERS, (str(sorted(story)),)).fetchall()
    if len(rows) < 2:
        return []
    canonical = rows[0][1]
    likeness = {canonical: ("exact", 1.0)} | _likeness(conn, canonical, story - {canonical}, decisions, fresh)
    found = [ClusterMember(seq, article, *likeness[text], text) for seq, text, article in rows]
    found[0].kind = "canonical"
    return found


def _story(conn: sqlite3.Connection, text: int) -> set[int]:
    """Return all texts that are one story with this one."""
    story, waiting = {text}, [text]
    while waiting:
        here = waiting.pop()
        for (other,) in conn.execute(_LINKED, (here, here)).fetchall():
            if other not in story:
                story.add(other)
                waiting.append(other)
    return story


def _likeness(
    conn: sqlite3.Connection, canonical: int, others: set[int], decisions: DuplicateDecisions, fresh: Set[int]
) -> dict[int, tuple[str, float]]:
    """Return what each text is to the canonical one, and its true similarity to it."""
    found: dict[int, tuple[str, float]] = {}
    if canonical not in fresh:
        for text, kind_, similarity in conn.execute(
            "SELECT n, kind, similarity FROM internal_near_members WHERE canonical = ? AND n != canonical",
            (canonical,),
        ):
            if text in others and text not in fresh:
                found[text] = (kind_, similarity)
    for text in sorted(others - found.keys()):
        # Two members of a chain may have nothing in common.
        truly, evidence, _ = decisions.verdict(canonical, text)
        found[text] = (truly if truly in LINKS else "linked", evidence.jaccard)
    return found


def _write(conn: sqlite3.Connection, story: set[int], found: list[ClusterMember]) -> list[int]:
    """Bring the rows of a story's articles in step, and those of `articles`; return which changed."""
    before = {
        seq: row
        for seq, *row in conn.execute(
            "SELECT m.seq, m.article, m.cluster, m.kind, m.similarity, m.n, m.canonical "
            "FROM internal_near_articles a JOIN internal_near_members m USING (seq) WHERE a.n IN (SELECT value "
            "FROM json_each(?))",
            (str(sorted(story)),),
        )
    }
    after = {m.seq: [m.article, found[0].article, m.kind, m.similarity, m.text, found[0].text] for m in found}
    changed = [seq for seq in before if seq not in after]
    for seq in changed:
        leave(conn, seq)
    for seq, row in after.items():
        old = before.get(seq)
        if old == row:
            continue
        conn.execute("INSERT OR REPLACE INTO internal_near_members VALUES (?, ?, ?, ?, ?, ?, ?)", (seq, *row))
        if old is None or (old[1], old[3]) != (row[1], row[3]):
            changed.append(seq)
            conn.execute(
                "UPDATE articles SET cluster = ?, similarity = ? WHERE seq = ?", (row[1], row[3], seq)
            )
    return changed


def leave(conn: sqlite3.Connection, seq: int) -> None:
    """Take an article out of its cluster."""
    conn.execute("DELETE FROM internal_near_members WHERE seq = ?", (seq,))
    conn.execute(
        "UPDATE articles SET cluster = NULL, similarity = NULL WHERE seq = ? AND cluster IS NOT NULL", (seq,)
    )
