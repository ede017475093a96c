"""The options of a run: the mode, the period it covers, and where it stops."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from kepu import urls
from kepu.messages import COMMA, Text, joined

Mode = Literal["refresh", "backfill", "recheck"]
"""What a run fetches.

`refresh`: the newest list pages, new articles, and stored ones that are due for a re-check. `backfill`: the search
month by month, lists to their last page or back to `since`, and the articles of the period found there. `recheck`:
stored articles again, chosen by id, URL or period.
"""

MODES: tuple[Mode, ...] = ("refresh", "backfill", "recheck")
"""All modes."""
ARGUMENTS = (
    *("mode", "since", "until", "ids", "urls", "limit", "budget", "hours", "sources"),
    *("images", "images_budget", "page_resources"),
)
"""Arguments that the spider `channel` accepts in addition to its argument `channel`: `-a mode=refresh -a limit=20`."""

SOURCES = ("home", "sections", "search", "rolling", "sitemaps")
"""Places where a run looks for article URLs."""

GB_ENDED = date(2013, 1, 1)
"""First day from which no article has a `/GB/…` URL: the site stopped using them in 2012, plus a year of tolerance."""

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?")
_BUDGET = re.compile(r"([0-9]+)\s*(m|min|h|d|/day)?")
_HOURS = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?-([0-9]{1,2})(?::([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of a run, which stops at the first one that is reached; None means no limit."""

    requests: int | None = None
    """Maximum number of requests in this run."""
    seconds: float | None = None
    """Maximum number of seconds of this run."""
    requests_a_day: int | None = None
    """Maximum number of requests in the last 24 hours, over all runs."""

    @classmethod
    def parse(cls, text: str) -> "Budget":
        """Parse limits separated by commas: `500` (requests), `90m` or `90min`, `8h`, `2d`, `700/day`.

        An empty text sets no limit. Of several limits of a kind, the last one is used. Raises ValueError for any other
        text.
        """
        found: dict[str, Any] = {}
        for word in filter(None, (part.strip() for part in text.split(","))):
            match = _BUDGET.fullmatch(word)
            if not match:
                raise ValueError(
                    Text("invalid budget {word!r}; write 500 (requests), 90m, 8h, 2d, or 700/day", word=word)
                )
            n, unit = int(match[1]), match[2]
            if unit is None:
                found["requests"] = n
            elif unit == "/day":
                found["requests_a_day"] = n
            else:
                found["seconds"] = n * {"m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}[unit]
        return cls(**found)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours during which hosts may be requested, in Beijing time: from `start` to `end`, maybe of the next day."""

    start: time
    """First minute."""
    end: time
    """Minute after the last one."""

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """Parse hours such as `22-7` or `22:30-06:45`. Raises ValueError for anything else."""
        match = _HOURS.fullmatch(text.strip())
        try:
            if match:
                a, b, c, d = (int(number or 0) for number in match.groups())
                return cls(time(a % 24 if a == 24 else a, b), time(c % 24 if c == 24 else c, d))
        except ValueError:
            pass
        raise ValueError(Text("invalid hours {text!r}; write 22-7, or 22:30-06:45", text=text))

    def opens_in(self, now: datetime) -> float:
        """Return the seconds until hosts may be requested; 0 if they may be now.

        `now` must be in Beijing time. If `start` and `end` are equal, hosts may always be requested.
        """
        clock = now.time().replace(tzinfo=None)
        if self.start == self.end:
            return 0.0
        after, before = clock >= self.start, clock < self.end
        if (after and before) if self.start < self.end else (after or before):
            return 0.0
        opening = datetime.combine(now.date(), self.start, now.tzinfo)
        return ((opening if opening > now else opening + timedelta(days=1)) - now).total_seconds()


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """The options of a run."""

    mode: Mode = "refresh"
    """What the run does."""
    since: date | None = None
    """First day of the period, or None for no bound."""
    until: date | None = None
    """The day after the last day."""
    ids: tuple[str, ...] = ()
    """Articles to recheck, by id."""
    urls: tuple[str, ...] = ()
    """Articles to recheck, by URL."""
    limit: int | None = None
    """Stop after this number of new or changed articles; None means no limit."""
    budget: Budget = field(default_factory=Budget)
    """Limits of requests and of time."""
    hours: Hours | None = None
    """When hosts may be requested, or None for always."""
    sources: tuple[str, ...] = SOURCES
    """The sources to start from."""
    images: bool = False
    """Whether pictures of articles are fetched (only from the channel's `image_hosts`)."""
    images_budget: int | None = None
    """Maximum number of requests for pictures in this run; None: what remains of the run's budget."""
    page_resources: bool = False
    """Whether style sheets and decorative pictures are fetched as well."""

    @classmethod
    def parse(cls, arguments: dict[str, Any]) -> "CrawlOptions":
        """Parse a spider's arguments: strings, lists of strings, numbers or booleans.

        `limit=0` and `images_budget=0` set no limit. `images` and `page_resources` are `1` or `0` (also `yes`, `no`,
        `true`, `false`, `on`, `off`); `page_resources` and a positive `images_budget` switch `images` on. Raises
        ValueError for an unknown or invalid argument, with a message that says what to write.
        """
        refuse_unknown(arguments, ARGUMENTS)
        get = arguments.get
        mode = get("mode") or ("recheck" if get("ids") or get("urls") else "refresh")
        if mode not in MODES:
            raise ValueError(Text("unknown mode {mode!r}; write refresh, backfill or recheck", mode=mode))
        page_resources, images_budget = switch(get("page_resources")), whole_number(get("images_budget"))
        plan = cls(
            mode=mode,
            since=day(get("since")),
            until=day(get("until"), end=True),
            ids=_words(get("ids")),
            urls=_words(get("urls")),
            limit=whole_number(get("limit")),
            budget=Budget.parse(str(get("budget") or "")),
            hours=Hours.parse(str(get("hours"))) if get("hours") else None,
            sources=_words(get("sources")) or SOURCES,
            images=switch(get("images")) or page_resources or images_budget is not None,
            images_budget=images_budget,
            page_resources=page_resources,
        )
        plan.check()
        return plan

    def check(self) -> None:
        """Raise ValueError if options contradict each other.

        Also if a source is unknown, if a URL is not an article's, or if a `recheck` names nothing.
        """
        if unknown := set(self.sources) - set(SOURCES):
            raise ValueError(
                Text(
                    "unknown source {unknown}; the sources are {sources}",
                    unknown=joined(sorted(unknown), COMMA),
                    sources=joined(SOURCES, COMMA),
                )
            )
        if self.mode == "recheck" and not (self.ids or self.urls or self.since or self.until):
            raise ValueError(Text("nothing to re-check is named; add --id, --url, --since or --until"))
        if (self.ids or self.urls) and self.mode != "recheck":
            raise ValueError(Text("--id and --url work only with --mode recheck"))
        if (self.since or self.until) and self.mode == "refresh":
            raise ValueError(Text("--since and --until work only with --mode backfill or recheck"))
        if self.since and self.until and self.since >= self.until:
            raise ValueError(Text("--since is later than --until; swap them"))
        if odd := [url for url in self.urls if not urls.is_article(url)]:
            raise ValueError(
                Text(
                    "{url}: not the URL of an article; copy one from the browser's address bar",
                    url=odd[0],
                )
            )

    def covers(self, published: date | None, prefix: str | None = None) -> bool:
        """Return whether an article published on that day is within the period.

        `prefix` is the first part of its URL's path (`n1`, `GB`, …). An article of unknown date is included, unless
        it has a `/GB/…` URL and the period begins on GB_ENDED or later.
        """
        if published is None:
            return not (prefix == "GB" and self.since and self.since >= GB_ENDED)
        return (self.since is None or published >= self.since) and (
            self.until is None or published < self.until
        )


def day(text: str | None, *, end: bool = False) -> date | None:
    """Return the first day of `2024`, `2024-05` or `2024-05-10` or, with `end`, the day after its last.

    Return None for no text. Raises ValueError for anything else, such as a day that does not exist.
    """
    if not text:
        return None
    match = _DAY.fullmatch(text.strip())
    try:
        if match:
            year, month, number = (int(group) if group else None for group in match.groups())
            assert year is not None
            first = date(year, _or_first(month), _or_first(number))
            return _day_after(year, month, number) if end else first
    except (ValueError, OverflowError):  # no such day, or one after the year 9999
        pass
    raise ValueError(Text("invalid day {text!r}; write 2024, 2024-05 or 2024-05-10", text=text))


def _or_first(number: int | None) -> int:
    return 1 if number is None else number


def _day_after(year: int, month: int | None, number: int | None) -> date:
    """Return the day after a year, a month or a day. Raises ValueError or OverflowError if there is none."""
    if number is not None:
        return date(year, _or_first(month), number) + timedelta(days=1)
    if month is not None and month != 12:
        return date(year, month, 1).replace(month=month + 1)
    return date(year + 1, 1, 1)


def refuse_unknown(arguments: Collection[str], known: Collection[str]) -> None:
    """Raise ValueError for an argument that a spider does not have, since Scrapy would ignore a mistyped one."""
    for name in arguments:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            allowed = joined(near or list(known), COMMA)
            raise ValueError(Text("unknown argument {name}; use {allowed}", name=name, allowed=allowed))


def switch(value: Any) -> bool:
    """Return whether an argument is switched on: `1`, `yes`, `true` or `on`. False if no value is given.

    `0`, `no`, `false` and `off` are False too. Raises ValueError for any other text.
    """
    text = str(value or "").strip().lower()
    if text in {"", "0", "no", "false", "off"}:
        return False
    if text in {"1", "yes", "true", "on"}:
        return True
    raise ValueError(Text("invalid value {text!r}; write 1 or 0, such as images=1", text=text))


def whole_number(value: Any) -> int | None:
    """Return a positive whole number, or None if it is 0 or no value is given. Raises ValueError for anything else."""
    if not value:
        return None
    text = str(value).strip()
    if not (text.isascii() and text.isdigit()):
        raise ValueError(Text("invalid number {text!r}; write a whole number, such as limit=20", text=text))
    return int(text) or None


def _words(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    parts = value.split(",") if isinstance(value, str) else [str(word) for word in value]
    return tuple(word.strip() for word in parts if word.strip())
