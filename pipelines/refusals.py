"""Reasons why a page has no article: one exception class per reason, with its code, by which runs count it."""

from kepu.messages import Text, text_of
from kepu.records import Page


def name_of(page: Page) -> str:
    """Return the name of a page for messages: its URL, or else the path of its file."""
    return page.url or page.path or "page"


class Refused(Exception):
    """The page has no article. `code` is the kind of reason, and the message explains it."""

    code = "refused"
    again = False
    """Whether a later request for the same URL may yield an article."""

    def __init__(self, what: str, why: Text | None = None) -> None:
        """Create the error from the name of the page and the reason, or from one text with both."""
        super().__init__(what if why is None else Text("{name}: {why}", name=what, why=why))

    def reason(self, where: str) -> str:
        """Return the message, without the name of the page if that name is `where`."""
        text = text_of(self)
        if not text.startswith(f"{where}: "):
            return text
        why = text.values.get("why") if isinstance(text, Text) else None
        return why if isinstance(why, Text) else text.removeprefix(f"{where}: ")


class NotAnArticle(Refused):
    """The page is something else: a list, the home page, an error page with status 200, a redirect by a script."""

    code = "not_an_article"


class MissingPage(NotAnArticle):
    """The site says that the page does not exist (页面没有找到), with any status."""

    code = "missing_page"


class Blocked(Refused):
    """The response comes from a firewall, or is a challenge."""

    code = "blocked"
    again = True


class CutShort(Refused):
    """The page is empty or ends within its article, which is therefore not stored."""

    code = "cut_short"
    again = True


class NotText(Refused):
    """The bytes are neither a page nor a dump, but for example a picture or an archive."""

    code = "not_text"


class ForeignPage(Refused):
    """The page belongs to another site."""

    code = "foreign_page"


class TooLarge(Refused):
    """The page is larger, or more complex, than any article of the site."""

    code = "too_large"


class ExtractorFailed(Refused):
    """The extractor raised an unexpected error, which is a bug in this program."""

    code = "extractor_failed"
    again = True
