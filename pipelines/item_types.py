"""Items of other types than our records, read and written through itemadapter.

Another spider may yield a dict, a dataclass, an attrs class, a pydantic model or a Scrapy Item. Its fields decide what
it is: an item with `body` (bytes) is a page; one with `text`, and with an `id` or a `url`, is an article; any other is
passed on unchanged. The names of fields are those of kepu/records.
"""

import dataclasses
from typing import Any, TypeVar

import msgspec

from kepu.records import Article, Page

_Record = TypeVar("_Record", Page, Article)


def page_of(item: Any) -> Page | None:
    """Return an item as a page, or None if it is not one or a field has a value that a page cannot have."""
    values = _values(item)
    return _record(Page, values) if isinstance(values.get("body"), bytes) else None


def article_of(item: Any) -> Article | None:
    """Return an item as an article, or None if it is not one or a field has a value that an article cannot have."""
    values = _values(item)
    is_article = isinstance(values.get("text"), str) and bool(values.get("id") or values.get("url"))
    return _record(Article, values) if is_article else None


def write_back(item: Any, before: Article, after: Article) -> None:
    """Copy the fields in which two articles differ to an item, if its type has fields of these names.

    Lists and objects are copied as plain lists and dicts. A dict accepts any field.
    """
    from itemadapter import ItemAdapter  # it imports Scrapy, which the other pipelines do without

    adapter = ItemAdapter(item)
    takes_any = isinstance(item, dict)
    for field in dataclasses.fields(Article):
        value = getattr(after, field.name)
        is_known = takes_any or field.name in adapter.field_names()
        if is_known and value != getattr(before, field.name):
            adapter[field.name] = msgspec.to_builtins(value)


def _values(item: Any) -> dict[str, Any]:
    from itemadapter import ItemAdapter

    return ItemAdapter(item).asdict() if ItemAdapter.is_item(item) else {}


def _record(kind: type[_Record], values: dict[str, Any]) -> _Record | None:
    """Return a record with the values that are not None; fields that the record does not have are left out."""
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return msgspec.convert(given, kind, builtin_types=(bytes,))
    except msgspec.ValidationError:
        return None
