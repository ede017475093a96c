"""What an import hands to the item pipelines: a record, with its place among all that is imported."""

from dataclasses import dataclass, field

from kepu.records.article import Article
from kepu.records.letter_account import Account
from kepu.records.page import Capture, Page
from kepu.records.visit import Visit


@dataclass(slots=True)
class ImportedItem:
    """A page that is to be read, or what came of one that was."""

    place: int
    """The number of the file or page in the order of its import, which goes on from here if it is killed."""
    record: Page | Article | Visit
    captures: list[Capture] = field(default_factory=list)
    """Of an article: the answers that it was in."""
    account: Account | None = None
    """Of an article: the account of its letters."""
