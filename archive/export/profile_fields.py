"""The fields of an export: each with its name, its type, and the SQL expression of its value in a row of `articles`."""

import typing
from dataclasses import replace

from archive.export.export_field import ExportField
from archive.export.flat_columns import flat
from archive.export.map_fields import with_all_names
from archive.schema import VALUE_SQL
from kepu.records import Article

if typing.TYPE_CHECKING:
    from archive.export.export_options import ExportOptions

_HINTS = typing.get_type_hints(Article)

TEXTS = ("blocks", "text", "text_canonical", "text_canonical_offsets")
"""Fields with the publisher's texts, which the profile metadata lacks. `image` has captions too, which are null there.
"""

_WITHOUT_PATH = with_all_names("json_replace(provenance, '$.path', NULL)")
"""SQL of the provenance without the path of a file on somebody's machine, which no profile includes."""

_WITHOUT_CAPTIONS = (
    "(SELECT json_group_array(json_replace(value, '$.caption', NULL, '$.alt', NULL)) FROM json_each(image))"
)

_OF_TEXT = (
    "schema_version", "id", "url", "headline", "kicker", "alternative_headline",
    "date_published", "datetime_published", "date_precision", "byline", "author", "source", "publisher",
    "article_section", "node", "keywords", "dateline", "paper", "in_language",
    "text", "text_canonical", "char_count", "content_sha256", "duplicate_of", "cluster", "similarity",
    "warnings", "rights",
)  # fmt: skip
"""The fields of the profile `text`."""

DESC = 100
"""Maximum number of characters of the first paragraph in `desc` of news2016zh."""


def fields(plan: "ExportOptions") -> tuple[ExportField, ...]:
    """Return the columns of an export, in order; flat columns if the format has cells."""
    given = _fields(plan)
    if plan.kind.rows != "cells":
        return given
    if plan.profile == "text":
        given += (_LAYOUT,)
    return flat(given)


_LAYOUT = ExportField(
    "layout", str | None, "provenance ->> '$.layout'", sentence="Which of the site's layouts the page has."
)


def _fields(plan: "ExportOptions") -> tuple[ExportField, ...]:
    """Return the fields of a profile as the record has them."""
    if plan.profile == "news2016zh":
        return _news2016zh(VALUE_SQL["text_canonical"] if "canonical" in plan.layers else "text")
    if plan.profile == "metadata":
        return tuple(_with_modified(_field(name) for name in _HINTS if name not in TEXTS))
    if plan.profile == "text":
        names = [name for name in _OF_TEXT if _has_field(name, plan)]
        return tuple(_spread(map(_field, names), plan))
    every = (ExportField(name, hint, _CHANGED.get(name, VALUE_SQL[name])) for name, hint in _HINTS.items())
    return tuple(_spread(_with_modified(every), plan))


def _with_modified(given: typing.Iterable[ExportField]) -> typing.Iterator[ExportField]:
    """Yield the fields, with `date_modified` as two columns, a day and a time: the record has either."""
    for field in given:
        if field.name != "date_modified":
            yield field
            continue
        yield replace(
            field,
            sql="substr(date_modified, 1, 10)",
            sentence="The day on which the page says it was changed.",
        )
        moment = "iif(length(date_modified) > 10, date_modified, NULL)"
        yield ExportField(
            "datetime_modified",
            str | None,
            moment,
            sentence="The moment of it, where the page has the time too.",
        )


_CHANGED = {
    "revision": "json_replace(revision, '$.last_checked', NULL)",
    "provenance": _WITHOUT_PATH,
}
"""SQL of fields without the time of the last check, so that files of months without other changes stay the same."""


def _field(name: str) -> ExportField:
    sql = _CHANGED | {"image": _WITHOUT_CAPTIONS}
    return ExportField(name, _HINTS[name], sql.get(name, VALUE_SQL[name]))


def _has_field(name: str, plan: "ExportOptions") -> bool:
    """Return whether the profile `text` has a field: texts only if `--text` names them."""
    layer = {"text": "exact", "text_canonical": "canonical"}.get(name)
    # Offsets are useless without the text that they refer to.
    offsets = name == "text" and {"sentences", "words"} & set(plan.layers)
    return layer is None or layer in plan.layers or bool(offsets)


def _spread(given: typing.Iterable[ExportField], plan: "ExportOptions") -> typing.Iterator[ExportField]:
    """Yield the fields, followed by the offsets that `--text` requests."""
    yield from given
    for layer in ("sentences", "words"):
        if layer in plan.layers:
            yield ExportField(layer, list[list[int]], "NULL", computed=True)
    if "words" in plan.texts:
        for name in ("tokens", "norm", "pos"):
            yield ExportField(name, list[str], "NULL", computed=True)
    elif plan.kind.tags:
        yield ExportField("pos", list[str], "NULL", computed=True)


def _news2016zh(text: str) -> tuple[ExportField, ...]:
    """Return the seven fields of the corpus news2016zh (brightmart/nlp_chinese_corpus), and the rights holder.

    As in that corpus, all are strings and never null, and `desc` is the beginning of the text. Keywords are separated
    by `，`. Unlike there, `time` has the year.
    """
    first = f"substr({text}, 1, instr({text} || char(10), char(10)) - 1)"
    made = {
        "news_id": "id",
        "title": "coalesce(headline, '')",
        "content": text,
        "source": "coalesce(source ->> '$.name', '')",
        "time": "coalesce(substr(replace(coalesce(datetime_published, date_published), 'T', ' '), 1, 16), '')",
        "keywords": "coalesce((SELECT group_concat(value, '，') FROM json_each(keywords)), '')",
        "desc": f"substr({first}, 1, {DESC})",
        "copyright_holder": "coalesce(rights ->> '$.copyright_holder', '')",
        "license": "coalesce(rights ->> '$.license', '')",
    }
    return tuple(ExportField(name, str, sql) for name, sql in made.items())


def line_sql(given: tuple[ExportField, ...]) -> str:
    """Return the SQL expression of a record as a line of JSON, without computed fields.

    Lists and objects are concatenated as their columns have them: `json_object` would parse and write each of them
    again, which takes as long as everything else. `kepu verify` reports columns with malformed JSON.
    """
    given = tuple(field for field in given if not field.computed)
    keys = ",".join(f'"{field.name}":%s' for field in given)
    values = (
        f"ifnull({field.sql}, 'null')" if field.is_json else f"json_quote({field.sql})" for field in given
    )
    return f"printf('{{{keys}}}', {', '.join(values)})"
