"""What a person types, understood: words, phrases, OR, minus and filters. Nothing of it reaches FTS5 as it is.

    大模型 "生成式人工智能" -汽车 source:新华社 since:2023-01 AI* 月球 OR 火星

All of it has to fit; OR joins its two neighbours alone. Of several filters of one name any has to fit.
"""

import calendar
import difflib
import re
from dataclasses import dataclass, field
from datetime import date

from archive.search.search_tokens import BREAK, is_word, tokens
from kepu.errors import ArchiveError

MOST_TOKENS = 256
"""Han characters and words in a query: more is a text pasted by mistake, and each costs a look into the index."""

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
"""Names of filters as they are typed, and which filter each is."""


class BadQuery(ArchiveError):
    """A query that cannot be understood."""

    code = "usage"


@dataclass(frozen=True, slots=True)
class Term:
    """Words that have to follow each other."""

    tokens: tuple[str, ...]
    column: str | None = None
    """The one column of the index in which they have to stand; None for any."""
    is_prefix: bool = False
    """Whether the last word may go on: `AI*`."""


@dataclass(slots=True)
class Query:
    """A query, understood."""

    groups: list[list[Term]] = field(default_factory=list)
    """Of each group one term has to be there."""
    without: list[Term] = field(default_factory=list)
    """None of these may be there."""
    filters: dict[str, list[str]] = field(default_factory=dict)
    """source, section, layout, id → values, of which one has to fit."""
    excluded: dict[str, list[str]] = field(default_factory=dict)
    """The same: none of them may."""
    since: str | None = None
    """The first day, ISO 8601."""
    until: str | None = None
    """The last day."""
    typed: list[str] = field(default_factory=list)
    """The parts that were understood, each as it can be typed again."""
    ignored: list[str] = field(default_factory=list)
    """The parts in which there is nothing to search for."""

    @property
    def terms(self) -> list[Term]:
        """All terms that may be there: what to highlight."""
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
    """Return what a query asks for; raises BadQuery with a line that says what is wrong.

    An unbalanced quotation mark reaches to the end. Whatever is no letter and no digit only parts words.
    """
    query, joins = Query(), False
    before: _Item | None = None
    # What no database takes, a lone surrogate or NUL, is nothing to search for either.
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
    """Return the parts of a query."""
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
"""How alike two names are, from 0 to 1 (difflib), of which one may be a slip of the other."""


def _check_name(part: str) -> None:
    """Raise BadQuery for a part that looks like a filter whose name is nearly that of one."""
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
    """Put a part into the query."""
    if item.name in {"since", "until"}:
        _set_day(query, item)
    elif item.name in {"source", "section", "layout", "id"}:
        if not item.value.strip():
            raise BadQuery("{name}: wants a value behind it.", name=item.name)
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
    """Put a part into the query that stands behind OR."""
    filters = {"source", "section", "layout", "id"}
    if item.name in filters and item.name == before.name and item.minus == before.minus is False:
        _add(query, item)  # that is what filters of one name do anyway
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
    """Return the group of the terms that stand in this column."""
    return next((group for group in query.groups if all(term.column == column for term in group)), None)


def _term(item: _Item) -> Term | None:
    """Return the words of a part, without the breaks around them; None where there are none."""
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


_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?\Z", re.ASCII)


def _set_day(query: Query, item: _Item) -> None:
    """Understand since: and until:."""
    match = _DAY.match(item.value.strip())
    wrong = BadQuery("{typed}: write {name}:2023, 2023-01 or 2023-01-05.", typed=item.typed, name=item.name)
    if match is None or item.minus:
        raise wrong
    try:
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if item.name == "since":
            query.since = date(year, month or 1, day or 1).isoformat()
        else:
            last = calendar.monthrange(year, month or 12)[1]
            query.until = date(year, month or 12, day or last).isoformat()
    except ValueError:
        raise wrong from None
