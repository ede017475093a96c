"""Items of other types than our records: read and written through itemadapter.

A spider that is not ours may yield a dict, a dataclass, an attrs class, a pydantic model or a Scrapy Item. What such an
item is follows from its fields: `body` (bytes) makes it a page; `text`, with an `id` or a `url`, an article; anything
else is none of our business. Names of fields are those of kepu/records.
"""

import dataclasses
from typing import Any, TypeVar

import msgspec

from kepu.records import Article, Page

_Record = TypeVar("_Record", Page, Article)


def page_of(item: Any) -> Page | None:
    """Return an item as a page; None where it is not one, or where a field has a value that no page can have."""
    values = _values(item)
    return _record(Page, values) if isinstance(values.get("body"), bytes) else None


def article_of(item: Any) -> Article | None:
    """Return an item as an article; None where it is not one, or where a field has a value that no article can have."""
    values = _values(item)
    is_article = isinstance(values.get("text"), str) and bool(values.get("id") or values.get("url"))
    return _record(Article, values) if is_article else None


def write_back(item: Any, before: Article, after: Article) -> None:
    """Write the fields in which two articles differ into an item, if its type has a field of that name.

    Lists and objects are written as plain lists and dicts. A dict takes any field.
    """
    from itemadapter import ItemAdapter  # it loads Scrapy, which the other pipelines do without

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
    """Return a record of the values that are not None; fields that the record does not have are left out."""
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return msgspec.convert(given, kind, builtin_types=(bytes,))
    except msgspec.ValidationError:
        return None
