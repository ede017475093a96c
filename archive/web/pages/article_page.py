"""The page of an article: its text, provenance and similar articles."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlite_utils import Database

from archive.duplicates.duplicate_queries import pairs_of
from archive.duplicates.kept_articles import is_decided_by_pair
from archive.former_table_names import has_table
from archive.pictures import of_urls
from archive.search import BadQuery
from archive.search.match_positions import marks
from archive.search.search_results import Marks
from archive.web import citations
from archive.web.body_view import shown
from archive.web.citation_metadata import json_ld, metas
from archive.web.pages.page_helpers import html, record_of
from archive.web.responses import Response
from kepu.beijing_time import beijing_minute
from kepu.records import WARNINGS


@dataclass(slots=True)
class Near:
    """A similar article."""

    id: str
    """Id of the article."""
    kind: str
    """`same_text`, or the kind of the pair: repost, edited, excerpt, summary, merged or together."""
    likeness: float
    """Similarity from 0 to 1 (resemblance of the shingles)."""
    headline: str | None = None
    date_published: str | None = None
    source: str | None = None
    """Name of its source."""


@dataclass(slots=True)
class Around:
    """What the archive knows about an article in addition to its record."""

    near: list[Near] = field(default_factory=list)
    """At most MOST similar articles: those with another text first, by similarity, then exact copies."""
    alike: int = 0
    """Number of all similar articles."""
    revisions: list[tuple[int, str]] = field(default_factory=list)
    """(number, time when it was replaced) of earlier versions, newest first."""
    older: tuple[str, str | None] | None = None
    """(id, headline) of the article published before it."""
    newer: tuple[str, str | None] | None = None
    """(id, headline) of the article published after it."""


FEW = 8
"""Number of similar articles shown at once; the others are folded."""


async def page(request: Any, datasette: Any) -> Any:
    """Answer with an article's page; `?q=` highlights the matches of a query."""
    article = await record_of(request, datasette)
    around = await datasette.room.readers.run(look_around, article)
    query = (request.args.get("q") or "")[:LONGEST_QUERY]
    found = matches(article, query) if query else []
    blocks = shown(article, found)
    pictures = [one.original for one in blocks if one.type == "figure" and one.original]
    context = {
        "article": article,
        "blocks": blocks,
        "kept": await datasette.room.readers.run(kept_pictures, pictures) if pictures else {},
        "around": around,
        "citation": citations.text(article),
        "metas": metas(article),
        "json_ld": json_ld(article),
        "q": query,
        "found": len(found),
        "facts": facts(article),
        "few": FEW,
        "warnings": WARNINGS,
        "headline": phrases(article["headline"] or ""),
    }
    return await html(request, datasette, "article.html", context)


LONGEST_QUERY = 1000
"""Maximum number of characters of the query whose hits are marked; the rest is ignored."""


async def record(request: Any, datasette: Any) -> Any:
    """Answer with the record as JSON, equal to its line in the JSONL."""
    article = await record_of(request, datasette)
    body = orjson.dumps(article, option=orjson.OPT_INDENT_2).decode()
    return Response(body, content_type="application/json; charset=utf-8")


def kept_pictures(db: Database, addresses: list[str]) -> dict[str, dict[str, Any]]:
    """Return URL of a stored picture → its URL in the reading room, and its size."""
    if not has_table(db, "pictures"):
        return {}
    return {
        url: {"path": f"/kept/{one.sha256}", "width": one.width, "height": one.height}
        for url, one in of_urls(db, addresses).items()
    }


def look_around(db: Database, article: dict[str, Any]) -> Around:
    """Return what the archive knows about an article in addition to its record."""
    found = _near(db, article["id"]) + _same_text(db, article)
    around = Around(near=[_named(db, one) for one in found[:MOST]], alike=len(found))
    around.revisions = db.execute(
        "SELECT n, replaced_at FROM revisions WHERE article = ? ORDER BY n DESC", (article["id"],)
    ).fetchall()
    if moment := article["datetime_published"] or article["date_published"]:
        around.older = db.execute(_OLDER, (moment,)).fetchone()
        around.newer = db.execute(_NEWER, (moment,)).fetchone()
    return around


_OLDER = (
    "SELECT id, headline FROM articles WHERE coalesce(datetime_published, date_published) < ? "
    "AND duplicate_of IS NULL ORDER BY coalesce(datetime_published, date_published) DESC LIMIT 1"
)
_NEWER = _OLDER.replace("<", ">").replace(" DESC", "")

MOST = 50
"""Maximum number of similar articles listed; a boilerplate notice can have hundreds."""


def _same_text(db: Database, article: dict[str, Any]) -> list[Near]:
    if article["content_sha256"] is None:
        return []
    rows = db.execute(
        "SELECT id FROM articles WHERE content_sha256 = ? AND id != ? "
        "ORDER BY coalesce(datetime_published, date_published), id",
        (article["content_sha256"], article["id"]),
    )
    return [Near(id_, "same_text", 1.0) for (id_,) in rows]


def _near(db: Database, id_: str) -> list[Near]:
    """Return near duplicates, without exact copies and templates."""
    if not is_decided_by_pair(db.conn):
        return []
    pairs = pairs_of(db, id_)
    return [
        Near(one.article, one.kind, one.jaccard)
        for one in pairs
        if one.kind not in {"exact", "template", "apart"}
    ]


def _named(db: Database, one: Near) -> Near:
    one.headline, one.date_published, one.source = db.execute(
        "SELECT headline, date_published, source ->> '$.name' FROM articles WHERE id = ?", (one.id,)
    ).fetchone()
    return one


LONGEST_PHRASED = 200
"""Maximum length in characters of a headline that is split into words."""


def phrases(headline: str) -> list[str]:
    """Return a headline in pieces between which a line may break: words with the punctuation that follows them."""
    if len(headline) > LONGEST_PHRASED:
        return [headline]
    from pipelines.segmentation.text.words import words

    found: list[str] = []
    at = 0
    for start, end in words(headline):
        is_closing = not headline[start].isalnum() and headline[start] not in OPENING
        if found and (is_closing or found[-1][-1] in OPENING):
            found[-1] += headline[at:end]
        else:
            found.append(headline[at:end])
        at = end
    return [*found, headline[at:]] if at < len(headline) else found


OPENING = "“‘（《〈【「『([<"
"""Opening punctuation, which stays with the word that follows it."""


def facts(article: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (name, value) of the known facts about an article and its extraction."""
    made, paper = article["provenance"], article["paper"]
    via, warc = made["discovered_via"], made["warc"]
    charsets = [made["charset_declared"], made["charset_used"]]
    every = [
        ("id", article["id"]),
        ("article_section", article["article_section"]),
        ("breadcrumb", " › ".join(article["breadcrumb"])),
        ("keywords", "、".join(article["keywords"])),
        ("paper", paper and " ".join(filter(None, (paper["name"], paper["date"], paper["page"])))),
        ("dateline", article["dateline"]),
        ("date_published_raw", article["date_published_raw"]),
        ("char_count", f"{article['char_count']:,}"),
        ("revision", article["revision"]["n"]),
        ("fetched_at", beijing_minute(made["fetched_at"])),
        ("checked", beijing_minute(article["revision"]["last_checked"])),
        ("http_status", made["http_status"]),
        ("charset", " → ".join(filter(None, charsets))),
        ("replacements", made["decode_replacements"] or None),
        ("discovered", via and " ".join(filter(None, (via["kind"], via["url"])))),
        ("layout", made["layout"]),
        ("extractor", made["extractor_version"]),
        ("run", made["run"]),
        ("certificate", (made["normalizer"] or {}).get("certificate")),
        ("capture", warc and f"{warc['file']} @ {warc['offset']}"),
        ("payload", made["payload_sha256"]),
        ("content", article["content_sha256"]),
    ]
    return [(name, str(value)) for name, value in every if value not in (None, "")]


def matches(article: dict[str, Any], query: str) -> Marks:
    """Return the matches of a query in an article's text; none if the query cannot be parsed."""
    try:
        return marks(article, query)
    except BadQuery:
        return []
