"""Clusters: texts joined by reposts and edits. The canonical article of each cluster is shown first.

A cluster may be a chain whose ends have nothing in common. It is shown as one, and splits keep it on one side; exports
decide pair by pair which articles they keep (decide_copies.py). Excerpts, summaries and merged texts join no clusters:
a roundup of ten stories would join all ten.
"""

import sqlite3
from collections.abc import Iterable, Set
from dataclasses import dataclass

from archive.duplicates.decide_copies import DuplicateDecisions

LINKS = ("repost", "edited", "together")
"""Kinds of pairs that put two texts into the same cluster."""

_LINKED = """
  SELECT later, earlier FROM json_each(:texts) CROSS JOIN internal_near_pairs ON later = value
    WHERE kind IN ('repost', 'edited', 'together')
  UNION ALL SELECT earlier, later FROM json_each(:texts) CROSS JOIN internal_near_pairs ON earlier = value
    WHERE kind IN ('repost', 'edited', 'together')
"""

_MEMBERS = """
  SELECT seq, n, id FROM internal_near_articles JOIN articles USING (seq)
  WHERE n IN (SELECT value FROM json_each(?))
  ORDER BY duplicate_of IS NOT NULL, warnings LIKE '%"incomplete"%', id LIKE 'file/%' OR id LIKE 'url/%',
    coalesce(datetime_published, date_published, '9999'), char_count DESC, id
"""
"""Sort order of the members: whole articles first, then those with an id of the site, the earliest, the longest.

The first one is canonical. The order uses the articles alone, so it does not depend on when each was stored.
"""


@dataclass(slots=True)
class ClusterMember:
    """One article of a cluster."""

    seq: int
    """Number of its row in `articles`."""
    article: str
    """Id of the article."""
    kind: str
    """Relation to the canonical article: canonical (is itself that article), exact (has the same text), repost, edited,
    …; linked if only other members connect the two.
    """
    similarity: float
    """Similarity to the canonical article, computed from the full texts, from 0 to 1."""
    text: int
    """Number of its text in `internal_near_texts`."""


def settle(
    conn: sqlite3.Connection,
    texts: Iterable[int],
    decisions: DuplicateDecisions,
    fresh: Set[int] = frozenset(),
) -> list[int]:
    """Recompute the clusters of these texts; return the `seq` of the articles whose cluster or similarity changed.

    `decisions` compares pairs of texts that were not compared before. `fresh` names texts whose stored pairs are
    outdated.
    """
    stories = _stories(conn, set(texts))
    known = [text for story in stories for text in story]
    story_of = {text: number for number, story in enumerate(stories) for text in story}
    members: list[list[tuple[int, int, str]]] = [[] for _ in stories]
    for seq, text, article in conn.execute(_MEMBERS, (str(known),)):
        members[story_of[text]].append((seq, text, article))
    before: list[dict[int, ClusterRow]] = [{} for _ in stories]
    for seq, text, *row in conn.execute(_BEFORE, (str(known),)):
        before[story_of[text]][seq] = tuple(row)
    changed: list[int] = []
    for story, rows, rows_before in zip(stories, members, before, strict=True):
        found = _members(rows, story, rows_before, decisions, fresh) if len(rows) > 1 else []
        changed += _write(conn, found, rows_before)
    return changed


ClusterRow = tuple[str, str, str, float, int, int]
"""article, cluster, kind, similarity, n, canonical: the columns of `internal_near_members` after `seq`."""

_BEFORE = """
  SELECT m.seq, a.n, m.article, m.cluster, m.kind, m.similarity, m.n, m.canonical
  FROM json_each(?) CROSS JOIN internal_near_articles a ON a.n = value CROSS JOIN internal_near_members m USING (seq)
"""


def _stories(conn: sqlite3.Connection, texts: set[int]) -> list[set[int]]:
    """Return all clusters that have one of these texts, each as the set of its texts."""
    links: dict[int, set[int]] = {}
    unread = texts
    while unread:
        for text in unread:
            links[text] = set()
        for text, other in conn.execute(_LINKED, {"texts": str(sorted(unread))}):
            links[text].add(other)
        unread = {other for text in unread for other in links[text]} - links.keys()
    stories: list[set[int]] = []
    left = set(links)
    while left:
        story, waiting = set[int](), [left.pop()]
        while waiting:
            text = waiting.pop()
            story.add(text)
            waiting += links[text] - story
        left -= story
        stories.append(story)
    return stories


def _members(
    rows: list[tuple[int, int, str]],
    story: set[int],
    before: dict[int, ClusterRow],
    decisions: DuplicateDecisions,
    fresh: Set[int],
) -> list[ClusterMember]:
    """Return the articles of a cluster, the canonical one first; `rows` (seq, text, id) has them in that order."""
    canonical = rows[0][1]
    likeness = {canonical: ("exact", 1.0)} | _likeness(
        canonical, story - {canonical}, before, decisions, fresh
    )
    found = [ClusterMember(seq, article, *likeness[text], text) for seq, text, article in rows]
    found[0].kind = "canonical"
    return found


def _likeness(
    canonical: int,
    others: set[int],
    before: dict[int, ClusterRow],
    decisions: DuplicateDecisions,
    fresh: Set[int],
) -> dict[int, tuple[str, float]]:
    """Return the relation of each text to the canonical text, and its similarity to it."""
    found: dict[int, tuple[str, float]] = {}
    for _, _, kind_, similarity, text, compared in before.values():
        if compared == canonical and text in others and not {text, canonical} & fresh:
            found[text] = (kind_, similarity)
    for text in sorted(others - found.keys()):
        # Two members of a chain may have nothing in common.
        truly, evidence, _ = decisions.verdict(canonical, text)
        found[text] = (truly if truly in LINKS else "linked", evidence.jaccard)
    return found


def _write(conn: sqlite3.Connection, found: list[ClusterMember], before: dict[int, ClusterRow]) -> list[int]:
    """Store the cluster of these articles, and delete outdated rows; return the `seq` of those that changed."""
    after: dict[int, ClusterRow] = {
        m.seq: (m.article, found[0].article, m.kind, m.similarity, m.text, found[0].text) for m in found
    }
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
    """Remove an article from its cluster; its columns `cluster` and `similarity` become null."""
    conn.execute("DELETE FROM internal_near_members WHERE seq = ?", (seq,))
    conn.execute(
        "UPDATE articles SET cluster = NULL, similarity = NULL WHERE seq = ? AND cluster IS NOT NULL", (seq,)
    )
