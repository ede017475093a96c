"""Check a channel file against its dataclasses by msgspec; an error names the key and its line, with an example."""

import dataclasses
import difflib
import re
import tomllib
from typing import Any, TypeVar

import msgspec

from kepu import toml_lines
from kepu.messages import COMMA, Text, joined

T = TypeVar("T")

EXAMPLES = {
    "name": 'name = "kpzg"',
    "title": 'title = "人民网科普中国"',
    "home": 'home = "http://kpzg.people.com.cn/"',
    "hosts": 'hosts = ["kpzg.people.com.cn"]',
    "image_hosts": 'image_hosts = ["kpzg.people.com.cn"]',
    "publisher": 'publisher = "人民网"',
    "copyright_holder": 'copyright_holder = "人民网股份有限公司"',
    "sections": '[[sections]] with node = "404214", title = "科普中国", url = "http://…/GB/404214/index.html"',
    "node": 'node = "404214"',
    "url": 'url = "http://kpzg.people.com.cn/GB/404214/index.html"',
    "sources": "[sources] with search = …, rolling = …, sitemap_index = …, sitemap_names = […]",
    "search": 'search = "http://search.people.cn/search-platform/front/search"',
    "search_domain": 'search_domain = "kpzg.people.com.cn"',
    "requests": "requests = 21000",
    "search_key": 'search_key = "的"',
    "rolling": 'rolling = "http://news.people.com.cn/210801/211150/index.js"',
    "sitemap_index": 'sitemap_index = "http://www.people.cn/sitemap_index.xml"',
    "sitemap_names": 'sitemap_names = ["kpzg", "kepu"]',
}
"""An example of each key, for error messages."""

_AT = re.compile(r"`\$\.?([^`]*)`")
_MISSING = re.compile(r"missing required field `([^`]+)`")


class WrongChannel(ValueError):
    """An invalid channel file; the message names the line."""


def parse(text: str, kind: type[T]) -> T:
    """Convert the TOML text of a channel file to the dataclass `kind`.

    Raises WrongChannel with one line: where the file is wrong, what is allowed there, and an example.
    """
    try:
        facts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongChannel(Text("not TOML: {why}", why=str(error))) from error
    _refuse_unknown(facts, kind, text)
    for name, part in (("sections", facts.get("sections")), ("sources", facts.get("sources"))):
        types = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
        if name in types and part is not None:
            for one in part if isinstance(part, list) else [part]:
                if isinstance(one, dict):
                    _refuse_unknown(one, _NESTED[name], text)
    try:
        return msgspec.convert(facts, kind)
    except msgspec.ValidationError as error:
        raise wrong(text, _key_of(str(error)), Text("{why}", why=_plain(str(error)))) from error


_NESTED: dict[str, Any] = {}
"""The dataclasses of the tables in a channel file, by name; channel_config.py fills it in."""


def nested(**kinds: Any) -> None:
    """Register the dataclass of each table of a channel file, by the table's name."""
    _NESTED.update(kinds)


def wrong(text: str, key: str, why: str) -> WrongChannel:
    """Return the error for a key: its line, why it is wrong, and an example."""
    line = toml_lines.line_of(text, key)
    where = Text("line {n}, `{key}`", n=line, key=key) if line else Text("`{key}`", key=key)
    example = EXAMPLES.get(key)
    hint = Text("write {example}", example=example) if example else Text("see crawler/channels/kpzg.toml")
    return WrongChannel(Text("{where}: {why}; {hint}", where=where, why=why, hint=hint))


def _refuse_unknown(facts: dict[str, Any], kind: Any, text: str) -> None:
    """Raise WrongChannel for a key that a dataclass does not have, since msgspec ignores it."""
    known = [field.name for field in dataclasses.fields(kind)]
    for key in facts:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            allowed = joined([near[0]] if near else known, COMMA)
            raise wrong(text, key, Text("unknown key; use {allowed}", allowed=allowed))


def _key_of(message: str) -> str:
    if match := _MISSING.search(message):
        return match[1]
    match = _AT.search(message)
    names = re.findall(r"[a-z_]+", match[1]) if match else []
    return names[-1] if names else "?"


def _plain(message: str) -> str:
    """Return msgspec's message in TOML's words: `Expected a list, got a string`."""
    text = _AT.sub("", message).removesuffix(" - at ").strip()
    for theirs, ours in (
        ("`array`", "a list"),
        ("`str`", "a string"),
        ("`object`", "a table"),
        ("`int`", "a number"),
    ):
        text = text.replace(theirs, ours)
    return text.replace("Object missing", "missing")
