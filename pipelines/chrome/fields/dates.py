"""Times as the site prints them, as ISO 8601 in its own zone, and the printed edition that an article names."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kepu.records import Paper

ZONE = "+08:00"
"""The site prints Beijing time."""

MIDNIGHT_IS_A_DAY_TO = 2011
"""To this year 00:00 stands for a day without a time, as on the real page of 2009; later pages print real times."""

# \d takes full-width digits too, and int() reads them.
_TIME = re.compile(
    r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
    r"(?:\s*(\d{1,2})\s*[:：]\s*(\d{2})(?:\s*[:：]\s*\d{2})?)?"
)
_PAPER = re.compile(
    r"《\s*([^《》]{2,20}?)\s*》\s*[（(]\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*,?，?\s*"
    r"(?:第\s*)?([0-9０-９A-Za-z一二三四五六七八九十]+)\s*版\s*[）)]"
)


@dataclass(frozen=True, slots=True)
class Published:
    """A time of publication."""

    day: date
    """Beijing's day."""
    moment: str | None
    """RFC 3339 with seconds, `2023-12-28T07:56:00+08:00`; None where only the day is known."""
    raw: str
    """As printed."""

    @property
    def precision(self) -> Literal["minute", "day"]:
        """What is known of it."""
        return "minute" if self.moment else "day"

    @property
    def iso(self) -> str:
        """The moment, or the day alone where only it is known."""
        return self.moment or self.day.isoformat()


def parse_time(text: str) -> Published | None:
    """Return the first time in `text` that exists in the calendar, or None."""
    for match in _TIME.finditer(text):
        year, month, day = (int(g) for g in match.group(1, 2, 3))
        hour, minute = (int(g) if g else None for g in match.group(4, 5))
        no_time = hour is None or (hour == minute == 0 and year <= MIDNIGHT_IS_A_DAY_TO)
        try:
            datetime(year, month, day, hour or 0, minute or 0)  # noqa: DTZ001 (the zone is ZONE)
        except ValueError:
            continue
        raw = match[0].strip()
        iso = f"{year:04}-{month:02}-{day:02}"
        moment = None if no_time else f"{iso}T{hour:02}:{minute:02}:00{ZONE}"
        return Published(date.fromisoformat(iso), moment, raw)
    return None


def names_a_time(text: str) -> bool:
    """Tell whether `text` holds something written like a time, whether or not it exists."""
    return _TIME.search(text) is not None


def without_time(text: str) -> str:
    """Return `text` without the first thing in it that is written like a time."""
    return _TIME.sub("", text, count=1)


def parse_paper(text: str) -> Paper | None:
    """Return the edition that a line names, or None.

    Two forms: `《 人民日报 》（ 2024年05月10日   04 版）`, `《人民日报》（2023年12月28日 第 09 版）`.
    """
    match = _PAPER.search(text)
    if not match:
        return None
    name, year, month, day, page = match.groups()
    try:
        iso = date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        iso = None
    return Paper(re.sub(r"\s+", "", name), iso, page)


def is_paper_line(text: str) -> bool:
    """Tell whether a line says nothing but the edition."""
    return len(text) < 60 and _PAPER.fullmatch(text.strip()) is not None
