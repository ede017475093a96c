"""context.jsonld: maps the fields of a row to terms of schema.org, or to terms of our own."""

from collections.abc import Iterable
from typing import Any

from archive.export.card.column_docs import Column

CONTEXT = "context.jsonld"
"""File name of the context."""

OWN = "urn:kepu-archive:"
"""Prefix of terms of our own, for which schema.org has no term."""

SCHEMA_ORG = {
    "id": "identifier",
    "url": "url",
    "headline": "headline",
    "alternative_headline": "alternativeHeadline",
    "date_published": "datePublished",
    "datetime_published": "datePublished",
    "date_modified": "dateModified",
    "datetime_modified": "dateModified",
    "author": "author",
    "editor": "editor",
    "contributor": "contributor",
    "name": "name",
    "publisher": "publisher",
    "article_section": "articleSection",
    "section": "articleSection",
    "keywords": "keywords",
    "dateline": "dateline",
    "in_language": "inLanguage",
    "text": "articleBody",
    "image": "image",
    "content_url": "contentUrl",
    "caption": "caption",
    "credit_text": "creditText",
    "position": "position",
    "copyright_holder": "copyrightHolder",
    "license": "license",
}
"""Field → property of schema.org (NewsArticle, ImageObject, Person) with the same meaning."""

_TYPES = {"date": "https://schema.org/Date", "datetime": "https://schema.org/DateTime"}


def context(columns: Iterable[Column]) -> dict[str, Any]:
    """Return the JSON-LD context by which a row is a NewsArticle of schema.org."""
    terms: dict[str, Any] = {"@vocab": OWN, "schema": "https://schema.org/"}
    for column in _all(columns):
        word = SCHEMA_ORG.get(column.name)
        iri = f"schema:{word}" if word else f"{OWN}{column.name}"
        terms[column.name] = {"@id": iri, "@type": _TYPES[column.kind]} if column.kind in _TYPES else iri
    return {"@context": terms}


def _all(columns: Iterable[Column]) -> Iterable[Column]:
    """Yield columns and the fields within them."""
    for column in columns:
        if column.name:
            yield column
        yield from _all(column.fields)
        if column.item:
            yield from _all([column.item])
