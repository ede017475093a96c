"""Why a page gave no article: one exception type per reason, each with its counter's name and advice for a person."""

from kepu.messages import Text, text_of
from kepu.records import Page


def name_of(page: Page) -> str:
    """Return the name by which a refusal speaks of a page: its URL, or else the path of its file."""
    return page.url or page.path or "page"


class Refused(Exception):
    """No article came of the page. `code` counts it, the message names the reason."""

    code = "refused"
    again = False
    """Whether asking the same URL again later may give an article."""

    def __init__(self, what: str, why: Text | None = None) -> None:
        """Take the name of the page and the reason, or one text of both."""
        super().__init__(what if why is None else Text("{name}: {why}", name=what, why=why))

    def reason(self, where: str) -> str:
        """Return the message without the name of the page, if that is `where`; as a `Text` if there is one."""
        text = text_of(self)
        if not text.startswith(f"{where}: "):
            return text
        why = text.values.get("why") if isinstance(text, Text) else None
        return why if isinstance(why, Text) else text.removeprefix(f"{where}: ")


class NotAnArticle(Refused):
    """A list, the home page, an error page with status 200, a script redirect: nothing was lost."""

    code = "not_an_article"


class MissingPage(NotAnArticle):
    """The site says, with whatever status, that there is no such page (页面没有找到)."""

    code = "missing_page"


class Blocked(Refused):
    """A firewall or a challenge answered in the site's place."""

    code = "blocked"
    again = True


class CutShort(Refused):
    """The page ends before its article does, or is empty: never stored as a short article."""

    code = "cut_short"
    again = True


class NotText(Refused):
    """The bytes are a picture, an archive, or anything else that is neither a page nor a dump."""

    code = "not_text"


class ForeignPage(Refused):
    """A page of another site."""

    code = "foreign_page"


class TooLarge(Refused):
    """Larger than any article of the site could be."""

    code = "too_large"


class ExtractorFailed(Refused):
    """A fault of ours: please report the page."""

    code = "extractor_failed"
    again = True
