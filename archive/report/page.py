"""The page: each figure under its heading, with a sentence that says how to read it."""

from collections import Counter
from collections.abc import Mapping
from html import escape
from math import ceil
from pathlib import Path
from typing import TypeVar

from archive.language import say
from archive.report.charts import bars, columns, matrix
from archive.report.figures import SAMPLE, UNNAMED, Figures, Run
from archive.report.terms import LEAST, Terms

V = TypeVar("V")
HERE = Path(__file__).parent

SHOWN_SECTIONS = 16
SHOWN_SOURCES = 20
SHOWN_RUNS = 60
SHOWN_DAYS = 40
SHOWN_WORDS = 30


def page(figures: Figures, terms: Terms, *, title: str, language: str) -> str:
    """Return the whole page, which asks nothing of any host; `language` is `zh` or `en`."""
    style = "".join((HERE / name).read_text("utf-8") for name in ("base.css", "style.css"))
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<main class="report">\n<h1>{escape(title)}</h1>\n{body(figures, terms)}</main>\n</body>\n</html>\n'
    )


def body(figures: Figures, terms: Terms) -> str:
    """Return the sections of the report as HTML, for a page of ours or of the reading room."""
    if not figures.articles:
        return f"<p>{escape(say('The archive is empty: `kepu crawl` fills it.'))}</p>"
    return "".join(
        f"<section>\n<h2>{escape(heading)}</h2>\n"
        + (f'<p class="note">{escape(note)}</p>\n' if note else "")
        + f"{content}\n</section>\n"
        for heading, note, content in _sections(figures, terms)
        if content
    )


def _sections(figures: Figures, terms: Terms) -> list[tuple[str, str, str]]:
    years = figures.years
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
                every=_label_every(months),
            ),
        ),
        (
            say("Articles by section and year"),
            say("The {n} largest sections.", n=SHOWN_SECTIONS)
            if len(figures.sections) > SHOWN_SECTIONS
            else "",
            matrix(
                say("Articles by section and year"),
                _first(figures.sections, SHOWN_SECTIONS),
                years,
                share=False,
            ),
        ),
        (
            say("Sources"),
            say("Whom the articles name as their source: {n} in all.", n=len(figures.sources)),
            bars(say("Sources"), _named(_first(figures.sources, SHOWN_SOURCES))),
        ),
        (
            say("Length"),
            say("Articles by the number of their characters, white space left out."),
            columns(say("Length"), list(figures.lengths), {"": list(figures.lengths.values())}, every=1),
        ),
        (
            say("Duplicates"),
            say(
                "Articles of their own, articles with the very text of another, and near duplicates: "
                "all are kept, and exports leave out the copies unless they are asked for."
            ),
            _by_year(
                say("Duplicates"),
                {_kinds()[kind]: counts for kind, counts in figures.sameness.items()},
                years,
            ),
        ),
        (
            say("Revisions"),
            say("How many versions the archive holds of an article."),
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
            say("Which share of the articles of a year has a field at all: a layout may print none."),
            matrix(say("Fields by year"), figures.fields, years, share=True),
        ),
        (
            say("Layouts by year"),
            say(
                "Which of the site's templates the pages had; `generic` is a page of a template that is not known."
            ),
            _by_year(say("Layouts by year"), figures.layouts, years),
        ),
        (
            say("Warnings"),
            say("What is wanting or in doubt in an article: docs/record.md."),
            bars(say("Warnings"), _first(figures.warnings, SHOWN_SOURCES)) if figures.warnings else "",
        ),
        (
            say("Crawl runs"),
            say("The last {n} runs at most.", n=SHOWN_RUNS),
            _runs(figures.runs[-SHOWN_RUNS:]),
        ),
        (
            say("Thin days"),
            say("Days with far fewer articles than the days around them: something may have been missed."),
            _thin(figures.thin_days),
        ),
        (
            say("Most frequent words"),
            say(
                "In how many of {n} articles a word stands, at most {sample} of a year, always the same ones.",
                n=terms.articles,
                sample=SAMPLE,
            ),
            bars(say("Most frequent words"), _first(terms.top, SHOWN_WORDS)) if terms.top else "",
        ),
        (
            say("Words that rose and fell"),
            say(
                "Against the year before, by the log odds ratio with an informative prior, |z| ≥ 1.96, "
                "in {n} articles and more.",
                n=LEAST,
            ),
            _moves(terms),
        ),
    ]


def _kinds() -> dict[str, str]:
    return {
        "own": say("of its own"),
        "same_text": say("same text"),
        "near_duplicate": say("near duplicate"),
    }


def _tiles(figures: Figures) -> str:
    tiles = {
        say("articles"): f"{figures.articles:,}",
        say("without exact copies"): f"{figures.counted:,}",
        say("characters"): f"{figures.characters:,}",
        say("first day"): figures.first_day or "–",
        say("last day"): figures.last_day or "–",
        say("gone from the site"): f"{figures.gone:,}",
    }
    return (
        '<ul class="tiles">'
        + "".join(f"<li><b>{escape(value)}</b>{escape(name)}</li>" for name, value in tiles.items())
        + "</ul>"
    )


def _by_year(name: str, counts: Mapping[str, Counter[str]], years: list[str]) -> str:
    series = {
        label: [per_year[year] for year in years] for label, per_year in counts.items() if per_year.total()
    }
    return columns(name, years, series, every=1)


def _runs(runs: list[Run]) -> str:
    if not runs:
        return ""
    chart = columns(
        say("Requests of each run"),
        [run.started_at[:10] for run in runs],
        {"": [run.requests for run in runs]},
        height=140,
    )
    names = ("started", "spider", "outcome", "requests", "new", "changed", "failed")
    head = "".join(f"<th scope=col>{escape(say(name))}</th>" for name in names)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(str(value))}</td>"
            for value in (
                run.started_at,
                run.spider,
                run.outcome or "…",
                run.requests,
                run.new,
                run.changed,
                run.failed,
            )
        )
        + "</tr>"
        for run in reversed(runs)
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'{chart}<div class="scroll" tabindex="0">{table}</div>'


def _thin(days: list[tuple[str, int, float]]) -> str:
    if not days:
        return f"<p>{escape(say('None.'))}</p>"
    said = "".join(
        f"<li>{escape(say('{day}: {n}, its neighbours have {near}', day=day, n=n, near=f'{near:g}'))}</li>"
        for day, n, near in days[-SHOWN_DAYS:]
    )
    more = say("The last {n} of {total}.", n=SHOWN_DAYS, total=len(days)) if len(days) > SHOWN_DAYS else ""
    return f"<p>{escape(more)}</p><ul>{said}</ul>"


def _moves(terms: Terms) -> str:
    items = "".join(
        f"<li><h3>{escape(year)}</h3>"
        f"<p>↑ {escape(say('rose'))}: {escape('、'.join(rose) or '–')}</p>"
        f"<p>↓ {escape(say('fell'))}: {escape('、'.join(fell) or '–')}</p></li>"
        for year, (rose, fell) in reversed(terms.moves.items())
    )
    return f'<ul class="moves">{items}</ul>' if items else ""


def _first(values: Mapping[str, V], n: int) -> dict[str, V]:
    return dict(list(values.items())[:n])


def _named(values: Mapping[str, V]) -> dict[str, V]:
    """Return the values with a word for what has no name."""
    return {say("none named") if name == UNNAMED else name: value for name, value in values.items()}


def _label_every(months: list[str]) -> int:
    """Return how many months to go from label to label: whole years where there are many."""
    n = len(months)
    return 1 if n <= 12 else 3 if n <= 36 else 12 * ceil(n / 12 / 12)
