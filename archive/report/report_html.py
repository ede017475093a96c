"""Render the report: a heading, a sentence on how to read it, and a chart for each figure."""

import re
from collections import Counter
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TypeVar

from archive.report.charts import bars, calendar, columns, matrix
from archive.report.csv_link import csv_link
from archive.report.key_terms import LEAST, FrequencyChange, Terms
from archive.report.report_figures import NO_YEAR, SAMPLE, UNNAMED, ReportFigures, RunFigures
from archive.store_letter_accounts import RuleCount
from kepu.beijing_time import beijing_minute
from kepu.messages import say

V = TypeVar("V")
"""The type of the values of a chart."""
HERE = Path(__file__).parent
"""Folder of this package, which has the style sheets."""

SHOWN_SECTIONS = 16
"""Maximum number of sections in the chart of sections."""
SHOWN_SOURCES = 20
"""Maximum number of sources, and of warnings, in their charts."""
SHOWN_RUNS = 60
"""Maximum number of crawl runs that are shown, the last ones."""
SHOWN_WORDS = 30
"""Maximum number of words in the chart of frequent words."""
SHOWN_LETTERS = 60
"""Maximum number of characters shown of an example of excluded text."""


def page(figures: ReportFigures, terms: Terms, *, title: str, language: str) -> str:
    """Return the whole page, which loads nothing from any host; `language` is `zh` or `en`."""
    style = "".join((HERE / name).read_text("utf-8") for name in ("base.css", "style.css"))
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<main class="report">\n<h1>{escape(title)}</h1>\n{body(figures, terms)}</main>\n</body>\n</html>\n'
    )


def body(figures: ReportFigures, terms: Terms) -> str:
    """Return the sections of the report as HTML, for this page and for the reading room; all texts are escaped.

    An empty archive gives one sentence that says so.
    """
    if not figures.articles:
        return f"<p>{_marked(say('The archive is empty: `kepu crawl` fills it.'))}</p>"
    return "".join(
        f"<section>\n<h2>{escape(heading)}</h2>\n"
        + (f'<p class="how">{_marked(note)}</p>\n' if note else "")
        + f"{content}\n</section>\n"
        for heading, note, content in _sections(figures, terms)
        if content
    )


def _sections(figures: ReportFigures, terms: Terms) -> list[tuple[str, str, str]]:
    years = {year: say("no date") if year == NO_YEAR else year for year in figures.years}
    months = list(figures.months)
    return [
        (say("At a glance"), "", _tiles(figures)),
        (
            say("Articles by month"),
            say("Every article that the archive has, by the month in which it was published."),
            columns(
                say("Articles by month"),
                months,
                {"": list(figures.months.values())},
                ticks=_ticks(months),
            ),
        ),
        (
            say("Articles by section and year"),
            say("The {n} largest sections.", n=SHOWN_SECTIONS)
            if len(figures.sections) > SHOWN_SECTIONS
            else "",
            matrix(
                say("Articles by section and year"),
                _named(_first(figures.sections, SHOWN_SECTIONS)),
                years,
                share=False,
            ),
        ),
        (
            say("Sources"),
            say("The sources that the articles name, {n} in all.", n=len(figures.sources)),
            bars(say("Sources"), _named(_first(figures.sources, SHOWN_SOURCES))),
        ),
        (
            say("Length"),
            _length_note(figures),
            columns(
                say("Length"),
                list(figures.lengths),
                {"": list(figures.lengths.values())},
                mark=_median_mark(figures),
            ),
        ),
        (
            say("Duplicates"),
            say(
                "Originals, articles with the same text as another, and near duplicates. All are stored; "
                "exports leave the copies out unless they are requested."
            ),
            _by_year(
                say("Duplicates"),
                {_kinds()[kind]: counts for kind, counts in figures.sameness.items()},
                years,
            ),
        ),
        (
            say("Revisions"),
            say("Articles by their number of versions."),
            bars(
                say("Revisions"),
                {
                    say("{n} versions", n=n) if n > 1 else say("1 version"): k
                    for n, k in figures.versions.items()
                },
            ),
        ),
        (
            say("Fields by year"),
            say(
                "Share of the articles of a year with a value in each field; some layouts do not print "
                "all fields."
            ),
            matrix(
                say("Fields by year"),
                {_field_name(name): shares for name, shares in figures.fields.items()},
                years,
                share=True,
            ),
        ),
        (
            say("Layouts by year"),
            say("The site's templates of the pages; `generic` stands for an unknown template."),
            _by_year(say("Layouts by year"), _named(figures.layouts), years),
        ),
        (
            say("Warnings"),
            say("Warnings about missing or doubtful parts of articles; docs/record.md explains each."),
            bars(say("Warnings"), _first(figures.warnings, SHOWN_SOURCES)) if figures.warnings else "",
        ),
        (
            say("What was left out"),
            say(
                "Characters of article pages that the extraction left out, by rule, with the longest "
                "examples. Check whether any of them belongs to an article."
            ),
            _left_out(figures.left_out),
        ),
        (
            say("Crawl runs"),
            say("The last {n} runs at most.", n=SHOWN_RUNS),
            _runs(figures.runs[-SHOWN_RUNS:]),
        ),
        (
            say("Thin days"),
            say("Days with far fewer articles than the days around them: something may have been missed."),
            _thin(figures),
        ),
        (
            say("Most frequent words"),
            say(
                "Number of articles with the word in a sample of {n} articles, at most {sample} per year.",
                n=terms.articles,
                sample=SAMPLE,
            ),
            bars(say("Most frequent words"), _first(terms.top, SHOWN_WORDS)) if terms.top else "",
        ),
        (
            say("Words that rose and fell"),
            say(
                "Compared with the previous year: words in at least {n} articles whose log odds ratio "
                "with an informative prior has |z| ≥ 1.96.",
                n=LEAST,
            ),
            _moves(terms),
        ),
    ]


def _left_out(rules: list[RuleCount]) -> str:
    """Return a table of the extraction rules and what they left out."""
    if not rules:
        return ""
    heads = (say("Rule"), say("Articles"), say("Letters"), say("Longest"))
    rows = "".join(
        f"<tr><td><code>{escape(each.rule)}</code></td><td>{each.articles:,}</td><td>{each.letters:,}</td><td>"
        + "<br>".join(f'<span lang="zh-Hans">{escape(_cut(text))}</span>' for _, text in each.examples)
        + "</td></tr>\n"
        for each in rules
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(heads[0])}">{table}</div>'


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_LETTERS else f"{text[:SHOWN_LETTERS]}…"


def _marked(note: str) -> str:
    """Return a sentence as HTML, with text between backticks as code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(note))


def _kinds() -> dict[str, str]:
    return {
        "own": say("original"),
        "same_text": say("same text"),
        "near_duplicate": say("near duplicate"),
    }


def _tiles(figures: ReportFigures) -> str:
    days = [day for day in (figures.first_day, figures.last_day) if day]
    tiles = {
        say("articles"): [f"{figures.articles:,}"],
        say("without exact copies"): [f"{figures.counted:,}"],
        say("characters"): [f"{figures.characters:,}"],
        say("gone from the site"): [f"{figures.gone:,}"],
        say("first and last day"): days or ["–"],
    }
    return (
        '<dl class="tiles">'
        + "".join(
            f"<div><dt>{escape(name)}</dt>{''.join(f'<dd>{escape(value)}</dd>' for value in values)}</div>"
            for name, values in tiles.items()
        )
        + "</dl>"
    )


def _by_year(name: str, counts: Mapping[str, Counter[str]], years: Mapping[str, str]) -> str:
    series = {
        label: [per_year[year] for year in years] for label, per_year in counts.items() if per_year.total()
    }
    return columns(name, list(years.values()), series)


def _runs(runs: list[RunFigures]) -> str:
    if not runs:
        return ""
    chart = columns(
        say("Requests of each run"),
        [run.started_at[:10] for run in runs],
        {"": [run.requests for run in runs]},
        height=140,
    )
    names = ("started", "spider", "outcome", "requests", "new", "changed", "failed")
    head = "".join(f'<th scope="col">{escape(say(name))}</th>' for name in names)
    rows = "".join(f"<tr>{_run(run)}</tr>" for run in reversed(runs))
    label = escape(say("Crawl runs"))
    return (
        (chart if any(run.requests for run in runs) else "")
        + f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">'
        + f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _run(run: RunFigures) -> str:
    counts = (run.requests, run.new, run.changed, run.failed)
    return (
        f'<th scope="row">{escape(beijing_minute(run.started_at))}</th>'
        f'<td class="named">{escape(run.spider)}</td><td class="named">{escape(run.outcome or "…")}</td>'
        + "".join(f"<td>{n:,}</td>" for n in counts)
    )


def _length_note(figures: ReportFigures) -> str:
    note = say("Articles by the number of their characters, white space left out.")
    if figures.length_quartiles is None:
        return note
    lower, median, upper = figures.length_quartiles
    more = say(
        "The median is {median:,}; half of the articles have between {lower:,} and {upper:,}.",
        median=median,
        lower=lower,
        upper=upper,
    )
    return f"{note} {more}"


def _median_mark(figures: ReportFigures) -> tuple[float, str] | None:
    """Return the position of the median in the chart of lengths, and its label."""
    if figures.length_quartiles is None or not figures.lengths:
        return None
    median = figures.length_quartiles[1]
    first = next(iter(figures.lengths)).replace(",", "").rstrip("+").partition("–")[2]
    wide = int(first) + 1 if first else 1
    return median / wide, say("median {n:,}", n=median)


def _field_name(name: str) -> str:
    """Return the name of a field in the reader's language."""
    names = {
        "headline": say("headline"),
        "kicker": say("kicker"),
        "alternative_headline": say("subtitle"),
        "date_published": say("date of publication"),
        "author": say("authors"),
        "editor": say("editors"),
        "source": say("source"),
        "article_section": say("section"),
        "keywords": say("keywords"),
        "paper": say("newspaper"),
        "dateline": say("dateline"),
        "image": say("pictures"),
        "text": say("text"),
    }
    return names.get(name, name)


def _thin(figures: ReportFigures) -> str:
    if not figures.thin_days:
        return f"<p>{escape(say('None.'))}</p>"

    def describe(day: str, n: int, near: float) -> str:
        return say("{day}: {n}, its neighbours have {near}", day=day, n=n, near=f"{near:g}")

    head = (say("articles"), say("median of the days around it"))
    return calendar(say("Thin days"), figures.days, figures.thin_days, head, describe)


def _moves(terms: Terms) -> str:
    years = [
        (year, [*rose, *sorted(fell, key=lambda move: move.z)])
        for year, (rose, fell) in reversed(terms.moves.items())
        if rose or fell
    ]
    if not years:
        return f"<p>{escape(say('None.'))}</p>"
    known = sorted(year for year in terms.sampled if year.isdigit())
    before = dict(zip(known[1:], known, strict=False))
    tables = "".join(_year_moves(year, before[year], moves, terms) for year, moves in years)
    head = ("year", "word", "articles_before", "of_before", "articles", "of", "z")
    rows: list[list[str | float]] = [
        [
            year,
            move.word,
            move.before,
            terms.sampled[before[year]],
            move.after,
            terms.sampled[year],
            round(move.z, 3),
        ]
        for year, moves in years
        for move in moves
    ]
    return f'<div class="moves">{tables}</div>{csv_link(say("Words that rose and fell"), head, rows)}'


def _year_moves(year: str, before: str, moves: list[FrequencyChange], terms: Terms) -> str:
    """Return the words of a year that rose or fell, with the number of articles of both years and the z-score."""
    heads = (
        say("Word"),
        say("{year}, of {n}", year=before, n=terms.sampled[before]),
        say("{year}, of {n}", year=year, n=terms.sampled[year]),
        "z",
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row" lang="zh-Hans">{"↑" if move.z > 0 else "↓"} {escape(move.word)}</th>'
        f"<td>{move.before:,}</td><td>{move.after:,}</td><td>{move.z:+.1f}</td></tr>"
        for move in moves
    )
    return f"<div><h3>{escape(year)}</h3><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _first(values: Mapping[str, V], n: int) -> dict[str, V]:
    return dict(list(values.items())[:n])


def _named(values: Mapping[str, V]) -> dict[str, V]:
    """Return the values with a label for the one without a name."""
    return {say("not given") if name == UNNAMED else name: value for name, value in values.items()}


def _ticks(months: list[str]) -> dict[int, str]:
    """Return the labels of the months: each month if there are few, or else each year below its January."""
    if len(months) <= 24:
        return dict(enumerate(months))
    return {i: month[:4] for i, month in enumerate(months) if month.endswith("-01")}
