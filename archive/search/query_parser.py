"""Parse a query: words, phrases, OR, minus and filters. Its text is never passed to FTS5 as it was typed.

    大模型 "生成式人工智能" -汽车 source:新华社 since:2023-01 AI* 月球 OR 火星

An article must match all parts; OR joins only its two neighbours. Of several filters with the same name, one must
match.
"""

import calendar
import difflib
import re
from dataclasses import dataclass, field
from datetime import date

from archive.search.search_tokens import BREAK, is_word, tokens
from kepu.errors import ArchiveError

MOST_TOKENS = 256
"""Maximum number of Han characters and words in a query; each takes a look-up in the index."""

NAMES = {
    "source": "source",
    "来源": "source",
    "section": "section",
    "栏目": "section",
    "author": "author",
    "作者": "author",
    "layout": "layout",
    "版式": "layout",
    "since": "since",
    "until": "until",
    "id": "id",
    "title": "title",
    "标题": "title",
}
"""Maps the names of filters, as they may be typed, to the filter."""


class BadQuery(ArchiveError):
    """A query with a syntax error, or one that is too long."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase: tokens that must follow each other."""

    tokens: tuple[str, ...]
    """The tokens of the phrase, in order."""
    column: str | None = None
    """The column of the index in which the phrase must be, or None for any."""
    is_prefix: bool = False
    """Whether the last word is a prefix: `AI*`."""


@dataclass(slots=True)
class Query:
    """A parsed query."""

    groups: list[list[Term]] = field(default_factory=list)
    """At least one phrase of each group must match."""
    without: list[Term] = field(default_factory=list)
    """None of these phrases may match."""
    filters: dict[str, list[str]] = field(default_factory=dict)
    """Filter (source, section, layout, id) → values, one of which must match."""
    excluded: dict[str, list[str]] = field(default_factory=dict)
    """Filter → values, none of which may match."""
    since: str | None = None
    """The first day of publication, ISO 8601."""
    until: str | None = None
    """The last day of publication, ISO 8601."""
    typed: list[str] = field(default_factory=list)
    """The parts that were understood, each in a form that parses to the same part."""
    ignored: list[str] = field(default_factory=list)
    """The parts that contain nothing to search for, such as punctuation."""

    @property
    def terms(self) -> list[Term]:
        """The phrases that may match, for highlighting."""
        return [term for group in self.groups for term in group]


_QUOTES = '"“”„＂'
_ITEM = re.compile(
    rf"""\s*(?P<minus>[-－−])?
    (?:(?P<name>{"|".join(NAMES)})[:：])?
    (?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<bare>[^\s{_QUOTES}]+)|(?<=[:：－−-]))""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(slots=True)
class _Item:
    minus: bool
    name: str | None
    value: str
    quoted: bool

    @property
    def typed(self) -> str:
        value = f'"{self.value}"' if self.quoted or re.search(r"\s", self.value) else self.value
        return f"{'-' * self.minus}{self.name + ':' if self.name else ''}{value}"

    @property
    def is_or(self) -> bool:
        return not (self.minus or self.name or self.quoted) and self.value in {"OR", "|", "｜"}


def parse(text: str) -> Query:
    """Parse a query. Raises BadQuery with a message that names the error.

    An unbalanced quotation mark extends to the end of the query. All characters except letters and digits are
    separators.
    """
    query, joins = Query(), False
    before: _Item | None = None
    # Lone surrogates and NUL cannot be stored in a database, so they match nothing.
    for item in _items(text.encode("utf-8", "replace").decode().replace("\0", " ")):
        if item.is_or:
            joins = before is not None
            continue
        if joins and before is not None:
            _joined(query, before, item)
        else:
            _add(query, item)
        before, joins = item, False
    count = sum(len(term.tokens) for term in (*query.terms, *query.without))
    if count > MOST_TOKENS:
        raise BadQuery(
            "the query has {count} words and characters; {most} are the most.",
            count=count,
            most=MOST_TOKENS,
        )
    return query


def _items(text: str) -> list[_Item]:
    """Split a query into its parts."""
    found = []
    for match in _ITEM.finditer(text):
        name = match["name"] and NAMES[match["name"].lower()]
        value = match["quoted"] if match["quoted"] is not None else match["bare"]
        if not name and match["quoted"] is None:
            _check_name(value or "")
        if value is not None or match["minus"] or name:
            found.append(_Item(bool(match["minus"]), name, value or "", match["quoted"] is not None))
    return found


_MISSPELT = re.compile(r"([A-Za-z]{3,})[:：]")
_NEAR = 0.75
"""Similarity of two names from 0 to 1 (difflib) from which one is reported as a misspelling of the other."""


def _check_name(part: str) -> None:
    """Raise BadQuery for a part that looks like a filter with a misspelt name."""
    match = _MISSPELT.match(part)
    if match is None or part[match.end() :].startswith("//"):
        return
    near = difflib.get_close_matches(match[1].lower(), NAMES, 1, _NEAR)
    if near:
        raise BadQuery(
            '{part}: there is no filter {name}:, did you mean {near}:? To search for the words, put them in "…".',
            part=part,
            name=match[1],
            near=near[0],
        )


def _add(query: Query, item: _Item) -> None:
    """Add a part to the query."""
    if item.name in {"since", "until"}:
        _set_day(query, item)
    elif item.name in {"source", "section", "layout", "id"}:
        if not item.value.strip():
            raise BadQuery("{name}: needs a value.", name=item.name)
        chosen = query.excluded if item.minus else query.filters
        chosen.setdefault(item.name, []).append(item.value.strip())
    elif (term := _term(item)) is None:
        if item.typed:
            query.ignored.append(item.typed)
        return
    elif item.minus:
        query.without.append(term)
    elif item.name == "author" and (same := _group_of(query, "people")):
        same.append(term)
    else:
        query.groups.append([term])
    query.typed.append(item.typed)


def _joined(query: Query, before: _Item, item: _Item) -> None:
    """Add a part that follows OR."""
    filters = {"source", "section", "layout", "id"}
    if item.name in filters and item.name == before.name and item.minus == before.minus is False:
        _add(query, item)  # Filters of the same name are alternatives already.
        return
    if before.minus or item.minus or {before.name, item.name} & {*filters, "since", "until"}:
        raise BadQuery(
            "OR joins words and phrases, or filters of one name: 月球 OR 火星, source:甲 OR source:乙."
        )
    term = _term(item)
    if term is None or _term(before) is None:
        _add(query, item)
        return
    query.groups[-1].append(term)
    query.typed += ["OR", item.typed]


def _group_of(query: Query, column: str) -> list[Term] | None:
    """Return the group whose phrases are searched in this column."""
    return next((group for group in query.groups if all(term.column == column for term in group)), None)


def _term(item: _Item) -> Term | None:
    """Return the phrase of a part without breaks at its ends, or None if no token is left."""
    words = tokens(item.value)
    while words and words[-1] == BREAK:
        words.pop()
    while words and words[0] == BREAK:
        del words[0]
    if not words:
        return None
    column = {"title": "title", "author": "people"}.get(item.name or "")
    prefix = not item.quoted and item.value.endswith("*") and is_word(words[-1])
    return Term(tuple(words), column, prefix)


def _or(number: int | None, default: int) -> int:
    return default if number is None else number


_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?\Z", re.ASCII)


def _set_day(query: Query, item: _Item) -> None:
    """Parse a `since:` or `until:` filter."""
    match = _DAY.match(item.value.strip())
    wrong = BadQuery("{typed}: write {name}:2023, 2023-01 or 2023-01-05.", typed=item.typed, name=item.name)
    if match is None or item.minus:
        raise wrong
    try:
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if item.name == "since":
            query.since = date(year, _or(month, 1), _or(day, 1)).isoformat()
        else:
            last = calendar.monthrange(year, _or(month, 12))[1]
            query.until = date(year, _or(month, 12), _or(day, last)).isoformat()
    except ValueError:
        raise wrong from None
