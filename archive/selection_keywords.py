"""Typed filters of the Python library: one set of keywords for articles, frames, counts, exports and reports."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict

from archive import id_lists, samples
from archive.filters import Selection


class Named(TypedDict, total=False):
    """Keywords that select articles by their fields."""

    since: str | date | None
    """The first day, month or year of publication: `2024-05-10`, `2024-05`, `2024`, or a date."""
    until: str | date | None
    """The last day, month or year, inclusive."""
    section: str | Iterable[str] | None
    """One section (`article_section`), or several, any of which matches."""
    source: str | Iterable[str] | None
    """One source (来源), or several."""
    layout: str | Iterable[str] | None
    """One layout, or several."""
    runs: Iterable[int] | None
    """Numbers of crawl runs: only articles whose present version was fetched in one of them."""
    ids: Iterable[str] | None
    """Only these articles: ids, URLs or ends of ids, as `kepu show` accepts them."""


class Where(Named, total=False):
    """Keywords that select articles by their fields, with or without copies."""

    duplicates: bool
    """Whether to keep copies; they are left out by default, as in exports."""
    complete_only: bool
    """Whether to leave out articles that lack parts, text or characters."""


class Sampled(Named, total=False):
    """Keywords that select articles, or a sample of them, for searches, which handle copies themselves."""

    sample: int | str | None
    """Number (1000) or share ("5%") of articles, sampled by the hash of their ids."""
    seed: int
    """Seed of the sample; another seed gives another sample."""


class Filters(Where, total=False):
    """All keywords that select articles, or a sample of them."""

    sample: int | str | None
    """Number (1000) or share ("5%") of articles, sampled by the hash of their ids."""
    seed: int
    """Seed of the sample; another seed gives another sample."""


def selection(
    *,
    since: str | date | None = None,
    until: str | date | None = None,
    section: str | Iterable[str] | None = None,
    source: str | Iterable[str] | None = None,
    layout: str | Iterable[str] | None = None,
    runs: Iterable[int] | None = None,
    duplicates: bool = False,
    complete_only: bool = False,
    ids: Iterable[str] | None = None,
    sample: int | str | None = None,
    seed: int = 0,
) -> Selection:
    """Return the selection for these keywords. Raises BadSelection, BadSample or BadIdList."""
    return Selection(
        since=_day(since),
        until=_day(until),
        sections=_several(section),
        sources=_several(source),
        layouts=_several(layout),
        runs=tuple(str(run) for run in runs or ()),
        duplicates=duplicates,
        complete_only=complete_only,
        ids=None if ids is None else id_lists.parse(_several(ids), "ids"),
        sample=None if sample is None else samples.parse(sample, seed),
    )


def _day(value: str | date | None) -> str | None:
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else value


def _several(value: str | Iterable[str] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
