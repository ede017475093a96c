"""`kepu report` as functions: figures out of an archive, a page out of figures."""

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
    """Return the figures and the words of an archive, or of a selection of its articles.

    Raises NotFound, WrongSchema, Damaged or NothingFits.
    """
    with reading(db_path) as db:
        found = figures(db, step, selection)
        return found, terms(db, found.sample)


def report(db_path: Path, step: Tell = nobody, selection: Selection | None = None) -> str:
    """Return the report of an archive, or of a selection of its articles, as one page of HTML."""
    found, words = look(db_path, step, selection)
    title = say("{name}: what is in the archive", name=db_path.name)
    return page(found, words, title=title, language=language())
