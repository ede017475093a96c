"""Metadata for reference managers in an article's page: `citation_*` meta elements and a NewsArticle in JSON-LD.

Zotero and Google Scholar read Highwire's `citation_*` names. The JSON-LD uses schema.org. Both have the article's
original URL, not that of the reading room.
"""

from typing import Any

import orjson
from markupsafe import Markup

from archive.web.web_links import safe_url


def metas(article: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (name, content) of the meta elements of an article, without those that have no value."""
    source, paper = article["source"] or {}, article["paper"] or {}
    day = (article["date_published"] or "")[:10].replace("-", "/")
    every = [
        ("citation_title", article["headline"]),
        *(("citation_author", author["name"]) for author in article["author"]),
        ("citation_publication_date", day),
        ("citation_online_date", day),
        ("citation_journal_title", paper.get("name") or source.get("name")),
        ("citation_firstpage", paper.get("page")),
        ("citation_publisher", article["publisher"]),
        ("citation_keywords", "; ".join(article["keywords"])),
        ("citation_language", article["in_language"]),
        ("citation_public_url", safe_url(article["url"])),
        ("DC.type", "newspaperArticle"),
        ("DC.identifier", article["id"]),
    ]
    return [(name, str(value)) for name, value in every if value]


def json_ld(article: dict[str, Any]) -> Markup:
    """Return an article as a schema.org NewsArticle in JSON that is safe within a script element."""
    source = article["source"] or {}
    found = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "identifier": article["id"],
        "url": safe_url(article["url"]),
        "headline": article["headline"],
        "alternativeHeadline": article["alternative_headline"],
        "datePublished": article["datetime_published"] or article["date_published"],
        "dateModified": article["date_modified"],
        "author": [{"@type": "Person", "name": author["name"]} for author in article["author"]],
        "editor": [{"@type": "Person", "name": editor["name"]} for editor in article["editor"]],
        "sourceOrganization": {"@type": "Organization", "name": source["name"]}
        if source.get("name")
        else None,
        "publisher": {"@type": "Organization", "name": article["publisher"]}
        if article["publisher"]
        else None,
        "articleSection": article["article_section"],
        "keywords": article["keywords"],
        "inLanguage": article["in_language"],
        "copyrightHolder": (article["rights"] or {}).get("copyright_holder"),
    }
    text = orjson.dumps({name: value for name, value in found.items() if value}).decode()
    # `<`, `>` and `&` become JSON escapes, so that no value can end the element or begin another.
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704
