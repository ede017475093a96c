"""The item that an import passes to the item pipelines: a record, with its position in the import."""

from dataclasses import dataclass, field

from kepu.records.article import Article
from kepu.records.letter_account import Account
from kepu.records.page import Capture, Page
from kepu.records.visit import Visit


@dataclass(slots=True)
class ImportedItem:
    """A page to extract, or the article or refusal that was extracted from one."""

    place: int
    """Index of the file or page in the order of its import; an import that was killed resumes at this index."""
    record: Page | Article | Visit
    """What the file gave: a page, an article, or the reason why no article was found in it."""
    captures: list[Capture] = field(default_factory=list)
    """The responses that an article was extracted from."""
    account: Account | None = None
    """The account of an article's characters."""
