"""Story ids: find the articles without a founder, and store the founders of each, which are its story ids.

Two articles belong to a story if they have the same text or their texts are near duplicates (`internal_near_pairs`),
directly or by a chain of others, unless a person has separated them. Texts from one template are separate stories.

Founders are the only result of near-duplicate detection that is stored permanently: see splits.py for the reasons.
"""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlite_utils import Database


def number(article: str) -> int:
    """Return the number of an article as a founder: a hash of its id, a non-negative integer that SQLite can store."""
    return int.from_bytes(hashlib.sha256(article.encode()).digest()[:8]) >> 1


Founders = frozenset[int]
"""The founders of one article."""

_PAIRS = """
  WITH alone AS (SELECT n FROM internal_near_texts JOIN internal_near_alone USING (content_sha256))
  SELECT later AS a, earlier AS b, kind IN ('repost', 'edited', 'together') FROM internal_near_pairs
  WHERE kind IN ('repost', 'edited', 'excerpt', 'summary', 'merged', 'together')
    AND later NOT IN alone AND earlier NOT IN alone
"""

_LINKED = f"""
  SELECT a AS n FROM ({_PAIRS}) UNION SELECT b FROM ({_PAIRS})
  UNION SELECT n FROM internal_near_articles GROUP BY n HAVING count(*) > 1
"""
"""SQL: the texts that are similar to others, or that several articles have."""

_SINGLE = f"""
  SELECT id FROM articles LEFT JOIN internal_near_articles USING (seq)
  WHERE (n IS NULL OR n NOT IN ({_LINKED}))
    AND NOT EXISTS (SELECT 1 FROM internal_split_founders f WHERE f.article = id)
"""

_HOLDERS = f"""
  SELECT n, id, founder FROM internal_near_articles JOIN articles USING (seq)
  LEFT JOIN internal_split_founders f ON f.article = id
  WHERE n IN ({_LINKED}) ORDER BY coalesce(revision ->> '$.first_seen', '9999'), id
"""
"""SQL: the articles with linked texts and their founders, the first archived first."""


@dataclass(slots=True)
class _Texts:
    """The linked texts and their articles."""

    text: dict[str, int] = field(default_factory=dict)
    """Article → its text; the article that was archived first comes first."""
    rank: dict[str, int] = field(default_factory=dict)
    """Article → its rank in that order."""
    founders: dict[str, Founders] = field(default_factory=dict)
    """Article → its founders, for articles that have some."""
    new: dict[int, list[str]] = field(default_factory=dict)
    """Text → its articles without a founder, in that order."""
    alike: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Text → texts that are similar to it."""
    same: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Text → those of them that tell the same story, which excludes excerpts."""
    standing: dict[int, set[Founders]] = field(default_factory=lambda: defaultdict(set))
    """Map each text whose articles have been read to their founders."""

    def founders_near(self, text: int) -> set[Founders]:
        """Return the founders of all articles that are similar to one with this text, or have the very text."""
        return self.standing[text].union(*(self.standing[other] for other in self.alike[text]))


def missing(db: Database) -> Iterator[tuple[str, int]]:
    """Yield the rows (article, founder) that `internal_split_founders` lacks; this only reads.

    No row is missing if every article has a founder and every two similar articles share one. The rows depend on the
    articles and the existing rows, not on the order of the tables. Memory grows by about 1 kB per article that is
    similar to others.
    """
    for (article,) in db.execute(_SINGLE):
        yield article, number(article)
    texts = _load(db.conn)
    yield from _mend(texts)
    yield from _found(texts)


def settle(db: Database) -> int:
    """Store the missing rows within the caller's transaction; return their number."""
    return db.conn.executemany("INSERT INTO internal_split_founders VALUES (?, ?)", missing(db)).rowcount


def _load(conn: sqlite3.Connection) -> _Texts:
    texts = _Texts()
    for text, article, founder in conn.execute(_HOLDERS):
        texts.text[article] = text
        texts.rank.setdefault(article, len(texts.rank))
        if founder is None:
            texts.new.setdefault(text, []).append(article)
        else:
            texts.founders[article] = texts.founders.get(article, frozenset()) | {founder}
    for a, b, is_same in conn.execute(_PAIRS):
        for text, other in ((a, b), (b, a)):
            texts.alike[text].append(other)
            if is_same:
                texts.same[text].append(other)
    return texts


def _mend(texts: _Texts) -> Iterator[tuple[str, int]]:
    """Yield a common founder for similar articles that have none in common; this happens if they became similar later.

    The later article gets the founder of the earlier one. The later one may then be left out of splits; the earlier one
    never changes.
    """
    for article, text in texts.text.items():
        own = texts.founders.get(article)
        if own is None:
            continue
        more = _hitting(texts.founders_near(text), own)
        texts.standing[text].add(own | more)
        yield from ((article, founder) for founder in sorted(more))


def _found(texts: _Texts) -> Iterator[tuple[str, int]]:
    """Yield founders for the articles without one, story by story, the first archived first.

    The first article of a new story becomes its founder. An article that is similar to others gets a founder of each of
    them.
    """
    done: set[int] = set()
    for text in sorted(texts.new, key=lambda each: texts.rank[texts.new[each][0]]):
        if text in done:
            continue
        story = _story(texts, text)
        done |= story
        neighbours = set().union(*(texts.founders_near(member) for member in story))
        founders = _hitting(neighbours, frozenset()) or frozenset({number(texts.new[text][0])})
        for member in story:
            texts.standing[member].add(founders)
            yield from ((article, founder) for article in texts.new[member] for founder in sorted(founders))


def _story(texts: _Texts, text: int) -> set[int]:
    """Return the texts of a story, all with articles that have no founder, that contains a text."""
    story, waiting = {text}, [text]
    while waiting:
        for other in texts.same[waiting.pop()]:
            if other in texts.new and other not in story:
                story.add(other)
                waiting.append(other)
    return story


def _hitting(sets: Iterable[Founders], own: Founders) -> Founders:
    """Return a set of founders that has one in common with each of `sets`, without those in `own`."""
    more: set[int] = set()
    for founders in sorted(sets, key=lambda each: (len(each), sorted(each))):
        if not founders & own and not founders & more:
            more.add(min(founders))
    return frozenset(more)
