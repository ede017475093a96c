"""Explain why an article is kept or left out, and what differs between it and similar articles."""

from dataclasses import dataclass, field

from sqlite_utils import Database

from archive.duplicates.duplicate_queries import Pair, pairs_of
from archive.duplicates.filled_gaps import differences
from archive.duplicates.kept_articles import why_left_out
from kepu.errors import NotFound


@dataclass(slots=True)
class ComparedArticle:
    """The fields of an article that a person needs to compare it with another."""

    article: str
    """Id of the article."""
    headline: str | None
    date_published: str | None
    source: str | None
    """Name of its source, or None."""
    first_seen: str | None
    """Time of first publication: decides which of several similar articles is kept."""


@dataclass(slots=True)
class ExplainedPair:
    """A similar article, with what the two have in common and what differs."""

    other: ComparedArticle
    """The other article."""
    pair: Pair
    """What the two have in common."""
    left_out: str | None
    """Reason why exports leave the other article out, or None if they keep it."""
    only_here: list[str] = field(default_factory=list)
    """Sentences of the article that the other lacks, except those that differ only in some letters."""
    only_there: list[str] = field(default_factory=list)
    """Sentences of the other that the article lacks, with the same exception."""
    replaced: list[tuple[str, str]] = field(default_factory=list)
    """Numbers, names or words of the article, each with what the other article has in that place."""


@dataclass(slots=True)
class Explanation:
    """What near-duplicate detection found about an article."""

    article: ComparedArticle
    """The article."""
    left_out: str | None
    """Reason why exports leave it out: same_text, near_duplicate or waiting (not compared yet). None if they keep it.
    """
    because: list[str] = field(default_factory=list)
    """The kept articles because of which it is left out."""
    alone: bool = False
    """Whether a person decided that it is a duplicate of no other article."""
    pairs: list[ExplainedPair] = field(default_factory=list)
    """The articles that have something in common with it."""


def explain(db: Database, article: str, *, most: int = 20) -> Explanation:
    """Return why an article is kept or left out, with at most `most` similar articles.

    Raises NotFound if no article has this id.
    """
    found = Explanation(known(db, article), _left_out(db, article))
    text = _text(db, article)
    found.alone = _is_alone(db, article)
    for pair in pairs_of(db, article)[:most]:
        one = ExplainedPair(known(db, pair.article), pair, _left_out(db, pair.article))
        one.only_here, one.only_there, one.replaced = differences(text, _text(db, pair.article))
        found.pairs.append(one)
    if found.left_out in {"same_text", "near_duplicate"}:
        found.because = [each for (each,) in db.execute(_BECAUSE[found.left_out], (article,))]
    return found


_BECAUSE = {
    "same_text": "SELECT t.article FROM internal_near_articles m JOIN internal_near_texts t USING (n) "
    "WHERE m.article = ?",
    "near_duplicate": "SELECT k.article FROM internal_near_articles m JOIN internal_near_pairs p ON p.later = m.n "
    "JOIN internal_near_texts k ON k.n = p.earlier AND k.kept "
    "WHERE m.article = ? AND p.kind NOT IN ('template', 'apart') ORDER BY k.first_seen, k.article",
}


def known(db: Database, article: str) -> ComparedArticle:
    """Return an article by its id. Raises NotFound if there is none."""
    row = db.execute(
        "SELECT id, headline, coalesce(datetime_published, date_published), source ->> '$.name', "
        "revision ->> '$.first_seen' FROM articles WHERE id = ?",
        (article,),
    ).fetchone()
    if row is None:
        raise NotFound("{article}: the archive has no article with this id.", article=article)
    return ComparedArticle(*row)


def _left_out(db: Database, article: str) -> str | None:
    sql = f"SELECT {why_left_out(db.conn)}, seq IN (SELECT seq FROM internal_near_waiting) FROM articles WHERE id = ?"
    why, waits = db.execute(sql, (article,)).fetchone()
    return "waiting" if waits else why


def _is_alone(db: Database, article: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM internal_near_alone WHERE lower(hex(content_sha256)) = "
        "(SELECT content_sha256 FROM articles WHERE id = ?)",
        (article,),
    ).fetchone()
    return row is not None


def _text(db: Database, article: str) -> str:
    row = db.execute(
        "SELECT coalesce(text_canonical, text) FROM articles WHERE id = ?", (article,)
    ).fetchone()
    return str(row[0] or "")
