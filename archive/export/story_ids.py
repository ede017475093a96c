"""Story ids: find the articles that have none yet, and store the id (its founding article) of each.

Articles are alike here if they have one text, or their texts are near duplicates (`internal_near_pairs`), also where
only a chain of others joins them; unless a person said that they are apart. Templates are not: two stories.

Founders are the one thing about near duplicates that is recorded and not made anew: see splits.py for why.
"""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlite_utils import Database


def number(article: str) -> int:
    """Return the number of an article's id, from 0 up to what SQLite keeps: its hash, that is, and never its row."""
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
"""The texts that are like others, or that several articles have."""

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
"""The articles of linked texts, the first that was archived first."""


@dataclass(slots=True)
class _Texts:
    """The linked texts and their articles."""

    text: dict[str, int] = field(default_factory=dict)
    """The text of an article, the article that was archived first first."""
    rank: dict[str, int] = field(default_factory=dict)
    """The place of an article in that order."""
    founders: dict[str, Founders] = field(default_factory=dict)
    """Of the articles that have some."""
    new: dict[int, list[str]] = field(default_factory=dict)
    """Of the texts that have them, the articles without a founder, in that order."""
    alike: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The texts that are like a text."""
    same: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Those of them that tell the same story: no excerpts."""
    standing: dict[int, set[Founders]] = field(default_factory=lambda: defaultdict(set))
    """What the articles of a text have, as far as they were looked at."""

    def met(self, text: int) -> set[Founders]:
        """Return what all have that an article with this text is like; those with the very text are among them."""
        return self.standing[text].union(*(self.standing[other] for other in self.alike[text]))


def missing(db: Database) -> Iterator[tuple[str, int]]:
    """Yield the rows (article, founder) that `internal_split_founders` lacks; reads only.

    None are missing where every article has a founder and every two that are alike share one. The rows depend on
    the articles and on the rows that are there, not on the order of the tables. UrlState grows with the number of
    articles that are like others, about 1 kB each.
    """
    for (article,) in db.execute(_SINGLE):
        yield article, number(article)
    texts = _load(db.conn)
    yield from _mend(texts)
    yield from _found(texts)


def settle(db: Database) -> int:
    """Write down what is missing, within the caller's transaction; return how many rows that was."""
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
    """Give articles that were found to be alike after each had a founder one that they share.

    Of two, the later gets the earlier's. It may be left out from then on; the earlier stays where it is.
    """
    for article, text in texts.text.items():
        own = texts.founders.get(article)
        if own is None:
            continue
        more = _hitting(texts.met(text), own)
        texts.standing[text].add(own | more)
        yield from ((article, founder) for founder in sorted(more))


def _found(texts: _Texts) -> Iterator[tuple[str, int]]:
    """Give the articles that have none their founders, story by story, the one that was archived first first.

    A story that is like nothing that has founders has its first article as its founder. Any other follows those
    that it is like: it gets a founder of each.
    """
    done: set[int] = set()
    for text in sorted(texts.new, key=lambda each: texts.rank[texts.new[each][0]]):
        if text in done:
            continue
        story = _story(texts, text)
        done |= story
        met = set().union(*(texts.met(member) for member in story))
        founders = _hitting(met, frozenset()) or frozenset({number(texts.new[text][0])})
        for member in story:
            texts.standing[member].add(founders)
            yield from ((article, founder) for article in texts.new[member] for founder in sorted(founders))


def _story(texts: _Texts, text: int) -> set[int]:
    """Return the texts that tell one story with a text, all with articles that have no founder."""
    story, waiting = {text}, [text]
    while waiting:
        for other in texts.same[waiting.pop()]:
            if other in texts.new and other not in story:
                story.add(other)
                waiting.append(other)
    return story


def _hitting(sets: Iterable[Founders], own: Founders) -> Founders:
    """Return founders enough to share one with each of `sets`, beside those in `own`."""
    more: set[int] = set()
    for founders in sorted(sets, key=lambda each: (len(each), sorted(each))):
        if not founders & own and not founders & more:
            more.add(min(founders))
    return frozenset(more)
