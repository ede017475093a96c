"""`kepu report` as functions: compute the figures of an archive, and render them as an HTML page."""

from pathlib import Path

from archive.filters import Selection
from archive.readonly import reading
from archive.report.key_terms import Terms, terms
from archive.report.report_figures import ReportFigures, figures
from archive.report.report_html import page
from kepu.messages import language, say
from kepu.progress import Tell, nobody


def look(
    db_path: Path, step: Tell = nobody, selection: Selection | None = None
) -> tuple[ReportFigures, Terms]:
    """Return the figures and word counts of an archive, or of a selection of its articles.

    `step` is called with the number of rows read and their total. Raises NotFound, WrongSchema or Damaged, and
    NothingFits if the selection has no article.
    """
    with reading(db_path) as db:
        found = figures(db, step, selection)
        return found, terms(db, found.sample)


def report(db_path: Path, step: Tell = nobody, selection: Selection | None = None) -> str:
    """Return the report of an archive, or of a selection of its articles, as one HTML page; arguments as of `look`."""
    found, words = look(db_path, step, selection)
    title = say("{name}: what is in the archive", name=db_path.name)
    return page(found, words, title=title, language=language())
