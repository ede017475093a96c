"""Parse times as the site prints them, and the printed edition that an article names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from kepu.records import Paper

_BEIJING = timezone(timedelta(hours=8))
"""Time zone of the site."""

MIDNIGHT_IS_A_DAY_TO = 2011
"""Last year in which 00:00 means that only the day is known, as on a page of 2009; later pages print real times."""

# \d also matches full-width digits, which int() can convert.
_TIME = re.compile(
    r"(?P<year>\d{4})\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*[日号]?"
    r"(?:[\s　,，]*[（(]?(?:星期|周|礼拜)[一二三四五六日天][）)]?)?"
    r"(?:[\s　T,，]*(?P<half>凌晨|清晨|早晨|早上|上午|中午|下午|午后|傍晚|晚上|晚间|夜间|夜里|[AaPp]\.?[Mm]\.?)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:：]\s*(?P<minute>\d{2})(?:\s*[:：]\s*(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"|[时時点]\s*(?P<minute_in_han>\d{1,2})\s*分(?:\s*(?P<second_in_han>\d{1,2})\s*秒)?)"
    r"(?:\s*(?P<behind>[AaPp]\.?[Mm]\.?)(?![A-Za-z]))?(?P<zone>\s*Z|\s*[+-]\d{2}:?\d{2})?)?"
)
"""Matches a date, with the weekday and the time of day if they follow; the values need not be valid."""
_CHANGED = re.compile(
    r"(?:更新|修改|修订|编辑|变更|[Uu]pdated|[Mm]odified)(?:时间|日期|于|at|on)?\s*[：:]?\s*$"
)
"""Matches the label of a time of change, directly before the time."""
_AFTERNOON = ("下午", "午后", "傍晚", "晚", "夜", "p")
"""Beginnings of the words, in lower case, with which hours 1 to 11 are after noon."""
_HAN = "\u3400-\u9fff"
"""Inside of a character class: Han characters."""
_NAME_OF_PAPER = r"《\s*([^《》]{2,20}?)\s*》"
_EDITION = (
    r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*,?，?\s*"
    rf"(?:[{_HAN}]{{1,8}}?版?[\s，,：:·]*)??"
    r"(?:第\s*)?([0-9０-９A-Za-z一二三四五六七八九十]{1,6})\s*版"
    rf"(?:[\s，,：:·]*[{_HAN}]{{1,10}})?"
)
_PAPER = re.compile(rf"{_NAME_OF_PAPER}\s*[（(]\s*{_EDITION}\s*[）)]")
"""Matches `《人民日报》（2023年12月28日 第 09 版）`, also with a section's name: 要闻第04版, 科技版 A4版,
第04版：要闻.
"""
_PAPER_IN_BRACKETS = re.compile(
    rf"[（(]\s*(?:原?载于?|原?刊于?|见|来源[：:]|转自)?\s*{_NAME_OF_PAPER}\s*[，,]?\s*{_EDITION}\s*[）)]"
)
"""Matches `（《光明日报》2023年5月6日 8版）`, which authors and editors type below a text."""


@dataclass(frozen=True, slots=True)
class Published:
    """A time of publication."""

    day: date
    """Day in Beijing time."""
    moment: str | None
    """RFC 3339 with seconds, `2023-12-28T07:56:00+08:00`; None if only the day is known."""
    raw: str
    """The time as printed."""

    @property
    def precision(self) -> Literal["minute", "day"]:
        """Whether the minute or only the day is known."""
        return "minute" if self.moment else "day"

    @property
    def iso(self) -> str:
        """The time in RFC 3339, or the day if only that is known."""
        return self.moment or self.day.isoformat()


def parse_time(text: str) -> Published | None:
    """Return the time of publication in `text`: the first valid time that is not labelled as a change; else None."""
    return next((time for time, is_change in _times(text) if not is_change), None)


def parse_change(text: str) -> Published | None:
    """Return the time in `text` that is labelled as a change (`更新时间：…`), or None."""
    return next((time for time, is_change in _times(text) if is_change), None)


def _times(text: str) -> Iterator[tuple[Published, bool]]:
    """Yield each valid time in `text`, and whether it is labelled as a change."""
    for match in _TIME.finditer(text):
        try:
            found = _published(match)
        except (ValueError, OverflowError):
            continue
        yield found, _CHANGED.search(text[max(0, match.start() - 12) : match.start()]) is not None


def _published(match: re.Match[str]) -> Published:
    """Convert a match to a time. Raises ValueError for a time that does not exist."""
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    raw = match[0].strip()
    minute = match["minute"] or match["minute_in_han"]
    if match["hour"] is None or minute is None:
        return Published(day, None, raw)
    hour = _hour(int(match["hour"]), (match["half"] or match["behind"] or "").lower())
    second = int(match["second"] or match["second_in_han"] or 0)
    moment = datetime(day.year, day.month, day.day, hour, int(minute), second, tzinfo=_BEIJING)
    zone = (match["zone"] or "").strip()
    if zone:
        named = moment.isoformat()[:19] + ("+00:00" if zone == "Z" else f"{zone[:3]}:{zone[-2:]}")
        moment = datetime.fromisoformat(named).astimezone(_BEIJING)
    elif hour == 0 == int(minute) == second and day.year <= MIDNIGHT_IS_A_DAY_TO:
        return Published(day, None, raw)
    return Published(moment.date(), moment.isoformat(), raw)


def _hour(hour: int, half: str) -> int:
    """Return the hour of the day, from 0 to 23, of an hour with 上午 or 下午: 下午3:05."""
    if half.startswith(_AFTERNOON) and hour < 12:
        return hour + 12
    if half.startswith("中午") and hour < 6:
        return hour + 12
    return 0 if hour == 12 and half.startswith(("凌晨", "a")) else hour


def names_a_time(text: str) -> bool:
    """Return whether `text` contains something in the form of a time, valid or not."""
    return _TIME.search(text) is not None


def without_time(text: str) -> str:
    """Return `text` without the first part that has the form of a time."""
    return _TIME.sub("", text, count=1)


LONGEST = 60
"""Lines from this number of characters on are no names of printed editions."""


def parse_paper(text: str) -> Paper | None:
    """Return the printed edition in a line, or None.

    Its forms are `《 人民日报 》（ 2024年05月10日   04 版）`, `《人民日报》（2023年12月28日 第 09 版）` and, as a whole
    line, `（《光明日报》2023年5月6日 8版）`.
    """
    match = _PAPER.search(text) or (
        _PAPER_IN_BRACKETS.fullmatch(text.strip()) if len(text) < LONGEST else None
    )
    if not match:
        return None
    name, year, month, day, page = match.groups()
    try:
        iso = date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        iso = None
    return Paper(re.sub(r"\s+", "", name), iso, page)


def is_paper_line(text: str) -> bool:
    """Return whether a line shorter than LONGEST only names a printed edition, as templates write it."""
    return len(text) < LONGEST and _PAPER.fullmatch(text.strip()) is not None


def credits_paper(text: str) -> bool:
    """Return whether a line shorter than LONGEST is a bracket that only names a printed edition."""
    return len(text) < LONGEST and _PAPER_IN_BRACKETS.fullmatch(text.strip()) is not None
