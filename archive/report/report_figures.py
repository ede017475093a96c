"""The figures of the report, computed in one pass over the rows."""

import heapq
import zlib
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import orjson
from sqlite_utils import Database

from archive.coverage import thin_days
from archive.filters import Selection, prepare, require_rows, where, why_a_copy
from archive.report.length_bins import bins, quartiles
from archive.store_letter_accounts import RuleCount, rule_counts
from kepu.progress import Tell, nobody

FIELDS = {
    "headline": "headline IS NOT NULL",
    "kicker": "kicker IS NOT NULL",
    "alternative_headline": "alternative_headline IS NOT NULL",
    "date_published": "date_published IS NOT NULL",
    "author": "author <> '[]'",
    "editor": "editor <> '[]'",
    "source": "source IS NOT NULL",
    "article_section": "article_section IS NOT NULL",
    "keywords": "keywords <> '[]'",
    "paper": "paper IS NOT NULL",
    "dateline": "dateline IS NOT NULL",
    "image": "image <> '[]'",
    "text": "char_count > 0",
}
"""Fields whose coverage is shown, each with the SQL condition that an article has it."""

SAMPLE = 400
"""Number of articles per year whose words are counted: enough for words that one article in a hundred has."""

TELL_EVERY = 500
"""Number of articles between two reports of progress."""

NO_YEAR = UNNAMED = "?"
"""Key of articles without a date, section, source or layout."""


@dataclass(slots=True)
class RunFigures:
    """One run of a spider."""

    started_at: str
    """When it began, ISO 8601 in UTC."""
    spider: str
    """Name of the spider."""
    outcome: str | None
    """None if the run was killed or is still running."""
    requests: int
    """Number of requests."""
    new: int
    """Number of new articles."""
    changed: int
    """Number of changed articles."""
    failed: int
    """Numbers of requests, of new and of changed articles, and of failures."""


@dataclass(slots=True)
class ReportFigures:
    """All figures of the report. Years are strings, `?` for articles without a date; dicts are in display order."""

    articles: int = 0
    """Number of articles."""
    counted: int = 0
    """Number of articles without exact copies."""
    gone: int = 0
    """Number of articles that the site no longer has."""
    characters: int = 0
    """Number of characters of all texts, without white space."""
    first_day: str | None = None
    """Day of the first publication (2004-03-01); None if no article has a date."""
    last_day: str | None = None
    """Day of the last publication."""
    months: dict[str, int] = field(default_factory=dict)
    """Month → articles, from the first month to the last without gaps."""
    sections: dict[str, Counter[str]] = field(default_factory=dict)
    """Section → year → articles, the largest section first."""
    sources: dict[str, int] = field(default_factory=dict)
    """Source → articles, the largest first."""
    lengths: dict[str, int] = field(default_factory=dict)
    """Bin (`500–599`) → articles; all bins except the last have the same width."""
    length_quartiles: tuple[int, int, int] | None = None
    """The 25th, 50th and 75th percentile of the lengths in characters."""
    sameness: dict[str, Counter[str]] = field(default_factory=dict)
    """own, same_text or near_duplicate → year → articles. An export keeps the first group and leaves the others out."""
    versions: dict[int, int] = field(default_factory=dict)
    """Number of versions → articles that have this number."""
    fields: dict[str, dict[str, float]] = field(default_factory=dict)
    """Field → year → share of the articles with it, from 0 to 1."""
    layouts: dict[str, Counter[str]] = field(default_factory=dict)
    """Layout → year → articles."""
    warnings: dict[str, int] = field(default_factory=dict)
    """Warning → articles, the most frequent first."""
    left_out: list[RuleCount] = field(default_factory=list)
    """What each rule of the extraction left out, the rule with the most characters first."""
    runs: list[RunFigures] = field(default_factory=list)
    """The runs, newest last."""
    days: dict[str, int] = field(default_factory=dict)
    """Day → articles; days without articles are missing."""
    thin_days: list[tuple[str, int, float]] = field(default_factory=list)
    """(day, articles, median of the days around it) of each day with unusually few articles."""
    sample: dict[str, list[int]] = field(default_factory=dict)
    """Year → `seq` of the articles whose words are counted; the same for the same archive."""

    @property
    def years(self) -> list[str]:
        """The years with articles, the unknown year last."""
        found = {year for counts in self.sameness.values() for year in counts}
        return sorted(found, key=lambda year: (year == NO_YEAR, year))


_COLUMNS = f"""
SELECT seq, substr(date_published, 1, 10), article_section, source ->> '$.name', char_count,
  revision ->> '$.n', revision ->> '$.status' = 'gone', provenance ->> '$.layout', warnings,
  {", ".join(FIELDS.values())}"""


def figures(db: Database, step: Tell = nobody, selection: Selection | None = None) -> ReportFigures:
    """Return the figures of an archive or of a selection of its articles, copies included.

    `step` is called with the number of rows read and their total. Raises NothingFits if no article is selected.
    """
    found = ReportFigures()
    chosen = selection or Selection()
    prepare(db, chosen)
    require_rows(db, chosen)
    condition, values = where(chosen)
    days: Counter[str] = Counter()
    lengths = array("q")
    sources: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    versions: Counter[int] = Counter()
    sections: dict[str, Counter[str]] = defaultdict(Counter)
    layouts: dict[str, Counter[str]] = defaultdict(Counter)
    has: dict[str, Counter[str]] = defaultdict(Counter)
    samples: dict[str, list[tuple[int, int]]] = defaultdict(list)
    found.sameness = {"own": Counter(), "same_text": Counter(), "near_duplicate": Counter()}
    total_rows = db.table("articles").count_where(condition, values)
    rows = f"{_COLUMNS}, {why_a_copy(db.conn, chosen)} FROM articles WHERE {condition}"
    for done, row in enumerate(db.execute(rows, values), start=1):
        seq, day, section, source, length, version, gone, layout, warned, *flags, copy = row
        year = day[:4] if day else NO_YEAR
        found.articles += 1
        found.gone += bool(gone)
        found.characters += length
        found.sameness[copy or "own"][year] += 1
        if day:
            days[day] += 1
        sections[section or UNNAMED][year] += 1
        sources[source or UNNAMED] += 1
        lengths.append(length)
        versions[version or 1] += 1
        layouts[layout or UNNAMED][year] += 1
        warnings.update(orjson.loads(warned))
        for name, flag in zip(FIELDS, flags, strict=True):
            has[name][year] += bool(flag)
        if copy != "same_text":
            _sample(samples[year], seq)
        if done % TELL_EVERY == 0:
            step(done, total_rows)
    found.left_out = rule_counts(db)
    found.counted = found.articles - found.sameness["same_text"].total()
    total = Counter[str]()
    for counts in found.sameness.values():
        total.update(counts)
    found.fields = {name: {year: has[name][year] / total[year] for year in found.years} for name in FIELDS}
    found.sections, found.layouts = _largest_first(sections), _largest_first(layouts)
    found.sources = dict(sources.most_common())
    found.lengths, found.length_quartiles = bins(lengths), quartiles(lengths)
    found.versions = dict(sorted(versions.items()))
    found.warnings = dict(warnings.most_common())
    found.sample = {year: sorted(seq for _, seq in chosen) for year, chosen in sorted(samples.items())}
    if days:
        found.first_day, found.last_day = min(days), max(days)
        found.months = _months(days)
        found.days = dict(sorted(days.items()))
        found.thin_days = thin_days(dict(days))
    found.runs = _runs(db)
    return found


def _sample(chosen: list[tuple[int, int]], seq: int) -> None:
    """Add an article to the sample, which keeps the SAMPLE articles with the smallest hash: random, but repeatable."""
    rank = -zlib.crc32(str(seq).encode())
    if len(chosen) < SAMPLE:
        heapq.heappush(chosen, (rank, seq))
    elif rank > chosen[0][0]:
        heapq.heapreplace(chosen, (rank, seq))


def _largest_first(counts: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1].total(), item[0])))


def _months(days: Counter[str]) -> dict[str, int]:
    """Return the number of articles of each month from the first to the last, without gaps."""
    found = Counter[str]()
    for day, n in days.items():
        found[day[:7]] += n
    year, month = map(int, min(found).split("-"))
    last, months = max(found), {}
    while (name := f"{year:04}-{month:02}") <= last:
        months[name] = found[name]
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return months


def _runs(db: Database) -> list[RunFigures]:
    rows = db.execute(
        "SELECT started_at, coalesce(spider, '?'), outcome, coalesce(report ->> '$.requests', requests), "
        "coalesce(report ->> '$.new', 0), coalesce(report ->> '$.changed', 0), coalesce(report ->> '$.failed', 0) "
        "FROM runs ORDER BY id"
    )
    return [RunFigures(*row) for row in rows]
